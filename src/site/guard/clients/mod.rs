//! What one client may ask for: how often, and how much at once.
//!
//! Law: judged first, and that changes nothing ([`ClientGuard::judge`]); counted once, when the answer
//! is really made ([`ClientGuard::commit`]). All limits are judged, and the strictest answers: the one
//! after which the client would have to wait longest. A limit in the shadow refuses nobody: it says
//! whom it would have refused.
//!
//! What was counted lies in a [`LimitStates`], by the names of the limits, and outlives the settings.

mod quota;
mod table;

use std::any::Any;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use http::{Method, StatusCode};

use crate::clock;
use crate::config::pattern::canonical;
use crate::config::{By, ClientLimit, ClientSettings, SiteLimits};
use crate::exchange::{
    Body, Counts, FieldList, LimitSaid, Limited, Network, Reason, Request, Response, Restraint,
};
use crate::observe::{Journal, LimitsDone, Notice};

use crate::site::guard::access::Access;
use crate::site::trace::{Hang, HangsOn, Step, Trace};

use quota::{Quota, Verdict};
use table::Table;

/// The rates that a client is held to (draft-ietf-httpapi-ratelimit-headers-10 §3).
const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What is left of them (§4).
const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// What was counted, by the names of limits. Outlives the settings: who has spent his budget has spent
/// it, whatever is read anew.
#[derive(Default)]
pub struct LimitStates {
    /// Random for each process: nobody outside can tell who shares a place with whom.
    hasher: RandomState,
    tables: Mutex<HashMap<String, Arc<Table>>>,
    in_hand: Mutex<HashMap<String, Arc<Counts>>>,
}

/// The limits of a site, and what was counted for them.
pub(crate) struct ClientGuard {
    limits: Vec<InForce>,
    hasher: RandomState,
    ipv6_prefix: u8,
    journal: Arc<Journal>,
}

/// A limit, and what was counted for it.
struct InForce {
    /// With that of its site: what was counted goes by it.
    name: String,
    limit: ClientLimit,
    rate: Option<(Quota, Arc<Table>)>,
    in_hand: Option<(u32, Arc<Counts>)>,
}

/// Why a request is not answered, and what the client is told of it.
pub(crate) struct Refused {
    pub(crate) reason: Reason,
    /// The longest content that would have been taken, bytes.
    pub(crate) body_bytes_max: Option<u64>,
    /// Which limit it was: told to the operator, never to the client.
    by: Option<Box<LimitSaid>>,
    fields: FieldList,
}

/// Who asks, as the limits see it.
pub(crate) struct Asker {
    now: u64,
    body_bytes: Option<u64>,
    /// For each limit.
    meant: Vec<Meant>,
}

/// Whether a limit is meant for a request, and whom it counts it for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meant {
    /// It is for others.
    No,
    /// It is; there is nothing by which the client could be told from others.
    Nobody,
    /// It is, and the client is known by this.
    Client(u64),
}

/// Whose requests are counted together, for one limit.
enum Client<'a> {
    Network(Network),
    Value(&'a [u8]),
    User(&'a str),
}

impl Hash for Client<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Network(network) => (0_u8, network).hash(state),
            Self::Value(value) => (1_u8, value).hash(state),
            Self::User(name) => (2_u8, name).hash(state),
        }
    }
}

impl LimitStates {
    /// What was counted for the rate of this name: what there is, unless it is of another size. Nothing
    /// of it is changed, and a new one is kept only with [`ClientGuard::take_effect`].
    fn table(&self, name: &str, clients: usize) -> Arc<Table> {
        let tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        match tables.get(name) {
            Some(table) if table.clients() == clients => table.clone(),
            _ => Arc::new(Table::of(clients)),
        }
    }

    /// Who has requests in hand that the limit of this name counts; kept as above.
    fn in_hand(&self, name: &str) -> Arc<Counts> {
        let in_hand = self.in_hand.lock().unwrap_or_else(PoisonError::into_inner);
        in_hand.get(name).cloned().unwrap_or_default()
    }

    /// Forgets what was counted for limits that are nobody's any more.
    pub fn tidy(&self) {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        tables.retain(|_, table| Arc::strong_count(table) > 1);
        let mut in_hand = self.in_hand.lock().unwrap_or_else(PoisonError::into_inner);
        in_hand.retain(|_, counts| Arc::strong_count(counts) > 1);
    }
}

impl InForce {
    /// Which it is.
    fn said(&self) -> LimitSaid {
        LimitSaid {
            name: self.limit.name.clone(),
            origin: self.limit.origin.clone(),
        }
    }

    /// Whether it is for a request, by its path in the canonical form and its method.
    fn is_meant(&self, path: &[u8], request: &Request<'_>) -> bool {
        let methods = &self.limit.methods;
        let is_method = methods.is_empty() || methods.contains(request.method);
        let pattern = self.limit.path.as_ref();
        is_method && pattern.is_none_or(|pattern| pattern.catch(path).is_some())
    }
}

impl ClientGuard {
    /// The limits of the site of this name; `None` if there are none.
    pub(crate) fn new(
        site: &str,
        (limits, settings): (&SiteLimits, &ClientSettings),
        states: &LimitStates,
        journal: &Arc<Journal>,
    ) -> Option<Self> {
        let in_force = |mut limit: ClientLimit| {
            let name = format!("{site}/{}", limit.name);
            limit.is_shadow |= settings.is_shadow;
            InForce {
                rate: limit.rate.map(|rate| {
                    let quota = Quota::of(rate, limit.burst);
                    (quota, states.table(&name, settings.remembered_max))
                }),
                in_hand: limit.concurrent.map(|most| (most, states.in_hand(&name))),
                name,
                limit,
            }
        };
        let limits: Vec<InForce> = limits.all().into_iter().map(in_force).collect();
        (!limits.is_empty()).then(|| Self {
            limits,
            hasher: states.hasher.clone(),
            ipv6_prefix: settings.ipv6_prefix,
            journal: journal.clone(),
        })
    }

    /// From now on these limits count. What is owed beyond what a lower one lets anybody owe is
    /// forgiven.
    pub(crate) fn take_effect(&self, states: &LimitStates) {
        let now = Quota::moment(clock::tick_ms());
        let mut tables = { states.tables.lock() }.unwrap_or_else(PoisonError::into_inner);
        let mut in_hand = { states.in_hand.lock() }.unwrap_or_else(PoisonError::into_inner);
        for InForce {
            name,
            rate,
            in_hand: held,
            ..
        } in &self.limits
        {
            if let Some((quota, table)) = rate {
                table.forgive(*quota, now);
                tables.insert(name.clone(), table.clone());
            }
            if let Some((_, counts)) = held {
                in_hand.insert(name.clone(), counts.clone());
            }
        }
    }

    /// Who asks; `access`: who knows whether he has shown a password.
    pub(crate) fn asker(&self, request: &Request<'_>, access: Option<&Access>) -> Asker {
        let network = request.peer.network(self.ipv6_prefix);
        let path = canonical(request.path);
        let user = OnceCell::new();
        let user = || {
            let known = user.get_or_init(|| access?.user(request));
            known.as_deref()
        };
        let meant = |in_force: &InForce| {
            if !in_force.is_meant(&path, request) {
                return Meant::No;
            }
            match client_of(&in_force.limit.by, network, request, &user) {
                Some(client) => Meant::Client(self.hasher.hash_one(client)),
                None => Meant::Nobody,
            }
        };
        Asker {
            now: Quota::moment(request.tick_ms),
            body_bytes: request.body_bytes,
            meant: self.limits.iter().map(meant).collect(),
        }
    }

    /// Whether a request carries more than it may, as far as it says how much it carries.
    pub(crate) fn judge_body(&self, request: &Request<'_>, trace: &impl Trace) -> Option<Refused> {
        let path = canonical(request.path);
        let bounds = || {
            let in_force = self.limits.iter().filter(|in_force| {
                !in_force.limit.is_shadow
                    && in_force.limit.body_bytes_max.is_some()
                    && in_force.is_meant(&path, request)
            });
            in_force.filter(|in_force| {
                in_force.is_over(request.body_bytes)
                    || trace.is_on() && has_content(request) && in_force.suppose_over(trace)
            })
        };
        let least = bounds().min_by_key(|in_force| in_force.limit.body_bytes_max);
        least.map(|in_force| Refused {
            reason: Reason::BodyTooLarge,
            body_bytes_max: in_force.limit.body_bytes_max,
            by: Some(Box::new(in_force.said())),
            fields: FieldList::new(),
        })
    }

    /// What is supposed of a request that was not kept whole: whether it would be refused for what was
    /// counted, which was another then.
    pub(crate) fn suppose(&self, request: &Request<'_>, trace: &impl Trace) -> Option<Refused> {
        let path = canonical(request.path);
        let counts = |in_force: &&InForce| {
            let limit = &in_force.limit;
            let has_counts = limit.rate.is_some() || limit.concurrent.is_some();
            has_counts && !limit.is_shadow && in_force.is_meant(&path, request)
        };
        let limits: Vec<&ClientLimit> = { self.limits.iter() }
            .filter(counts)
            .map(|in_force| &in_force.limit)
            .collect();
        let first = limits.first()?;
        let is_refused = trace.suppose(|| {
            let names: Vec<&str> = limits.iter().map(|limit| &*limit.name).collect();
            let numbers = limits.iter().map(|limit| {
                let ClientLimit {
                    name,
                    by,
                    rate,
                    burst,
                    concurrent,
                    ..
                } = limit;
                format!("{name} {by:?} {rate:?} {burst:?} {concurrent:?}")
            });
            Hang {
                on: HangsOn::Limits(names.join(", ")),
                origin: first.origin.clone(),
                question: format!("limits {:?}", numbers.collect::<Vec<_>>()),
            }
        });
        (is_refused == Some(true)).then(|| Refused {
            reason: Reason::RateLimited,
            body_bytes_max: None,
            by: None,
            fields: FieldList::new(),
        })
    }

    /// Whether a request would be refused now. Changes nothing.
    pub(crate) fn judge(&self, asker: &Asker) -> Option<Refused> {
        let hold = |counts: &Arc<Counts>, client: u64, most| {
            (counts.held_by(&client) < most).then_some(None)
        };
        self.look(asker, Table::judge, hold).err()
    }

    /// Writes down what each limit says of a request. Changes nothing.
    pub(crate) fn note(&self, asker: &Asker, trace: &impl Trace) {
        for (in_force, meant) in self.limits.iter().zip(&asker.meant) {
            trace.note(|| in_force.step(*meant, asker));
        }
    }

    /// Counts a request that is being answered; refuses it if others were quicker since it was judged.
    pub(crate) fn commit(&self, asker: &Asker) -> Result<Option<Box<Limited>>, Refused> {
        let hold = |counts: &Arc<Counts>, client: u64, most| {
            let place = counts.take(&client, most)?;
            Some(Some(Box::new(place) as Box<dyn Any + Send + Sync>))
        };
        let looked = self.look(asker, Table::take, hold);
        for (_, table) in self
            .limits
            .iter()
            .filter_map(|in_force| in_force.rate.as_ref())
        {
            if table.is_to_be_told() {
                let remembered = table.clients() as u64;
                self.journal.notice(Notice::ClientsForgotten { remembered });
            }
        }
        let limited = looked?;
        if limited.shadow.is_some() {
            self.journal.limited(LimitsDone::WouldRefuse);
        }
        Ok((!limited.says_nothing()).then(|| Box::new(limited)))
    }

    /// Counts a request that was refused.
    pub(crate) fn has_refused(&self) {
        self.journal.limited(LimitsDone::Refused);
    }

    fn look(
        &self,
        asker: &Asker,
        ask: impl Fn(&Table, u64, Quota, u64) -> Verdict,
        hold: impl Fn(&Arc<Counts>, u64, u32) -> Option<Option<Box<dyn Any + Send + Sync>>>,
    ) -> Result<Limited, Refused> {
        let mut limited = Limited::default();
        let meant =
            || { self.limits.iter().zip(&asker.meant) }.filter(|(_, meant)| **meant != Meant::No);
        for (in_force, _) in meant() {
            let limit = &in_force.limit;
            if limit.is_shadow {
                if in_force.is_over(asker.body_bytes) {
                    limited.shadow = Some(Restraint::Body);
                }
                continue;
            }
            limited.bandwidth = least(limited.bandwidth, limit.bandwidth);
            limited.body_bytes_max = least(limited.body_bytes_max, limit.body_bytes_max);
        }
        let clients = || {
            meant().filter_map(|(in_force, meant)| match meant {
                Meant::Client(client) => Some((in_force, *client)),
                Meant::Nobody | Meant::No => None,
            })
        };
        // Before the rates: who is refused here has spent nothing of them.
        for (in_force, client) in clients() {
            let Some((most, counts)) = &in_force.in_hand else {
                continue;
            };
            match hold(counts, client, *most) {
                Some(place) => limited.held.extend(place),
                None if in_force.limit.is_shadow => limited.shadow = Some(Restraint::AtOnce),
                None => return Err(Refused::at_once(in_force)),
            }
        }
        let mut longest: Option<(u64, &InForce)> = None;
        for (in_force, client) in clients() {
            let Some((quota, table)) = &in_force.rate else {
                continue;
            };
            match ask(table, client, *quota, asker.now) {
                Verdict::Pass { .. } => {}
                Verdict::Wait { .. } if in_force.limit.is_shadow => {
                    limited.shadow = Some(Restraint::Rate);
                }
                Verdict::Wait { ms } if longest.is_some_and(|(longest, _)| longest >= ms) => {}
                Verdict::Wait { ms } => longest = Some((ms, in_force)),
            }
        }
        match longest {
            None => Ok(limited),
            Some((ms, in_force)) => Err(self.refused(asker, ms, in_force)),
        }
    }

    /// What is told to whoever has to wait for so long: every rate it is held to.
    fn refused(&self, asker: &Asker, ms: u64, by: &InForce) -> Refused {
        let (mut policy, mut left) = (Vec::new(), Vec::new());
        for (in_force, meant) in self.limits.iter().zip(&asker.meant) {
            let limit = &in_force.limit;
            let (Some((quota, table)), Some(rate), Meant::Client(client), false) =
                (&in_force.rate, limit.rate, meant, limit.is_shadow)
            else {
                continue;
            };
            let (name, requests, seconds) = (&limit.name, rate.requests, rate.period.seconds());
            policy.push(format!("\"{name}\";q={requests};w={seconds}"));
            left.push(match table.judge(*client, *quota, asker.now) {
                Verdict::Pass { left } => format!("\"{name}\";r={left}"),
                Verdict::Wait { ms } => format!("\"{name}\";r=0;t={}", ms.div_ceil(1000)),
            });
        }
        let mut fields = FieldList::new();
        fields.add(RETRY_AFTER, HeaderValue::from(ms.div_ceil(1000).max(1)));
        for (name, list) in [(RATELIMIT_POLICY, policy), (RATELIMIT, left)] {
            if let Ok(value) = HeaderValue::from_str(&list.join(", ")) {
                fields.add(name, value);
            }
        }
        Refused {
            reason: Reason::RateLimited,
            body_bytes_max: None,
            by: Some(Box::new(by.said())),
            fields,
        }
    }
}

impl InForce {
    /// What it says of a request.
    fn step(&self, meant: Meant, asker: &Asker) -> Step {
        let (mut left, mut wait_seconds) = (None, None);
        let outcome = match meant {
            Meant::No => "not-meant",
            _ if self.is_over(asker.body_bytes) => "too-long",
            Meant::Nobody => "unknown-client",
            Meant::Client(client) => {
                let is_full = { self.in_hand.as_ref() }
                    .is_some_and(|(most, counts)| counts.held_by(&client) >= *most);
                let verdict = { self.rate.as_ref() }
                    .map(|(quota, table)| table.judge(client, *quota, asker.now));
                match verdict {
                    _ if is_full => "too-many-at-once",
                    Some(Verdict::Wait { ms }) => {
                        wait_seconds = Some(ms.div_ceil(1000));
                        "waits"
                    }
                    Some(Verdict::Pass { left: more }) => {
                        left = Some(more);
                        "passes"
                    }
                    None => "passes",
                }
            }
        };
        Step::Limit {
            name: self.limit.name.clone(),
            origin: self.limit.origin.clone(),
            by: self.limit.by.to_string(),
            outcome,
            is_shadow: self.limit.is_shadow,
            left,
            wait_seconds,
        }
    }

    /// Whether content of which nobody knows how long it is counts as more than it lets pass.
    fn suppose_over(&self, trace: &impl Trace) -> bool {
        let most = self.limit.body_bytes_max;
        let is_over = trace.suppose(|| Hang {
            on: HangsOn::Length,
            origin: self.limit.origin.clone(),
            question: format!("length {most:?}"),
        });
        is_over == Some(true)
    }

    /// Whether content of so many bytes is more than it lets pass.
    fn is_over(&self, body_bytes: Option<u64>) -> bool {
        let most = self.limit.body_bytes_max;
        body_bytes.is_some_and(|bytes| most.is_some_and(|most| bytes > most))
    }
}

/// Whether a request with this method usually carries something.
fn has_content(request: &Request<'_>) -> bool {
    matches!(*request.method, Method::POST | Method::PUT | Method::PATCH)
}

/// The lesser of two bounds, if there are any.
fn least<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    [one, other].into_iter().flatten().min()
}

/// Who asks, as a limit sees it; nobody that could be told from others, where there is neither such a
/// field or user nor an address.
fn client_of<'a>(
    by: &By,
    network: Option<Network>,
    request: &Request<'a>,
    user: &dyn Fn() -> Option<&'a str>,
) -> Option<Client<'a>> {
    match by {
        By::Field(name) if let Some(value) = request.field(name.as_str()) => {
            Some(Client::Value(value))
        }
        By::User if let Some(name) = user() => Some(Client::User(name)),
        By::Field(_) | By::User | By::Address => network.map(Client::Network),
    }
}

impl Refused {
    /// Some request of his has to end first; nobody knows when one will.
    fn at_once(by: &InForce) -> Self {
        let mut fields = FieldList::new();
        fields.add(RETRY_AFTER, HeaderValue::from(1));
        Self {
            reason: Reason::TooManyAtOnce,
            body_bytes_max: None,
            by: Some(Box::new(by.said())),
            fields,
        }
    }

    /// The answer where nobody is left to make a page: a person reads the fields.
    pub(crate) fn response(&self) -> Response {
        let status = StatusCode::TOO_MANY_REQUESTS;
        self.told(Response::new(status, self.fields.clone(), Body::Empty).because(self.reason))
    }

    /// The answer, with what the operator is told of it.
    pub(crate) fn told(&self, mut response: Response) -> Response {
        if self.by.is_some() {
            let limited = response.limited.get_or_insert_default();
            limited.refused_by.clone_from(&self.by);
        }
        response
    }

    /// The fields that tell it.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&HeaderName, &HeaderValue)> {
        self.fields.iter()
    }
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::exchange::{Peer, Scheme};
    use crate::observe::{Audience, Batch, Event, WhenFull};

    struct Guarded {
        guard: ClientGuard,
        journal: Arc<Journal>,
    }

    type Settings = (SiteLimits, ClientSettings);

    fn settings(rates: &[&str]) -> Settings {
        let rates = ClientLimit::read_all("rate-limit", rates.iter().copied());
        let limits = SiteLimits {
            limits: rates.unwrap(),
            ..SiteLimits::default()
        };
        (limits, ClientSettings::default())
    }

    impl Guarded {
        fn of((limits, settings): &Settings, states: &LimitStates) -> Self {
            let journal = Arc::new(Journal::new(1));
            let guard = ClientGuard::new("default", (limits, settings), states, &journal);
            if let Some(guard) = &guard {
                guard.take_effect(states);
            }
            let guard = guard.expect("there are limits");
            Self { guard, journal }
        }

        fn asker(&self, address: &str, tick_ms: u64) -> Asker {
            let peer = match address {
                "" => Peer::Unix,
                address => Peer::Tcp((address.parse::<std::net::IpAddr>().unwrap(), 1).into()),
            };
            let fields: Vec<(&str, &[u8])> = Vec::new();
            let request = Request {
                method: &Method::GET,
                path: b"/",
                query: None,
                authority: None,
                fields: &fields,
                peer: &peer,
                scheme: Scheme::Http,
                is_misdirected: false,
                proof: None,
                told_scheme: None,
                offer: None,
                body_bytes: Some(0),
                tick_ms,
            };
            self.guard.asker(&request, None)
        }

        /// Asks once, as an answer that is sent.
        fn passes(&self, address: &str, tick_ms: u64) -> bool {
            let asker = self.asker(address, tick_ms);
            let judged = self.guard.judge(&asker).is_none();
            assert_eq!(judged, self.guard.commit(&asker).is_ok(), "as was judged");
            judged
        }

        fn notices(&self) -> Vec<Notice> {
            let mut batch = Batch::default();
            let mut reader = self
                .journal
                .subscribe(Audience::Notices, WhenFull::DropNewest);
            reader.take(&mut batch);
            let events = batch.records.iter().map(|record| record.event);
            events
                .filter_map(|event| match event {
                    Event::Notice(notice) => Some(notice),
                    _ => None,
                })
                .collect()
        }
    }

    #[test]
    fn without_limits_there_is_no_guard() {
        let (states, journal) = (LimitStates::default(), Arc::new(Journal::new(1)));
        let nothing = settings(&[]);
        let nothing = (&nothing.0, &nothing.1);
        assert!(ClientGuard::new("default", nothing, &states, &journal).is_none());
    }

    #[test]
    fn of_ipv6_as_many_bits_count_as_was_set() {
        let (one, other) = ("2001:db8::1", "2001:db8::2");
        for (ipv6_prefix, other_passes) in [(64, false), (128, true)] {
            let mut settings = settings(&["1/h"]);
            settings.1.ipv6_prefix = ipv6_prefix;
            let guarded = Guarded::of(&settings, &LimitStates::default());
            assert!(guarded.passes(one, 1));
            assert_eq!(guarded.passes(other, 1), other_passes, "{ipv6_prefix} bits");
            assert!(!guarded.passes(one, 1));
        }
    }

    #[test]
    fn whoever_has_no_address_is_held_to_nothing() {
        let mut settings = settings(&["1/h"]);
        settings.0.requests_per_address = Some(1);
        let guarded = Guarded::of(&settings, &LimitStates::default());
        assert!((0..5).all(|_| guarded.passes("", 1)));
    }

    #[test]
    fn to_judge_changes_nothing() {
        let guarded = Guarded::of(&settings(&["1/h"]), &LimitStates::default());
        let asker = guarded.asker("192.0.2.1", 1);
        assert!((0..9).all(|_| guarded.guard.judge(&asker).is_none()));
        assert!(guarded.passes("192.0.2.1", 1));
        assert!(guarded.guard.judge(&asker).is_some());
    }

    #[test]
    fn what_was_counted_outlives_the_settings() {
        let states = LimitStates::default();
        let before = Guarded::of(&settings(&["2/h", "9/s"]), &states);
        assert!(before.passes("192.0.2.1", 1) && before.passes("192.0.2.1", 1));
        // The same name, and other numbers.
        let after = Guarded::of(&settings(&["3/h", "9/s"]), &states);
        assert!(
            !after.passes("192.0.2.1", 1),
            "the debt is as deep as three"
        );
        assert!(after.passes("192.0.2.1", 3_600_000 / 3 + 1));
        drop(before);
        drop(after);
        states.tidy();
        let anew = Guarded::of(&settings(&["2/h"]), &states);
        assert!(anew.passes("192.0.2.1", 1), "nobody had limits meanwhile");
    }

    /// A reading of the settings may fail after its limits were made.
    #[test]
    fn limits_that_never_take_effect_forgive_nobody_and_leave_nothing() {
        let states = LimitStates::default();
        let before = Guarded::of(&settings(&["2/h"]), &states);
        assert!(before.passes("192.0.2.1", 1) && before.passes("192.0.2.1", 1));
        let (limits, clients) = &settings(&["9/s"]);
        let mut larger = (limits.clone(), clients.clone());
        larger.1.remembered_max *= 2;
        for (limits, clients) in [(limits, clients), (&larger.0, &larger.1)] {
            let journal = Arc::new(Journal::new(1));
            drop(ClientGuard::new(
                "default",
                (limits, clients),
                &states,
                &journal,
            ));
        }
        assert!(!before.passes("192.0.2.1", 1), "owes what it owed");
        let after = Guarded::of(&settings(&["2/h"]), &states);
        assert!(!after.passes("192.0.2.1", 1), "of the table that there was");
    }

    #[test]
    fn requests_in_hand_are_counted_whatever_settings_they_began_with() {
        let states = LimitStates::default();
        let at_once = |most| {
            let mut settings = settings(&[]);
            settings.0.requests_per_address = Some(most);
            settings
        };
        let before = Guarded::of(&at_once(2), &states);
        let asker = before.asker("192.0.2.1", 1);
        let held = before.guard.commit(&asker).ok().flatten();
        let after = Guarded::of(&at_once(1), &states);
        assert!(!after.passes("192.0.2.1", 1));
        assert!(after.passes("192.0.2.2", 1), "others have their own");
        drop(held);
        assert!(after.passes("192.0.2.1", 1));
    }

    #[test]
    fn who_is_quicker_takes_the_last_one() {
        let guarded = Guarded::of(&settings(&["1/h"]), &LimitStates::default());
        let asker = guarded.asker("192.0.2.1", 1);
        assert!(
            guarded.guard.judge(&asker).is_none(),
            "both are told that they may"
        );
        assert!(guarded.guard.judge(&asker).is_none());
        assert!(guarded.guard.commit(&asker).is_ok());
        assert!(guarded.guard.commit(&asker).is_err());
    }

    /// A table that is full of spent budgets: said once, however many pass.
    #[test]
    fn that_more_have_spent_their_budget_than_are_remembered_is_said_once() {
        let mut settings = settings(&["1/h,burst=1"]);
        settings.1.remembered_max = 256;
        let guarded = Guarded::of(&settings, &LimitStates::default());
        for address in 0..5_000_u32 {
            let address = std::net::Ipv4Addr::from_bits(address).to_string();
            assert!(
                guarded.passes(&address, 1),
                "{address} has not asked before"
            );
        }
        assert_eq!(
            guarded.notices(),
            [Notice::ClientsForgotten { remembered: 256 }]
        );
    }
}
