//! What is served, and where: a folder or a file, or several under prefixes.
//!
//! Law: what a word means does not depend on what lies in the current folder. `docs=./docs` is a mount
//! and `./a=b` a path, whatever there is. A path from the top stays one, too: scripts give those.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use percent_encoding::{AsciiSet, CONTROLS, percent_encode};

use super::error::{ConfigError, Fault};
use crate::i18n::shown;

/// Mounts of one site. Reason: each has caches of its own, which share the memory that is allowed;
/// people name a handful. Above: an error.
pub const MOUNTS_MAX: usize = 64;

/// Longest name of a mount, bytes. Reason: that of a file's name; an address has room for more below
/// it. Above: an error.
const NAME_BYTES_MAX: usize = 255;

/// A folder or file, and where it is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Below which path.
    pub at: MountPoint,
    /// What.
    pub path: PathBuf,
}

/// The path that the addresses of a mount begin with: `/docs`, `/a/b`; nothing for the start. Decoded,
/// and without a slash at its end.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct MountPoint(Box<[u8]>);

impl Mount {
    /// One more among those that there are; one for each place.
    pub(crate) fn add(mounts: &mut Vec<Self>, at: MountPoint, path: PathBuf) -> Result<(), Fault> {
        if mounts.iter().any(|mount| mount.at == at) {
            let at = shown(&String::from_utf8_lossy(at.as_bytes()));
            let at = if at.is_empty() { "/".to_owned() } else { at };
            return Err(Fault::MountTwice { at });
        }
        if mounts.len() == MOUNTS_MAX {
            return Err(Fault::TooManyMounts { most: MOUNTS_MAX });
        }
        mounts.push(Self { at, path });
        Ok(())
    }

    /// `docs=./docs`; at the start, the path alone.
    pub fn as_typed(&self) -> String {
        let path = self.path.display();
        match self.at.as_bytes() {
            [] => path.to_string(),
            [_, name @ ..] => format!("{}={path}", String::from_utf8_lossy(name)),
        }
    }
}

impl MountPoint {
    /// Where a site begins.
    pub fn start() -> Self {
        Self::default()
    }

    /// Reads `docs` or `a/b`; `/` is the start. Slashes around a name mean nothing.
    fn read(name: &[u8]) -> Option<Self> {
        if name == b"/" {
            return Some(Self::start());
        }
        let name = name.strip_suffix(b"/").unwrap_or(name);
        let is_name = |name: &[u8]| !matches!(name, b"" | b"." | b"..");
        let is_fit = |byte: &u8| !byte.is_ascii_control() && *byte != b'\\';
        let is_good = name.len() <= NAME_BYTES_MAX
            && name.split(|byte| *byte == b'/').all(is_name)
            && name.iter().all(is_fit);
        is_good.then(|| Self([b"/", name].concat().into()))
    }

    /// Reads `/docs` or `/a/b`, as a file has them; `/` is the start.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        match path.strip_prefix('/')? {
            "" => Some(Self::start()),
            name => Self::read(name.as_bytes()),
        }
    }

    /// Whether the site begins here.
    pub fn is_start(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes, decoded.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The same as it stands in an address.
    pub fn address(&self) -> String {
        percent_encode(&self.0, NOT_IN_A_PATH).to_string()
    }
}

/// What may not stand in a path as it is (RFC 3986 §3.3), and what ends or splits one.
const NOT_IN_A_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b';')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// How a path begins that is no mount, whatever follows.
const PATH_BEGINS: [&[u8]; 4] = [b"/", b"./", b"../", b"~"];

/// What a word in the place of a path is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Word<'a> {
    Path(&'a OsStr),
    Mount { name: &'a [u8], path: &'a OsStr },
}

/// Why the words in the place of a path cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServedError {
    /// A path of no letters.
    EmptyPath,
    /// A second path that says nothing of where.
    SecondPath(String),
    /// A mount that cannot be.
    Mount(ConfigError),
}

/// Reads `./site`, `docs=./docs` or `/=./site`, as many as there are; at most one for each place.
pub fn mounts<'a>(words: impl Iterator<Item = &'a OsStr>) -> Result<Vec<Mount>, ServedError> {
    let (mut mounts, mut has_path) = (Vec::new(), false);
    for word in words {
        let wrong = |fault| {
            ServedError::Mount(ConfigError {
                option: "path",
                value: shown(&word.to_string_lossy()),
                fault,
            })
        };
        let (at, path) = match cut(word) {
            Word::Path(path) if path.is_empty() => return Err(ServedError::EmptyPath),
            Word::Path(path) if has_path => {
                return Err(ServedError::SecondPath(shown(&path.to_string_lossy())));
            }
            Word::Path(path) => {
                has_path = true;
                (MountPoint::start(), path)
            }
            Word::Mount { path, .. } if path.is_empty() => {
                return Err(wrong(Fault::MountWithoutPath));
            }
            Word::Mount { name, path } => {
                let at = MountPoint::read(name).ok_or_else(|| wrong(Fault::BadMountName))?;
                (at, path)
            }
        };
        Mount::add(&mut mounts, at, path.into()).map_err(wrong)?;
    }
    Ok(mounts)
}

fn cut(word: &OsStr) -> Word<'_> {
    let bytes = word.as_bytes();
    let is_start = bytes.starts_with(b"/=");
    let is_path = PATH_BEGINS.iter().any(|begin| bytes.starts_with(begin));
    match bytes.iter().position(|byte| *byte == b'=') {
        Some(sign) if is_start || !is_path => Word::Mount {
            name: &bytes[..sign],
            path: OsStr::from_bytes(&bytes[sign + 1..]),
        },
        _ => Word::Path(word),
    }
}

/// How a path from the top that looks like one would be written as a mount: `docs=./docs` for
/// `/docs=./docs`.
pub(crate) fn mount_meant_by(path: &str) -> Option<String> {
    let (name, path) = path.strip_prefix('/')?.split_once('=')?;
    let is_meant = !path.is_empty() && MountPoint::read(name.as_bytes()).is_some();
    is_meant.then(|| shown(&format!("{name}={path}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Vec<(String, String)>, ServedError> {
        let found = mounts(words.iter().map(OsStr::new))?.into_iter();
        let pair = |mount: Mount| (mount.at.address(), mount.path.display().to_string());
        Ok(found.map(pair).collect())
    }

    fn fault(words: &[&str]) -> Fault {
        match read(words) {
            Err(ServedError::Mount(error)) => error.fault,
            result => panic!("{words:?}: {result:?}"),
        }
    }

    #[test]
    fn a_word_is_a_path_or_a_mount_by_its_letters_alone() {
        for (word, at, path) in [
            ("./dist", "", "./dist"),
            ("dist", "", "dist"),
            ("-", "", "-"),
            ("./a=b", "", "./a=b"),
            ("../a=b", "", "../a=b"),
            ("/srv/a=b", "", "/srv/a=b"),
            ("/docs=./docs", "", "/docs=./docs"),
            ("~/a=b", "", "~/a=b"),
            ("/=./site", "", "./site"),
            ("docs=./docs", "/docs", "./docs"),
            ("docs/=./docs", "/docs", "./docs"),
            ("a/b=/srv/x=y", "/a/b", "/srv/x=y"),
            (".well-known=wk", "/.well-known", "wk"),
            ("100%=x", "/100%25", "x"),
            ("a b?#;=x", "/a%20b%3F%23%3B", "x"),
            (
                "документы=x",
                "/%D0%B4%D0%BE%D0%BA%D1%83%D0%BC%D0%B5%D0%BD%D1%82%D1%8B",
                "x",
            ),
        ] {
            let expected = vec![(at.to_owned(), path.to_owned())];
            assert_eq!(read(&[word]), Ok(expected), "{word}");
        }
        assert_eq!(read(&[]), Ok(vec![]));
        assert_eq!(read(&["b=x", "./s", "a=y"]).unwrap().len(), 3);
    }

    #[test]
    fn each_place_is_given_once() {
        let at = |at: &str| Fault::MountTwice { at: at.to_owned() };
        assert_eq!(fault(&["a=x", "a/=y"]), at("/a"));
        assert_eq!(fault(&["./s", "/=x"]), at("/"));
        let second = ServedError::SecondPath("y".to_owned());
        assert_eq!(read(&["x", "a=z", "y"]), Err(second));
        assert_eq!(read(&[""]), Err(ServedError::EmptyPath));
        let many: Vec<String> = (0..=MOUNTS_MAX).map(|n| format!("m{n}=x")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(fault(&many), Fault::TooManyMounts { most: MOUNTS_MAX });
        assert_eq!(read(&many[1..]).unwrap().len(), MOUNTS_MAX);
    }

    #[test]
    fn a_name_is_what_can_stand_in_an_address() {
        let long = format!("{}=x", "a".repeat(NAME_BYTES_MAX + 1));
        for word in [
            "=x", "a//b=x", "..=x", "a/../b=x", "a/.=x", "a\\b=x", "a\nb=x", &long,
        ] {
            assert_eq!(fault(&[word]), Fault::BadMountName, "{word}");
        }
        assert_eq!(fault(&["a="]), Fault::MountWithoutPath);
        assert_eq!(mount_meant_by("/docs=./docs").unwrap(), "docs=./docs");
        assert_eq!(mount_meant_by("/srv/www"), None);
    }
}
