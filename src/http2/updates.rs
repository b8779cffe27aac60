//! What a client wants first, said anew while its answers are on their way: PRIORITY_UPDATE frames
//! (RFC 9218 §7.1).
//!
//! The library does not know them, so they are read on their way to it. They may come before the
//! request that they are about.

use super::limits::{PRIORITY_BYTES_MAX, STREAMS_MAX, UPDATES_MAX};
use super::offence::Offence;
use super::priority::Priority;

/// Updates of one connection.
#[derive(Default)]
pub(super) struct Updates {
    /// What has come of the frame that is being read.
    partial: Vec<u8>,
    /// The last word on each stream that has not heard it yet.
    known: Vec<(u32, Priority)>,
    /// Whether one has come since they were handed out.
    is_news: bool,
}

const STREAM_BYTES: usize = 4;

impl Updates {
    /// A frame has begun, on this stream and of this length: what is wrong with that, if anything.
    pub(super) fn begin(&mut self, stream: u32, length: u32) -> Option<Offence> {
        self.partial.clear();
        match (stream, length as usize) {
            (1.., _) => Some(Offence::Protocol),
            (0, ..STREAM_BYTES) => Some(Offence::FrameSize),
            _ => None,
        }
    }

    /// A part of it.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        // A byte more than may be shows that it is too long.
        let room = STREAM_BYTES + PRIORITY_BYTES_MAX + 1 - self.partial.len();
        self.partial
            .extend_from_slice(&bytes[..room.min(bytes.len())]);
    }

    /// It is whole; `newest` is the last stream that was opened. What is wrong with it, if anything.
    ///
    /// # Spec
    /// RFC 9218 §7.1: no stream 0, none of ours (we push nothing, so those are idle), no more for
    /// requests to come than there may be.
    pub(super) fn finish(&mut self, newest: u32) -> Option<Offence> {
        let payload = std::mem::take(&mut self.partial);
        let (stream, value) = payload.split_first_chunk()?;
        let stream = u32::from_be_bytes(*stream) & 0x7fff_ffff;
        if stream.is_multiple_of(2) {
            return Some(Offence::Protocol);
        }
        if value.len() > PRIORITY_BYTES_MAX {
            return None;
        }
        self.is_news = true;
        let priority = Priority::read(value);
        if let Some(known) = self.known.iter_mut().find(|(known, _)| *known == stream) {
            known.1 = priority;
            return None;
        }
        let to_come = { self.known.iter() }.filter(|(known, _)| *known > newest);
        if stream > newest && to_come.count() >= STREAMS_MAX as usize {
            return Some(Offence::Protocol);
        }
        if self.known.len() >= UPDATES_MAX {
            let oldest = { 0..self.known.len() }.min_by_key(|place| self.known[*place].0);
            oldest.map(|place| self.known.swap_remove(place));
        }
        self.known.push((stream, priority));
        None
    }

    /// What was said about a stream whose answer begins.
    pub(super) fn of(&mut self, stream: u32) -> Option<Priority> {
        let place = { self.known.iter() }.position(|(known, _)| *known == stream)?;
        Some(self.known.swap_remove(place).1)
    }

    /// Hands out what has come. `settle` tells whether a stream needs to hear no more of it: those
    /// that are not opened yet are kept without asking.
    pub(super) fn hand_out(&mut self, newest: u32, mut settle: impl FnMut(u32, Priority) -> bool) {
        if !std::mem::take(&mut self.is_news) {
            return;
        }
        { &mut self.known }
            .retain(|(stream, priority)| *stream > newest || !settle(*stream, *priority));
        if self.known.is_empty() {
            self.known = Vec::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(updates: &mut Updates, stream: u32, value: &[u8], newest: u32) -> Option<Offence> {
        let payload = [&stream.to_be_bytes()[..], value].concat();
        let length = u32::try_from(payload.len()).unwrap();
        assert_eq!(updates.begin(0, length), None);
        // However it is cut.
        payload.chunks(3).for_each(|part| updates.take(part));
        updates.finish(newest)
    }

    #[test]
    fn the_last_word_on_a_stream_counts_and_is_heard_once() {
        let mut updates = Updates::default();
        for value in [&b"u=1"[..], b"u=5, i"] {
            assert_eq!(said(&mut updates, 7, value, 0), None);
        }
        let priority = updates.of(7).unwrap();
        assert_eq!((priority.urgency, priority.incremental), (5, Some(true)));
        assert_eq!(updates.of(7), None);
    }

    #[test]
    fn what_is_malformed_is_an_offence_and_what_is_too_long_is_ignored() {
        let mut updates = Updates::default();
        assert_eq!(updates.begin(1, 7), Some(Offence::Protocol));
        assert_eq!(updates.begin(0, 3), Some(Offence::FrameSize));
        assert_eq!(said(&mut updates, 0, b"u=1", 0), Some(Offence::Protocol));
        assert_eq!(said(&mut updates, 2, b"u=1", 9), Some(Offence::Protocol));
        let value = vec![b' '; PRIORITY_BYTES_MAX + 1];
        assert_eq!(said(&mut updates, 1, &value, 0), None);
        assert_eq!(updates.of(1), None);
        assert_eq!(said(&mut updates, 1, &value[1..], 0), None);
        assert!(updates.of(1).is_some());
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut updates = Updates::default();
        let most = u32::try_from(UPDATES_MAX).unwrap();
        // For requests that have come, the oldest is forgotten.
        for place in 0..=most {
            assert_eq!(said(&mut updates, 2 * place + 1, b"u=1", 9999), None);
        }
        assert_eq!((updates.known.len(), updates.of(1)), (UPDATES_MAX, None));
        updates.hand_out(9999, |_, _| true);
        assert!(updates.known.is_empty());
        // For those to come, there are no more than may be.
        for place in 0..STREAMS_MAX {
            assert_eq!(said(&mut updates, 2 * place + 1, b"u=1", 0), None);
        }
        assert_eq!(said(&mut updates, 9999, b"", 0), Some(Offence::Protocol));
        updates.hand_out(0, |_, _| panic!("nobody is there yet"));
        assert_eq!(updates.known.len(), STREAMS_MAX as usize);
    }
}
