//! The goldens of files of settings: what each means, or what is wrong with it.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::*;
use crate::cli::excerpt;
use crate::config::file::{Beside, Disk, Failure, Piece};
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

/// One file, and no other.
struct OneFile(String);

impl Disk for OneFile {
    fn read(&self, path: &Path, _bytes_max: u64) -> io::Result<Vec<u8>> {
        let is_ours = path == Path::new("hello.toml");
        let text = is_ours.then(|| self.0.clone().into_bytes());
        text.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn names(&self, _folder: &Path, _names_max: usize) -> io::Result<Vec<String>> {
        Ok(Vec::new())
    }
}

fn read(text: &str) -> Result<file::Configuration, Failure> {
    let disk = OneFile(text.to_owned());
    file::read(Path::new("hello.toml"), &disk, Path::new("/authority"))
}

/// What a key means nothing without.
fn companions(table: &str, key: &str) -> &'static str {
    match (table, key) {
        ("", "cert") => "key = \"a.key\"\n",
        ("", "key") => "cert = \"a.pem\"\n",
        ("", "hsts" | "tls-min" | "client-ca" | "redirect-http") => "https = true\n",
        ("", "client-cert") => "https = true\nclient-ca = \"a.pem\"\n",
        ("", key) if key != "serve" => "serve = \"./a\"\n",
        ("site", "host" | "listen") => "serve = \"./a\"\n",
        ("site", "client-ca") => "host = \"a.test\"\nserve = \"./a\"\ncert = \"a\"\nkey = \"b\"\n",
        ("site", "client-cert") => {
            "host = \"a.test\"\nserve = \"./a\"\ncert = \"a\"\nkey = \"b\"\nclient-ca = \"c\"\n"
        }
        ("site", "cert") => "host = \"a.test\"\nserve = \"./a\"\nkey = \"a.key\"\n",
        ("site", "key") => "host = \"a.test\"\nserve = \"./a\"\ncert = \"a.pem\"\n",
        ("rule", "redirect") => "path = \"/old/*\"\n",
        ("rule", "status" | "keep-query") => "redirect = \"/b\"\n",
        ("rule", "type") => "respond = 200\nbody = \"a\"\n",
        ("rule", key) if !ACTIONS.contains(&key) => "respond = 410\n",
        ("header", "path" | "status") => "set = { x-a = \"1\" }\n",
        ("cross-origin", "credentials") => "origin = \"https://a.example\"\n",
        ("access", "realm") => "users = \"users.htpasswd\"\n",
        ("access-log", key) if key != "to" => "to = \"a.log\"\n",
        ("access", "path") => "allow = \"10.0.0.0/8\"\n",
        ("limit", key) if !BOUNDS.contains(&key) => "rate = \"5/s\"\n",
        _ => "",
    }
}

/// What a rule can do.
const ACTIONS: [&str; 5] = ["redirect", "rewrite", "try", "respond", "pass"];
/// What a limit can bound.
const BOUNDS: [&str; 4] = ["rate", "concurrent", "bandwidth", "body-bytes-max"];

/// Each key, set to something else than what it usually is, makes the settings say so.
#[test]
fn every_key_of_a_file_reaches_the_settings() {
    let mut seen = 0;
    for key in file::declared().iter().filter(|key| key.name != "include") {
        if let Some(heading) = key.heading() {
            for inner in key.keys() {
                if key.name == "site" && (inner.table != "site" || inner.heading().is_some()) {
                    continue;
                }
                let number = if heading.starts_with("[[") { "[0]" } else { "" };
                let path = format!("{}{number}.{}", key.name, inner.name);
                reaches(&format!("{heading}\n"), key.name, inner, &path);
                seen += 1;
            }
        } else {
            reaches("", "", key, key.name);
            seen += 1;
        }
    }
    assert!(seen > 90, "{seen} keys");
}

/// What is said beside a file that says something.
fn read_beside(text: &str, piece: &str) -> Result<file::Configuration, Failure> {
    let disk = OneFile(text.to_owned());
    let piece = Piece {
        name: "--set".to_owned(),
        layer: Layer::Line,
        text: piece.to_owned(),
    };
    let beside = Beside {
        pieces: vec![piece],
        ..Beside::default()
    };
    let path = Some(Path::new("hello.toml")).filter(|_| !text.is_empty());
    file::read_beside(path, &beside, &disk, Path::new("/authority"))
}

/// Each key that may stand beside a file means there what it means in one, and wins over it: a key of a
/// table alone, a list of tables as a whole.
fn is_the_same_beside(text: &str, other: &str, path: &str) {
    let told = |configuration: &file::Configuration| -> Vec<String> {
        let lines = lines(&configuration.settings).into_iter();
        lines
            .map(|line| format!("{} = {}", line.path, as_toml(&line.value)))
            .collect()
    };
    let in_file = read(text).unwrap();
    // Two limits of one name are a mistake.
    let may_be_twice = path.contains('[') && path != "limit[0].name";
    let twice = format!(
        "{other}\n{}",
        &other[other.find("[[").unwrap_or(other.len())..]
    );
    for file in ["", if may_be_twice { &twice } else { other }] {
        let beside = read_beside(file, text).unwrap_or_else(|failure| {
            panic!("{file}\n--set {text}\n{failure:?}");
        });
        assert_eq!(told(&beside), told(&in_file), "{file}\n--set {text}");
        assert_eq!(beside.beside(path), Some(Layer::Line), "{path}");
    }
}

fn reaches(heading: &str, table: &str, key: &file::Declared, path: &str) {
    let value = match (&key.shape, key.limit) {
        (file::Shape::Flag, _) => (key.default == Value::Bool(false)).to_string(),
        (_, Some(limit)) if key.default == limit.least() => quoted(&limit.most()),
        (_, Some(limit)) => quoted(&limit.least()),
        _ => key.example.clone(),
    };
    let mut beside = companions(table, key.name).to_owned();
    if let (true, file::Needs::One([needed, ..])) = (beside.starts_with("serve"), key.needs) {
        let declared = file::declared();
        let needed = declared.iter().find(|key| key.name == *needed).unwrap();
        beside.push_str(&[needed.name, " = ", &needed.example, "\n"].concat());
    }
    let above = match (table, key.name) {
        ("access", "client-cert" | "client-name") => "https = true\nclient-ca = \"a.pem\"\n",
        _ => "",
    };
    let text = format!("{above}{heading}{beside}{} = {value}\n", key.name);
    let read = read(&text).unwrap_or_else(|failure| panic!("{text}\n{failure:?}"));
    let found = lines(&read.settings)
        .into_iter()
        .find(|line| line.path == path);
    let found = found.map(|line| line.value).unwrap_or_default();
    // What is not going on is not there.
    let is_off = path == "maintenance.on" && found.is_null();
    assert!(
        is_off || !found.is_null() && found != key.default,
        "{text} leaves it {found}"
    );
    assert!(read.origins.contains_key(path), "{path}");
    if path.starts_with("site") {
        return;
    }
    let other = match (&key.shape, key.limit) {
        (file::Shape::Flag, _) => key.default.to_string(),
        (_, Some(limit)) => quoted(&limit.example()),
        _ => key.example.clone(),
    };
    // A list is replaced, whatever stands in it.
    let other = if path.contains('[') {
        text.clone()
    } else {
        format!("{above}{heading}{beside}{} = {other}\n", key.name)
    };
    is_the_same_beside(&text, &other, path);
}

#[test]
fn what_is_said_beside_a_file_wins_over_it_and_over_variables() {
    let piece = |name: &str, layer, text: &str| Piece {
        name: name.to_owned(),
        layer,
        text: text.to_owned(),
    };
    let beside = Beside {
        pieces: vec![
            piece(
                "HELLO_SET",
                Layer::Variable,
                "canonical-host = \"b.example\"\nmethods = \"GET\"\nerrors.404 = \"/b.html\"\n\
                 [[rule]]\npath = \"/b\"\nrespond = 404\n",
            ),
            piece("--set #1", Layer::Line, "maintenance.on = true"),
            piece(
                "--set #2",
                Layer::Line,
                "rule = { path = \"/c\", pass = true }",
            ),
            piece("--set #3", Layer::Line, "errors.403 = \"/c.html\""),
            piece(
                "--set #4",
                Layer::Line,
                "rule = [{ path = \"/d\", respond = 410 }]",
            ),
            piece("--set #5", Layer::Line, "canonical-host = \"c.example\""),
            piece("--set #6", Layer::Line, "serve.\"/docs\" = \"./docs\""),
        ],
        ..Beside::default()
    };
    let file = "serve = { \"/\" = \"./a\", \"/docs\" = \"./old\" }\n\
                canonical-host = \"a.example\"\n\
                maintenance = { on = false, retry-after = \"1h\" }\n\
                errors = { 404 = \"/a.html\", 5xx = \"/a.html\" }\n\
                [[rule]]\npath = \"/a\"\nrespond = 404\n[[rule]]\npath = \"/aa\"\nrespond = 404\n\
                [[rule]]\npath = \"/aaa\"\nrespond = 404\n";
    let disk = OneFile(file.to_owned());
    let path = Some(Path::new("hello.toml"));
    let read = file::read_beside(path, &beside, &disk, Path::new("/authority")).unwrap();
    let expected = "\
        serve = { \"/\" = \"./a\", \"/docs\" = \"./docs\" }  # --set #6\n\
        canonical-host = \"c.example\"  # --set #5\n\
        methods = [\"GET\"]  # HELLO_SET:2\n\
        errors = { 403 = \"/c.html\", 404 = \"/b.html\", 5xx = \"/a.html\" }  # --set #3\n\
        maintenance.on = true  # --set #1\n\
        maintenance.retry-after = \"1h\"  # hello.toml:3\n\
        rule[0].path = \"/c\"  # --set #2\n\
        rule[0].pass = true  # --set #2\n\
        rule[1].path = \"/d\"  # --set #4\n\
        rule[1].respond = 410  # --set #4\n";
    let is_of_interest = |line: &&str| !line.ends_with("# –");
    let told = summary(&read);
    let told: Vec<&str> = told.lines().filter(is_of_interest).collect();
    assert_eq!(told, expected.lines().collect::<Vec<_>>());
    assert_eq!(read.files(), [Path::new("hello.toml")]);
}

#[test]
fn what_stands_in_files_alone_is_refused_beside_them() {
    let alone = file::declared().into_iter().filter(|key| key.in_files_only);
    let names: Vec<&str> = alone.map(|key| key.name).collect();
    assert_eq!(names, ["include", "site"]);
    for name in names {
        let Err(Failure::Wrong(wrong)) = read_beside("", &format!("{name} = []")) else {
            panic!("{name}");
        };
        assert_eq!(wrong.errors[0].fault.key(), "file-only");
    }
}

/// What the fuzzer looks for, with a start: files that were broken off anywhere.
#[test]
fn a_file_that_breaks_off_anywhere_is_read_or_refused_at_a_place_that_is_there() {
    for name in goldens() {
        let text = fs::read_to_string(there(Path::new(&name))).unwrap();
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let Err(Failure::Wrong(wrong)) = read(&text[..end]) else {
                continue;
            };
            for error in &wrong.errors {
                let source = wrong.sources.of(error.place);
                assert!(error.place.end <= source.text.len(), "{name}: {error:?}");
            }
            let page = excerpt::all(Language::English, &wrong, false);
            assert!(page.contains("cannot be used"), "{page}");
        }
    }
}
