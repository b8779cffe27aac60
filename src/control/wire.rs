//! Events on their way to one who watches from another process, and back into a batch there.
//!
//! Law: facts travel, never sentences: whoever watches says them in a language of its own, with the
//! code that the server itself would say them with. An event of a later server that is not known here
//! is passed over.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::exchange::{
    Coding, Ending, LimitSaid, Origin, Peer, Reason, RefusalFacts, Restraint, TracedFor,
    reason_named, word,
};
use crate::observe::{
    Batch, Change, End, Event, Exchange, Handshake, Method, NotOpened, Notice, Protocol, Record,
    Said, Standing, Tracer, pack_limit, pack_walk,
};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// When: microseconds since the server's start.
    pub at_us: u64,
    /// The connection; 0 for what concerns the whole server.
    pub connection: u64,
    /// What.
    #[serde(flatten)]
    what: What,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum What {
    Accepted {
        peer: String,
        /// Whether its address has as many connections as it may, by a limit that only tells.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        beyond: bool,
    },
    Handshake {
        name: String,
        client: String,
        took_us: u32,
        version: u16,
        cipher: u16,
        group: u16,
        protocol: Option<String>,
        resumed: bool,
        failure: Option<String>,
    },
    Request(Asked),
    Refused {
        stream: u32,
        #[serde(flatten)]
        facts: Facts,
    },
    Ended(Ended),
    Changed {
        path: String,
        whose: String,
        files: u32,
        pages: u32,
        styles: bool,
    },
    Notice {
        notice: Value,
    },
    #[serde(other)]
    Unknown,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Asked {
    number: u32,
    method: String,
    target: String,
    /// Who asked, where somebody else passed it on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    client: String,
    version: String,
    status: u16,
    content_bytes: u64,
    took_us: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Of a reason that names a part of the path: how many names that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    names: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    coding: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    lacks_sibling: bool,
    /// The reason for which a limit that only tells would have refused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shadow: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    broken_of: Option<u64>,
    /// Which limit refused it, and where that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refused_by: Option<(String, String)>,
    /// How the answer came about, if it was traced; empty: it found no room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    walk: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Facts {
    refusal: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    rfc: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Ended {
    ending: String,
    #[serde(flatten)]
    facts: Option<Facts>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    requests: u32,
    lasted_us: u64,
    waited_ms: u64,
    received_bytes: u64,
    sent_bytes: u64,
    /// What was being answered, how far that had come, and of how much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    broken: Option<(String, u64, u64)>,
}

impl Told {
    /// An event as it is told; `None` for one that points nowhere.
    pub fn of(record: &Record, batch: &Batch, started: Instant) -> Option<Self> {
        Some(Self {
            at_us: micros(record.at.saturating_duration_since(started)),
            connection: record.connection,
            what: what(record, batch)?,
        })
    }

    /// A request as it is told to one who traces; `None`: it was not traced for that one.
    pub fn of_traced(
        record: &Record,
        batch: &Batch,
        started: Instant,
        tracer: &Tracer,
    ) -> Option<Self> {
        let (exchange, of) = match record.event {
            Event::Answered { exchange } => (exchange, None),
            Event::Broken { exchange, of } => (exchange, Some(of)),
            _ => return None,
        };
        let said = Said::read(batch.text_at(exchange.said()));
        if !tracer.means(&exchange, said.traced_for) {
            return None;
        }
        let mut asked = asked(record, &exchange, of, (batch, tracer.whom()));
        if let Some(client) = said.client.filter(|_| asked.client.is_empty()) {
            // Nothing is told of its connection, so here it is said who that is.
            asked.client = client.to_string();
        }
        Some(Self {
            at_us: micros(record.at.saturating_duration_since(started)),
            connection: record.connection,
            what: What::Request(asked),
        })
    }

    /// Adds what was told to a batch; `started` is the moment of the server's start. Answers whether
    /// it was understood.
    pub fn add_to(&self, batch: &mut Batch, started: Instant) -> bool {
        let at = started + Duration::from_micros(self.at_us);
        let Some(event) = event(&self.what, at, batch) else {
            return false;
        };
        batch.records.push(Record {
            at,
            connection: self.connection,
            event,
        });
        true
    }
}

fn what(record: &Record, batch: &Batch) -> Option<What> {
    let text = |place| String::from_utf8_lossy(batch.text_at(place)).into_owned();
    let settings = TracedFor::SETTINGS;
    Some(match record.event {
        Event::Accepted { peer, standing } => What::Accepted {
            peer: peer.to_string(),
            beyond: standing == Standing::Beyond,
        },
        Event::Handshake(handshake) => What::Handshake {
            name: text(handshake.name),
            client: text(handshake.client()),
            took_us: handshake.took_us,
            version: handshake.version,
            cipher: handshake.cipher,
            group: handshake.group,
            protocol: handshake.protocol.map(str::to_owned),
            resumed: handshake.is_resumed,
            failure: handshake.failure.map(str::to_owned),
        },
        Event::Answered { exchange } => {
            What::Request(asked(record, &exchange, None, (batch, settings)))
        }
        Event::Broken { exchange, of } => {
            What::Request(asked(record, &exchange, Some(of), (batch, settings)))
        }
        Event::Refused { stream, facts, .. } => What::Refused {
            stream,
            facts: Facts::of(facts),
        },
        Event::Ended { place } => {
            let end = batch.end(place)?;
            What::Ended(Ended {
                ending: end.ending.name().to_owned(),
                facts: match end.ending {
                    Ending::Refused(facts) | Ending::SentAway(facts) => Some(Facts::of(facts)),
                    _ => None,
                },
                failure: match end.ending {
                    Ending::HandshakeFailed(failure) | Ending::ProxyFailed(failure) => {
                        Some(failure.to_owned())
                    }
                    _ => None,
                },
                requests: end.requests,
                lasted_us: end.lasted_us,
                waited_ms: end.waited_ms,
                received_bytes: end.received,
                sent_bytes: end.sent,
                broken: end.progress.map(|(sent, of)| (text(end.target), sent, of)),
            })
        }
        Event::Changed(change) => What::Changed {
            path: text(change.path),
            whose: text(change.whose()),
            files: change.files,
            pages: change.pages,
            styles: change.are_styles,
        },
        Event::Notice(notice) => What::Notice {
            notice: serde_json::to_value(notice).ok()?,
        },
    })
}

/// A request, with its walk if that is for these.
fn asked(
    record: &Record,
    exchange: &Exchange,
    of: Option<u64>,
    (batch, whom): (&Batch, TracedFor),
) -> Asked {
    let target = batch.text_at(exchange.target);
    let said = Said::read(batch.text_at(exchange.said()));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let took = record.at.saturating_duration_since(exchange.begun);
    Asked {
        number: exchange.number,
        method: exchange.method.name().to_owned(),
        target: String::from_utf8_lossy(target).into_owned(),
        client: String::from_utf8_lossy(batch.text_at(exchange.client())).into_owned(),
        version: exchange.protocol.name().to_owned(),
        status: exchange.status,
        content_bytes: exchange.content_bytes,
        took_us: micros(took),
        reason: exchange.reason.map(|reason| reason.name().to_owned()),
        names: match exchange.reason {
            Some(Reason::Forbidden { names }) => Some(names),
            _ => None,
        },
        coding: exchange.coding.map(|coding| coding.name().to_owned()),
        lacks_sibling: exchange.lacks_sibling,
        shadow: { exchange.shadow }.map(|restraint| restraint.reason().name().to_owned()),
        broken_of: of,
        refused_by: said.refused_by.map(|(name, at)| (text(name), text(at))),
        walk: said.walk_for(whom).map(text),
    }
}

fn event(what: &What, at: Instant, batch: &mut Batch) -> Option<Event> {
    Some(match what {
        What::Accepted { peer, beyond } => Event::Accepted {
            peer: peer_of(peer)?,
            standing: if *beyond {
                Standing::Beyond
            } else {
                Standing::Welcome
            },
        },
        What::Handshake {
            name,
            client,
            took_us,
            version,
            cipher,
            group,
            protocol,
            resumed,
            failure,
        } => {
            let name = add(name, batch);
            Event::Handshake(Handshake {
                name,
                client_bytes: add(client, batch).1,
                took_us: *took_us,
                version: *version,
                cipher: *cipher,
                group: *group,
                protocol: protocol.as_deref().map(word),
                is_resumed: *resumed,
                failure: failure.as_deref().map(word),
            })
        }
        What::Request(asked) => answered(asked, at, batch)?,
        What::Refused { stream, facts } => Event::Refused {
            stream: *stream,
            facts: facts.facts(),
            said: (0, 0),
        },
        What::Ended(ended) => {
            let target = ended
                .broken
                .as_ref()
                .map_or((0, 0), |(target, ..)| add(target, batch));
            batch.ends.push(End {
                ending: ending_of(ended)?,
                requests: ended.requests,
                progress: ended.broken.as_ref().map(|(_, sent, of)| (*sent, *of)),
                lasted_us: ended.lasted_us,
                waited_ms: ended.waited_ms,
                received: ended.received_bytes,
                sent: ended.sent_bytes,
                target,
                said_bytes: 0,
            });
            Event::Ended {
                place: u32::try_from(batch.ends.len() - 1).ok()?,
            }
        }
        What::Changed {
            path,
            whose,
            files,
            pages,
            styles,
        } => {
            let path = add(path, batch);
            Event::Changed(Change {
                path,
                whose_bytes: add(whose, batch).1,
                files: *files,
                pages: *pages,
                are_styles: *styles,
            })
        }
        What::Notice { notice } => Event::Notice(notice_of(notice)?),
        What::Unknown => return None,
    })
}

/// A request and its answer, from what was told.
fn answered(asked: &Asked, at: Instant, batch: &mut Batch) -> Option<Event> {
    let target = add(&asked.target, batch);
    let said = batch.text.len();
    if let Some((name, at)) = &asked.refused_by {
        let (name, file) = (name.clone(), at.as_str().into());
        let origin = (!at.is_empty()).then_some(Origin { file, line: 0 });
        pack_limit(&LimitSaid { name, origin }, &mut batch.text);
    }
    if let Some(walk) = &asked.walk {
        pack_walk(TracedFor::SETTINGS, walk.as_bytes(), &mut batch.text);
    }
    let exchange = Exchange {
        number: asked.number,
        target,
        said_bytes: u16::try_from(batch.text.len() - said).unwrap_or(0),
        client_bytes: u8::try_from(add(&asked.client, batch).1).unwrap_or(0),
        site: 0,
        method: method_of(&asked.method),
        protocol: protocol_of(&asked.version)?,
        status: asked.status,
        reason: asked
            .reason
            .as_deref()
            .and_then(|name| reason_of(name, asked.names)),
        coding: { asked.coding.as_deref() }.and_then(|name| Coding::named(name.as_bytes())),
        lacks_sibling: asked.lacks_sibling,
        shadow: Restraint::ALL
            .into_iter()
            .find(|restraint| asked.shadow.as_deref() == Some(restraint.reason().name())),
        content_bytes: asked.content_bytes,
        begun: at
            .checked_sub(Duration::from_micros(asked.took_us))
            .unwrap_or(at),
    };
    Some(match asked.broken_of {
        None => Event::Answered { exchange },
        Some(of) => Event::Broken { exchange, of },
    })
}

impl Facts {
    fn of(facts: RefusalFacts) -> Self {
        Self {
            refusal: facts.name.to_owned(),
            status: facts.status,
            rfc: facts.rfc.to_owned(),
        }
    }

    fn facts(&self) -> RefusalFacts {
        RefusalFacts {
            name: word(&self.refusal),
            status: self.status,
            rfc: word(&self.rfc),
        }
    }
}

/// Appends a text; what is longer than a batch can say is cut.
fn add(text: &str, batch: &mut Batch) -> (u32, u16) {
    let start = u32::try_from(batch.text.len()).unwrap_or(u32::MAX);
    let text = &text.as_bytes()[..text.len().min(usize::from(u16::MAX))];
    batch.text.extend_from_slice(text);
    (start, u16::try_from(text.len()).unwrap_or(u16::MAX))
}

/// The other end, as it was told.
pub(super) fn peer_of(text: &str) -> Option<Peer> {
    match text {
        "unix" => Some(Peer::Unix),
        address => address.parse().ok().map(Peer::Tcp),
    }
}

/// The method of this name.
pub(super) fn method_of(name: &str) -> Method {
    let method = http::Method::from_bytes(name.as_bytes());
    method.map_or(Method::Other, |method| Method::of(&method))
}

fn protocol_of(name: &str) -> Option<Protocol> {
    let all = [Protocol::Http10, Protocol::Http11, Protocol::Http2];
    all.into_iter().find(|protocol| protocol.name() == name)
}

fn reason_of(name: &str, names: Option<u16>) -> Option<Reason> {
    match (reason_named(name), names) {
        (Some(Reason::Forbidden { .. }), Some(names)) => Some(Reason::Forbidden { names }),
        (reason, _) => reason,
    }
}

fn ending_of(ended: &Ended) -> Option<Ending> {
    let mut known = Ending::ALL.into_iter();
    let known = known.find(|ending| ending.name() == ended.ending)?;
    Some(match (known, &ended.facts, &ended.failure) {
        (Ending::Refused(_), Some(facts), _) => Ending::Refused(facts.facts()),
        (Ending::SentAway(_), Some(facts), _) => Ending::SentAway(facts.facts()),
        (Ending::HandshakeFailed(_), _, Some(failure)) => Ending::HandshakeFailed(word(failure)),
        (Ending::ProxyFailed(_), _, Some(failure)) => Ending::ProxyFailed(word(failure)),
        (known, ..) => known,
    })
}

/// A notice from the object that the journal makes of it.
fn notice_of(notice: &Value) -> Option<Notice> {
    let number = |field: &str| notice.get(field).and_then(Value::as_u64);
    let small = |field: &str| number(field).and_then(|number| u16::try_from(number).ok());
    let text = |field: &str| notice.get(field).and_then(Value::as_str);
    let errno = || errno_of(text("system")?);
    Some(match text("notice")? {
        "crowded" => Notice::Crowded {
            limit: number("limit")?,
        },
        "crowd-over" => Notice::CrowdOver {
            shed: number("shed")?,
            refused: number("refused")?,
        },
        "accept-fails" => Notice::AcceptFails { errno: errno()? },
        "accept-works" => Notice::AcceptWorks {
            failures: number("failures")?,
        },
        "next-port" => Notice::NextPort {
            taken: small("taken")?,
            port: small("port")?,
        },
        "memory-limit" => Notice::MemoryLimit {
            limit: number("limit")?,
            files: number("files")?,
        },
        "certificates-renewed" => Notice::CertificatesRenewed {
            certificates: number("certificates")?,
        },
        "access-renewed" => Notice::AccessRenewed {
            path: word(text("path")?),
        },
        "access-kept" => Notice::AccessKept {
            path: word(text("path")?),
            line: number("line").unwrap_or(0),
            error: word(text("error")?),
        },
        "certificate-kept" => Notice::CertificateKept {
            path: word(text("path")?),
            error: word(text("error")?),
        },
        "not-opened" => Notice::NotOpened {
            why: match text("why")? {
                "as-administrator" => NotOpened::AsAdministrator,
                "no-display" => NotOpened::NoDisplay,
                "no-address" => NotOpened::NoAddress,
                "no-program" => NotOpened::NoProgram,
                "failed" => NotOpened::Failed {
                    program: "xdg-open",
                },
                _ => return None,
            },
        },
        "looks-for-changes" => Notice::LooksForChanges {
            why: word(text("why")?),
        },
        "close-asked" => Notice::CloseAsked {
            connection: number("connection")?,
            user: u32::try_from(number("user")?).ok()?,
        },
        "clients-forgotten" => Notice::ClientsForgotten {
            remembered: number("remembered")?,
        },
        "log-fails" => Notice::LogFails {
            log: word(text("log")?),
            errno: errno()?,
        },
        "log-works" => Notice::LogWorks {
            log: word(text("log")?),
            lost: number("lost")?,
        },
        "log-missed" => Notice::LogMissed {
            lost: number("lost")?,
        },
        "metrics" => Notice::Metrics {
            address: text("address")?.parse().ok()?,
        },
        "not-ready" => Notice::NotReady {
            delay_ms: number("delay_ms")?,
        },
        "reloaded" => Notice::Reloaded {
            generation: number("generation")?,
            sites: number("sites")?,
        },
        "needs-restart" => Notice::NeedsRestart {
            key: word(text("key")?),
        },
        "not-reloaded" => Notice::NotReloaded,
        "no-control-socket" => Notice::NoControlSocket { errno: errno()? },
        "draining" => Notice::Draining {
            busy: number("busy")?,
        },
        _ => return None,
    })
}

/// The number in the system's words: `Too many open files (os error 24)`.
fn errno_of(words: &str) -> Option<i32> {
    let (_, number) = words.rsplit_once("(os error ")?;
    number.strip_suffix(')')?.parse().ok()
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock;
    use crate::exchange::Rule;
    use crate::observe::{Audience, Journal, Registry, Subscription, Target, WhenFull};

    /// What was told, as lines, and the batch that they make.
    fn across(reader: &mut Subscription, started: Instant) -> (Batch, Batch) {
        let (mut before, mut after) = (Batch::default(), Batch::default());
        reader.take(&mut before);
        for record in &before.records {
            let told = Told::of(record, &before, started).unwrap();
            let line = serde_json::to_string(&told).unwrap();
            let told: Told = serde_json::from_str(&line).unwrap();
            assert!(told.add_to(&mut after, started), "{line}");
        }
        (before, after)
    }

    /// A batch as its facts, without what differs only by where it stands.
    fn facts(batch: &Batch) -> Vec<String> {
        let text = |place| String::from_utf8_lossy(batch.text_at(place)).into_owned();
        let told = batch.records.iter().map(|record| match record.event {
            Event::Ended { place } => {
                let mut end = *batch.end(place).unwrap();
                let target = text(std::mem::take(&mut end.target));
                format!("{} {end:?} {target}", record.connection)
            }
            Event::Answered { mut exchange } | Event::Broken { mut exchange, .. } => {
                let target = text(std::mem::take(&mut exchange.target));
                exchange.begun = record.at;
                format!("{} {exchange:?} {target}", record.connection)
            }
            Event::Handshake(mut handshake) => {
                let texts = (text(handshake.name), text(handshake.client()));
                handshake.name.0 = 0;
                format!("{handshake:?} {texts:?}")
            }
            Event::Changed(mut change) => {
                let texts = (text(change.path), text(change.whose()));
                change.path.0 = 0;
                format!("{change:?} {texts:?}")
            }
            event => format!("{event:?}"),
        });
        told.collect()
    }

    struct House {
        journal: Arc<Journal>,
        registry: Arc<Registry>,
        reader: Subscription,
    }

    fn house() -> House {
        let journal = Arc::new(Journal::new(1));
        House {
            reader: journal.subscribe(Audience::Everything, WhenFull::DropNewest),
            registry: Arc::new(Registry::new()),
            journal,
        }
    }

    #[test]
    fn every_ending_arrives_as_it_left() {
        let mut house = house();
        let now = clock::now();
        let live = house.registry.enter(Peer::Unix, now);
        let target = Target {
            bytes: "/привет?token=1".as_bytes(),
            has_query: true,
            client: None,
            said: &[],
        };
        for ending in Ending::ALL {
            house.journal.ended(&live, ending, now, None);
            house
                .journal
                .ended(&live, ending, now, Some((target, 4, 9)));
        }
        let (before, after) = across(&mut house.reader, house.journal.started());
        assert_eq!(facts(&before).len(), 2 * Ending::KINDS);
        assert_eq!(facts(&after), facts(&before));
    }

    #[test]
    fn every_reason_arrives_as_it_left() {
        let mut house = house();
        let started = house.journal.started();
        let rules = Rule::NAMES.into_iter().filter_map(Rule::named);
        let reasons = Reason::ALL.into_iter().chain(rules.map(Reason::Refused));
        let mut sent = 0;
        for reason in reasons.chain([Reason::Forbidden { names: 2 }]) {
            sent += 1;
            let exchange = Exchange {
                number: sent,
                target: (0, 0),
                client_bytes: 0,
                said_bytes: 0,
                site: 0,
                method: Method::Post,
                protocol: Protocol::Http2,
                status: 404,
                reason: Some(reason),
                coding: Some(Coding::ALL[sent as usize % Coding::COUNT]),
                lacks_sibling: sent % 2 == 0,
                shadow: (sent % 3 == 0).then_some(Restraint::AtOnce),
                content_bytes: 7,
                begun: started,
            };
            let target = Target {
                bytes: b"/a b\"\x1b[2J",
                has_query: false,
                client: Some(&Peer::Told(([192, 0, 2, 7], 0).into())),
                said: &[],
            };
            house.journal.answered(1, started, target, &exchange);
            house.journal.broken(1, started, target, &exchange, 9);
        }
        let (before, after) = across(&mut house.reader, started);
        assert_eq!(facts(&before).len(), 2 * sent as usize);
        assert_eq!(facts(&after), facts(&before));
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "one of each kind")]
    fn everything_else_arrives_as_it_left() {
        let mut house = house();
        let journal = &house.journal;
        let now = journal.started();
        journal.accepted(1, Peer::Tcp("[::1]:80".parse().unwrap()), now);
        journal.accepted(2, Peer::Unix, now);
        let handshake = Handshake {
            name: (0, 0),
            client_bytes: 0,
            took_us: 5,
            version: 0x0304,
            cipher: 0x1301,
            group: 29,
            protocol: Some("h2"),
            is_resumed: true,
            failure: Some("left"),
        };
        journal.handshake(1, now, ("example.org", "me"), &handshake);
        let facts_of_rule = RefusalFacts {
            name: "malformed-request",
            status: Some(400),
            rfc: "RFC 9113 §8.1.1",
        };
        let live = house.registry.enter(Peer::Unix, now);
        journal.refused(&live, now, 3, &facts_of_rule);
        let change = Change {
            files: 2,
            pages: 1,
            are_styles: true,
            ..Change::default()
        };
        journal.changed(b"a.css", "127.0.0.1", change);
        let notices = [
            Notice::Crowded { limit: 1 },
            Notice::CrowdOver {
                shed: 1,
                refused: 2,
            },
            Notice::AcceptFails { errno: 24 },
            Notice::AcceptWorks { failures: 1 },
            Notice::NextPort { taken: 1, port: 2 },
            Notice::MemoryLimit { limit: 1, files: 2 },
            Notice::CertificatesRenewed { certificates: 1 },
            Notice::CertificateKept {
                path: "a.pem",
                error: "bad-key",
            },
            Notice::NotOpened {
                why: NotOpened::NoDisplay,
            },
            Notice::LooksForChanges { why: "links" },
            Notice::CloseAsked {
                connection: 7,
                user: 1000,
            },
            Notice::NoControlSocket { errno: 13 },
            Notice::Reloaded {
                generation: 2,
                sites: 3,
            },
            Notice::NeedsRestart { key: "log" },
            Notice::NotReloaded,
            Notice::ClientsForgotten { remembered: 1 },
            Notice::AccessRenewed { path: "users" },
            Notice::AccessKept {
                path: "users",
                line: 3,
                error: "bad-users",
            },
            Notice::LogFails {
                log: "access.log",
                errno: 28,
            },
            Notice::LogWorks {
                log: "access.log",
                lost: 1,
            },
            Notice::LogMissed { lost: 2 },
            Notice::Metrics {
                address: "[::1]:9100".parse().unwrap(),
            },
            Notice::NotReady { delay_ms: 5 },
            Notice::Draining { busy: 1 },
        ];
        // Who adds a notice is stopped here: add it to the list above, and to `notice_of`.
        let is_listed = |notice: Notice| match notice {
            Notice::Crowded { .. }
            | Notice::CrowdOver { .. }
            | Notice::AcceptFails { .. }
            | Notice::AcceptWorks { .. }
            | Notice::NextPort { .. }
            | Notice::MemoryLimit { .. }
            | Notice::CertificatesRenewed { .. }
            | Notice::CertificateKept { .. }
            | Notice::AccessRenewed { .. }
            | Notice::AccessKept { .. }
            | Notice::NotOpened { .. }
            | Notice::ClientsForgotten { .. }
            | Notice::LooksForChanges { .. }
            | Notice::CloseAsked { .. }
            | Notice::NoControlSocket { .. }
            | Notice::Reloaded { .. }
            | Notice::NeedsRestart { .. }
            | Notice::NotReloaded
            | Notice::LogFails { .. }
            | Notice::LogWorks { .. }
            | Notice::LogMissed { .. }
            | Notice::Metrics { .. }
            | Notice::NotReady { .. }
            | Notice::Draining { .. } => true,
        };
        for notice in notices {
            assert!(is_listed(notice));
            journal.notice(notice);
        }
        let (before, after) = across(&mut house.reader, now);
        assert_eq!(facts(&before).len(), 5 + notices.len());
        assert_eq!(facts(&after), facts(&before));
    }

    #[test]
    fn how_an_answer_came_about_arrives_as_it_left() {
        let mut house = house();
        let started = house.journal.started();
        let mut said = Vec::new();
        let limit = LimitSaid {
            name: "uploads".to_owned(),
            origin: Some(Origin {
                file: "hello.toml".into(),
                line: 12,
            }),
        };
        pack_limit(&limit, &mut said);
        pack_walk(TracedFor::SETTINGS, b"{\"steps\":[]}", &mut said);
        let client = Peer::Untold;
        let target = Target {
            bytes: b"/a",
            has_query: false,
            client: Some(&client),
            said: &said,
        };
        let exchange = Exchange {
            number: 1,
            target: (0, 0),
            client_bytes: 0,
            said_bytes: 0,
            site: 0,
            method: Method::Get,
            protocol: Protocol::Http11,
            status: 200,
            reason: None,
            coding: None,
            lacks_sibling: false,
            shadow: None,
            content_bytes: 0,
            begun: started,
        };
        house.journal.answered(1, started, target, &exchange);
        let (_, after) = across(&mut house.reader, started);
        let Event::Answered { exchange } = after.records[0].event else {
            panic!("it was answered");
        };
        let said = Said::read(after.text_at(exchange.said()));
        let walk = said.walk_for(TracedFor::SETTINGS);
        assert_eq!(walk, Some(&b"{\"steps\":[]}"[..]));
        let limit = Some((&b"uploads"[..], &b"hello.toml:12"[..]));
        assert_eq!(said.refused_by, limit);
        assert_eq!(after.text_at(exchange.client()), b"unknown");
    }

    #[test]
    fn an_event_of_a_later_server_is_passed_over() {
        let line = r#"{"at_us":1,"connection":1,"event":"eclipse","sun":"gone"}"#;
        let told: Told = serde_json::from_str(line).unwrap();
        assert!(!told.add_to(&mut Batch::default(), clock::now()));
    }
}
