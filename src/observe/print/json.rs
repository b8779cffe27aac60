//! The journal as one JSON object for each event. The schema is documented in `docs/journal.md`
//! and stable: fields are added, never changed.

use std::borrow::Cow;
use std::time::{Duration, Instant, SystemTime};

use serde::Serialize;

use crate::exchange::{Ending, TracedFor, Walked};
use crate::observe::events::{
    Batch, End, Event, Exchange, Handshake, Kind, Notice, Record, Said, Standing, Totals,
};
use crate::observe::live::Running;
use crate::observe::stories::{Advice, Saving};
use crate::observe::why::{Label, Probe, Tally, Why};
use crate::observe::words::tls;

/// Writes events as objects, each on its line.
pub(super) struct Json {
    /// The same moment on both clocks, so that events can be dated.
    started: (Instant, SystemTime),
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum Object<'a> {
    Listening {
        at: String,
        address: &'a str,
    },
    Accepted {
        at: String,
        connection: u64,
        peer: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        would_refuse: Option<&'a str>,
    },
    Handshake {
        at: String,
        connection: u64,
        #[serde(skip_serializing_if = "str::is_empty")]
        name: Cow<'a, str>,
        #[serde(skip_serializing_if = "str::is_empty")]
        client: Cow<'a, str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        version: Option<Cow<'a, str>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cipher: Option<Cow<'a, str>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        group: Option<Cow<'a, str>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        protocol: Option<&'static str>,
        resumed: bool,
        took_us: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        failure: Option<&'a str>,
    },
    Request {
        at: String,
        connection: u64,
        number: u32,
        method: &'a str,
        target: Cow<'a, str>,
        #[serde(skip_serializing_if = "str::is_empty")]
        client: Cow<'a, str>,
        version: &'a str,
        status: u16,
        content_bytes: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        coding: Option<&'a str>,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        lacks_sibling: bool,
        took_us: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        limit: Option<Cow<'a, str>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        limit_at: Option<Cow<'a, str>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        would_refuse: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        forbidden_at: Option<Cow<'a, str>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        broken_of: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        probe: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<Why>,
        #[serde(skip_serializing_if = "Option::is_none")]
        walk: Option<Walked>,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        walk_lost: bool,
    },
    Refused {
        at: String,
        connection: u64,
        stream: u32,
        refusal: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        rfc: &'a str,
    },
    Running {
        at: String,
        connection: u64,
        number: u32,
        method: &'a str,
        target: Cow<'a, str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        content_bytes: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        of: Option<u64>,
        took_us: u64,
    },
    Ended {
        at: String,
        connection: u64,
        ending: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        refusal: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        #[serde(skip_serializing_if = "Option::is_none")]
        rfc: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        failure: Option<&'a str>,
        requests: u32,
        lasted_ms: u64,
        received_bytes: u64,
        sent_bytes: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<Why>,
    },
    Changed {
        at: String,
        #[serde(skip_serializing_if = "str::is_empty")]
        path: Cow<'a, str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        files: Option<u32>,
        effect: &'static str,
        pages: u32,
        peers: Vec<String>,
    },
    Notice {
        at: String,
        #[serde(flatten)]
        notice: Notice,
    },
    Dropped {
        at: String,
        accepted: u64,
        request: u64,
        ended: u64,
        notice: u64,
        handshake: u64,
    },
    Advice {
        at: String,
        advice: &'static str,
        page: &'a str,
        link: &'a str,
        asked: u32,
        loads: u32,
    },
    #[serde(rename = "advice")]
    AdviceToCompress {
        at: String,
        advice: &'static str,
        folder: Cow<'a, str>,
        files: u64,
        answers: u64,
        sent_bytes: u64,
        saved_bytes: u64,
        largest: Vec<FileObject<'a>>,
    },
    Stopped {
        at: String,
        connections: u64,
        requests: u64,
        content_bytes: u64,
        #[serde(skip_serializing_if = "is_none")]
        limited: u64,
        #[serde(skip_serializing_if = "is_none")]
        would_refuse: u64,
        seconds: u64,
        probes: u64,
        errors: u64,
        #[serde(skip_serializing_if = "is_zero")]
        lost_lines: u64,
    },
}

/// What siblings would have saved with a single file.
#[derive(Serialize)]
struct FileObject<'a> {
    target: Cow<'a, str>,
    size_bytes: u64,
    answers: u64,
    saved_bytes: u64,
}

impl Json {
    pub(super) fn new(started: (Instant, SystemTime)) -> Self {
        Self { started }
    }

    fn date(&self, at: Instant) -> String {
        let (instant, wall) = self.started;
        let moment = wall + at.checked_duration_since(instant).unwrap_or(Duration::ZERO);
        humantime::format_rfc3339_micros(moment).to_string()
    }

    /// Appends the object of one event, with what is behind it.
    pub(super) fn write(&self, record: &Record, batch: &Batch, label: Label, out: &mut Vec<u8>) {
        let at = self.date(record.at);
        let connection = record.connection;
        append(
            out,
            &match record.event {
                Event::Accepted { peer, standing } => Object::Accepted {
                    at,
                    connection,
                    peer: peer.to_string(),
                    would_refuse: (standing == Standing::Beyond)
                        .then(|| Ending::TooManyOfAddress.name()),
                },
                Event::Handshake(handshake) => handshake_object(at, record, &handshake, batch),
                Event::Answered { exchange } => {
                    request(at, record, &exchange, batch, (None, label))
                }
                Event::Broken { exchange, of } => {
                    request(at, record, &exchange, batch, (Some(of), label))
                }
                Event::Refused { stream, facts, .. } => Object::Refused {
                    at,
                    connection,
                    stream,
                    refusal: facts.name,
                    status: facts.status,
                    rfc: facts.rfc,
                },
                Event::Ended { place } => match batch.end(place) {
                    Some(end) => ended(at, connection, end, label.why),
                    None => return,
                },
                Event::Changed(change) => Object::Changed {
                    at,
                    path: String::from_utf8_lossy(batch.text_at(change.path)),
                    files: (change.files > 0).then_some(change.files),
                    effect: if change.are_styles {
                        "styles"
                    } else {
                        "reload"
                    },
                    pages: change.pages,
                    peers: whose(batch.text_at(change.whose())),
                },
                Event::Notice(notice) => Object::Notice { at, notice },
            },
        );
    }

    /// Appends the object that counts what was not printed.
    pub(super) fn write_dropped(
        &self,
        at: Instant,
        dropped: &[u64; Kind::COUNT],
        out: &mut Vec<u8>,
    ) {
        let count = |kind: Kind| dropped[kind as usize];
        append(
            out,
            &Object::Dropped {
                at: self.date(at),
                accepted: count(Kind::Accepted),
                request: count(Kind::Request),
                ended: count(Kind::Ended),
                notice: count(Kind::Notice),
                handshake: count(Kind::Handshake),
            },
        );
    }

    /// Appends the object that says that a request is still being answered.
    pub(super) fn write_running(&self, at: Instant, running: &Running, out: &mut Vec<u8>) {
        let progress = running.progress();
        append(
            out,
            &Object::Running {
                at: self.date(at),
                connection: running.connection,
                number: running.number,
                method: running.method.name(),
                target: String::from_utf8_lossy(running.target()),
                status: progress.status,
                content_bytes: progress.sent,
                of: progress.of,
                took_us: micros(at.saturating_duration_since(running.begun)),
            },
        );
    }

    /// Appends the object that says where we listen.
    pub(super) fn write_listening(&self, at: Instant, address: &str, out: &mut Vec<u8>) {
        append(
            out,
            &Object::Listening {
                at: self.date(at),
                address,
            },
        );
    }

    /// Appends the object that says what the loads that were seen teach.
    pub(super) fn write_advice(&self, at: Instant, advice: &Advice, out: &mut Vec<u8>) {
        let object = Object::Advice {
            at: self.date(at),
            advice: "hint",
            page: &advice.page,
            link: &advice.link(),
            asked: advice.asked,
            loads: advice.loads,
        };
        append(out, &object);
    }

    /// Appends the object that says what siblings would have saved.
    pub(super) fn write_saving(&self, at: Instant, saving: &Saving, out: &mut Vec<u8>) {
        let object = Object::AdviceToCompress {
            at: self.date(at),
            advice: "compress",
            folder: String::from_utf8_lossy(&saving.folder),
            files: saving.files,
            answers: saving.answers,
            sent_bytes: saving.sent_bytes,
            saved_bytes: saving.saved_bytes,
            largest: { saving.largest.iter() }
                .map(|file| FileObject {
                    target: String::from_utf8_lossy(&file.target),
                    size_bytes: file.size,
                    answers: file.answers,
                    saved_bytes: file.saved_bytes,
                })
                .collect(),
        };
        append(out, &object);
    }

    /// Appends the last object of all.
    pub(super) fn write_stopped(
        &self,
        at: Instant,
        totals: &Totals,
        tally: &Tally,
        out: &mut Vec<u8>,
    ) {
        let seconds = at.saturating_duration_since(self.started.0).as_secs();
        append(
            out,
            &Object::Stopped {
                at: self.date(at),
                connections: totals.connections,
                requests: totals.requests,
                content_bytes: totals.content_bytes,
                limited: totals.limited,
                would_refuse: totals.shadowed,
                seconds,
                probes: tally.probes,
                errors: tally.errors,
                lost_lines: totals.lost_lines,
            },
        );
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the form that the derived code calls"
)]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Addresses, each for itself.
fn whose(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    let each = text.split(", ").filter(|address| !address.is_empty());
    each.map(str::to_owned).collect()
}

fn handshake_object<'a>(
    at: String,
    record: &Record,
    handshake: &Handshake,
    batch: &'a Batch,
) -> Object<'a> {
    Object::Handshake {
        at,
        connection: record.connection,
        name: String::from_utf8_lossy(batch.text_at(handshake.name)),
        client: String::from_utf8_lossy(batch.text_at(handshake.client())),
        version: tls::version(handshake.version),
        cipher: tls::cipher(handshake.cipher),
        group: tls::group(handshake.group),
        protocol: handshake.protocol,
        resumed: handshake.is_resumed,
        took_us: handshake.took_us,
        failure: handshake.failure,
    }
}

fn request<'a>(
    at: String,
    record: &Record,
    exchange: &Exchange,
    batch: &'a Batch,
    (broken_of, label): (Option<u64>, Label),
) -> Object<'a> {
    let target = batch.text_at(exchange.target);
    let said = match exchange.said_bytes {
        0 => Said::default(),
        _ => Said::read(batch.text_at(exchange.said())),
    };
    let walk = said.walk_for(TracedFor::SETTINGS);
    Object::Request {
        at,
        connection: record.connection,
        number: exchange.number,
        method: exchange.method.name(),
        target: String::from_utf8_lossy(target),
        client: String::from_utf8_lossy(batch.text_at(exchange.client())),
        version: exchange.protocol.name(),
        status: exchange.status,
        content_bytes: exchange.content_bytes,
        coding: exchange.coding.map(crate::exchange::Coding::name),
        lacks_sibling: exchange.lacks_sibling,
        took_us: micros(record.at.saturating_duration_since(exchange.begun)),
        reason: exchange.reason.map(crate::exchange::Reason::name),
        limit: { said.refused_by }.map(|(name, _)| String::from_utf8_lossy(name)),
        limit_at: { said.refused_by }
            .filter(|(_, at)| !at.is_empty())
            .map(|(_, at)| String::from_utf8_lossy(at)),
        would_refuse: exchange.shadow.map(|restraint| restraint.reason().name()),
        forbidden_at: { exchange.reason }
            .and_then(|reason| reason.forbidden_at(target))
            .map(String::from_utf8_lossy),
        broken_of,
        probe: label.probe.map(Probe::name),
        why: label.why,
        walk: walk.and_then(Walked::of_json),
        walk_lost: walk.is_some_and(<[u8]>::is_empty),
    }
}

fn ended<'a>(at: String, connection: u64, end: &End, why: Option<Why>) -> Object<'a> {
    let refused = match end.ending {
        Ending::Refused(facts) | Ending::SentAway(facts) => Some(facts),
        _ => None,
    };
    let failure = match end.ending {
        Ending::HandshakeFailed(failure) | Ending::ProxyFailed(failure) => Some(failure),
        _ => None,
    };
    Object::Ended {
        at,
        connection,
        ending: end.ending.name(),
        refusal: refused.map(|facts| facts.name),
        status: refused.and_then(|facts| facts.status),
        rfc: refused.map(|facts| facts.rfc),
        failure,
        requests: end.requests,
        lasted_ms: end.lasted_us / 1000,
        received_bytes: end.received,
        sent_bytes: end.sent,
        why,
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the form that the derived code calls"
)]
fn is_none(count: &u64) -> bool {
    *count == 0
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

fn append(out: &mut Vec<u8>, object: &Object<'_>) {
    let before = out.len();
    // Writing numbers and texts into memory cannot fail; half a line must not be left if it did.
    if serde_json::to_writer(&mut *out, object).is_ok() {
        out.push(b'\n');
    } else {
        out.truncate(before);
    }
}
