//! What a terminal sends, as keys. Pure: bytes come in, keys go out.

use super::limits::KEY_BYTES_MAX;

/// A key that means something here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Char(char),
    Enter,
    Escape,
    Backspace,
    Tab,
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    /// Ctrl-C, which is a byte like any other while the view has the terminal.
    Interrupt,
    /// Ctrl-L: draw everything anew.
    Redraw,
}

/// Reads keys out of what a terminal sends, wherever it is cut.
#[derive(Default)]
pub(super) struct Keys {
    /// The beginning of a sequence whose rest has not come.
    begun: Vec<u8>,
}

/// How the bytes at hand begin.
enum Beginning {
    /// With a key, or with nothing we know, of so many bytes.
    Whole(usize, Option<Key>),
    /// With a part of something.
    Part,
}

const ESCAPE: u8 = 0x1b;

impl Keys {
    /// The keys in what came, and in what was left of before.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Vec<Key> {
        self.begun.extend_from_slice(bytes);
        let mut keys = Vec::new();
        let mut rest = &self.begun[..];
        while !rest.is_empty() {
            match beginning(rest) {
                Beginning::Whole(len, key) => {
                    keys.extend(key);
                    rest = &rest[len..];
                }
                Beginning::Part if rest.len() > KEY_BYTES_MAX => rest = &[],
                Beginning::Part => break,
            }
        }
        self.begun = rest.to_vec();
        keys
    }

    /// Nothing more came for a while: an escape that began no sequence is the key.
    pub(super) fn settle(&mut self) -> Option<Key> {
        let is_escape = self.begun == [ESCAPE];
        self.begun.clear();
        is_escape.then_some(Key::Escape)
    }

    /// Whether the rest of something is awaited.
    pub(super) fn is_waiting(&self) -> bool {
        !self.begun.is_empty()
    }
}

fn beginning(bytes: &[u8]) -> Beginning {
    let key = match bytes[0] {
        ESCAPE => return sequence(bytes),
        b'\r' | b'\n' => Some(Key::Enter),
        b'\t' => Some(Key::Tab),
        0x03 => Some(Key::Interrupt),
        0x0c => Some(Key::Redraw),
        0x08 | 0x7f => Some(Key::Backspace),
        0..0x20 => None,
        0x20..0x7f => Some(Key::Char(char::from(bytes[0]))),
        0x80.. => return character(bytes),
    };
    Beginning::Whole(1, key)
}

/// A character of several bytes.
fn character(bytes: &[u8]) -> Beginning {
    let len = match bytes[0] {
        0xc2..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0..0xf5 => 4,
        _ => return Beginning::Whole(1, None),
    };
    let Some(whole) = bytes.get(..len) else {
        return Beginning::Part;
    };
    match std::str::from_utf8(whole) {
        Ok(text) => Beginning::Whole(len, text.chars().next().map(Key::Char)),
        Err(_) => Beginning::Whole(1, None),
    }
}

/// What begins with an escape: ECMA-48 §5.4 (CSI), and SS3 for the keys of old terminals.
fn sequence(bytes: &[u8]) -> Beginning {
    match bytes.get(1) {
        None => Beginning::Part,
        Some(b'O') => match bytes.get(2) {
            None => Beginning::Part,
            Some(last) => Beginning::Whole(3, named(*last, b"")),
        },
        Some(b'[') => {
            let end = bytes[2..]
                .iter()
                .position(|byte| (0x40..0x7f).contains(byte));
            let Some(end) = end.map(|end| end + 2) else {
                return Beginning::Part;
            };
            Beginning::Whole(end + 1, named(bytes[end], &bytes[2..end]))
        }
        // Escape, and then another key; or a key with Alt, which means nothing here.
        Some(_) => Beginning::Whole(1, Some(Key::Escape)),
    }
}

fn named(last: u8, parameters: &[u8]) -> Option<Key> {
    match (last, parameters) {
        (b'A', _) => Some(Key::Up),
        (b'B', _) => Some(Key::Down),
        (b'H', _) | (b'~', b"1" | b"7") => Some(Key::Home),
        (b'F', _) | (b'~', b"4" | b"8") => Some(Key::End),
        (b'~', b"5") => Some(Key::PageUp),
        (b'~', b"6") => Some(Key::PageDown),
        (b'M', b"") => Some(Key::Enter),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every key, as one terminal or another sends it.
    const SENT: [(&[u8], Option<Key>); 26] = [
        (b"q", Some(Key::Char('q'))),
        ("ж".as_bytes(), Some(Key::Char('ж'))),
        ("…".as_bytes(), Some(Key::Char('…'))),
        ("🦀".as_bytes(), Some(Key::Char('🦀'))),
        (b"\r", Some(Key::Enter)),
        (b"\x1bOM", Some(Key::Enter)),
        (b"\t", Some(Key::Tab)),
        (b"\x7f", Some(Key::Backspace)),
        (b"\x08", Some(Key::Backspace)),
        (b"\x03", Some(Key::Interrupt)),
        (b"\x0c", Some(Key::Redraw)),
        (b"\x1b[A", Some(Key::Up)),
        (b"\x1bOA", Some(Key::Up)),
        (b"\x1b[1;5A", Some(Key::Up)),
        (b"\x1b[B", Some(Key::Down)),
        (b"\x1b[H", Some(Key::Home)),
        (b"\x1b[1~", Some(Key::Home)),
        (b"\x1b[7~", Some(Key::Home)),
        (b"\x1bOF", Some(Key::End)),
        (b"\x1b[4~", Some(Key::End)),
        (b"\x1b[5~", Some(Key::PageUp)),
        (b"\x1b[6~", Some(Key::PageDown)),
        (b"\x1b[3~", None),
        (b"\x1b[<0;10;12M", None),
        (b"\x01", None),
        (b"\xff", None),
    ];

    #[test]
    fn every_key_is_known_however_it_is_sent() {
        for (bytes, key) in SENT {
            let mut keys = Keys::default();
            let read = keys.read(bytes);
            assert_eq!(read, Vec::from_iter(key), "{bytes:?}");
            assert!(!keys.is_waiting(), "{bytes:?}");
        }
    }

    #[test]
    fn keys_are_the_same_wherever_the_bytes_are_cut() {
        let all: Vec<u8> = SENT.iter().flat_map(|(bytes, _)| bytes.to_vec()).collect();
        let whole = Keys::default().read(&all);
        for cut in 0..=all.len() {
            let mut keys = Keys::default();
            let mut read = keys.read(&all[..cut]);
            read.extend(keys.read(&all[cut..]));
            assert_eq!(read, whole, "cut at {cut}");
        }
    }

    #[test]
    fn an_escape_alone_is_a_key_when_nothing_follows() {
        let mut keys = Keys::default();
        assert!(keys.read(b"\x1b").is_empty());
        assert!(keys.is_waiting());
        assert_eq!(keys.settle(), Some(Key::Escape));
        assert_eq!(keys.settle(), None);
        let twice = keys.read(b"\x1b\x1b");
        assert_eq!(twice, [Key::Escape]);
        assert_eq!(keys.settle(), Some(Key::Escape));
    }

    #[test]
    fn a_sequence_without_end_is_thrown_away() {
        let mut keys = Keys::default();
        assert!(keys.read(b"\x1b[").is_empty());
        assert!(keys.read(&[b'1'; 1000]).is_empty());
        assert!(!keys.is_waiting());
        assert_eq!(keys.read(b"q"), [Key::Char('q')]);
    }
}
