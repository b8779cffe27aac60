//! How a folder is served, and what that may cost.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::time::Duration;

use http::HeaderValue;

use super::bad_choice;
use super::error::{ConfigError, Fault};
use super::hints::Hints;
use crate::i18n::shown;

/// Settings of the file room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSettings {
    /// Largest file kept in memory, bytes. Reason: below this, copying costs less than the two
    /// more system calls of `sendfile`. Larger ones are sent from an open descriptor.
    pub memory_file_bytes_max: u64,
    /// Content kept in memory, all files together, bytes. At the limit the coldest go.
    pub memory_bytes_max: u64,
    /// Open descriptors kept for larger files. At the limit the coldest go.
    pub open_files_max: usize,
    /// How long a look at a file holds before the next request looks again.
    pub look_again_after: Duration,
    /// Whether files are sent in fewer bytes to those who take them so: from siblings, or
    /// compressed while serving.
    pub compression: bool,
    /// Who is told what is in a folder that has no page of its own.
    pub list_folders: ListFolders,
    /// The files that stand for their folder, the first that is there; at least one.
    pub indexes: Vec<OsString>,
    /// How pages are called.
    pub page_names: PageNames,
    /// What a path without an extension gets that leads to nothing.
    pub unknown: Unknown,
    /// How long copies may be used without asking.
    pub freshness: Freshness,
    /// Who may read the answers from pages of other sites.
    pub readers: Readers,
    /// What becomes of names that begin with a dot.
    pub hidden: Hidden,
    /// Where links may lead.
    pub links: Links,
    /// Types by extension that win over what is known.
    pub types: Vec<OwnType>,
    /// What becomes of pages whose files change while they are looked at.
    pub changes: Changes,
    /// The files of early hints, and what was read from them.
    pub hint_files: Vec<PathBuf>,
    /// What pages link to.
    pub hints: Hints,
}

/// How the pages of a folder are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageNames {
    /// As their files are.
    WithExtension,
    /// `/about` is `about.html`, and nothing else is.
    Clean,
}

/// What a path without an extension gets that leads to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// 404.
    NotFound,
    /// The start page: the application in it knows what the path means.
    StartPage,
}

/// How long copies may be used without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Never: asking costs a 304.
    AskFirst,
    /// For ever, where a name has a checksum of the content in it.
    HashedForEver,
}

/// Whose pages may read the answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Those of this site.
    SameOrigin,
    /// Those of any site (CORS).
    Anybody,
}

/// What becomes of names that begin with a dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// They are not there, but for `/.well-known/`.
    Kept,
    /// They are served like others.
    Served,
}

/// Where links may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// Nowhere: they are not there.
    NotFollowed,
    /// Within the folder.
    Inside,
    /// Wherever they do.
    Anywhere,
}

/// What becomes of pages whose files change while they are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changes {
    /// They stay as they are until they are loaded again.
    Untold,
    /// They hear of it, and load what has changed.
    Followed,
}

/// A type of one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnType {
    /// What follows the last dot, in lower case.
    pub extension: String,
    /// The value of `Content-Type`.
    pub content_type: HeaderValue,
}

impl Links {
    /// The words [`Links::read`] understands.
    pub const CHOICES: &'static str = "none, inside, anywhere";

    /// Reads `none`, `inside` or `anywhere`.
    pub fn read(value: &str) -> Result<Self, ConfigError> {
        match value {
            "none" => Ok(Self::NotFollowed),
            "inside" => Ok(Self::Inside),
            "anywhere" => Ok(Self::Anywhere),
            _ => Err(bad_choice("links", value, Self::CHOICES)),
        }
    }
}

impl OwnType {
    /// Reads an extension, `=` and a type: `glb=model/gltf-binary`.
    pub fn read(value: &OsStr) -> Result<Self, ConfigError> {
        let bad = || ConfigError {
            option: "type",
            value: shown(&value.to_string_lossy()),
            fault: Fault::BadType,
        };
        let (extension, content_type) = { value.to_str() }
            .and_then(|value| value.split_once('='))
            .ok_or_else(bad)?;
        let extension = extension.strip_prefix('.').unwrap_or(extension);
        let essence = content_type
            .split(';')
            .next()
            .unwrap_or_default()
            .trim_end();
        let is_type = matches!(essence.split_once('/'), Some((kind, rest)) if is_token(kind) && is_token(rest));
        if !is_type || extension.is_empty() || extension.contains(['.', '/']) {
            return Err(bad());
        }
        Ok(Self {
            extension: extension.to_ascii_lowercase(),
            content_type: HeaderValue::from_str(content_type).map_err(|_| bad())?,
        })
    }
}

/// RFC 9110 §5.6.2.
fn is_token(text: &str) -> bool {
    let is_in_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !text.is_empty() && text.chars().all(is_in_token)
}

/// Reads the name of a file that stands for its folder: a name, and no path.
pub(crate) fn index(value: &OsStr) -> Result<OsString, ConfigError> {
    let bytes = value.as_bytes();
    let is_name = !bytes.is_empty() && !bytes.contains(&b'/') && !bytes.contains(&0);
    if !is_name || bytes == b"." || bytes == b".." {
        return Err(ConfigError {
            option: "index",
            value: shown(&value.to_string_lossy()),
            fault: Fault::BadFileName,
        });
    }
    Ok(value.to_owned())
}

impl FileSettings {
    /// What is said of these files alone: what those of all sites may cost together says nothing of one.
    #[must_use]
    pub(crate) fn without_what_is_shared(&self) -> Self {
        Self {
            memory_bytes_max: 0,
            open_files_max: 0,
            ..self.clone()
        }
    }

    /// How long a look holds, milliseconds.
    pub(crate) fn look_again_after_ms(&self) -> u64 {
        u64::try_from(self.look_again_after.as_millis()).unwrap_or(u64::MAX)
    }
}

impl Default for FileSettings {
    fn default() -> Self {
        Self {
            memory_file_bytes_max: 64 << 10,
            memory_bytes_max: 64 << 20,
            open_files_max: 512,
            look_again_after: Duration::from_millis(100),
            list_folders: ListFolders::ToNobody,
            compression: true,
            indexes: vec!["index.html".into()],
            page_names: PageNames::WithExtension,
            unknown: Unknown::NotFound,
            freshness: Freshness::AskFirst,
            readers: Readers::SameOrigin,
            hidden: Hidden::Kept,
            links: Links::Inside,
            types: Vec::new(),
            changes: Changes::Untold,
            hint_files: Vec::new(),
            hints: Hints::default(),
        }
    }
}

/// Who is told what is in folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFolders {
    /// Nobody.
    ToNobody,
    /// Whoever asks at this machine, by a name that only it has, and with nobody in between.
    ToThisMachine,
    /// Whoever asks.
    ToEverybody,
}

impl ListFolders {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ToNobody => "nobody",
            Self::ToThisMachine => "this-machine",
            Self::ToEverybody => "everybody",
        }
    }
}
