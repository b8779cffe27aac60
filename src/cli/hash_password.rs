//! The answer to `hello hash-password`: a line for a file of users.
//!
//! Law: the password comes from the terminal, unseen, or from standard input, and never from an
//! argument: those are seen by everybody on the machine.

use std::io::{self, BufRead, Read, Write};

use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, isatty, tcgetattr, tcsetattr,
};

use super::complain;
use super::misuse::Misuse;
use super::stop::Stop;
use crate::i18n::{Language, text};
use crate::server::hash_password;

/// Whose password is to be hashed, and in which language that is asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct HashWish {
    /// The name at the beginning of the line; `None`: the hash alone.
    pub name: Option<String>,
    /// The language of questions.
    pub language: Language,
}

/// Bytes of a password. Reason: what may be sent as one (`CREDENTIAL_BYTES_MAX` in
/// `src/site/limits.rs`), less a name. Above: an error.
const PASSWORD_BYTES_MAX: usize = 512;

/// Bytes of a name in a file of users.
const USER_NAME_BYTES_MAX: usize = 255;

/// Whether a file of users can have this name.
pub(super) fn is_user_name(name: &str) -> bool {
    let length = 1..=USER_NAME_BYTES_MAX;
    let is_odd = |letter: char| letter == ':' || letter.is_control();
    length.contains(&name.len()) && !name.contains(is_odd) && !name.starts_with('#')
}

/// Does it, and answers what to say.
pub(super) fn run(wish: &HashWish) -> Stop {
    let input = io::stdin();
    let password = if isatty(&input) {
        ask_twice(wish.language)
    } else {
        first_line(&mut input.lock())
    };
    let refuse =
        |misuse: Misuse| Stop::complaining(complain::of_misuse(&misuse).in_full(wish.language));
    let Some(password) = password.filter(|password| is_password(password)) else {
        return refuse(Misuse::BadPassword);
    };
    match (hash_password(&password), &wish.name) {
        (Some(hash), Some(name)) => Stop::answering(format!("{name}:{hash}")),
        (Some(hash), None) => Stop::answering(hash),
        (None, _) => refuse(Misuse::Unclear),
    }
}

/// Whether a browser can send it (RFC 7617 §2: no controls).
fn is_password(password: &str) -> bool {
    let length = 1..=PASSWORD_BYTES_MAX;
    length.contains(&password.len()) && !password.contains(char::is_control)
}

/// The first line of what is given, without its end. `None`: it is no text, or too long.
fn first_line(input: &mut impl BufRead) -> Option<String> {
    let mut line = Vec::new();
    let most = PASSWORD_BYTES_MAX as u64 + 2;
    input.take(most).read_until(b'\n', &mut line).ok()?;
    let line = String::from_utf8(line).ok()?;
    let line = line.strip_suffix('\n').unwrap_or(&line);
    Some(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

/// Asks at the terminal, and once more until both are the same. `None`: somebody does not want to.
fn ask_twice(language: Language) -> Option<String> {
    loop {
        let first = ask(&text(language, "password-ask"))?;
        let second = ask(&text(language, "password-again"))?;
        if first == second {
            return Some(first);
        }
        tell(&(text(language, "password-differs") + "\n"));
    }
}

/// Questions go to standard error: the answer may be on its way into a file.
fn tell(words: &str) {
    let _ = write!(io::stderr().lock(), "{words}").and_then(|()| io::stderr().flush());
}

fn ask(question: &str) -> Option<String> {
    let unseen = Unseen::begin()?;
    tell(question);
    let mut typed = Vec::new();
    let answer = loop {
        let mut key = [0];
        match io::stdin().lock().read(&mut key) {
            Ok(1) => {}
            _ => break None,
        }
        match typed_so_far(&mut typed, key[0]) {
            Typing::GoesOn => {}
            Typing::Done => break String::from_utf8(typed).ok(),
            Typing::GivenUp => break None,
        }
    };
    drop(unseen);
    tell("\n");
    answer
}

/// What a key makes of what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Typing {
    GoesOn,
    Done,
    GivenUp,
}

fn typed_so_far(typed: &mut Vec<u8>, key: u8) -> Typing {
    const CTRL_C: u8 = 3;
    const CTRL_D: u8 = 4;
    const CTRL_H: u8 = 8;
    const CTRL_U: u8 = 21;
    const BACKSPACE: u8 = 127;
    match key {
        b'\r' | b'\n' => return Typing::Done,
        CTRL_C => return Typing::GivenUp,
        CTRL_D if typed.is_empty() => return Typing::GivenUp,
        CTRL_U => typed.clear(),
        CTRL_H | BACKSPACE => {
            // A letter may have several bytes.
            while typed.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
        }
        key if typed.len() <= PASSWORD_BYTES_MAX => typed.push(key),
        _ => {}
    }
    Typing::GoesOn
}

/// The terminal shows nothing of what is typed, until this is dropped. Keys that would end us come as
/// keys, or the terminal would be left like this.
struct Unseen(Termios);

impl Unseen {
    fn begin() -> Option<Self> {
        let before = tcgetattr(io::stdin()).ok()?;
        let mut unseen = before.clone();
        unseen.local_modes -= LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        unseen.special_codes[SpecialCodeIndex::VMIN] = 1;
        unseen.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(io::stdin(), OptionalActions::Flush, &unseen).ok()?;
        Some(Self(before))
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &[u8]) -> (String, Typing) {
        let mut typed = Vec::new();
        let mut last = Typing::GoesOn;
        for key in keys {
            last = typed_so_far(&mut typed, *key);
        }
        (String::from_utf8(typed).unwrap(), last)
    }

    #[test]
    fn what_is_typed_can_be_taken_back_letter_by_letter() {
        let taken_back = [&b"ab"[..], "ж".as_bytes(), b"\x7f\x08c\r"].concat();
        assert_eq!(typed(&taken_back), ("ac".to_owned(), Typing::Done));
        assert_eq!(typed(b"abc\x15x\n"), ("x".to_owned(), Typing::Done));
        assert_eq!(typed(b"\x7fa"), ("a".to_owned(), Typing::GoesOn));
        assert_eq!(typed(b"abc\x03").1, Typing::GivenUp);
        assert_eq!(typed(b"\x04").1, Typing::GivenUp);
        let long = vec![b'x'; 10 * PASSWORD_BYTES_MAX];
        assert_eq!(
            typed(&long).0.len(),
            PASSWORD_BYTES_MAX + 1,
            "and then refused"
        );
    }

    #[test]
    fn a_password_is_the_first_line() {
        for (given, expected) in [
            (&b"secret\nmore\n"[..], Some("secret")),
            (b"secret\r\n", Some("secret")),
            (b" spaces stay ", Some(" spaces stay ")),
            (b"", Some("")),
            (b"\xff\n", None),
        ] {
            assert_eq!(first_line(&mut &given[..]).as_deref(), expected);
        }
        let long = [b'x'; 2 * PASSWORD_BYTES_MAX];
        assert!(!is_password(&first_line(&mut &long[..]).unwrap()));
        assert!(!is_password(""));
        assert!(!is_password("a\tb"));
    }

    #[test]
    fn a_name_is_what_a_file_of_users_can_have() {
        for name in ["anna", "зоя", "a b", "a@example.com"] {
            assert!(is_user_name(name), "{name}");
        }
        for name in ["", "a:b", "a\nb", "#a", &"x".repeat(256)] {
            assert!(!is_user_name(name), "{name}");
        }
    }
}
