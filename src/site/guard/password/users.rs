//! The file of those who have a password: `NAME:HASH` on each line, as `htpasswd` writes it.
//!
//! Empty lines and those that begin with `#` say nothing, and neither does what follows a second
//! colon. Hashes that are quickly guessed are refused, by name.

use std::fmt;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, Params, PasswordVerifier};
use aws_lc_rs::hmac;

use crate::site::limits::{
    ARGON2_KIB_MAX, ARGON2_LANES_MAX, ARGON2_PASSES_MAX, BCRYPT_COST_MAX, USER_NAME_BYTES_MAX,
    USERS_MAX,
};

/// Those who have a password.
pub(crate) struct Users(Vec<(Box<str>, Hash)>);

/// What is kept of a password. Not to be shown anywhere.
pub(super) enum Hash {
    Argon2id(Box<PasswordHash>),
    Bcrypt(Box<str>),
}

/// A line that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadUser {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: UserFault,
}

/// What can be wrong with a line. No part of the line is in it: it may be a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserFault {
    /// The file is not UTF-8 there.
    NotText,
    /// No colon, or nothing before it.
    NoName,
    /// The name is too long, or has controls in it.
    BadName,
    /// A line before it has the same name.
    NameTwice,
    /// A hash that is too quickly guessed, or that we do not know: its kind.
    WeakHash(&'static str),
    /// Nothing that we know begins like this; perhaps it is the password itself.
    NoHash,
    /// It begins like a hash that we know, and is none.
    BadHash,
    /// A hash that takes more time or memory than we give to one.
    CostlyHash,
    /// There are too many.
    TooMany,
}

impl UserFault {
    /// Each of them, for texts and tests.
    pub const ALL: [Self; 9] = [
        Self::NotText,
        Self::NoName,
        Self::BadName,
        Self::NameTwice,
        Self::WeakHash("MD5 (apr1)"),
        Self::NoHash,
        Self::BadHash,
        Self::CostlyHash,
        Self::TooMany,
    ];

    /// The stable word for it.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotText => "not-text",
            Self::NoName => "no-name",
            Self::BadName => "bad-name",
            Self::NameTwice => "name-twice",
            Self::WeakHash(_) => "weak-hash",
            Self::NoHash => "no-hash",
            Self::BadHash => "bad-hash",
            Self::CostlyHash => "costly-hash",
            Self::TooMany => "too-many",
        }
    }
}

/// How hashes begin that we do not take, and what they are called.
const WEAK: [(&str, &str); 13] = [
    ("$apr1$", "MD5 (apr1)"),
    ("$1$", "MD5 (crypt)"),
    ("$5$", "SHA-256 (crypt)"),
    ("$6$", "SHA-512 (crypt)"),
    ("$y$", "yescrypt"),
    ("$7$", "scrypt"),
    ("$2x$", "bcrypt 2x"),
    ("$argon2i$", "argon2i"),
    ("$argon2d$", "argon2d"),
    ("{SHA}", "SHA-1"),
    ("{SSHA}", "SHA-1 (salted)"),
    ("{PLAIN}", "{PLAIN}"),
    ("$pbkdf2", "PBKDF2"),
];

/// Letters of the hash of `crypt(3)` as it first was, which begins like nothing in particular.
const DES_LETTERS: usize = 13;

impl fmt::Debug for Users {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Users").finish_non_exhaustive()
    }
}

impl Users {
    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// The first line that cannot be used.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, BadUser> {
        let mut users: Vec<(Box<str>, Hash, usize)> = Vec::new();
        for (place, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let bad = |fault| BadUser {
                line: place + 1,
                fault,
            };
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let line = std::str::from_utf8(line).map_err(|_| bad(UserFault::NotText))?;
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, hash) = read_line(line).map_err(bad)?;
            if users.len() == USERS_MAX {
                return Err(bad(UserFault::TooMany));
            }
            users.push((name.into(), hash, place + 1));
        }
        users.sort_by(|(a, _, at), (b, _, after)| a.cmp(b).then(at.cmp(after)));
        let twice = users.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        if let Some(line) = twice.map(|pair| pair[1].2).min() {
            let fault = UserFault::NameTwice;
            return Err(BadUser { line, fault });
        }
        let users = users.into_iter().map(|(name, hash, _)| (name, hash));
        Ok(Self(users.collect()))
    }

    /// What a password has to be compared with for somebody of this name, and whether that can do any
    /// good. Whoever is not known gets another's, always the same, so that comparing takes as long as
    /// it does for those who are. `None` where nobody is known.
    pub(super) fn to_compare(&self, name: &str, key: &hmac::Key) -> Option<(usize, IsKnown)> {
        if let Ok(place) = self.0.binary_search_by(|(known, _)| (**known).cmp(name)) {
            return Some((place, IsKnown::Yes));
        }
        let digest = hmac::sign(key, name.as_bytes());
        let number = { digest.as_ref().iter().take(8) }
            .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let place = number.checked_rem(self.0.len() as u64)?;
        Some((usize::try_from(place).ok()?, IsKnown::No))
    }

    /// Whether a password is the one at a place. Takes its time.
    pub(super) fn is_right(&self, place: usize, password: &str) -> bool {
        let hash = self.0.get(place).map(|(_, hash)| hash);
        hash.is_some_and(|hash| hash.is_of(password))
    }

    /// What comparing at a place costs, as it is written in the hash.
    #[cfg(test)]
    pub(super) fn cost_at(&self, place: usize) -> String {
        match &self.0[place].1 {
            Hash::Argon2id(hash) => format!("argon2id {}", hash.params.as_str()),
            Hash::Bcrypt(hash) => format!("bcrypt {}", &hash[4..6]),
        }
    }
}

/// Whether somebody of that name is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IsKnown {
    Yes,
    No,
}

impl Hash {
    fn is_of(&self, password: &str) -> bool {
        match self {
            Self::Argon2id(hash) => { Argon2::default() }
                .verify_password(password.as_bytes(), hash.as_ref())
                .is_ok(),
            // What is longer than 72 bytes is cut there, as it was by whatever made the hash.
            Self::Bcrypt(hash) => bcrypt::verify(password, hash).unwrap_or(false),
        }
    }
}

fn read_line(line: &str) -> Result<(&str, Hash), UserFault> {
    let (name, rest) = line.split_once(':').ok_or(UserFault::NoName)?;
    if name.is_empty() {
        return Err(UserFault::NoName);
    }
    if name.len() > USER_NAME_BYTES_MAX || name.contains(char::is_control) {
        return Err(UserFault::BadName);
    }
    let hash = rest.split(':').next().unwrap_or_default().trim_end();
    Ok((name, read_hash(hash)?))
}

fn read_hash(text: &str) -> Result<Hash, UserFault> {
    if text.starts_with("$argon2id$") {
        return read_argon2id(text);
    }
    if ["$2y$", "$2b$", "$2a$"]
        .iter()
        .any(|kind| text.starts_with(kind))
    {
        return read_bcrypt(text);
    }
    if let Some((_, kind)) = WEAK.iter().find(|(begin, _)| text.starts_with(begin)) {
        return Err(UserFault::WeakHash(kind));
    }
    let is_of_crypt = |byte: u8| byte.is_ascii_alphanumeric() || b"./".contains(&byte);
    if text.len() == DES_LETTERS && text.bytes().all(is_of_crypt) {
        return Err(UserFault::WeakHash("DES (crypt)"));
    }
    Err(UserFault::NoHash)
}

fn read_argon2id(text: &str) -> Result<Hash, UserFault> {
    /// Fewer say too little about the password.
    const OUTPUT_BYTES_MIN: usize = 16;
    let hash = PasswordHash::new(text).map_err(|_| UserFault::BadHash)?;
    let params = Params::try_from(&hash).map_err(|_| UserFault::BadHash)?;
    let output = hash
        .hash
        .as_ref()
        .map_or(0, argon2::password_hash::phc::Output::len);
    let is_usual = hash.version.is_none_or(|version| version == ARGON2_VERSION);
    if hash.salt.is_none() || output < OUTPUT_BYTES_MIN || !is_usual {
        return Err(UserFault::BadHash);
    }
    if params.m_cost() > ARGON2_KIB_MAX
        || params.t_cost() > ARGON2_PASSES_MAX
        || params.p_cost() > ARGON2_LANES_MAX
    {
        return Err(UserFault::CostlyHash);
    }
    Ok(Hash::Argon2id(Box::new(hash)))
}

/// 1.3 (RFC 9106 §3.1).
const ARGON2_VERSION: u32 = 0x13;

fn read_bcrypt(text: &str) -> Result<Hash, UserFault> {
    /// `$2y$`, two digits and a `$`, then salt and hash.
    const LETTERS: usize = 60;
    let is_of_crypt = |byte: u8| byte.is_ascii_alphanumeric() || b"./".contains(&byte);
    let parts = text.split_at_checked(7).filter(|_| text.len() == LETTERS);
    let (head, rest) = parts.ok_or(UserFault::BadHash)?;
    let cost = head[4..]
        .strip_suffix('$')
        .and_then(|cost| cost.parse::<u32>().ok());
    let cost = cost.filter(|cost| *cost >= 4).ok_or(UserFault::BadHash)?;
    if !rest.bytes().all(is_of_crypt) || text.parse::<bcrypt::HashParts>().is_err() {
        return Err(UserFault::BadHash);
    }
    if cost > BCRYPT_COST_MAX {
        return Err(UserFault::CostlyHash);
    }
    Ok(Hash::Bcrypt(text.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the password `secret`, as quickly as it may be.
    const ARGON2ID: &str = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$";

    fn fault(text: &str) -> Option<(usize, UserFault)> {
        let bad = Users::read(text.as_bytes()).err()?;
        Some((bad.line, bad.fault))
    }

    fn argon2id(password: &str, kib: u32) -> String {
        crate::site::guard::password::hashed(password, kib, 1).unwrap()
    }

    fn bcrypt(password: &str) -> String {
        bcrypt::hash(password, 4).unwrap().replace("$2b$", "$2y$")
    }

    #[test]
    fn a_password_is_right_for_its_name_and_for_no_other() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"key");
        let text = format!(
            "# who may come\n\nзоя:{}\r\nbob:{}:a comment\n",
            argon2id("пароль", 8),
            bcrypt("builder")
        );
        let users = Users::read(text.as_bytes()).unwrap();
        for (name, password, is_right) in [
            ("зоя", "пароль", true),
            ("зоя", "builder", false),
            ("зоя", "", false),
            ("bob", "builder", true),
            ("bob", "Builder", false),
            ("bob", "пароль", false),
        ] {
            let (place, is_known) = users.to_compare(name, &key).unwrap();
            assert_eq!(is_known, IsKnown::Yes);
            assert_eq!(
                users.is_right(place, password),
                is_right,
                "{name} {password}"
            );
        }
        for unknown in ["", "Bob", "bob ", "eve", "зо"] {
            let (_, is_known) = users.to_compare(unknown, &key).unwrap();
            assert_eq!(is_known, IsKnown::No, "{unknown}");
        }
    }

    /// Otherwise the time that an answer takes would tell which names exist.
    #[test]
    fn an_unknown_name_costs_what_the_known_ones_cost_and_always_the_same() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"key");
        let text = format!(
            "a:{}\nb:{}\nc:{}\n",
            argon2id("x", 8),
            argon2id("x", 64),
            bcrypt("x")
        );
        let users = Users::read(text.as_bytes()).unwrap();
        let mut costs = std::collections::BTreeMap::<String, u32>::new();
        for number in 0..300 {
            let name = format!("nobody{number}");
            let (place, is_known) = users.to_compare(&name, &key).unwrap();
            assert_eq!(is_known, IsKnown::No);
            assert_eq!(users.to_compare(&name, &key), Some((place, is_known)));
            *costs.entry(users.cost_at(place)).or_default() += 1;
        }
        assert_eq!(costs.len(), 3, "{costs:?}");
        assert!(costs.values().all(|count| *count > 50), "{costs:?}");
    }

    #[test]
    fn where_nobody_is_known_nothing_can_be_compared() {
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"key");
        let users = Users::read(b"# nobody yet\n").unwrap();
        assert_eq!(users.to_compare("a", &key), None);
    }

    #[test]
    fn a_line_that_cannot_be_used_is_named_with_what_is_wrong() {
        use UserFault::{BadHash, BadName, CostlyHash, NameTwice, NoHash, NoName, WeakHash};
        let (good, other) = (bcrypt("x"), argon2id("y", 8));
        let long = "n".repeat(USER_NAME_BYTES_MAX + 1);
        for (text, line, expected) in [
            (format!("a:{good}\nb"), 2, NoName),
            (format!("\n\n:{good}"), 3, NoName),
            (format!("a\tb:{good}"), 1, BadName),
            (format!("{long}:{good}"), 1, BadName),
            (format!("a:{good}\nb:{good}\na:{other}"), 3, NameTwice),
            ("a:$apr1$x$y".to_owned(), 1, WeakHash("MD5 (apr1)")),
            ("a:$1$x$y".to_owned(), 1, WeakHash("MD5 (crypt)")),
            ("a:$6$x$y".to_owned(), 1, WeakHash("SHA-512 (crypt)")),
            (
                "a:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=".to_owned(),
                1,
                WeakHash("SHA-1"),
            ),
            ("a:rl5FQyHQTHW6g".to_owned(), 1, WeakHash("DES (crypt)")),
            ("a:$argon2i$v=19$m=8".to_owned(), 1, WeakHash("argon2i")),
            ("a:hunter2".to_owned(), 1, NoHash),
            ("a:".to_owned(), 1, NoHash),
            ("a:$argon2id$".to_owned(), 1, BadHash),
            (format!("a:{ARGON2ID}"), 1, BadHash),
            (format!("a:{}", good.replace("$04$", "$4$")), 1, BadHash),
            (format!("a:{}", good.replace("$04$", "$03$")), 1, BadHash),
            (format!("a:{}", good.replace("$04$", "$31$")), 1, CostlyHash),
            (format!("a:{}!", &good[..59]), 1, BadHash),
            (
                format!("a:{}", other.replace("t=1", "t=4000000")),
                1,
                CostlyHash,
            ),
            (
                format!("a:{}", other.replace("m=8", "m=4000000")),
                1,
                CostlyHash,
            ),
            (format!("a:{}", other.replace("v=19", "v=16")), 1, BadHash),
        ] {
            assert_eq!(fault(&text), Some((line, expected)), "{text}");
        }
        let not_text = Users::read(b"a:\xff").unwrap_err();
        assert_eq!((not_text.line, not_text.fault), (1, UserFault::NotText));
    }

    #[test]
    fn a_file_has_so_many_users_and_no_more() {
        let hash = bcrypt("x");
        let line = |number| format!("user{number}:{hash}\n");
        let text: String = (0..USERS_MAX).map(line).collect();
        assert_eq!(fault(&text), None);
        let more = text + &line(USERS_MAX);
        assert_eq!(fault(&more), Some((USERS_MAX + 1, UserFault::TooMany)));
    }

    /// Every beginning of a good file, and every byte of it exchanged, is read or refused.
    #[test]
    fn no_damage_makes_it_fall() {
        let whole = format!("a:{}\nb:{}\n", argon2id("x", 8), bcrypt("y"));
        for cut in 0..whole.len() {
            let _ = Users::read(&whole.as_bytes()[..cut]);
            for byte in [0, b'\n', b':', b'$', b'=', b',', b'9', 0xff] {
                let mut damaged = whole.clone().into_bytes();
                damaged[cut] = byte;
                let _ = Users::read(&damaged);
            }
        }
    }
}
