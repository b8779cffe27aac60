//! Links that somebody was given, for a while: `/file?hello-expires=TIME&hello-signature=CODE`.
//!
//! The code is an HMAC-SHA-256 (RFC 2104) over `hello-link-1`, a line end, and the target up to the
//! code: the path in its one form ([`canonical`]), and the query as it is sent, with the time last. So whatever else the query says is signed, too, and nothing can
//! be added. Neither the scheme nor the host are signed: a key is for one site.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::access::{AccessError, AccessTrouble};
use super::followed::{Followed, read_bytes};
use super::{Denial, Judged};
use crate::clock;
use crate::config::pattern::canonical;
use crate::exchange::{Reason, Request};
use crate::observe::Journal;
use crate::site::limits::{LINK_KEY_BYTES_MAX, LINK_KEY_BYTES_MIN};

/// What begins everything that is signed: the same key may sign something else some day.
const PURPOSE: &[u8] = b"hello-link-1\n";
/// The parameter that says when the link ends, in seconds since 1970.
const EXPIRES: &str = "hello-expires=";
/// The parameter with the code; always the last.
const SIGNATURE: &str = "hello-signature=";

/// What links are signed with. Not to be shown anywhere.
pub struct LinkKey(hmac::Key);

impl LinkKey {
    /// Reads the bytes of a file: all of them but spaces and line ends around.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let secret = bytes.trim_ascii();
        (secret.len() >= LINK_KEY_BYTES_MIN)
            .then(|| Self(hmac::Key::new(hmac::HMAC_SHA256, secret)))
    }

    /// Reads a file. May wait for a disk.
    pub fn in_file(path: &Path) -> Result<Self, AccessError> {
        let read = read_bytes(path, LINK_KEY_BYTES_MAX).and_then(|bytes| Self::of_file(&bytes));
        read.map_err(|trouble| AccessError {
            path: path.to_owned(),
            trouble,
        })
    }

    /// For a file that is followed.
    pub(crate) fn of_file(bytes: &[u8]) -> Result<Self, AccessTrouble> {
        Self::read(bytes).ok_or(AccessTrouble::ShortKey)
    }

    /// A target that is good until a time: a path that begins with a slash, and what follows its first
    /// question mark.
    pub fn sign(&self, path: &str, query: Option<&str>, until: SystemTime) -> String {
        let seconds = until
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs();
        let path = canonical(path.as_bytes());
        let mut target = String::from_utf8_lossy(&path).into_owned();
        target.push('?');
        if let Some(query) = query.filter(|query| !query.is_empty()) {
            target.push_str(query);
            target.push('&');
        }
        let _ = write!(target, "{EXPIRES}{seconds}");
        let code = hmac::sign(&self.0, &[PURPOSE, target.as_bytes()].concat());
        let code = URL_SAFE_NO_PAD.encode(code);
        let _ = write!(target, "&{SIGNATURE}{code}");
        target
    }

    /// Whether it was signed with this. Takes the same time for every code.
    fn has_signed(&self, signed: &Signed<'_>) -> bool {
        hmac::verify(&self.0, &signed.message, &signed.code).is_ok()
    }
}

/// Guards what is for those who were given a link.
pub(crate) struct Links {
    keys: Vec<Arc<Followed<LinkKey>>>,
    journal: Arc<Journal>,
}

impl Links {
    pub(crate) fn new(keys: Vec<Arc<Followed<LinkKey>>>, journal: Arc<Journal>) -> Self {
        Self { keys, journal }
    }

    /// Whether a request may pass. Changes nothing.
    pub(crate) fn judge(&self, request: &Request<'_>, now: SystemTime) -> Judged {
        if self.keys.iter().any(|key| key.is_due(request.tick_ms)) {
            return Judged::MustWait;
        }
        Judged::of(self.judge_by_what_is_known(request, now))
    }

    /// Looks at the files, if it is time to. Why the request may not pass; `None`: it may.
    pub(crate) async fn wait(&self, request: &Request<'_>) -> Option<Denial> {
        for key in &self.keys {
            key.look_again(&self.journal).await;
        }
        { self.judge_by_what_is_known(request, clock::wall()) }.map(Denial::from)
    }

    fn judge_by_what_is_known(&self, request: &Request<'_>, now: SystemTime) -> Option<Reason> {
        let keys: Vec<Arc<LinkKey>> = self.keys.iter().map(|key| key.now()).collect();
        judge(request.path, request.query, now, &keys)
    }
}

/// What is signed of a target, and with which code.
struct Signed<'a> {
    message: Vec<u8>,
    code: Vec<u8>,
    expires: &'a [u8],
}

/// The code is looked at first: whoever made up a link is not told when it would have ended.
fn judge(
    path: &[u8],
    query: Option<&[u8]>,
    now: SystemTime,
    keys: &[Arc<LinkKey>],
) -> Option<Reason> {
    let signed = match cut(path, query.unwrap_or_default()) {
        Ok(signed) => signed,
        Err(reason) => return Some(reason),
    };
    if !keys.iter().any(|key| key.has_signed(&signed)) {
        return Some(Reason::LinkWrong);
    }
    match ends_at(signed.expires) {
        Some(end) if now < end => None,
        _ => Some(Reason::LinkExpired),
    }
}

fn ends_at(digits: &[u8]) -> Option<SystemTime> {
    let seconds = std::str::from_utf8(digits).ok()?.parse().ok()?;
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

fn cut<'a>(path: &[u8], query: &'a [u8]) -> Result<Signed<'a>, Reason> {
    let begins = |parameter: &[u8], name: &str| parameter.starts_with(name.as_bytes());
    let mut parameters = query.split(|byte| *byte == b'&');
    if !parameters.any(|parameter| begins(parameter, SIGNATURE)) {
        return Err(Reason::LinkUnsigned);
    }
    let (before, code) = last_parameter(query, SIGNATURE).ok_or(Reason::LinkWrong)?;
    let before = before.ok_or(Reason::LinkWrong)?;
    let (_, expires) = last_parameter(before, EXPIRES).ok_or(Reason::LinkWrong)?;
    if expires.is_empty() || !expires.iter().all(u8::is_ascii_digit) {
        return Err(Reason::LinkWrong);
    }
    let code = URL_SAFE_NO_PAD
        .decode(code)
        .map_err(|_| Reason::LinkWrong)?;
    Ok(Signed {
        message: [PURPOSE, &canonical(path), b"?", before].concat(),
        code,
        expires,
    })
}

/// What stands before the last parameter of a query, and its value, if it has this name.
fn last_parameter<'a>(query: &'a [u8], name: &str) -> Option<(Option<&'a [u8]>, &'a [u8])> {
    let (before, last) = match query.iter().rposition(|byte| *byte == b'&') {
        Some(at) => (Some(&query[..at]), &query[at + 1..]),
        None => (None, query),
    };
    Some((before, last.strip_prefix(name.as_bytes())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef\n";

    fn key(secret: &[u8]) -> Arc<LinkKey> {
        Arc::new(LinkKey::read(secret).unwrap())
    }

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn judged(target: &str, now: u64) -> Option<Reason> {
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.as_bytes())),
            None => (target, None),
        };
        judge(path.as_bytes(), query, at(now), &[key(SECRET)])
    }

    fn signed(path: &str, query: Option<&str>) -> String {
        key(SECRET).sign(path, query, at(1000))
    }

    /// The same in another program: `printf 'hello-link-1\n/a.pdf?hello-expires=1000' |
    /// openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef -binary | basenc --base64url`.
    #[test]
    fn a_signed_target_is_what_other_programs_make_of_it() {
        assert_eq!(signed("/a.pdf", None), OF_OPENSSL);
    }

    const OF_OPENSSL: &str =
        "/a.pdf?hello-expires=1000&hello-signature=807SjMDfBEiS_qPLJRSjswWsAX2KIh2aTIuOas5P2Do";

    #[test]
    fn a_link_is_good_until_it_ends() {
        for (path, query) in [
            ("/a.pdf", None),
            ("/", None),
            ("/a%20b/%D0%B9", Some("download")),
            ("/a", Some("x=1&y=%26")),
        ] {
            let target = signed(path, query);
            assert_eq!(judged(&target, 0), None, "{target}");
            assert_eq!(judged(&target, 999), None, "{target}");
            assert_eq!(judged(&target, 1000), Some(Reason::LinkExpired), "{target}");
        }
    }

    #[test]
    fn the_same_path_in_other_letters_is_the_same() {
        let target = signed("/~a/%d0%b9%2F", None);
        assert!(target.starts_with("/~a/%D0%B9%2F?"), "{target}");
        for other in [
            target.replacen("/~a", "/%7ea", 1),
            target.replacen("%D0", "%d0", 1),
        ] {
            assert_eq!(judged(&other, 0), None, "{other}");
        }
        // A slash in a name is no slash.
        let other = target.replacen("%2F", "/", 1);
        assert_eq!(judged(&other, 0), Some(Reason::LinkWrong));
    }

    #[test]
    fn nothing_of_a_link_can_be_changed() {
        let target = signed("/a.pdf", Some("download"));
        let wrong = Some(Reason::LinkWrong);
        for (old, new) in [
            ("/a.pdf", "/b.pdf"),
            ("/a.pdf", "/a.pdf/"),
            ("download", "Download"),
            ("download&", ""),
            ("expires=1000", "expires=1001"),
            ("expires=1000", "expires=01000"),
            ("expires=1000", "expires="),
            ("expires=1000", "expires=%31000"),
            ("expires=1000", "expires=99999999999999999999999"),
            ("?", "?x&"),
            ("&hello-signature", "&x&hello-signature"),
            ("hello-signature=", "hello-signature=A"),
        ] {
            let changed = target.replacen(old, new, 1);
            assert_ne!(changed, target, "{old}");
            assert_eq!(judged(&changed, 0), wrong, "{changed}");
        }
        for end in [
            "=",
            "&",
            "&x",
            "A",
            "&hello-signature=",
            "&hello-expires=1000",
        ] {
            assert_eq!(judged(&format!("{target}{end}"), 0), wrong, "{end}");
        }
        assert_eq!(judged(&target[..target.len() - 1], 0), wrong);
        let code = target.rsplit('=').next().unwrap();
        assert_eq!(judged(&format!("/a.pdf?hello-signature={code}"), 0), wrong);
    }

    #[test]
    fn who_has_no_link_is_told_so() {
        for target in [
            "/a.pdf",
            "/a.pdf?",
            "/a.pdf?x=hello-signature=",
            "/a?hello-expires=9",
        ] {
            assert_eq!(judged(target, 0), Some(Reason::LinkUnsigned), "{target}");
        }
    }

    #[test]
    fn any_of_the_keys_will_do_and_no_other() {
        let other = key(b"another key, which is long enough");
        let target = other.sign("/a", None, at(1000));
        let query = target.strip_prefix("/a?").map(str::as_bytes);
        let judged = |keys: &[Arc<LinkKey>]| judge(b"/a", query, at(0), keys);
        assert_eq!(judged(&[key(SECRET)]), Some(Reason::LinkWrong));
        assert_eq!(judged(&[key(SECRET), other]), None);
        assert_eq!(judged(&[]), Some(Reason::LinkWrong));
    }

    #[test]
    fn a_short_key_is_none() {
        assert!(LinkKey::read(&[b'x'; LINK_KEY_BYTES_MIN]).is_some());
        assert!(LinkKey::read(&[b'x'; LINK_KEY_BYTES_MIN - 1]).is_none());
        let padded = [b" ".repeat(LINK_KEY_BYTES_MIN), b"x\n".to_vec()].concat();
        assert!(LinkKey::read(&padded).is_none());
    }
}
