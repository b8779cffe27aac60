//! The labels: what is likely behind an event, with the facts that say so.

use serde::Serialize;

use crate::exchange::Ending;
use crate::i18n::{Args, Language, text, text_with};
use crate::observe::words::percent_text;

/// What is likely, and the facts that say so. In the journal's objects the field `why`: words and
/// fields are added, never renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "key", rename_all = "kebab-case")]
pub enum Why {
    /// Opened beforehand, for a request that never came.
    SpareConnection {
        /// The connection of the same machine that was used meanwhile.
        sibling: u64,
        /// Milliseconds it was held without a request.
        held_ms: u64,
    },
    /// Opened together with another, which was ready first.
    LostRace {
        /// The connection that won.
        sibling: u64,
        /// Milliseconds between the two being accepted.
        apart_ms: u64,
        /// Whether they came over two internets or one.
        families: Families,
    },
    /// Asked again on a new connection, for the one before failed.
    RepeatedRequest {
        /// The connection that failed.
        earlier: u64,
        /// Milliseconds since it ended.
        after_ms: u64,
        /// How it failed.
        cause: Cause,
        /// How it ended, in the journal's word.
        ending: &'static str,
    },
    /// The client did not wait for the end.
    ClientWentAway {
        /// In the middle of what.
        left: Left,
        /// Bytes of content it was given, or bytes of a request it had sent.
        bytes: u64,
        /// Bytes of content there were to send; 0 for a request, whose length nobody knows.
        of: u64,
    },
    /// A TLS handshake, where plain HTTP is spoken: `https://` for `http://`.
    TlsOnPlainPort {
        /// Bytes received, the whole of what it said.
        received_bytes: u64,
    },
    /// Opened and closed without a word, with no other connection in use.
    PortKnock {
        /// Milliseconds from accept to close.
        lasted_ms: u64,
    },
    /// HTTP/2 without having asked whether we speak it.
    Http2Preface {
        /// Bytes received, the whole of what it said.
        received_bytes: u64,
    },
    /// Somebody looks whether the server lives.
    HealthCheck {
        /// What says so.
        by: Sign,
        /// How often it was seen; 1 if the path says it all.
        times: u32,
        /// Milliseconds from one to the next; 0 if the path says it all.
        period_ms: u64,
    },
}

/// Over how many internets a race was run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Families {
    /// IPv4 against IPv6.
    Two,
    /// Twice the same way.
    One,
}

/// How the connection before a repeated request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The answer to the same request broke off.
    BrokenAnswer,
    /// We closed it, idle, just before: the request may have crossed our close.
    StaleKeepAlive,
}

/// In the middle of what a client left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Left {
    /// Of an answer.
    Answer,
    /// Of an answer with sound or moving pictures, or a part of a file: players skip.
    Media,
    /// Of its own request.
    Request,
}

/// What says that a request is a health check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// Its path.
    Path,
    /// Its rhythm: the same machine, the same request, the same pause.
    Rhythm,
    /// The rhythm of connections that are opened and closed without a word.
    Knocks,
}

impl Why {
    /// The key of its sentence.
    pub fn key(&self) -> &'static str {
        match self {
            Self::SpareConnection { .. } => "why-spare-connection",
            Self::LostRace { families, .. } => match families {
                Families::Two => "why-lost-race-two-families",
                Families::One => "why-lost-race-one-family",
            },
            Self::RepeatedRequest { cause, .. } => match cause {
                Cause::BrokenAnswer => "why-repeated-request-broken-answer",
                Cause::StaleKeepAlive => "why-repeated-request-stale-keep-alive",
            },
            Self::ClientWentAway { left, .. } => match left {
                Left::Answer => "why-client-went-away-answer",
                Left::Media => "why-client-went-away-media",
                Left::Request => "why-client-went-away-request",
            },
            Self::TlsOnPlainPort { .. } => "why-tls-on-plain-port",
            Self::PortKnock { .. } => "why-port-knock",
            Self::Http2Preface { .. } => "why-http2-preface",
            Self::HealthCheck { by, .. } => match by {
                Sign::Path => "why-health-check-path",
                Sign::Rhythm => "why-health-check-rhythm",
                Sign::Knocks => "why-health-check-knocks",
            },
        }
    }

    /// What its sentence mentions.
    pub fn args(&self, language: Language) -> Args<'static> {
        let args = Args::new();
        match *self {
            Self::SpareConnection { sibling, held_ms } => args
                .with("sibling", sibling)
                .with("held", duration(language, held_ms)),
            Self::LostRace {
                sibling, apart_ms, ..
            } => args
                .with("sibling", sibling)
                .with("apart", duration(language, apart_ms)),
            Self::RepeatedRequest {
                earlier, after_ms, ..
            } => args
                .with("earlier", earlier)
                .with("after", duration(language, after_ms)),
            Self::ClientWentAway { bytes, of, .. } => args
                .with("percent", percent_text(bytes, of))
                .with("bytes", bytes),
            Self::TlsOnPlainPort { received_bytes } | Self::Http2Preface { received_bytes } => {
                args.with("bytes", received_bytes)
            }
            Self::PortKnock { lasted_ms } => args.with("lasted", duration(language, lasted_ms)),
            Self::HealthCheck {
                times, period_ms, ..
            } => args
                .with("times", times)
                .with("period", duration(language, period_ms)),
        }
    }

    /// The label as a person reads it: "likely …", with its facts.
    pub fn in_words(&self, language: Language) -> String {
        text_with(language, self.key(), &self.args(language))
    }
}

/// Milliseconds as they stand in a sentence: a bare number of seconds, `<0.001`, `0.003`, `0.25`, `1.5`,
/// `75`, with the decimal mark of the language.
fn duration(language: Language, ms: u64) -> String {
    let (whole, rest) = (ms / 1000, ms % 1000);
    let mark = || text(language, "decimal-mark");
    match (whole, rest) {
        (0, 0) => format!("<0{}001", mark()),
        (0, 1..10) => format!("0{}00{rest}", mark()),
        (0, _) => format!("0{}{:02}", mark(), rest / 10),
        (1..10, 100..) => format!("{whole}{}{}", mark(), rest / 100),
        _ => ((ms + 500) / 1000).to_string(),
    }
}

/// Whether the client ended it, politely or not.
pub(super) fn client_left(ending: Ending) -> bool {
    matches!(ending, Ending::ClosedByClient | Ending::ResetByClient)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_told_as_exactly_as_they_matter() {
        for (ms, text) in [
            (0, "<0.001"),
            (3, "0.003"),
            (37, "0.03"),
            (250, "0.25"),
            (1000, "1"),
            (1540, "1.5"),
            (9_999, "9.9"),
            (75_004, "75"),
            (75_600, "76"),
        ] {
            assert_eq!(duration(Language::English, ms), text);
        }
        assert_eq!(duration(Language::Russian, 1540), "1,5");
    }

    #[test]
    fn a_label_tells_its_facts() {
        let spare = Why::SpareConnection {
            sibling: 3,
            held_ms: 10_030,
        };
        assert_eq!(
            spare.in_words(Language::English),
            "likely a spare connection: held open for 10 s without a request while #3 was in use"
        );
        assert_eq!(
            spare.in_words(Language::Russian),
            "вероятно, запасное соединение: 10 с открыто без единого запроса, а работало #3"
        );
    }

    #[test]
    fn a_label_is_an_object_of_its_facts() {
        let why = Why::LostRace {
            sibling: 2,
            apart_ms: 251,
            families: Families::Two,
        };
        assert_eq!(
            serde_json::to_string(&why).unwrap(),
            r#"{"key":"lost-race","sibling":2,"apart_ms":251,"families":"two"}"#
        );
    }
}
