//! The answer to `hello sign`: the same address, good for a while.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use super::complain;
use super::given::{Given, Wrong};
use super::misuse::Misuse;
use super::stop::Stop;
use crate::config::{LINK_TIME, link_time};
use crate::i18n::{Language, shown};
use crate::server::{Facts, StartError, links};

/// What is to be signed.
#[derive(Debug, PartialEq, Eq)]
pub struct SignWish {
    /// Scheme and host, which are not signed; nothing, where a path was given.
    origin: String,
    path: String,
    query: Option<String>,
    /// What follows the `#`, which browsers keep to themselves.
    fragment: Option<String>,
    time: Duration,
    key_file: PathBuf,
    language: Language,
}

impl SignWish {
    /// Reads what was given.
    pub(super) fn read(given: &Given<'_>, language: Language) -> Result<Self, Wrong> {
        let url = given.text("url").filter(|url| !url.is_empty());
        let url = url.ok_or(Misuse::MissingLink)?;
        let mut keys = given.all("link-key");
        let key_file = match (keys.next(), keys.next()) {
            (Some(key), None) => key.into(),
            (None, _) => return Err(Misuse::MissingLinkKey.into()),
            (Some(_), Some(_)) => {
                let option = "--link-key".to_owned();
                return Err(Misuse::OptionTwice { option }.into());
            }
        };
        let bad = || Misuse::BadLink { value: shown(url) };
        let (before, fragment) = cut(url, '#');
        let (before, query) = cut(before, '?');
        let scheme_end = ["http://", "https://"].into_iter().find_map(|scheme| {
            let begin = before.get(..scheme.len())?;
            begin.eq_ignore_ascii_case(scheme).then_some(scheme.len())
        });
        let path_begin = match scheme_end {
            Some(end) => before[end..].find('/').map_or(before.len(), |at| end + at),
            None => 0,
        };
        let (origin, path) = before.split_at(path_begin);
        let has_host = scheme_end.is_none_or(|end| path_begin > end);
        let path = if path.is_empty() { "/" } else { path };
        let has_controls = url.contains(|letter: char| letter.is_control());
        if !has_host || !path.starts_with('/') || has_controls {
            return Err(bad().into());
        }
        Ok(Self {
            origin: origin.to_owned(),
            path: path.to_owned(),
            query: query.map(unsigned),
            fragment: fragment.map(str::to_owned),
            time: given.text("for").map_or(Ok(LINK_TIME), link_time)?,
            key_file,
            language,
        })
    }
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// A query without an old signature, and as it may stand in an address.
fn unsigned(query: &str) -> String {
    let is_ours = |parameter: &&str| {
        parameter.starts_with("hello-expires=") || parameter.starts_with("hello-signature=")
    };
    let others: Vec<&str> = query.split('&').filter(|one| !is_ours(one)).collect();
    let mut fit = String::new();
    for byte in others.join("&").bytes() {
        if byte.is_ascii_graphic() && !b"\"<>".contains(&byte) {
            fit.push(byte.into());
        } else {
            let _ = write!(fit, "%{byte:02X}");
        }
    }
    fit
}

/// Does it, and answers what to say.
pub(super) fn run(wish: &SignWish) -> Stop {
    let query = wish.query.as_deref();
    match links::sign(&wish.path, query, wish.time, &wish.key_file) {
        Ok(target) => {
            let fragment = wish.fragment.as_ref();
            let fragment = fragment.map_or(String::new(), |fragment| format!("#{fragment}"));
            Stop::answering(format!("{}{target}{fragment}", wish.origin))
        }
        Err(error) => {
            let error = StartError::from(error);
            let complaint = complain::of_start(&error, &Facts::about(&error));
            Stop::complaining(complaint.in_full(wish.language))
        }
    }
}
