//! The tables for those who come from nginx and Caddy: what stands in the column of hello.toml is read,
//! and what is promised beside it is asked for.

use std::io;
use std::path::Path;

use hello::config::file::{self, Disk, Failure};

use super::{Promise, place, start};
use crate::harness::over_every_protocol;
use crate::repository;

over_every_protocol! {
    what_the_tables_promise_of_a_line_is_true,
}

const PAGES: [&str; 2] = ["docs/from-nginx.md", "docs/from-caddy.md"];

/// Directives that a table has at least.
const DIRECTIVES_MIN: usize = 50;
/// Lines of which a table promises what they do, at least.
const PROMISED_MIN: usize = 10;

/// What stands where there is nothing to be written.
const NO_LINE: [&str; 4] = ["not yet", "always", "never", "an option"];

/// A directive, and what becomes of it.
struct Row {
    line: String,
    /// As it is to be written; `None`: nothing is.
    fragment: Option<String>,
    /// What is promised of it.
    promises: Vec<String>,
}

fn rows(page: &str) -> Vec<Row> {
    let page = repository::read(page);
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let rows = rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches(['|', ' ']).split(" | ").collect();
        let [_, written, said] = cells[..] else {
            panic!("three cells: {line}");
        };
        let is_none = NO_LINE.iter().any(|word| written.starts_with(word));
        assert!(is_none || written.starts_with('`'), "{line}");
        let lines: Vec<&str> = repository::quoted(written).collect();
        let promises = repository::quoted(said).filter(|word| word.contains(" → "));
        Row {
            line: line.to_owned(),
            fragment: (!is_none).then(|| lines.join("\n") + "\n"),
            promises: promises.map(str::to_owned).collect(),
        }
    });
    rows.collect()
}

/// A fragment, and what has to stand before it: something is served, and keys of TLS need a certificate.
fn whole(fragment: &str) -> String {
    let has = |key: &str| fragment.lines().any(|line| line.starts_with(key));
    let mut whole = String::new();
    if !has("serve = ") && !has("[[site]]") {
        whole += "serve = \"./public\"\n";
    }
    let private = ["hsts = ", "tls-min = ", "client-ca = ", "redirect-http = "];
    if private.into_iter().any(has) && !has("cert = ") && !has("https = ") {
        whole += "cert = \"fullchain.pem\"\nkey = \"privkey.pem\"\n";
    }
    whole + fragment
}

/// A disk with this file on it, and empty ones wherever another is looked for.
struct Alone(String);

impl Disk for Alone {
    fn read(&self, path: &Path, _bytes_max: u64) -> io::Result<Vec<u8>> {
        let is_it = path == Path::new("hello.toml");
        Ok(if is_it { self.0.clone() } else { String::new() }.into_bytes())
    }

    fn names(&self, _folder: &Path, _names_max: usize) -> io::Result<Vec<String>> {
        Ok(vec!["a.toml".to_owned()])
    }
}

#[test]
fn every_line_of_the_tables_can_be_written() {
    for page in PAGES {
        let rows = rows(page);
        assert!(rows.len() >= DIRECTIVES_MIN, "{page}: {}", rows.len());
        for row in &rows {
            let Some(fragment) = &row.fragment else {
                continue;
            };
            let disk = Alone(whole(fragment));
            let read = file::read(Path::new("hello.toml"), &disk, Path::new("/authority"));
            match read {
                Ok(_) => {}
                Err(Failure::Wrong(wrong)) => panic!("{page}: {}\n{:?}", row.line, wrong.errors),
                Err(Failure::Unread(unread)) => panic!("{page}: {}\n{unread:?}", row.line),
            }
        }
    }
}

#[test]
fn the_tables_promise_enough_to_be_tried() {
    for page in PAGES {
        let rows = rows(page);
        let promised = rows.iter().filter(|row| !row.promises.is_empty());
        assert!(promised.count() >= PROMISED_MIN, "{page}");
    }
}

fn what_the_tables_promise_of_a_line_is_true() {
    for page in PAGES {
        for row in rows(page).iter().filter(|row| !row.promises.is_empty()) {
            let fragment = row.fragment.as_ref();
            let file =
                whole(fragment.unwrap_or_else(|| panic!("nothing is written: {}", row.line)));
            let promises: Vec<Promise<'_>> = row
                .promises
                .iter()
                .map(|line| Promise::read(line))
                .collect();
            let folder = place(&file, &promises);
            let Some(hello) = start(&folder, &file) else {
                continue;
            };
            for promise in &promises {
                promise.hold(hello.connect(), page);
            }
            hello.stop();
        }
    }
}
