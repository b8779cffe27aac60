//! Turns the path of a request into the name of a file, or refuses it.
//!
//! Law: decoding happens here, once. What comes out has no `..`, no NUL, no backslash, no empty
//! segment and no hidden name in it; what those bytes lead to is [`super::open`]'s business, which
//! does not rely on this and confines every step all the same.

use std::borrow::Cow;

use crate::config::Hidden;
use crate::exchange::Reason;
use crate::site::limits::PATH_BYTES_MAX;

/// A decoded path: starts with `/`, and every segment between slashes is a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePath<'a>(Cow<'a, [u8]>);

impl<'a> FilePath<'a> {
    /// Decodes the path of a request (RFC 3986 §2.4: once and only once).
    ///
    /// Names are bytes: any byte but those refused may come as `%XX`, UTF-8 or not.
    ///
    /// # Refuses
    /// - [`Reason::BadPath`]: no leading slash, `%` without two hexadecimal digits, an encoded `/`
    ///   or NUL, a backslash: no file of ours can have such a name.
    /// - [`Reason::LeavesRoot`]: a segment `..`, encoded or not. Browsers resolve those before they ask.
    /// - [`Reason::Hidden`]: a segment that starts with a dot, except a leading `.well-known`.
    /// - [`Reason::NoSuchFile`]: an empty segment, or more than `PATH_BYTES_MAX` bytes.
    ///
    /// # Spec
    /// RFC 3986 §2.1, §3.3; RFC 8615 §3 (`.well-known` stands at the root only).
    pub fn decode(raw: &'a [u8]) -> Result<Self, Reason> {
        Self::decode_with(raw, Hidden::Kept)
    }

    /// The same; `hidden` says whether a segment may start with a dot.
    pub(super) fn decode_with(raw: &'a [u8], hidden: Hidden) -> Result<Self, Reason> {
        let decoded = percent_decode(raw)?;
        check(&decoded, hidden)?;
        Ok(Self(decoded))
    }

    /// The root itself.
    pub(super) fn root() -> FilePath<'static> {
        FilePath(Cow::Borrowed(b"/"))
    }

    /// The page that is shown where nothing is found.
    pub(super) fn of_not_found_page() -> FilePath<'static> {
        FilePath(Cow::Borrowed(b"/404.html"))
    }

    /// Another path, made of names of this one.
    pub(super) fn but(&self, bytes: &[u8]) -> FilePath<'static> {
        debug_assert!(self.0.starts_with(bytes) && bytes.starts_with(b"/"));
        FilePath(Cow::Owned(bytes.to_vec()))
    }

    /// The decoded bytes, with the leading slash.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// What a file is kept under in the cache.
    ///
    /// It is looked up by the path as it was sent, before anything is decoded. A decoded path in
    /// which a `%` is left must not be found so (`/a%2541` is the file `a%41`, and `/a%41` is
    /// another): it goes without the slash that every path that is sent begins with.
    pub(super) fn key(&self) -> &[u8] {
        if self.0.contains(&b'%') {
            &self.0[1..]
        } else {
            &self.0
        }
    }

    /// Whether it ends with a slash: the client means a folder.
    pub fn is_folder(&self) -> bool {
        self.0.ends_with(b"/")
    }

    /// The path below the root: no leading slash, no trailing one; empty for the root itself.
    pub fn below_root(&self) -> &[u8] {
        let path = &self.0[1..];
        path.strip_suffix(b"/").unwrap_or(path)
    }

    /// The same path, on its own feet.
    pub fn into_owned(self) -> FilePath<'static> {
        FilePath(Cow::Owned(self.0.into_owned()))
    }
}

fn percent_decode(raw: &[u8]) -> Result<Cow<'_, [u8]>, Reason> {
    if !raw.contains(&b'%') {
        return Ok(Cow::Borrowed(raw));
    }
    let mut decoded = Vec::with_capacity(raw.len());
    let mut rest = raw.iter();
    while let Some(&byte) = rest.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let high = rest.next().copied().and_then(hex_digit);
        let low = rest.next().copied().and_then(hex_digit);
        let (Some(high), Some(low)) = (high, low) else {
            return Err(Reason::BadPath);
        };
        match high << 4 | low {
            // An encoded slash is part of a name (RFC 3986 §2.2), and no name has one.
            b'/' => return Err(Reason::BadPath),
            byte => decoded.push(byte),
        }
    }
    Ok(Cow::Owned(decoded))
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

fn check(path: &[u8], hidden: Hidden) -> Result<(), Reason> {
    let Some(below) = path.strip_prefix(b"/") else {
        return Err(Reason::BadPath);
    };
    // Some clients and other systems take a backslash for a slash: it must not reach a name here,
    // or the same address would mean two files.
    if below.iter().any(|&byte| byte == 0 || byte == b'\\') {
        return Err(Reason::BadPath);
    }
    if path.len() > PATH_BYTES_MAX {
        return Err(Reason::NoSuchFile);
    }
    if below.is_empty() {
        return Ok(());
    }
    let names = below.strip_suffix(b"/").unwrap_or(below);
    let first = names.split(|&byte| byte == b'/').next();
    if first != Some(b".well-known") {
        check_name(first.unwrap_or_default(), hidden)?;
    }
    { names.split(|&byte| byte == b'/').skip(1) }.try_for_each(|name| check_name(name, hidden))
}

fn check_name(name: &[u8], hidden: Hidden) -> Result<(), Reason> {
    match name {
        b"" => Err(Reason::NoSuchFile),
        b".." => Err(Reason::LeavesRoot),
        // "." is no name either, however much is served.
        b"." => Err(Reason::Hidden),
        [b'.', ..] if hidden == Hidden::Kept => Err(Reason::Hidden),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_all(table: &[(&str, Result<&[u8], Reason>)]) {
        for (raw, expected) in table {
            let decoded = FilePath::decode(raw.as_bytes());
            let decoded = decoded.as_ref().map(FilePath::as_bytes).map_err(|e| *e);
            assert_eq!(decoded, *expected, "{raw}");
        }
    }

    #[test]
    fn a_path_is_decoded_once() {
        check_all(&[
            ("/", Ok(b"/")),
            ("/a", Ok(b"/a")),
            ("/a/", Ok(b"/a/")),
            ("/a/b.html", Ok(b"/a/b.html")),
            ("/a%20b", Ok(b"/a b")),
            ("/%41", Ok(b"/A")),
            ("/%4a%4A", Ok(b"/JJ")),
            ("/%2541", Ok(b"/%41")),
            ("/%252e%252e/x", Ok(b"/%2e%2e/x")),
            ("/100%25", Ok(b"/100%")),
            ("/%25", Ok(b"/%")),
            ("/%D0%9F", Ok("/П".as_bytes())),
            ("/%ff%FE", Ok(b"/\xff\xfe")),
            ("/a%0Ab", Ok(b"/a\nb")),
            ("/%7F", Ok(b"/\x7f")),
            ("/a+b", Ok(b"/a+b")),
            ("/a;b=c", Ok(b"/a;b=c")),
            ("/~user", Ok(b"/~user")),
            ("/a:b", Ok(b"/a:b")),
            ("/%3F", Ok(b"/?")),
            ("/%23", Ok(b"/#")),
            ("/a.", Ok(b"/a.")),
            ("/a..", Ok(b"/a..")),
            ("/a..b", Ok(b"/a..b")),
            ("/a./b", Ok(b"/a./b")),
            ("/.well-known", Ok(b"/.well-known")),
            ("/.well-known/", Ok(b"/.well-known/")),
            (
                "/.well-known/security.txt",
                Ok(b"/.well-known/security.txt"),
            ),
            ("/%2ewell-known/x", Ok(b"/.well-known/x")),
        ]);
    }

    #[test]
    fn a_path_that_means_nothing_here_is_refused() {
        let bad = Err(Reason::BadPath);
        check_all(&[
            ("", bad),
            ("a", bad),
            ("*", bad),
            ("%2F", bad),
            ("%2fa", bad),
            ("/%", bad),
            ("/%4", bad),
            ("/%4g", bad),
            ("/%g4", bad),
            ("/%%", bad),
            ("/%%41", bad),
            ("/%-1", bad),
            ("/%+1", bad),
            ("/% 1", bad),
            ("/%u0041", bad),
            ("/%2f", bad),
            ("/%2F", bad),
            ("/a%2fb", bad),
            ("/a%2F", bad),
            ("/..%2f..%2fetc", bad),
            ("/%2e%2e%2f", bad),
            ("/%00", bad),
            ("/a%00.html", bad),
            ("/a\0b", bad),
            ("/\\", bad),
            ("/a\\b", bad),
            ("/..\\..\\x", bad),
            ("/%5c", bad),
            ("/%5Cx", bad),
            ("/a%5C..%5Cb", bad),
        ]);
    }

    #[test]
    fn a_path_that_climbs_is_refused_however_it_is_written() {
        let leaves = Err(Reason::LeavesRoot);
        check_all(&[
            ("/..", leaves),
            ("/../", leaves),
            ("/../x", leaves),
            ("/a/..", leaves),
            ("/a/../b", leaves),
            ("/a/b/../../../x", leaves),
            ("/%2e%2e", leaves),
            ("/%2E%2e/x", leaves),
            ("/.%2e/x", leaves),
            ("/%2e./x", leaves),
            ("/a/%2e%2E/", leaves),
            ("/.well-known/../x", leaves),
        ]);
    }

    #[test]
    fn a_hidden_name_is_refused_at_any_depth() {
        let hidden = Err(Reason::Hidden);
        check_all(&[
            ("/.", hidden),
            ("/./", hidden),
            ("/./a", hidden),
            ("/a/.", hidden),
            ("/a/./b", hidden),
            ("/%2e", hidden),
            ("/.git", hidden),
            ("/.git/config", hidden),
            ("/%2egit/config", hidden),
            ("/a/.env", hidden),
            ("/...", hidden),
            ("/..a", hidden),
            ("/.htaccess", hidden),
            ("/.well-known2", hidden),
            ("/.Well-known/x", hidden),
            ("/a/.well-known/x", hidden),
            ("/.well-known/.git", hidden),
            ("/.well-known/.well-known", hidden),
        ]);
    }

    #[test]
    fn an_empty_segment_names_nothing() {
        let none = Err(Reason::NoSuchFile);
        check_all(&[
            ("//", none),
            ("///", none),
            ("//a", none),
            ("//evil.example/", none),
            ("/a//b", none),
            ("/a//", none),
            ("/.well-known//x", none),
        ]);
        let long = format!("/{}", "a/".repeat(PATH_BYTES_MAX));
        check_all(&[(&long, none)]);
    }

    /// Every single and double byte, raw and encoded: none may slip through into a name.
    #[test]
    fn no_byte_is_decoded_into_danger() {
        for byte in 0..=255_u8 {
            let encoded = format!("/%{byte:02x}");
            match FilePath::decode(encoded.as_bytes()) {
                Ok(path) => assert_eq!(path.as_bytes(), [b'/', byte]),
                Err(reason) => {
                    assert!(
                        matches!(byte, 0 | b'/' | b'\\' | b'.'),
                        "{byte}: {reason:?}"
                    );
                }
            }
            for second in 0..=255_u8 {
                let encoded = format!("/%{byte:02X}%{second:02X}");
                if let Ok(path) = FilePath::decode(encoded.as_bytes()) {
                    assert_eq!(path.as_bytes(), [b'/', byte, second]);
                    assert!(byte != b'.' && !path.as_bytes()[1..].contains(&b'/'));
                }
            }
        }
    }

    #[test]
    fn the_part_below_the_root_has_no_outer_slashes() {
        for (raw, below, folder) in [
            ("/", "", true),
            ("/a", "a", false),
            ("/a/", "a", true),
            ("/a/b", "a/b", false),
        ] {
            let path = FilePath::decode(raw.as_bytes()).unwrap();
            assert_eq!(path.below_root(), below.as_bytes());
            assert_eq!(path.is_folder(), folder);
        }
    }
}
