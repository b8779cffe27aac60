//! What the library said, on its way to the kernel: a bounded queue of bytes.
//!
//! Heads of frames and small contents are copied one behind the other. A larger content is not: what
//! was lent to the library comes back as it was, and is sent from where it lies.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::IoSlice;
use std::ops::Range;

use bytes::Bytes;

use super::limits::{
    BUFFERS_KEPT, COPIED_BYTES_MAX, OUTPUT_BYTES_MAX, OUTPUT_BYTES_MIN, OUTPUT_KEPT_BYTES,
};

/// What waits for the kernel, in order.
pub(super) struct Outgoing {
    copied: Vec<u8>,
    /// Bytes of `copied` that are queued.
    queued: usize,
    queue: VecDeque<Piece>,
    /// Bytes that were said since everything was sent.
    filled: usize,
    /// Bytes of these that are sent.
    sent: usize,
    /// Contents that the library has and may say.
    lent: Vec<Bytes>,
    /// Bytes that may be said before everything is sent: more for whoever takes them at once.
    most: usize,
    /// Whether the kernel has taken everything so far that was said since everything was sent.
    is_quick: bool,
}

impl Default for Outgoing {
    fn default() -> Self {
        Self {
            copied: Vec::new(),
            queued: 0,
            queue: VecDeque::new(),
            filled: 0,
            sent: 0,
            lent: Vec::new(),
            most: OUTPUT_BYTES_MIN,
            is_quick: true,
        }
    }
}

enum Piece {
    Copied(Range<usize>),
    Shared(Bytes),
}

thread_local! {
    /// Buffers for what is copied, lent for as long as there is something.
    static READY: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

impl Outgoing {
    /// Whether everything is with the kernel.
    pub(super) fn is_empty(&self) -> bool {
        self.sent == self.filled
    }

    /// Bytes that wait.
    pub(super) fn len(&self) -> usize {
        self.filled - self.sent
    }

    /// Room for more to be said, bytes. None is made until everything is sent.
    pub(super) fn room(&self) -> usize {
        self.most.saturating_sub(self.filled)
    }

    /// The library is given a content, and will say parts of it.
    pub(super) fn lend(&mut self, content: &Bytes) {
        if content.len() > COPIED_BYTES_MAX {
            self.lent.push(content.clone());
        }
    }

    /// The library has said everything that it was given.
    pub(super) fn is_given_back(&mut self) {
        self.lent.clear();
    }

    /// What was copied last.
    pub(super) fn last_words(&self) -> &[u8] {
        &self.copied
    }

    /// Takes as much as there is room for; answers how much.
    pub(super) fn say(&mut self, bytes: &[u8]) -> usize {
        let bytes = &bytes[..self.room().min(bytes.len())];
        if bytes.is_empty() {
            return 0;
        }
        let owner = { self.lent.iter() }
            .find(|lent| lent.as_ptr_range().contains(&bytes.as_ptr()))
            .filter(|_| bytes.len() > COPIED_BYTES_MAX);
        if let Some(owner) = owner {
            let shared = owner.slice_ref(bytes);
            self.queue_copied();
            self.queue.push_back(Piece::Shared(shared));
        } else {
            if self.copied.capacity() == 0 {
                self.copied = READY.with_borrow_mut(Vec::pop).unwrap_or_default();
            }
            self.copied.extend_from_slice(bytes);
        }
        self.filled += bytes.len();
        bytes.len()
    }

    /// Puts what waits into `slices`, first things first; answers how many there are.
    pub(super) fn slices<'a>(&'a mut self, slices: &mut [IoSlice<'a>]) -> usize {
        self.queue_copied();
        let mut count = 0;
        for (slice, piece) in slices.iter_mut().zip(&self.queue) {
            *slice = IoSlice::new(match piece {
                Piece::Copied(range) => &self.copied[range.clone()],
                Piece::Shared(bytes) => bytes,
            });
            count += 1;
        }
        count
    }

    /// The kernel took so many bytes.
    pub(super) fn took(&mut self, mut count: usize) {
        self.queue_copied();
        self.sent += count;
        while let Some(piece) = self.queue.front_mut() {
            let left = match piece {
                Piece::Copied(range) => {
                    let taken = count.min(range.len());
                    range.start += taken;
                    count -= taken;
                    range.len()
                }
                Piece::Shared(bytes) => {
                    let taken = count.min(bytes.len());
                    let _ = bytes.split_to(taken);
                    count -= taken;
                    bytes.len()
                }
            };
            if left > 0 {
                return;
            }
            self.queue.pop_front();
        }
        if self.is_empty() {
            self.clear();
        }
    }

    /// The kernel takes no more for now.
    pub(super) fn is_refused(&mut self) {
        self.is_quick = false;
    }

    /// Gives the buffers back: an idle connection has none.
    fn clear(&mut self) {
        if !std::mem::replace(&mut self.is_quick, true) {
            self.most = OUTPUT_BYTES_MIN;
        } else if self.filled == self.most {
            self.most = OUTPUT_BYTES_MAX.min(2 * self.most);
        }
        (self.queued, self.filled, self.sent) = (0, 0, 0);
        self.queue = VecDeque::new();
        let mut buffer = std::mem::take(&mut self.copied);
        buffer.clear();
        READY.with_borrow_mut(|ready| {
            if ready.len() < BUFFERS_KEPT && buffer.capacity() <= OUTPUT_KEPT_BYTES {
                ready.push(buffer);
            }
        });
    }

    fn queue_copied(&mut self) {
        let range = self.queued..self.copied.len();
        if !range.is_empty() {
            self.queued = range.end;
            self.queue.push_back(Piece::Copied(range));
        }
    }

    /// Bytes held in memory.
    #[cfg(test)]
    pub(super) fn held_bytes(&self) -> usize {
        let shared = { self.queue.iter() }.map(|piece| match piece {
            Piece::Copied(_) => 0,
            Piece::Shared(bytes) => bytes.len(),
        });
        self.copied.capacity() + shared.sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(outgoing: &mut Outgoing) -> (usize, Vec<u8>) {
        let mut slices = [IoSlice::new(&[]); 8];
        let count = outgoing.slices(&mut slices);
        let bytes = slices[..count].iter().flat_map(|slice| slice.to_vec());
        (count, bytes.collect())
    }

    #[test]
    fn what_is_said_is_bounded_and_gives_its_memory_back() {
        let mut outgoing = Outgoing::default();
        let much = vec![b'a'; OUTPUT_BYTES_MAX + 1];
        assert_eq!(outgoing.say(&much), OUTPUT_BYTES_MIN);
        assert_eq!(outgoing.say(b"b"), 0);
        assert!(outgoing.held_bytes() >= OUTPUT_BYTES_MIN);
        outgoing.is_refused();
        outgoing.took(OUTPUT_BYTES_MIN - 1);
        assert!(gathered(&mut outgoing) == (1, b"a".to_vec()));
        assert_eq!(outgoing.room(), 0, "until everything is sent");
        outgoing.took(1);
        assert!(outgoing.is_empty());
        let (held, room) = (outgoing.held_bytes(), outgoing.room());
        assert_eq!((held, room), (0, OUTPUT_BYTES_MIN));
    }

    #[test]
    fn whoever_takes_everything_at_once_is_given_more_at_a_time() {
        let mut outgoing = Outgoing::default();
        let much = vec![b'a'; 2 * OUTPUT_BYTES_MAX];
        for expected in [1, 2, 4, 4] {
            assert_eq!(outgoing.say(&much), expected * OUTPUT_BYTES_MIN);
            outgoing.took(expected * OUTPUT_BYTES_MIN);
        }
        outgoing.say(&much);
        outgoing.is_refused();
        outgoing.took(OUTPUT_BYTES_MAX);
        assert_eq!(outgoing.room(), OUTPUT_BYTES_MIN);
    }

    #[test]
    fn a_large_content_is_sent_from_where_it_lies() {
        let content = Bytes::from(vec![b'c'; COPIED_BYTES_MAX + 2]);
        let mut outgoing = Outgoing::default();
        outgoing.lend(&content);
        outgoing.say(b"head");
        outgoing.say(&content[1..]);
        outgoing.say(b"tail");
        let before = outgoing.held_bytes();
        let (count, bytes) = gathered(&mut outgoing);
        assert_eq!(count, 3);
        assert!(bytes == [b"head", &content[1..], b"tail"].concat());
        assert!(before < 2 * COPIED_BYTES_MAX, "{before}");
        outgoing.took(6);
        assert!(gathered(&mut outgoing).1 == bytes[6..]);
        outgoing.is_given_back();
        outgoing.took(bytes.len() - 6);
        assert!(outgoing.is_empty());
    }
}
