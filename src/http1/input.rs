//! Bytes received and not yet understood.

/// A buffer of fixed size: what has been read and not consumed lies between two marks.
pub(super) struct Input {
    bytes: Box<[u8]>,
    start: usize,
    end: usize,
}

impl Input {
    /// An empty buffer of this size, bytes.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            bytes: vec![0; capacity].into_boxed_slice(),
            start: 0,
            end: 0,
        }
    }

    /// Its size, bytes.
    pub(super) fn capacity(&self) -> usize {
        self.bytes.len()
    }

    /// What waits to be understood.
    pub(super) fn unread(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Where [`Input::unread`] begins. Places in the buffer stay valid until [`Input::room`].
    pub(super) fn position(&self) -> usize {
        self.start
    }

    /// Gives up all memory beyond what was received; there is no room then until
    /// [`Input::widen`]. Places stay valid.
    pub(super) fn narrow(&mut self) {
        if self.end < self.bytes.len() {
            self.bytes = self.bytes[..self.end].into();
        }
    }

    /// Has its size back, bytes. Places stay valid.
    pub(super) fn widen(&mut self, capacity: usize) {
        if self.bytes.len() < capacity {
            let mut bytes = vec![0; capacity].into_boxed_slice();
            bytes[..self.end].copy_from_slice(&self.bytes[..self.end]);
            self.bytes = bytes;
        }
    }

    /// Bytes at a place noted before.
    pub(super) fn at(&self, start: usize, len: usize) -> &[u8] {
        self.bytes.get(start..start + len).unwrap_or_default()
    }

    /// The first `count` unread bytes are understood.
    pub(super) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        (self.start, self.end) = (0, 0);
    }

    /// Where more bytes go. Empty only if the buffer is full of unread bytes.
    pub(super) fn room(&mut self) -> &mut [u8] {
        if self.start == self.end {
            self.clear();
        } else if self.start > 0 {
            // What is left is the beginning of a head: short, and moved once for each read.
            self.bytes.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        &mut self.bytes[self.end..]
    }

    /// Takes in what was read elsewhere. Whether there was room for all of it.
    pub(super) fn take_in(&mut self, bytes: &[u8]) -> bool {
        let Some(room) = self.room().get_mut(..bytes.len()) else {
            return false;
        };
        room.copy_from_slice(bytes);
        self.filled(bytes.len());
        true
    }

    /// `count` bytes were put into the room.
    pub(super) fn filled(&mut self, count: usize) {
        self.end = (self.end + count).min(self.bytes.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_moves_to_the_front_and_stays_itself() {
        let mut input = Input::with_capacity(8);
        input.room()[..6].copy_from_slice(b"abcdef");
        input.filled(6);
        input.consume(4);
        assert_eq!(input.unread(), b"ef");
        assert_eq!(
            input.at(0, 4),
            b"abcd",
            "consumed bytes stay readable until more are read"
        );
        input.room()[..2].copy_from_slice(b"gh");
        input.filled(2);
        assert_eq!(input.unread(), b"efgh");
        assert_eq!(input.room().len(), 4);
        input.consume(4);
        assert!(input.is_empty());
        assert_eq!(input.room().len(), 8);
    }

    #[test]
    fn an_input_that_is_put_away_keeps_what_was_received() {
        let mut input = Input::with_capacity(8);
        input.room()[..3].copy_from_slice(b"abc");
        input.filled(3);
        input.consume(2);
        input.narrow();
        assert_eq!((input.capacity(), input.at(0, 2)), (3, &b"ab"[..]));
        input.widen(8);
        assert_eq!((input.unread(), input.at(0, 2)), (&b"c"[..], &b"ab"[..]));
        assert_eq!(input.room().len(), 7);
    }
}
