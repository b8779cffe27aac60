//! What a path may mean: the names of files to look for, and the one address of each page.
//!
//! Law: pure. Nothing here looks at a disk; a path is decoded and checked before it comes here.

use std::os::unix::ffi::OsStrExt;

use crate::config::{FileSettings, PageNames, Unknown};

use super::path::FilePath;

/// How paths become names.
pub(super) struct Naming {
    /// The files that stand for their folder; at least one.
    indexes: Vec<Box<[u8]>>,
    pages: PageNames,
    unknown: Unknown,
}

const PAGE_EXTENSION: &[u8] = b".html";

impl Naming {
    pub(super) fn new(settings: &FileSettings) -> Self {
        let bytes = |name: &std::ffi::OsString| name.as_bytes().into();
        Self {
            indexes: settings.indexes.iter().map(bytes).collect(),
            pages: settings.page_names,
            unknown: settings.unknown,
        }
    }

    /// The names of files that a path may mean, the best first; below the root, without a slash before
    /// them.
    pub(super) fn names(&self, path: &FilePath<'_>) -> Vec<Box<[u8]>> {
        let below = &path.as_bytes()[1..];
        if path.is_folder() {
            let names = self.indexes.iter().map(|index| [below, index].concat());
            return names.map(Vec::into_boxed_slice).collect();
        }
        match self.pages {
            PageNames::Clean if has_no_extension(below) => {
                vec![below.into(), [below, PAGE_EXTENSION].concat().into()]
            }
            PageNames::Clean | PageNames::WithExtension => vec![below.into()],
        }
    }

    /// Whether some pages have another address than the one they may be asked by.
    pub(super) fn has_canonical(&self) -> bool {
        self.pages != PageNames::WithExtension
    }

    /// The address that the page would have, if this is another one.
    pub(super) fn canonical(&self, path: &FilePath<'_>) -> Option<FilePath<'static>> {
        if self.pages == PageNames::WithExtension || path.is_folder() {
            return None;
        }
        let bytes = path.as_bytes();
        let name = bytes.rsplit(|&byte| byte == b'/').next()?;
        let folder = &bytes[..bytes.len() - name.len()];
        if self.indexes.first().is_some_and(|index| **index == *name) {
            return Some(path.but(folder));
        }
        let page = bytes.strip_suffix(PAGE_EXTENSION)?;
        // ".html" is a name, and "a.b.html" would become something with an extension of its own.
        let is_clean = page.len() > folder.len() && has_no_extension(page);
        is_clean.then(|| path.but(page))
    }

    /// Whether a path that leads to nothing gets the start page: a page of an application, and not
    /// a file of it.
    pub(super) fn is_for_the_application(&self, path: &FilePath<'_>) -> bool {
        self.unknown == Unknown::StartPage && has_no_extension(path.as_bytes())
    }
}

fn has_no_extension(path: &[u8]) -> bool {
    let name = path.rsplit(|&byte| byte == b'/').next();
    !name.unwrap_or_default().contains(&b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naming(pages: PageNames, unknown: Unknown) -> Naming {
        Naming::new(&FileSettings {
            page_names: pages,
            unknown,
            indexes: vec!["index.html".into(), "index.htm".into()],
            ..FileSettings::default()
        })
    }

    fn names(naming: &Naming, path: &str) -> Vec<String> {
        let path = FilePath::decode(path.as_bytes()).unwrap();
        let names = naming.names(&path).into_iter();
        names
            .map(|name| String::from_utf8(name.into()).unwrap())
            .collect()
    }

    #[test]
    fn a_path_means_a_file_and_a_slash_means_what_stands_for_the_folder() {
        let naming = naming(PageNames::WithExtension, Unknown::NotFound);
        for (path, expected) in [
            ("/", &["index.html", "index.htm"][..]),
            ("/a/b/", &["a/b/index.html", "a/b/index.htm"]),
            ("/about", &["about"]),
            ("/about.html", &["about.html"]),
        ] {
            assert_eq!(names(&naming, path), expected, "{path}");
            let path = FilePath::decode(path.as_bytes()).unwrap();
            assert_eq!(naming.canonical(&path), None);
            assert!(!naming.is_for_the_application(&path));
        }
    }

    #[test]
    fn a_page_has_one_clean_address() {
        let naming = naming(PageNames::Clean, Unknown::NotFound);
        assert_eq!(names(&naming, "/a/about"), ["a/about", "a/about.html"]);
        assert_eq!(names(&naming, "/app.js"), ["app.js"]);
        for (path, expected) in [
            ("/about.html", Some("/about")),
            ("/a/about.html", Some("/a/about")),
            ("/index.html", Some("/")),
            ("/a/index.html", Some("/a/")),
            // The second choice is no other address of the first.
            ("/a/index.htm", None),
            ("/about", None),
            ("/a/", None),
            ("/v1.2.html", None),
            ("/a.html/b", None),
        ] {
            let path = FilePath::decode(path.as_bytes()).unwrap();
            let canonical = naming.canonical(&path);
            let canonical = canonical.as_ref().map(FilePath::as_bytes);
            assert_eq!(canonical, expected.map(str::as_bytes), "{path:?}");
        }
    }

    #[test]
    fn an_application_gets_its_paths_and_not_its_missing_files() {
        let naming = naming(PageNames::WithExtension, Unknown::StartPage);
        for (path, expected) in [
            ("/users/7", true),
            ("/users/", true),
            ("/", true),
            ("/v1.2/users", true),
            ("/app.js", false),
            ("/users/ada.png", false),
        ] {
            let path = FilePath::decode(path.as_bytes()).unwrap();
            assert_eq!(naming.is_for_the_application(&path), expected, "{path:?}");
        }
    }
}
