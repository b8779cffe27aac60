//! Rules of HTTP/2 that a client can break for the whole connection.

use h2::Reason;

use crate::exchange::{Ending, RefusalFacts};

/// A rule that was broken. The connection ends with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offence {
    /// Too many PING frames.
    PingFlood,
    /// Too many SETTINGS frames.
    SettingsFlood,
    /// Too many frames of priority, or of kinds nobody knows.
    PriorityFlood,
    /// Too many WINDOW_UPDATE frames.
    WindowFlood,
    /// Too many requests taken back (CVE-2023-44487).
    ResetFlood,
    /// Too many DATA frames with next to nothing in them.
    DataFlood,
    /// A head in too many pieces (CVE-2024-27316).
    ContinuationFlood,
    /// Too many streams that we were made to reset (CVE-2025-8671).
    ForcedResetFlood,
    /// A head that is far too large.
    HeaderFlood,
    /// Anything else that the library finds too much.
    TooMuch,
    /// A frame that was not complete in time.
    SlowFrame,
    /// The opening words were wrong.
    BadPreface,
    /// More was sent than the windows allow.
    FlowControl,
    /// A frame of the wrong size.
    FrameSize,
    /// Fields that cannot be unpacked.
    Compression,
    /// Any other rule.
    Protocol,
}

impl Offence {
    /// Every offence, for tests and catalogues.
    #[cfg(test)]
    pub(super) const ALL: [Self; 16] = [
        Self::PingFlood,
        Self::SettingsFlood,
        Self::PriorityFlood,
        Self::WindowFlood,
        Self::ResetFlood,
        Self::DataFlood,
        Self::ContinuationFlood,
        Self::ForcedResetFlood,
        Self::HeaderFlood,
        Self::TooMuch,
        Self::SlowFrame,
        Self::BadPreface,
        Self::FlowControl,
        Self::FrameSize,
        Self::Compression,
        Self::Protocol,
    ];

    /// The word for it, and where the rule stands.
    fn facts(self) -> (&'static str, &'static str) {
        const FLOOD: &str = "RFC 9113 §10.5";
        match self {
            Self::PingFlood => ("ping-flood", FLOOD),
            Self::SettingsFlood => ("settings-flood", FLOOD),
            Self::PriorityFlood => ("priority-flood", FLOOD),
            Self::WindowFlood => ("window-flood", FLOOD),
            Self::ResetFlood => ("reset-flood", FLOOD),
            Self::DataFlood => ("data-flood", FLOOD),
            Self::ContinuationFlood => ("continuation-flood", FLOOD),
            Self::ForcedResetFlood => ("forced-reset-flood", FLOOD),
            Self::HeaderFlood => ("header-flood", "RFC 9113 §10.5.1"),
            Self::TooMuch => ("http2-too-much", FLOOD),
            Self::SlowFrame => ("slow-frame", FLOOD),
            Self::BadPreface => ("http2-preface", "RFC 9113 §3.4"),
            Self::FlowControl => ("http2-flow-control", "RFC 9113 §5.2"),
            Self::FrameSize => ("http2-frame-size", "RFC 9113 §4.2"),
            Self::Compression => ("http2-compression", "RFC 9113 §4.3"),
            Self::Protocol => ("http2-protocol", "RFC 9113 §5.4.1"),
        }
    }

    /// The end that it brings.
    pub(super) fn ending(self) -> Ending {
        let (name, rfc) = self.facts();
        Ending::SentAway(RefusalFacts {
            name,
            status: None,
            rfc,
        })
    }

    /// What the client is told.
    pub(super) fn code(self) -> Reason {
        match self {
            Self::Protocol => Reason::PROTOCOL_ERROR,
            Self::FrameSize => Reason::FRAME_SIZE_ERROR,
            _ => Reason::ENHANCE_YOUR_CALM,
        }
    }

    /// What the library found: it tells a reason and, in words for programmers that stand in its last
    /// frame, sometimes more.
    pub(super) fn found(error: &h2::Error, last_words: &[u8]) -> Self {
        match error.reason() {
            Some(Reason::FLOW_CONTROL_ERROR) => Self::FlowControl,
            Some(Reason::FRAME_SIZE_ERROR) => Self::FrameSize,
            Some(Reason::COMPRESSION_ERROR) => Self::Compression,
            Some(Reason::ENHANCE_YOUR_CALM) => Self::in_words(last_words),
            _ => Self::Protocol,
        }
    }

    fn in_words(last_words: &[u8]) -> Self {
        let end = last_words.len().saturating_sub(LAST_WORDS_BYTES);
        let words = String::from_utf8_lossy(&last_words[end..]);
        let found = WORDS.iter().find(|(word, _)| words.contains(word));
        found.map_or(Self::TooMuch, |(_, offence)| *offence)
    }
}

/// The library's words for what it counts.
const WORDS: [(&str, Offence); 5] = [
    ("too_many_internal_resets", Offence::ForcedResetFlood),
    ("too_many_resets", Offence::ResetFlood),
    ("too_many_continuations", Offence::ContinuationFlood),
    ("header_list", Offence::HeaderFlood),
    ("data", Offence::DataFlood),
];

/// As long as the words of a last frame are at most.
const LAST_WORDS_BYTES: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{Language, keys};

    #[test]
    fn every_offence_has_its_words() {
        for language in Language::ALL {
            let keys = keys(language);
            for offence in Offence::ALL {
                let key = format!("refusal-{}", offence.facts().0);
                assert!(keys.iter().any(|(known, _)| *known == key), "{key}");
            }
        }
    }
}
