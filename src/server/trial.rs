//! Tries settings before they are applied: walks what was asked last through those that count and those
//! on the disk, and tells of every request whose answer would be another.
//!
//! Law: nothing changes. The new sites are made as for a reload and dropped; no limit counts, no file of a
//! visitor's is touched. What the journal does not keep of a request is supposed, in every way that
//! there is ([`Suppositions`]): if the ways come to different things, and what was answered back then
//! does not tell which it was, it cannot be judged.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::Arc;

use http::header::{CONTENT_LENGTH, DATE, ETAG, LAST_MODIFIED};
use http::{Method, StatusCode};
use tokio::sync::oneshot;

use super::assemble::{House, terms};
use super::explain::{ContentSource, address_of};
use super::limits::{SUPPOSED_WAYS_MAX, TOLD_OF_TRIAL_MAX, TRIED_REQUESTS, TRIED_REQUESTS_MAX};
use super::reload::Source;
use super::sites::Plan;
use crate::clock;
use crate::config::Settings;
use crate::control::Refused;
use crate::control::protocol::{ChangedField, Differs, Line, Outcome, Reply, Tried, Unjudged};
use crate::driving::{Imagined, Leaving, PrivateOnly};
use crate::exchange::{Origin, Peer, Reason, RuleOutcome, Scheme, Step};
use crate::observe::limits::TARGET_BYTES_MAX;
use crate::observe::{Batch, Event, Exchange, Said};
use crate::site::{Generation, Hang, HangsOn, Site, Suppositions, Walk};
use crate::tasks::{self, Tasks};

/// What is to be tried.
pub(super) struct Trial {
    /// On how many requests; nothing: on as many as are worth it.
    pub(super) last: Option<usize>,
    /// The language of what is said if the settings cannot be used.
    pub(super) language: Option<String>,
    /// The settings that count.
    pub(super) current: Settings,
}

/// Trials that are being made, beside whatever else the server does: one at a time.
#[derive(Default)]
pub(super) struct Trials(Tasks);

impl Trials {
    /// Begins one, unless there is one.
    pub(super) fn begin(
        &self,
        trial: Trial,
        house: &Arc<House>,
        source: &Arc<dyn Source>,
        done: oneshot::Sender<Result<Vec<Reply>, Refused>>,
    ) {
        if self.0.running() > 0 {
            // Whoever asked may have gone.
            let _ = done.send(Err(Refused::of("server-busy")));
            return;
        }
        let (house, source) = (house.clone(), source.clone());
        self.0.spawn(async move {
            let told = trial.make(&house, source).await;
            let _ = done.send(told);
        });
    }
}

impl Trial {
    async fn make(
        self,
        house: &Arc<House>,
        source: Arc<dyn Source>,
    ) -> Result<Vec<Reply>, Refused> {
        let last = self.last.unwrap_or(TRIED_REQUESTS).min(TRIED_REQUESTS_MAX);
        let (next, plan) = read(self.language, house, &source).await?;
        let knows_client = next.proxies == self.current.proxies;
        let sides = Sides {
            old: Side::of(Standing::Now(house), &self.current, true),
            new: Side::of(Standing::Planned(&plan), &next, knows_client),
        };
        let number = house.sites.now().number;
        let scheme = if self.current.tls_plan().is_spoken_at(0) {
            Scheme::Https
        } else {
            Scheme::Http
        };
        let requests = distinct(&house.journal.recent(last), scheme);
        let mut told = Findings::default();
        let mut tried = Tried {
            generation: number.into(),
            files: { next.configuration.iter() }
                .map(|file| file.to_string_lossy().into_owned())
                .collect(),
            ..Tried::default()
        };
        for (request, count) in requests {
            tried.requests += count;
            let verdict = match &request.asked {
                None => Verdict::Unjudged(None),
                Some(asked) => sides.judge(asked, request.answered).await,
            };
            match &verdict {
                Verdict::Same => {}
                Verdict::Differs(_) => tried.differ += count,
                Verdict::Unjudged(_) => tried.unjudged += count,
            }
            told.add(&request, verdict, count);
            // Others are served meanwhile.
            tokio::task::yield_now().await;
        }
        let mut replies = told.replies();
        let untold = replies.len().saturating_sub(TOLD_OF_TRIAL_MAX);
        replies.truncate(TOLD_OF_TRIAL_MAX);
        tried.untold = untold as u64;
        replies.push(Reply::Tried(tried));
        Ok(replies)
    }
}

/// Reads the settings and makes the sites, as a reload would; nobody is told but whoever asks.
async fn read(
    language: Option<String>,
    house: &Arc<House>,
    source: &Arc<dyn Source>,
) -> Result<(Settings, Plan), Refused> {
    let (house, source) = (house.clone(), source.clone());
    let made = tasks::blocking(move || {
        let language = language.as_deref();
        let settings = source.read(language)?;
        let make = || {
            let plan = house.ground.draw_up(&settings)?;
            terms(&settings)?;
            Ok(plan)
        };
        match make() {
            Ok(plan) => Ok((settings, plan)),
            Err(error) => Err(source.complaint(&settings, &error, language)),
        }
    });
    match made.await {
        Some(Ok(made)) => Ok(made),
        Some(Err(complaint)) => Err(Refused::untried(complaint.text)),
        // It fell: a bug of ours.
        None => Err(Refused::untried("panicked".to_owned())),
    }
}

/// A request as the journal has it.
#[derive(Clone, Debug)]
struct Recalled {
    method: &'static str,
    url: String,
    /// `None`: not enough of it was kept.
    asked: Option<Imagined>,
    /// What it was answered.
    answered: Answered,
}

/// What a request was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Answered {
    status: u16,
    reason: Option<Reason>,
}

/// What tells one request from another.
type Key = (&'static str, String, String, String);

/// The requests of a batch, each once, with how often it is there.
fn distinct(batch: &Batch, scheme: Scheme) -> Vec<(Recalled, u64)> {
    let mut places: HashMap<Key, usize> = HashMap::new();
    let mut found: Vec<(Recalled, u64)> = Vec::new();
    for record in &batch.records {
        let (Event::Answered { exchange } | Event::Broken { exchange, .. }) = &record.event else {
            continue;
        };
        let target = batch.text_at(exchange.target);
        if target.is_empty() {
            // From before anybody remembered.
            continue;
        }
        let (request, who) = recall(exchange, target, batch, scheme);
        let answered = format!("{:?}", request.answered);
        let key = (request.method, request.url.clone(), who, answered);
        let place = *places.entry(key).or_insert_with(|| {
            found.push((request, 0));
            found.len() - 1
        });
        found[place].1 += 1;
    }
    found
}

/// One of them, and who asked.
fn recall(exchange: &Exchange, target: &[u8], batch: &Batch, scheme: Scheme) -> (Recalled, String) {
    let said = Said::read(batch.text_at(exchange.said()));
    let told = String::from_utf8_lossy(batch.text_at(exchange.client()));
    let peer = match (said.client, &*told) {
        (Some(address), "") => Peer::Tcp(SocketAddr::new(address, 0)),
        (Some(address), _) => Peer::Told(SocketAddr::new(address, 0)),
        (None, "") => Peer::Unix,
        (None, _) => Peer::Untold,
    };
    let authority = said.host.unwrap_or_default().to_vec();
    // A target in the form for proxies names the host once more (RFC 9112 §3.2.2).
    let target = match target.windows(3).position(|part| part == b"://") {
        Some(at) if !target.starts_with(b"/") => {
            let rest = &target[at + 3..];
            let path = rest.iter().position(|byte| matches!(byte, b'/' | b'?'));
            path.map_or(&b"/"[..], |path| &rest[path..])
        }
        _ => target,
    };
    let (path, query) = match target.iter().position(|byte| *byte == b'?') {
        Some(at) => (&target[..at], Some(target[at + 1..].to_vec())),
        None => (target, None),
    };
    let method = Method::from_bytes(exchange.method.name().as_bytes());
    let is_whole = target.len() < TARGET_BYTES_MAX && matches!(path.first(), Some(b'/' | b'*'));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let asked = method.ok().filter(|_| is_whole).map(|method| Imagined {
        method,
        scheme,
        authority: authority.clone(),
        path: path.to_vec(),
        query,
        fields: Vec::new(),
        peer,
        proof: None,
    });
    let recalled = Recalled {
        method: exchange.method.name(),
        url: format!("{}://{}{}", scheme.as_str(), text(&authority), text(target)),
        asked,
        answered: Answered {
            status: exchange.status,
            reason: exchange.reason,
        },
    };
    (recalled, format!("{peer:?}"))
}

/// Where the sites of a configuration are.
enum Standing<'a> {
    /// They answer.
    Now(&'a House),
    /// They are ready.
    Planned(&'a Plan),
}

/// One of two configurations.
struct Side<'a> {
    sites: Standing<'a>,
    settings: &'a Settings,
    private_only: Option<PrivateOnly>,
    /// Whether those who passed requests on would be believed as they were.
    knows_client: bool,
}

/// An answer, and why it is that.
#[derive(Clone, Debug)]
struct Came {
    status: StatusCode,
    reason: Option<Reason>,
    /// Without what is another each time.
    fields: Vec<(String, Vec<u8>)>,
    content: (Option<u64>, &'static str),
    /// The line that decides.
    origin: Option<Origin>,
    /// The lines that fields come from.
    field_origins: HashMap<String, Origin>,
}

impl Came {
    fn is_like(&self, other: &Self) -> bool {
        (self.status, self.reason, &self.fields, &self.content)
            == (other.status, other.reason, &other.fields, &other.content)
    }

    fn outcome(&self) -> Outcome {
        Outcome {
            status: self.status.as_u16(),
            reason: self.reason.map(|reason| reason.name().to_owned()),
            origin: self.origin.as_ref().map(line),
        }
    }
}

fn line(origin: &Origin) -> Line {
    Line {
        file: origin.file.to_string(),
        line: origin.line,
    }
}

impl<'a> Side<'a> {
    fn of(sites: Standing<'a>, settings: &'a Settings, knows_client: bool) -> Self {
        Self {
            sites,
            settings,
            private_only: settings.tls.hsts.map(PrivateOnly::during),
            knows_client,
        }
    }

    /// Those that a request comes to: by the port that it asks for.
    fn sites_for(&self, asked: &Imagined) -> Arc<Generation> {
        let address = address_of(self.settings, asked);
        match (&self.sites, address) {
            (Standing::Now(house), Some(address)) => {
                house.places.at(address).room.load().sites.held()
            }
            (Standing::Now(house), None) => house.sites.held(),
            (Standing::Planned(plan), address) => {
                let place = address.map_or(0, |address| self.settings.place_of(address));
                let found = plan.found.get(place).or_else(|| plan.found.first());
                found.map_or_else(nobody, |found| Arc::new(found.clone()))
            }
        }
    }

    async fn answer(&self, asked: &Imagined, supposed: &Arc<Suppositions>) -> Came {
        let walk = Walk::of_recalled(supposed, self.knows_client);
        let response = asked.answer_again(&self.sites_for(asked), &walk).await;
        let private_only = { self.private_only.as_ref() }.filter(|_| asked.scheme == Scheme::Https);
        let leaving = Leaving::of(&response, &asked.method, private_only, clock::now());
        let source = match leaving.content_bytes {
            Some(0) => ContentSource::Nothing,
            _ => ContentSource::of(&response.body),
        };
        let steps = walk.into_steps();
        let is_told_anew = steps.iter().any(|step| {
            matches!(step, Step::Asked { content, .. } if *content == BUILT_IN)
                || matches!(step, Step::Listing { is_told: true, .. })
        });
        let of_content = [CONTENT_LENGTH, ETAG, LAST_MODIFIED];
        let fields = leaving
            .fields
            .iter()
            .filter(|(name, _)| *name != DATE && !(is_told_anew && of_content.contains(name)));
        let mut fields: Vec<_> = fields
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect();
        fields.sort();
        Came {
            status: leaving.status,
            reason: response.reason,
            fields,
            content: (
                leaving.content_bytes.filter(|_| !is_told_anew),
                source.name(),
            ),
            origin: decider(&steps).cloned(),
            field_origins: field_origins(&steps),
        }
    }
}

fn nobody() -> Arc<Generation> {
    Arc::new(Generation::of(Site::of_nobody()))
}

/// The word for the site in the binary, whose pages show what happens.
const BUILT_IN: &str = "built-in";

/// The line that decides about an answer: that of the guard or rule that gave it, or else of its site.
fn decider(steps: &[Step]) -> Option<&Origin> {
    let decides = |step: &'_ Step| match step {
        Step::Guard {
            origin: Some(_),
            said: Some(_),
            ..
        } => true,
        Step::Rule { outcome, .. } => *outcome == RuleOutcome::Decides,
        _ => false,
    };
    let is_site = |step: &&Step| matches!(step, Step::Site { .. });
    let first = { steps.iter() }.find(|step| decides(step));
    match first.or_else(|| steps.iter().find(is_site))? {
        Step::Guard { origin, .. } | Step::Site { origin, .. } => origin.as_ref(),
        Step::Rule { origin, .. } => Some(origin),
        _ => None,
    }
}

fn field_origins(steps: &[Step]) -> HashMap<String, Origin> {
    let mut origins = HashMap::new();
    for step in steps {
        match step {
            Step::Fields {
                origin, changes, ..
            } => {
                for change in changes.iter().filter(|change| change.change != "kept") {
                    origins.insert(change.name.clone(), origin.clone());
                }
            }
            Step::Cors { origin, .. } => {
                origins.insert("access-control-allow-origin".to_owned(), origin.clone());
            }
            _ => {}
        }
    }
    origins
}

/// What becomes of a request.
enum Verdict {
    Same,
    Differs(Box<Difference>),
    /// It hangs on this; `None`: on the rest of what it asked for.
    Unjudged(Option<Hang>),
}

/// Two answers that are not alike.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Difference {
    old: Outcome,
    new: Outcome,
    content: bool,
    fields: Vec<ChangedField>,
}

impl Difference {
    /// `None`: they are alike.
    fn between(old: &Came, new: &Came) -> Option<Self> {
        if old.is_like(new) {
            return None;
        }
        // Another status comes with other fields and another content, always.
        let is_alike = old.status == new.status && old.reason == new.reason;
        let changed = if is_alike {
            changed_fields(old, new)
        } else {
            Vec::new()
        };
        Some(Self {
            content: is_alike && (old.content != new.content || changed.is_empty()),
            fields: changed,
            old: old.outcome(),
            new: new.outcome(),
        })
    }
}

fn changed_fields(old: &Came, new: &Came) -> Vec<ChangedField> {
    let of = |came: &Came, name: &str| -> Vec<Vec<u8>> {
        let own = came.fields.iter().filter(|(field, _)| field == name);
        own.map(|(_, value)| value.clone()).collect()
    };
    let names: HashSet<&str> = { old.fields.iter().chain(&new.fields) }
        .map(|(name, _)| &**name)
        .collect();
    let mut names: Vec<&str> = names
        .into_iter()
        .filter(|name| of(old, name) != of(new, name))
        .collect();
    names.sort_unstable();
    { names.into_iter() }
        .map(|name| ChangedField {
            name: name.to_owned(),
            old: old.field_origins.get(name).map(line),
            new: new.field_origins.get(name).map(line),
        })
        .collect()
}

/// Both configurations.
struct Sides<'a> {
    old: Side<'a>,
    new: Side<'a>,
}

/// What came of one way to suppose what is not known.
struct Way {
    supposed: Vec<(Hang, bool)>,
    /// Whether the old configuration answers then as it did.
    is_borne_out: bool,
    difference: Option<Difference>,
}

impl Sides<'_> {
    async fn judge(&self, asked: &Imagined, answered: Answered) -> Verdict {
        let mut ways = Vec::new();
        let mut supposed = Some(Arc::new(Suppositions::default()));
        while let Some(now) = supposed {
            if ways.len() == SUPPOSED_WAYS_MAX {
                return Verdict::Unjudged(now.made().into_iter().next().map(|(hang, _)| hang));
            }
            let old = self.old.answer(asked, &now).await;
            let new = self.new.answer(asked, &now).await;
            ways.push(Way {
                supposed: now.made(),
                is_borne_out: answered.is_borne_out_by(&old),
                difference: Difference::between(&old, &new),
            });
            supposed = now.next().map(Arc::new);
        }
        verdict(ways)
    }
}

impl Answered {
    /// Whether this is what a client was answered that gave no conditions, and wanted the whole.
    fn is_borne_out_by(self, came: &Came) -> bool {
        let is_limit = |reason: Option<Reason>| {
            matches!(reason, Some(Reason::RateLimited | Reason::TooManyAtOnce))
        };
        match self.status {
            // Told by what it had, or of what it wanted a part.
            206 | 304 | 412 | 416 => came.status == StatusCode::OK,
            status => {
                came.status.as_u16() == status
                    && (came.reason == self.reason
                        || is_limit(came.reason) && is_limit(self.reason))
            }
        }
    }
}

/// What all ways come to together.
fn verdict(mut ways: Vec<Way>) -> Verdict {
    if ways.iter().any(|way| way.is_borne_out) {
        ways.retain(|way| way.is_borne_out);
    }
    for (place, way) in ways.iter().enumerate() {
        for other in &ways[..place] {
            if other.difference == way.difference {
                continue;
            }
            // The first question that the two answer in another way.
            let mut both = other.supposed.iter().zip(&way.supposed);
            let asked = both.find(|((_, one), (_, other))| one != other);
            return Verdict::Unjudged(asked.map(|((hang, _), _)| hang.clone()));
        }
    }
    match ways.pop().and_then(|way| way.difference) {
        None => Verdict::Same,
        Some(difference) => Verdict::Differs(Box::new(difference)),
    }
}

/// What was found out, alike requests together.
#[derive(Default)]
struct Findings {
    found: Vec<Finding>,
}

/// Requests that come to the same.
struct Finding {
    method: &'static str,
    /// The address of the first.
    url: String,
    /// How many bytes of it all others begin with.
    common: usize,
    /// Whether all others have the very same.
    is_one: bool,
    requests: u64,
    what: What,
}

#[derive(Clone, PartialEq, Eq)]
enum What {
    Differs(Difference),
    Unjudged(&'static str, Option<String>, Option<Line>),
}

impl Findings {
    fn add(&mut self, request: &Recalled, verdict: Verdict, count: u64) {
        let what = match verdict {
            Verdict::Same => return,
            Verdict::Differs(difference) => What::Differs(*difference),
            Verdict::Unjudged(None) => What::Unjudged("target", None, None),
            Verdict::Unjudged(Some(hang)) => {
                let (word, name) = word_of(hang.on);
                What::Unjudged(word, name, hang.origin.as_ref().map(line))
            }
        };
        let authority = |url: &str| -> usize {
            let start = url.find("://").map_or(0, |at| at + 3);
            url[start..].find('/').map_or(url.len(), |at| start + at)
        };
        let (url, end) = (&request.url, authority(&request.url));
        let alike = self.found.iter_mut().find(|finding| {
            finding.method == request.method
                && finding.what == what
                && finding.url.get(..end) == url.get(..end)
                && authority(&finding.url) == end
        });
        match alike {
            Some(finding) => {
                let both = finding.url.bytes().zip(url.bytes());
                let common = both.take_while(|(one, other)| one == other).count();
                finding.common = finding.common.min(common);
                finding.is_one &= finding.url == *url;
                finding.requests += count;
            }
            None => self.found.push(Finding {
                method: request.method,
                url: url.clone(),
                common: url.len(),
                is_one: true,
                requests: count,
                what,
            }),
        }
    }

    /// Those that there are most of first; those that cannot be judged last.
    fn replies(mut self) -> Vec<Reply> {
        self.found.sort_by_key(|finding| {
            let is_unjudged = matches!(finding.what, What::Unjudged(..));
            (is_unjudged, std::cmp::Reverse(finding.requests))
        });
        self.found.into_iter().map(Finding::reply).collect()
    }
}

impl Finding {
    /// The one address, or what they all begin with, up to a slash.
    fn url(&self) -> String {
        if self.is_one {
            return self.url.clone();
        }
        let end = { self.url.as_bytes()[..self.common].iter() }.rposition(|byte| *byte == b'/');
        format!("{}*", self.url.get(..=end.unwrap_or(0)).unwrap_or_default())
    }

    fn reply(self) -> Reply {
        let (method, url, requests) = (self.method.to_owned(), self.url(), self.requests);
        match self.what {
            What::Differs(difference) => Reply::Differs(Differs {
                requests,
                method,
                url,
                old: difference.old,
                new: difference.new,
                content: difference.content,
                fields: difference.fields,
            }),
            What::Unjudged(word, name, origin) => Reply::Unjudged(Unjudged {
                requests,
                method,
                url,
                hangs_on: word.to_owned(),
                name,
                origin,
            }),
        }
    }
}

/// The word for what something hangs on, and its name.
fn word_of(on: HangsOn) -> (&'static str, Option<String>) {
    match on {
        HangsOn::Field(name) => ("field", Some(name)),
        HangsOn::Query(name) => ("query", Some(name)),
        HangsOn::Password => ("password", None),
        HangsOn::Certificate => ("certificate", None),
        HangsOn::Signature => ("signature", None),
        HangsOn::Client => ("client", None),
        HangsOn::Length => ("length", None),
        HangsOn::Limits(names) => ("limits", Some(names)),
    }
}
