//! What the rules of a site say: which of them decides, and what becomes of the request.
//!
//! Law: judging has no effects, and looks at the path in one form ([`canonical`]). Rules that name a
//! path are found by it, so that ten thousand of them cost no more than a few.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};

use http::header::{ALLOW, LOCATION, RETRY_AFTER};
use http::{HeaderValue, Method, StatusCode};
use percent_encoding::percent_decode;

use super::finish::fields;
use super::guard::address::is_among;
use super::trace::{Hang, HangsOn, RuleOutcome, Step, Trace, Unmet, Untraced};
use crate::config::pattern::{Caught, Exactness, Pattern, Template, canonical};
use crate::config::routing::{
    Action, Conditions, Cors, ErrorPage, Origin, Routing, Rule, TrailingSlash, ValueTest,
};
use crate::exchange::{Reason, Request, Response, host_of};
use crate::observe::REDACTED;

static LAST_ID: AtomicU64 = AtomicU64::new(0);

/// The rules of a site, sorted for being asked.
pub(super) struct Routes {
    /// A number that no other routes have had.
    id: u64,
    pub(super) settings: Routing,
    /// Rules by the one path they mean.
    exact: HashMap<Box<[u8]>, Vec<usize>>,
    /// Rules by the path at and below which they hold.
    below: HashMap<Box<[u8]>, Vec<usize>>,
    /// The lengths of those paths.
    lengths: BTreeSet<usize>,
    /// Rules that have to be asked each time.
    others: Vec<usize>,
    leads_elsewhere: bool,
    pub(super) error_pages: Vec<Page<ErrorPage>>,
    pub(super) maintenance_page: Option<Asked>,
}

/// A page of the site, and for what it stands in.
pub(super) struct Page<T> {
    pub(super) of: T,
    pub(super) asked: Asked,
}

/// A path of the site's own, as if somebody had asked for it.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) path: Box<[u8]>,
    pub(super) query: Option<Box<[u8]>>,
}

impl Asked {
    fn of(filled: Vec<u8>) -> Self {
        match filled.iter().position(|byte| *byte == b'?') {
            Some(at) => Self {
                path: filled[..at].into(),
                query: Some(filled[at + 1..].into()),
            },
            None => Self {
                path: filled.into(),
                query: None,
            },
        }
    }

    fn fixed(template: &Template) -> Self {
        Self::of(template.fill(&Caught::default(), b"/", b""))
    }

    /// The same request, for this path instead. Without a query of its own, with the one it came with.
    pub(super) fn instead_of<'a>(&'a self, request: &Request<'a>) -> Request<'a> {
        Request {
            path: &self.path,
            query: self.query.as_deref().or(request.query),
            ..*request
        }
    }
}

/// What the rules say of a request.
pub(super) enum Ruled<'r> {
    /// Nothing.
    Pass,
    /// The client is sent elsewhere.
    Redirect(StatusCode, HeaderValue),
    /// It is answered with what this says.
    Respond(StatusCode, Option<&'r (HeaderValue, String)>),
    /// It is answered as if it had asked for one of these: the first that leads to something.
    Instead(Vec<Asked>),
}

impl Routes {
    /// `None`: there is nothing to ask.
    pub(super) fn new(settings: &Routing) -> Option<Self> {
        if settings.is_empty() {
            return None;
        }
        let mut settings = settings.clone();
        if let Some(security) = &settings.security {
            settings.fields.insert(0, security.fields());
        }
        let (mut exact, mut below) = (HashMap::new(), HashMap::new());
        let (mut lengths, mut others) = (BTreeSet::new(), Vec::new());
        for (place, rule) in settings.rules.iter().enumerate() {
            match rule.when.path.as_ref().map(Pattern::beginning) {
                Some((path, Exactness::Whole)) => push(&mut exact, path, place),
                Some((path, Exactness::Below)) => {
                    lengths.insert(path.len());
                    push(&mut below, path, place);
                }
                Some((_, Exactness::Beginning)) | None => others.push(place),
            }
        }
        let error_pages = settings.error_pages.iter().map(|page| Page {
            of: page.clone(),
            asked: Asked::fixed(&page.page),
        });
        let maintenance = settings.maintenance.as_ref();
        let page = maintenance.and_then(|maintenance| maintenance.page.as_ref());
        Some(Self {
            id: LAST_ID.fetch_add(1, Ordering::Relaxed),
            error_pages: error_pages.collect(),
            maintenance_page: page.map(Asked::fixed),
            leads_elsewhere: { settings.rules.iter() }
                .any(|rule| matches!(rule.action, Action::Rewrite(_) | Action::Try(_))),
            settings,
            exact,
            below,
            lengths,
            others,
        })
    }

    /// What the first rule says that is meant.
    pub(super) fn judge(&self, request: &Request<'_>, trace: &impl Trace) -> Ruled<'_> {
        if self.settings.rules.is_empty() {
            return Ruled::Pass;
        }
        let path = canonical(request.path);
        let first = if trace.is_on() {
            self.first_of_all(request, &path, trace)
        } else {
            self.first(request, &path)
        };
        let Some((rule, caught)) = first else {
            return Ruled::Pass;
        };
        let host = host_of(request.authority.unwrap_or_default());
        let fill = |template: &Template| template.fill(&caught, &path, host);
        match &rule.action {
            Action::Pass => Ruled::Pass,
            Action::Respond { status, content } => Ruled::Respond(*status, content.as_ref()),
            Action::Rewrite(template) => Ruled::Instead(vec![Asked::of(fill(template))]),
            Action::Try(templates) => {
                Ruled::Instead(templates.iter().map(fill).map(Asked::of).collect())
            }
            Action::Redirect {
                status,
                target,
                keeps_query,
            } => {
                let query = { request.query }.filter(|_| *keeps_query && !target.has_query());
                match location(fill(target), query) {
                    Some(location) => Ruled::Redirect(*status, location),
                    // What cannot stand in a field leads nowhere.
                    None => Ruled::Pass,
                }
            }
        }
    }

    fn first<'p>(&self, request: &Request<'_>, path: &'p [u8]) -> Option<(&Rule, Caught<'p>)> {
        let below = self
            .lengths
            .iter()
            .take_while(|length| **length <= path.len());
        let below = below.filter(|length| path.get(**length).is_none_or(|next| *next == b'/'));
        let below = below.filter_map(|length| self.below.get(&path[..*length]));
        let lists = self.exact.get(path).into_iter().chain(below);
        let mut first: Option<(usize, Caught<'p>)> = None;
        for list in lists.chain([&self.others]) {
            for place in list {
                if first.as_ref().is_some_and(|(first, _)| first <= place) {
                    break;
                }
                let rule = &self.settings.rules[*place];
                if let Ok(caught) = meets(rule, request, path, &Untraced) {
                    first = Some((*place, caught));
                    break;
                }
            }
        }
        first.map(|(place, caught)| (&self.settings.rules[place], caught))
    }

    /// The same, with every rule looked at in its order.
    fn first_of_all<'p>(
        &self,
        request: &Request<'_>,
        path: &'p [u8],
        trace: &impl Trace,
    ) -> Option<(&Rule, Caught<'p>)> {
        let mut first = None;
        for rule in &self.settings.rules {
            let outcome = if first.is_some() {
                RuleOutcome::NotReached
            } else {
                match meets(rule, request, path, trace) {
                    Err(unmet) => RuleOutcome::Fails(unmet),
                    Ok(caught) => {
                        first = Some((rule, caught));
                        RuleOutcome::Decides
                    }
                }
            };
            trace.note(|| Step::Rule {
                origin: rule.origin.clone(),
                path: rule.when.path.as_ref().map(|path| path.as_str().to_owned()),
                action: rule.action.name(),
                targets: rule.action.targets().map(str::to_owned).collect(),
                outcome,
            });
        }
        first
    }

    /// Whether a rule may have a request answered as if it had asked for another path.
    pub(super) fn lead_elsewhere(&self) -> bool {
        self.leads_elsewhere
    }

    /// Where a path that led to nothing is to be looked for: with a slash, or without.
    pub(super) fn other_slash(&self, request: &Request<'_>) -> Option<HeaderValue> {
        let path = request.path;
        let other = match self.settings.trailing_slash {
            TrailingSlash::AsIs => return None,
            TrailingSlash::Removed => match path.strip_suffix(b"/")? {
                b"" => return None,
                shorter => shorter.to_vec(),
            },
            TrailingSlash::Added => {
                let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
                if name.is_empty() || name.contains(&b'.') {
                    return None;
                }
                [path, b"/"].concat()
            }
        };
        // Two slashes would lead to another host.
        if other.starts_with(b"//") {
            return None;
        }
        location(other, request.query)
    }

    /// The canonical host, as an address to the same page, if another was asked for.
    pub(super) fn other_host(&self, request: &Request<'_>) -> Option<HeaderValue> {
        let canonical = self.settings.canonical_host.as_ref()?.as_str();
        let authority = request.authority?;
        let host = host_of(authority);
        let name = host.strip_suffix(b".").unwrap_or(host);
        if name.eq_ignore_ascii_case(canonical.as_bytes()) || request.path == b"*" {
            return None;
        }
        let port = &authority[host.len()..];
        let scheme = request.public_scheme().as_str().as_bytes();
        let address = [scheme, b"://", canonical.as_bytes(), port, request.path].concat();
        location(address, request.query)
    }

    /// Whether this request is answered although the site is being worked on, or it is not.
    pub(super) fn is_open(&self, request: &Request<'_>, trace: &impl Trace) -> bool {
        let Some(maintenance) = &self.settings.maintenance else {
            return true;
        };
        let path = canonical(request.path);
        let is_meant = |pattern: &Pattern| pattern.catch(&path).is_some();
        let open_to = if is_among(request.peer, &maintenance.allow) {
            Some("address")
        } else if maintenance.except.iter().any(is_meant) {
            Some("path")
        } else {
            None
        };
        trace.note(|| Step::Maintenance {
            origin: maintenance.origin.clone(),
            open_to,
        });
        open_to.is_some()
    }

    /// What the operator said of an answer of ours: when to ask again, what may be asked with.
    pub(super) fn in_detail(&self, mut response: Response) -> Response {
        let maintenance = self.settings.maintenance.as_ref();
        match (response.reason, maintenance, &self.settings.methods) {
            (Some(Reason::Maintenance), Some(maintenance), _) => {
                let (_, fields) = response.head_to_edit();
                let seconds = maintenance.retry_after.as_secs();
                fields.set(RETRY_AFTER, HeaderValue::from(seconds));
            }
            (Some(Reason::MethodNotAllowed), _, Some(methods)) => {
                let methods: Vec<_> = methods.iter().map(Method::as_str).collect();
                if let Ok(value) = HeaderValue::from_str(&methods.join(", ")) {
                    let (_, fields) = response.head_to_edit();
                    fields.set(ALLOW, value);
                }
            }
            _ => {}
        }
        response
    }

    /// The page that stands in for an answer, and where that is said.
    pub(super) fn page_for(&self, response: &Response) -> Option<(&Asked, &Origin)> {
        let status = response.status();
        if !status.is_client_error() && !status.is_server_error() {
            return None;
        }
        if response.reason == Some(Reason::Maintenance)
            && let Some(maintenance) = &self.settings.maintenance
            && let Some(page) = &self.maintenance_page
        {
            return Some((page, &maintenance.origin));
        }
        let page = { self.error_pages.iter() }.find(|page| page.of.statuses.has(status))?;
        Some((&page.asked, &page.of.origin))
    }

    /// Which pages of other sites may read what is at a path.
    pub(super) fn cors(&self, request: &Request<'_>) -> Option<&Cors> {
        let path = canonical(request.path);
        let is_meant = |cors: &&Cors| fields::is_meant(cors.path.as_ref(), &path);
        self.settings.cors.iter().find(is_meant)
    }

    /// What the operator has every answer say, done last.
    pub(super) fn dress(&self, request: &Request<'_>, response: &mut Response, trace: &impl Trace) {
        if !self.settings.fields.is_empty() {
            let path = canonical(request.path);
            if trace.is_on() {
                fields::apply(&self.settings.fields, Some(&path), response, trace);
            } else {
                fields::apply_to_kept(&self.settings.fields, self.id, &path, response);
            }
        }
    }
}

fn push(lists: &mut HashMap<Box<[u8]>, Vec<usize>>, path: &[u8], place: usize) {
    lists.entry(path.into()).or_default().push(place);
}

fn location(mut address: Vec<u8>, query: Option<&[u8]>) -> Option<HeaderValue> {
    if let Some(query) = query {
        address.push(b'?');
        address.extend_from_slice(query);
    }
    HeaderValue::from_maybe_shared(bytes::Bytes::from(address)).ok()
}

/// Whether every condition holds; otherwise the first that does not.
fn meets<'p>(
    rule: &Rule,
    request: &Request<'_>,
    path: &'p [u8],
    trace: &impl Trace,
) -> Result<Caught<'p>, Unmet> {
    let conditions: &Conditions = &rule.when;
    let caught = match &conditions.path {
        Some(pattern) => pattern.catch(path).ok_or(Unmet::Path)?,
        None => Caught::default(),
    };
    if !conditions.methods.is_empty() && !conditions.methods.contains(request.method) {
        return Err(Unmet::Method);
    }
    if !conditions.from.is_empty() {
        let supposed = (!trace.knows_client()).then(|| {
            trace.suppose(|| Hang {
                on: HangsOn::Client,
                origin: Some(rule.origin.clone()),
                question: format!("from {:?}", conditions.from),
            })
        });
        let is_meant =
            { supposed.flatten() }.unwrap_or_else(|| is_among(request.peer, &conditions.from));
        if !is_meant {
            return Err(Unmet::From);
        }
    }
    for (name, test) in &conditions.fields {
        let value = request.field(name);
        let supposed = value.is_none().then(|| {
            trace.suppose(|| Hang {
                on: HangsOn::Field(name.clone()),
                origin: Some(rule.origin.clone()),
                question: format!("field {name} {test:?}"),
            })
        });
        if !supposed.flatten().unwrap_or_else(|| passes(test, value)) {
            return Err(Unmet::Field(name.clone()));
        }
    }
    for (name, test) in &conditions.query {
        let value = query_value(request.query.unwrap_or_default(), name);
        let is_secret = matches!(test, ValueTest::Like(_)) && value.as_deref() == Some(REDACTED);
        let supposed = is_secret.then(|| {
            trace.suppose(|| Hang {
                on: HangsOn::Query(name.clone()),
                origin: Some(rule.origin.clone()),
                question: format!("query {name} {test:?}"),
            })
        });
        let passes = supposed
            .flatten()
            .unwrap_or_else(|| passes(test, value.as_deref()));
        if !passes {
            return Err(Unmet::Query(name.clone()));
        }
    }
    Ok(caught)
}

fn passes(test: &ValueTest, value: Option<&[u8]>) -> bool {
    match (test, value) {
        (ValueTest::Present, value) => value.is_some(),
        (ValueTest::Absent, value) => value.is_none(),
        (ValueTest::Like(_), None) => false,
        (ValueTest::Like(like), Some(value)) => is_like(value, like.as_bytes()),
    }
}

/// Whether a value is made like this, where each `*` stands for anything.
fn is_like(mut value: &[u8], like: &[u8]) -> bool {
    let mut words = like.split(|byte| *byte == b'*');
    let first = words.next().unwrap_or_default();
    let Some(rest) = value.strip_prefix(first) else {
        return false;
    };
    value = rest;
    let words: Vec<_> = words.collect();
    let Some((last, between)) = words.split_last() else {
        return value.is_empty();
    };
    for word in between {
        let at = (0..=value.len()).find(|at| value[*at..].starts_with(word));
        let Some(at) = at else {
            return false;
        };
        value = &value[at + word.len()..];
    }
    value.ends_with(last)
}

/// The first value of a name in a query, decoded (WHATWG URL, application/x-www-form-urlencoded).
fn query_value<'q>(query: &'q [u8], name: &str) -> Option<Cow<'q, [u8]>> {
    let decoded = |bytes: &'q [u8]| -> Cow<'q, [u8]> {
        if bytes.contains(&b'+') {
            let spaced: Vec<u8> = bytes
                .iter()
                .map(|byte| if *byte == b'+' { b' ' } else { *byte })
                .collect();
            return Cow::Owned(percent_decode(&spaced).collect());
        }
        percent_decode(bytes).into()
    };
    query.split(|byte| *byte == b'&').find_map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=');
        let (key, value) = pair.split_at(at.unwrap_or(pair.len()));
        (*decoded(key) == *name.as_bytes())
            .then(|| decoded(value.strip_prefix(b"=").unwrap_or(value)))
    })
}

/// A response that sends the client elsewhere: a page that says so, and where.
pub(super) fn redirect(mut page: Response, status: StatusCode, location: HeaderValue) -> Response {
    let (own, fields) = page.head_to_edit();
    *own = status;
    fields.set(LOCATION, location);
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_like_what_is_written() {
        for (like, value, expected) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "ab", true),
            ("*b", "ab", true),
            ("*", "", true),
            ("a*b*c", "a-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("a*a", "a", false),
            ("*b*b", "b", false),
            ("*b*b", "bb", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(
                is_like(value.as_bytes(), like.as_bytes()),
                expected,
                "{like} {value}"
            );
        }
    }

    #[test]
    fn the_query_is_read_as_forms_write_it() {
        for (query, name, expected) in [
            ("a=1&b=2", "b", Some("2")),
            ("a=1&a=2", "a", Some("1")),
            ("a", "a", Some("")),
            ("a=", "a", Some("")),
            ("%61=%62+c", "a", Some("b c")),
            ("b=1", "a", None),
            ("", "a", None),
            ("x=a=1", "x", Some("a=1")),
        ] {
            let value = query_value(query.as_bytes(), name);
            assert_eq!(
                value.as_deref(),
                expected.map(str::as_bytes),
                "{query} {name}"
            );
        }
    }
}
