//! Several folders and files, each below a path of its own; the longest that fits answers.
//!
//! Law: only the path of a mount is compared here, byte for byte as it is decoded; what follows it
//! goes on as it was sent, and is decoded by the mount alone. A site with one folder never comes here.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;

use http::header::CONTENT_SECURITY_POLICY;

use super::Reached;
use super::files::path::FilePath;
use super::files::root::RootError;
use super::files::{FileCache, Files, to_folder};
use super::settled::Settled;
use crate::clock;
use crate::config::{FileSettings, Mount, MountPoint};
use crate::exchange::{FieldList, Reason, Request, Response};
use crate::i18n::{Language, printable};
use crate::site::language_of;
use crate::site::pages::{self, Alone};
use crate::site::trace::{Step, Trace, text};

const PAGE: Alone = Alone {
    title: "{{page-mounts-title}}",
    style: include_str!("../../../assets/mounts.css"),
    content: include_str!("../../../assets/mounts.html"),
};

/// What is served, and where.
pub(crate) struct Mounts {
    /// The longest paths first: below `/a/b` nobody asks `/a`.
    mounts: Vec<Mounted>,
    /// What stands at the start where nothing is mounted.
    pages: [Settled; Language::ALL.len()],
}

struct Mounted {
    at: MountPoint,
    files: Arc<Files>,
}

impl Mounts {
    /// Opens everything that is to be served; the first that cannot be is the error.
    pub(crate) fn new(
        mounts: &[Mount],
        settings: &FileSettings,
        cache: &Arc<FileCache>,
    ) -> Result<Self, RootError> {
        let opened = mounts.iter().map(|Mount { at, path }| {
            let settings = FileSettings {
                hints: settings.hints.below(at.as_bytes()),
                ..settings.clone()
            };
            let files = Files::new(path, &settings, cache)?.mounted_at(at);
            Ok(Mounted {
                at: at.clone(),
                files: Arc::new(files),
            })
        });
        let mut mounts = opened.collect::<Result<Vec<_>, _>>()?;
        let pages = Language::ALL.map(|language| start_page(&mounts, language));
        mounts.sort_by_key(|mounted| Reverse(mounted.at.as_bytes().len()));
        Ok(Self { mounts, pages })
    }

    /// Answers without waiting, if that is possible.
    pub(crate) fn reach(&self, request: &Request<'_>, tick: u64, trace: &impl Trace) -> Reached {
        let found = self.find(request.path);
        trace.note(|| Step::Asked {
            path: text(request.path),
            content: "mounts",
            root: { found.as_ref() }
                .map(|(_, files, _)| text(files.root_path().as_os_str().as_bytes())),
            mount: found.as_ref().map(|(at, ..)| at.address()),
        });
        let Some((_, files, path)) = found else {
            return Reached::Answer(self.beside(request));
        };
        let path = match path {
            b"" if files.is_a_file(tick) => b"/",
            b"" => return Reached::Answer(Ok(to_folder(request))),
            path => path,
        };
        match files.answer_below(request, path, tick, trace) {
            Ok(outcome) => Reached::Answer(outcome),
            Err(sought) => Reached::MustWait(files.clone(), sought),
        }
    }

    /// What the answer is likely to link to.
    pub(crate) fn hints(&self, request: &Request<'_>) -> Option<FieldList> {
        let (_, files, path) = self.find(request.path)?;
        files.hints(path)
    }

    /// The mount that a path lies below, and what of the path follows it.
    fn find<'a>(&self, sent: &'a [u8]) -> Option<(&MountPoint, &Arc<Files>, &'a [u8])> {
        { self.mounts.iter() }.find_map(|mounted| {
            let path = below(sent, mounted.at.as_bytes())?;
            Some((&mounted.at, &mounted.files, path))
        })
    }

    /// Whether there is something to see at the start of a mount. May wait for a disk.
    pub(crate) fn has_start_page(&self, at: &MountPoint) -> bool {
        let mounted = self.mounts.iter().find(|mounted| mounted.at == *at);
        mounted.is_none_or(|mounted| mounted.files.has_start_page())
    }

    /// What is below no mount: the start, and nothing else.
    fn beside(&self, request: &Request<'_>) -> Result<Response, Reason> {
        match FilePath::decode(request.path)?.as_bytes() {
            b"/" => Ok(self.pages[language_of(request) as usize].response()),
            _ => Err(Reason::NoSuchFile),
        }
    }
}

/// What follows the path of a mount in a path as it was sent: nothing, or something that begins with a
/// slash. `None` if it does not lie below.
///
/// A slash that is encoded is part of a name (RFC 3986 §2.2), and so never the end of a mount's.
fn below<'a>(sent: &'a [u8], mount: &[u8]) -> Option<&'a [u8]> {
    let mut rest = sent;
    for wanted in mount {
        let (found, after) = match rest {
            [b'%', high, low, after @ ..] => {
                let digit = |digit: &u8| char::from(*digit).to_digit(16);
                let byte = u8::try_from(digit(high)? << 4 | digit(low)?).ok()?;
                (Some(byte).filter(|byte| *byte != b'/')?, after)
            }
            [byte, after @ ..] => (*byte, after),
            [] => return None,
        };
        if found != *wanted {
            return None;
        }
        rest = after;
    }
    matches!(rest, [] | [b'/', ..]).then_some(rest)
}

/// A page with a link to each mount, in the order they were given. It says nothing of where they lie
/// on the disk.
fn start_page(mounts: &[Mounted], language: Language) -> Settled {
    let mut links = String::new();
    let tick = clock::tick_ms();
    for mounted in mounts {
        let slash = if mounted.files.is_a_file(tick) {
            ""
        } else {
            "/"
        };
        let name = printable(&String::from_utf8_lossy(mounted.at.as_bytes()));
        let _ = writeln!(
            links,
            "<li><a href=\"{}{slash}\">{}{slash}</a></li>",
            pages::escaped(&mounted.at.address()),
            pages::escaped(&name),
        );
    }
    let mut fields = pages::html_fields(language);
    fields.add(CONTENT_SECURITY_POLICY, pages::POLICY);
    let html = PAGE.fill(language).replace("[[links]]", &links);
    Settled::new(fields, html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_lies_below_a_mount_name_by_name() {
        for (sent, mount, rest) in [
            ("/docs", "/docs", Some("")),
            ("/docs/", "/docs", Some("/")),
            ("/docs/a%2Fb", "/docs", Some("/a%2Fb")),
            ("/docs//a", "/docs", Some("//a")),
            ("/%64oc%73/a", "/docs", Some("/a")),
            ("/docsx", "/docs", None),
            ("/doc", "/docs", None),
            ("/docs%2Fa", "/docs", None),
            ("/a%2Fb/", "/a/b", None),
            ("/a/b/c", "/a/b", Some("/c")),
            ("/100%25/x", "/100%", Some("/x")),
            ("/100%2525/x", "/100%", None),
            ("/doc%7", "/docs", None),
            ("/doc%7g", "/docs", None),
            ("/doc%+3", "/docs", None),
            ("/%D0%BF/", "/п", Some("/")),
            ("/Docs/", "/docs", None),
            ("//docs/", "/docs", None),
            ("/../docs/", "/docs", None),
            ("*", "/docs", None),
            ("/anything", "", Some("/anything")),
            ("*", "", None),
        ] {
            let found = below(sent.as_bytes(), mount.as_bytes());
            assert_eq!(found, rest.map(str::as_bytes), "{sent} below {mount}");
        }
    }
}
