//! The goldens of files of settings: what each means, or what is wrong with it.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::*;
use crate::cli::excerpt;
use crate::config::file::{Disk, Failure};
use crate::config::{SiteSettings, golden};
use crate::i18n::{Language, columns};
use crate::server::LocalDisk;

const FOLDER: &str = "tests/golden/config";

/// The goldens, as if hello were started in their folder.
struct Goldens;

fn there(path: &Path) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(FOLDER)
        .join(path)
}

impl Disk for Goldens {
    fn read(&self, path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
        LocalDisk.read(&there(path), bytes_max)
    }

    fn names(&self, folder: &Path, names_max: usize) -> io::Result<Vec<String>> {
        LocalDisk.names(&there(folder), names_max)
    }
}

fn goldens() -> Vec<String> {
    let names = fs::read_dir(there(Path::new(""))).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = { names }
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "toml"))
        .collect();
    names.sort_unstable();
    names
}

/// What a file says: a line for each key that is not as usual.
fn summary(configuration: &file::Configuration) -> String {
    let usual = lines(&Settings {
        sites: vec![SiteSettings::default()],
        ..Settings::default()
    });
    let mut page = String::new();
    for Line { path, value } in lines(&configuration.settings) {
        let alike = match (path.find('['), path.find(']')) {
            (Some(start), Some(end)) => format!("{}[0]{}", &path[..start], &path[end + 1..]),
            _ => path.clone(),
        };
        let is_usual = { usual.iter() }.any(|line| line.path == alike && line.value == value);
        let place = configuration.origins.get(&path);
        if value.is_null() || is_usual && place.is_none() {
            continue;
        }
        let said = place.map_or("–".to_owned(), |place| configuration.sources.told(*place));
        writeln!(page, "{path} = {}  # {said}", as_toml(&value)).unwrap();
    }
    page
}

#[test]
fn what_a_file_means_or_what_is_wrong_with_it_is_what_somebody_has_read() {
    let goldens = goldens();
    for name in &goldens {
        let read = file::read(Path::new(name), &Goldens, Path::new("/authority"));
        let path = |ending: &str| format!("{FOLDER}/{}.{ending}", name.trim_end_matches(".toml"));
        match read {
            Ok(configuration) => {
                golden::check(&path("summary.en"), &summary(&configuration));
                assert!(!Path::new(&path("errors.en")).exists(), "{name}");
            }
            Err(Failure::Wrong(wrong)) => {
                for language in Language::ALL {
                    let page = excerpt::all(language, &wrong, false) + "\n";
                    for line in page.lines() {
                        assert!(columns(line) <= 80, "{name}: {line}");
                        assert_eq!(line.trim_end(), line, "{name}");
                    }
                    assert!(!page.contains("--listen"), "{name} is no command line");
                    golden::check(&path(&format!("errors.{}", language.code())), &page);
                }
                assert!(!Path::new(&path("summary.en")).exists(), "{name}");
            }
            Err(Failure::Unread(unread)) => panic!("{unread:?}"),
        }
    }
}
