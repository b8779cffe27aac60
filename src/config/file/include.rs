//! Which further files are read: `include = ["sites/*.toml"]`.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::error::{FileFault, IncludeFault};
use super::limits::{CONFIG_BYTES_MAX, CONFIG_DEPTH_MAX, CONFIG_FILES_MAX};
use super::read::Findings;
use super::source::{Disk, Place};
use crate::config::quantity::Unit;

/// Reads files, as many as there may be.
pub(super) struct Included<'a> {
    disk: &'a dyn Disk,
    bytes: u64,
    /// Those that were read, by the way that leads there.
    read: BTreeSet<PathBuf>,
}

impl<'a> Included<'a> {
    pub(super) fn new(disk: &'a dyn Disk) -> Self {
        Self {
            disk,
            bytes: 0,
            read: BTreeSet::new(),
        }
    }

    /// Reads a file.
    pub(super) fn read(&mut self, path: &Path) -> Result<String, IncludeFault> {
        if self.read.len() == CONFIG_FILES_MAX {
            let most = CONFIG_FILES_MAX;
            return Err(IncludeFault::TooMany { most });
        }
        self.read.insert(plain(path));
        let room = CONFIG_BYTES_MAX - self.bytes;
        let content = { self.disk.read(path, room + 1) }.map_err(IncludeFault::Unreadable)?;
        let bytes = content.len() as u64;
        if bytes > room {
            let most = Unit::Bytes.write(CONFIG_BYTES_MAX);
            return Err(IncludeFault::TooLarge { most });
        }
        self.bytes += bytes;
        let text = String::from_utf8(content).map_err(|_| IncludeFault::NotText)?;
        // A mark of the byte order says nothing here.
        Ok(match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        })
    }

    /// The files that a pattern in the file at `from` names, in the order of their names. A pattern
    /// with a star may name none.
    pub(super) fn named(
        &self,
        from: &Path,
        pattern: &str,
        place: Place,
        findings: &mut Findings,
    ) -> Vec<PathBuf> {
        let path = from.parent().unwrap_or(Path::new("")).join(pattern);
        let folder = path.parent().unwrap_or(Path::new(""));
        let name = path.file_name().map(|name| name.to_string_lossy());
        let refuse = |findings: &mut Findings, path: String, why| {
            findings.refuse(place, FileFault::Include { path, why });
        };
        match name {
            Some(name) if name.contains('*') => {
                if folder.to_string_lossy().contains('*') {
                    refuse(findings, pattern.to_owned(), IncludeFault::StarInFolder);
                    return Vec::new();
                }
                let there = match folder {
                    folder if folder == Path::new("") => Path::new("."),
                    folder => folder,
                };
                let mut names = match self.disk.names(there, CONFIG_FILES_MAX + 1) {
                    Ok(names) => names,
                    Err(error) => {
                        let told = there.display().to_string();
                        refuse(findings, told, IncludeFault::Unreadable(error));
                        return Vec::new();
                    }
                };
                if names.len() > CONFIG_FILES_MAX {
                    let most = CONFIG_FILES_MAX;
                    refuse(findings, pattern.to_owned(), IncludeFault::TooMany { most });
                    return Vec::new();
                }
                names.retain(|found| is_like(found, &name));
                names.sort_unstable();
                names.iter().map(|name| folder.join(name)).collect()
            }
            _ if folder.to_string_lossy().contains('*') => {
                refuse(findings, pattern.to_owned(), IncludeFault::StarInFolder);
                Vec::new()
            }
            _ => vec![path],
        }
    }

    /// Reads a file that those of `chain` include, the last of them at `place`.
    pub(super) fn enter(
        &mut self,
        path: &Path,
        chain: &[PathBuf],
        place: Place,
        findings: &mut Findings,
    ) -> Option<String> {
        let is_read = self.read.contains(&plain(path));
        let is_open = chain.iter().any(|open| plain(open) == plain(path));
        let text = if is_open {
            Err(IncludeFault::Loop)
        } else if is_read {
            // Named twice, it counts once.
            return None;
        } else if chain.len() == CONFIG_DEPTH_MAX {
            let most = CONFIG_DEPTH_MAX;
            Err(IncludeFault::TooDeep { most })
        } else {
            self.read(path)
        };
        text.map_err(|why| {
            let path = path.display().to_string();
            findings.refuse(place, FileFault::Include { path, why });
        })
        .ok()
    }
}

/// A path without what leads nowhere: `a/./b`, `a/../b`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if plain.file_name().is_some() => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// Whether a name is one that a pattern means: each star stands for anything. Names that begin with a
/// dot are hidden from a star.
fn is_like(name: &str, pattern: &str) -> bool {
    let Some((begin, rest)) = pattern.split_once('*') else {
        return name == pattern;
    };
    if begin.is_empty() && name.starts_with('.') {
        return false;
    }
    let Some(mut name) = name.strip_prefix(begin) else {
        return false;
    };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let end = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some(place) = name.find(piece) else {
            return false;
        };
        name = &name[place + piece.len()..];
    }
    name.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything_but_hidden_names() {
        for (name, pattern, expected) in [
            ("a.toml", "*.toml", true),
            (".toml", "*.toml", false),
            (".a.toml", ".*.toml", true),
            ("a.toml", "a.toml", true),
            ("a.tom", "*.toml", false),
            ("10-a.toml", "1*-*.toml", true),
            ("10.toml", "1*-*.toml", false),
            ("aba", "a*ba", true),
            ("aa", "a*a*a", false),
            ("anything", "*", true),
        ] {
            assert_eq!(is_like(name, pattern), expected, "{name} {pattern}");
        }
    }

    #[test]
    fn a_path_is_the_same_whatever_way_leads_there() {
        for (path, expected) in [
            ("hello.toml", "hello.toml"),
            ("./hello.toml", "hello.toml"),
            ("sites/../hello.toml", "hello.toml"),
            ("../hello.toml", "../hello.toml"),
            ("../../a", "../../a"),
            ("/etc/./hello/x/../a.toml", "/etc/hello/a.toml"),
        ] {
            assert_eq!(plain(Path::new(path)), Path::new(expected), "{path}");
        }
    }
}
