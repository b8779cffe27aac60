//! The answer to `hello explain`: the way of a request and its answer, in words or as JSON.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::net::{IpAddr, SocketAddr};

use http::{HeaderName, HeaderValue, Method};
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use serde::Serialize;

use super::given::Given;
use super::help::COLUMNS;
use super::misuse::Misuse;
use super::stop::Stop;
use crate::config::routing::known_method;
use crate::config::{ListenAddress, Settings};
use crate::i18n::{Args, Language, printable, shown, text, text_with, wrapped};
use crate::server::explain::{
    ContentSource, Explained, Imagined, Origin, Peer, Proof, Reason, Scheme, Step, explain,
    reason_in_words, usual_authority, walk_in_words,
};
use crate::server::{StartError, compress::size_in_words};

/// What is to be explained, and how.
#[derive(Debug)]
pub struct ExplainWish {
    /// What is served.
    pub settings: Box<Settings>,
    /// What is asked.
    pub asked: Imagined,
    /// Where it comes in, if that is said.
    pub at: Option<ListenAddress>,
    /// Whether it is for a program.
    pub is_json: bool,
}

/// Reads what only `hello explain` knows.
pub(super) fn wish(given: &Given<'_>, settings: Settings) -> Result<ExplainWish, Misuse> {
    let url = given.all("url").next();
    let url = url.map(|url| url.to_string_lossy()).unwrap_or_default();
    if url.is_empty() {
        return Err(Misuse::MissingUrl);
    }
    let mut asked =
        address(&url, &settings).ok_or_else(|| Misuse::BadUrl { value: shown(&url) })?;
    if let Some(method) = given.text("method") {
        asked.method = known_method(method).ok_or_else(|| Misuse::BadMethod {
            value: shown(method),
        })?;
    }
    if let Some(from) = given.text("from") {
        asked.peer = client(from).ok_or_else(|| Misuse::BadFrom { value: shown(from) })?;
    }
    // In clear nobody is asked for one.
    asked.proof =
        { asked.scheme == Scheme::Https }.then(|| Proof::imagined(given.text("client-name")));
    for line in given.all("header") {
        let line = line.to_string_lossy();
        let (name, value) = field(&line).ok_or_else(|| Misuse::BadHeader {
            value: shown(&line),
        })?;
        if name == http::header::HOST {
            asked.authority = value.as_bytes().to_vec();
        } else {
            asked.fields.push((name, value));
        }
    }
    let at = given.text("at").map(|at| listener(at, &settings));
    let at = at.transpose()?;
    Ok(ExplainWish {
        settings: Box::new(settings),
        asked,
        at,
        is_json: given.flag("json") == Some(true),
    })
}

/// What browsers write out in an address before they send it (WHATWG URL, path and query).
const WRITTEN_OUT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');

/// A request for an address: `http://host/path?query`, `host/path`, `/path`.
fn address(url: &str, settings: &Settings) -> Option<Imagined> {
    // What follows a `#` stays with the browser.
    let url = url.split('#').next().unwrap_or_default();
    let sealed = settings.speaks_tls();
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Scheme::Http, rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Scheme::Https, rest),
        Some(_) => return None,
        None if sealed => (Scheme::Https, url),
        None => (Scheme::Http, url),
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at(end);
    let is_bare_path = url.starts_with('/');
    if authority.is_empty() != is_bare_path || !authority.is_ascii() || authority.contains('@') {
        return None;
    }
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let written = |text: &str| percent_encode(text.as_bytes(), WRITTEN_OUT).to_string();
    let path = if path.is_empty() { "/" } else { path };
    let authority = if is_bare_path {
        usual_authority(settings)
    } else {
        authority.to_owned()
    };
    Some(Imagined {
        method: Method::GET,
        scheme,
        authority: authority.into_bytes(),
        path: written(path).into_bytes(),
        query: query.map(|query| written(query).into_bytes()),
        fields: Vec::new(),
        peer: Peer::Tcp(SocketAddr::new(IpAddr::from([127, 0, 0, 1]), 0)),
        proof: None,
    })
}

/// One of the addresses that are listened on.
fn listener(at: &str, settings: &Settings) -> Result<ListenAddress, Misuse> {
    let wanted = ListenAddress::read("at", OsStr::new(at)).ok();
    let addresses = settings.addresses();
    let is_it =
        |address: &&ListenAddress| Some(*address) == wanted.as_ref() || address.to_string() == at;
    let found = addresses.iter().copied().find(is_it);
    found.cloned().ok_or_else(|| Misuse::BadAt {
        value: shown(at),
        addresses: addresses
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
    })
}

fn client(from: &str) -> Option<Peer> {
    if from == "unix" {
        return Some(Peer::Unix);
    }
    let address: IpAddr = from.parse().ok()?;
    Some(Peer::Tcp(SocketAddr::new(address, 0)))
}

fn field(line: &str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = line.split_once(':')?;
    let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
    let value = HeaderValue::from_str(value.trim()).ok()?;
    Some((name, value))
}

/// Goes the way, and answers what to say; or why it cannot be gone.
pub(super) fn run(wish: &ExplainWish) -> Result<Stop, StartError> {
    let explained = explain(&wish.settings, &wish.asked, wish.at.as_ref())?;
    let text = if wish.is_json {
        json(&wish.asked, &explained)
    } else {
        let language = wish.settings.output.text_language();
        in_words(language, &wish.asked, &explained)
    };
    Ok(Stop::answering(text))
}

/// The address that is asked for, as it is sent.
fn url(asked: &Imagined) -> String {
    let [authority, target] = [&asked.authority, &asked.target()]
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    format!("{}://{authority}{target}", asked.scheme.as_str())
}

/// From which line of the settings each field comes, if it comes from one.
fn origins(steps: &[Step]) -> HashMap<&str, &Origin> {
    let mut found = HashMap::new();
    for step in steps {
        let Step::Fields {
            origin, changes, ..
        } = step
        else {
            continue;
        };
        for change in changes {
            match change.change {
                "set" | "add" => found.insert(&*change.name, origin),
                "remove" => found.remove(&*change.name),
                _ => None,
            };
        }
    }
    found
}

/// In words, without a line break at the end.
fn in_words(language: Language, asked: &Imagined, explained: &Explained) -> String {
    let from = match asked.peer {
        Peer::Unix => text(language, "explain-from-unix"),
        peer => peer
            .address()
            .map(|address| address.to_string())
            .unwrap_or_default(),
    };
    let args = Args::new()
        .with("method", printable(asked.method.as_str()))
        .with("url", printable(&url(asked)))
        .with("from", from);
    let mut parts = vec![wrapped(&text_with(language, "explain-asked", &args), COLUMNS).join("\n")];
    let walked = walk_in_words(language, &explained.steps);
    parts.extend(walked.iter().map(|part| part.laid_out(COLUMNS)));
    parts.push(answer(language, explained));
    parts.join("\n\n")
}

/// What stands before a field, and before what follows its first line.
const INDENT: usize = 2;

fn answer(language: Language, explained: &Explained) -> String {
    let status = explained.status;
    let mut first = status.as_str().to_owned();
    if let Some(phrase) = status.canonical_reason() {
        first.push(' ');
        first.push_str(phrase);
    }
    if let Some(reason) = explained.reason {
        first.push_str(": ");
        first.push_str(&reason_in_words(language, reason));
    }
    let origins = origins(&explained.steps);
    let fields = explained.fields.iter().map(|(name, value)| {
        let value = printable(&String::from_utf8_lossy(value.as_bytes()));
        match origins.get(name.as_str()) {
            Some(origin) => format!("{name}: {value} ({})", printable(&origin.to_string())),
            None => format!("{name}: {value}"),
        }
    });
    let content = &explained.content;
    let key = match content.source {
        ContentSource::Nothing => "explain-no-content",
        ContentSource::Memory => "explain-content-memory",
        ContentSource::File => "explain-content-file",
        ContentSource::Parts => "explain-content-parts",
        ContentSource::Stream => "explain-content-stream",
        ContentSource::Takeover => "explain-content-takeover",
    };
    let size = size_in_words(language, content.bytes.unwrap_or(0));
    let content = text_with(language, key, &Args::new().with("size", size));
    let mut lines = vec![text(language, "explain-answer")];
    for line in std::iter::once(first).chain(fields).chain([content]) {
        let indent = " ".repeat(INDENT);
        let below = format!("\n{}", " ".repeat(2 * INDENT));
        let broken = wrapped(&line, COLUMNS - 2 * INDENT).join(&below);
        lines.push(indent + &broken);
    }
    lines.join("\n")
}

/// The whole of it for a program: `docs/explain.md` says what it means.
#[derive(Serialize)]
struct Object<'a> {
    request: RequestObject<'a>,
    steps: &'a [Step],
    response: ResponseObject<'a>,
}

#[derive(Serialize)]
struct RequestObject<'a> {
    method: &'a str,
    url: String,
    from: String,
    /// Names alone: values may be secrets.
    fields: Vec<&'a str>,
}

#[derive(Serialize)]
struct ResponseObject<'a> {
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    fields: Vec<FieldObject<'a>>,
    content: ContentObject,
}

#[derive(Serialize)]
struct FieldObject<'a> {
    name: &'a str,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<&'a Origin>,
}

#[derive(Serialize)]
struct ContentObject {
    /// `null`: it is made while it is sent.
    bytes: Option<u64>,
    source: &'static str,
}

fn json(asked: &Imagined, explained: &Explained) -> String {
    let origins = origins(&explained.steps);
    let object = Object {
        request: RequestObject {
            method: asked.method.as_str(),
            url: url(asked),
            from: match asked.peer {
                Peer::Unix => "unix".to_owned(),
                peer => peer
                    .address()
                    .map(|address| address.to_string())
                    .unwrap_or_default(),
            },
            fields: { asked.fields.iter() }
                .map(|(name, _)| name.as_str())
                .collect(),
        },
        steps: &explained.steps,
        response: ResponseObject {
            status: explained.status.as_u16(),
            reason: explained.reason.map(Reason::name),
            fields: { explained.fields.iter() }
                .map(|(name, value)| FieldObject {
                    name: name.as_str(),
                    value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
                    origin: origins.get(name.as_str()).copied(),
                })
                .collect(),
            content: ContentObject {
                bytes: explained.content.bytes,
                source: explained.content.source.name(),
            },
        },
    };
    serde_json::to_string_pretty(&object).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::sync::Arc;

    use http::StatusCode;

    use super::*;
    use crate::config::golden;
    use crate::i18n::columns;
    use crate::server::explain::{
        Content, FieldStep, FileKind, HostMatch, RuleOutcome, Said, Unmet,
    };

    fn line(line: u32) -> Origin {
        let file: Arc<str> = "hello.toml".into();
        Origin { file, line }
    }

    fn rule(at: u32, path: &str, target: &str, outcome: RuleOutcome) -> Step {
        Step::Rule {
            origin: line(at),
            path: Some(path.to_owned()),
            action: if target.is_empty() {
                "respond"
            } else {
                "redirect"
            },
            targets: { Some(target.to_owned()) }
                .filter(|target| !target.is_empty())
                .into_iter()
                .collect(),
            outcome,
        }
    }

    fn guard(name: &'static str, said: Option<Said>) -> Step {
        Step::Guard {
            name,
            origin: None,
            said,
        }
    }

    fn file(name: &str, is: FileKind, system: Option<&'static str>, reason: Reason) -> Step {
        Step::File {
            name: name.to_owned(),
            is,
            bytes: (is == FileKind::File).then_some(12_345),
            system,
            reason: (is != FileKind::File).then_some(reason),
        }
    }

    fn fields(at: u32, unmet: Option<&'static str>, changes: &[(&'static str, &str)]) -> Step {
        let changes = changes.iter().map(|(change, name)| FieldStep {
            change,
            name: (*name).to_owned(),
            value: None,
        });
        Step::Fields {
            origin: line(at),
            path: Some("/api/*".to_owned()),
            unmet,
            changes: changes.collect(),
        }
    }

    fn asked(path: &str) -> Step {
        Step::Asked {
            path: path.to_owned(),
            content: "files",
            root: Some("/srv/www".to_owned()),
            mount: None,
        }
    }

    fn site(by: HostMatch) -> Step {
        let (name, origin) = match by {
            HostMatch::Exact(_) | HostMatch::Wildcard(_) => ("example.com", Some(line(4))),
            HostMatch::Only | HostMatch::Default => ("default", None),
        };
        let name = name.to_owned();
        Step::Site { name, by, origin }
    }

    fn explained(
        status: u16,
        reason: Option<Reason>,
        (bytes, source): (Option<u64>, ContentSource),
        steps: Vec<Step>,
    ) -> Explained {
        let field = |name: &'static str, value: &'static str| {
            let name = HeaderName::from_static(name);
            (name, HeaderValue::from_static(value))
        };
        Explained {
            steps,
            status: StatusCode::from_u16(status).unwrap(),
            reason,
            fields: vec![
                field("content-type", "text/html; charset=utf-8"),
                field("x-frame-options", "DENY"),
                field("server", "hello"),
            ],
            content: Content { bytes, source },
        }
    }

    fn answered(status: u16, reason: Option<Reason>) -> Said {
        let status = StatusCode::from_u16(status).ok();
        Said { status, reason }
    }

    /// Each step that there is, at least once.
    fn walks() -> Vec<Explained> {
        use ContentSource as From;
        use RuleOutcome::{Decides, Fails, NotReached};
        let many = (20..32).map(|at| rule(at, "/blog/{year}", "", Fails(Unmet::Path)));
        let limit = |name: &str, outcome, left, wait_seconds| Step::Limit {
            name: name.to_owned(),
            origin: (name == "rate").then(|| line(8)),
            by: if name == "key" {
                "field:x-api-key"
            } else {
                "address"
            }
            .to_owned(),
            outcome,
            is_shadow: name == "shadow",
            left,
            wait_seconds,
        };
        let worked_on = |open_to| Step::Maintenance {
            origin: line(6),
            open_to,
        };
        let ruled = [
            Step::Client {
                address: "192.0.2.1".to_owned(),
            },
            site(HostMatch::Exact("example.com".to_owned())),
            guard("name", None),
            guard("canonical-host", None),
            worked_on(None),
            worked_on(Some("address")),
            worked_on(Some("path")),
            limit("other", "not-meant", None, None),
            limit("rate", "passes", Some(9), None),
            limit("at-once", "passes", None, None),
            limit("slow", "waits", None, Some(3)),
            limit("shadow", "too-many-at-once", None, None),
            limit("body", "too-long", None, None),
            limit("key", "unknown-client", None, None),
        ];
        let unmet = [
            rule(10, "/old/*", "/new/{*}", Fails(Unmet::Method)),
            rule(11, "/old/*", "", Fails(Unmet::From)),
            rule(12, "/old/*", "", Fails(Unmet::Field("cookie".to_owned()))),
            rule(14, "/old/*", "", Fails(Unmet::Query("lang".to_owned()))),
            rule(16, "/old/*", "/new/{*}", Decides),
            rule(18, "*.php", "", NotReached),
            guard("rules", Some(answered(301, Some(Reason::ByRule)))),
            fields(40, Some("path"), &[]),
            fields(44, None, &[("set", "x-frame-options"), ("remove", "etag")]),
        ];
        let ruled = ruled.into_iter().chain(many).chain(unmet).collect();
        let no_file = Reason::NoSuchFile;
        let application = vec![
            site(HostMatch::Only),
            guard("name", None),
            guard("method", None),
            asked("/users/7"),
            file("users/7", FileKind::Missing, Some("ENOENT"), no_file),
            Step::Instead {
                reason: no_file,
                what: "start-page",
            },
            file("index.html", FileKind::File, None, no_file),
            Step::Sibling {
                name: "index.html.br".to_owned(),
                coding: "br",
                state: "used",
            },
            Step::Sibling {
                name: "index.html.zst".to_owned(),
                coding: "zstd",
                state: "outdated",
            },
            Step::Sibling {
                name: "index.html.gz".to_owned(),
                coding: "gzip",
                state: "missing",
            },
            Step::Form {
                choice: "stored",
                coding: Some("br"),
                accept_encoding: Some("gzip, br".to_owned()),
            },
            Step::Followed,
            Step::Judged {
                name: "conditions",
                status: StatusCode::NOT_MODIFIED,
            },
        ];
        let several = vec![
            site(HostMatch::Wildcard("*.example.com".to_owned())),
            asked("/a"),
            Step::Kept {
                name: "a".to_owned(),
            },
            file("a", FileKind::Refused, Some("EXDEV"), Reason::LeavesRoot),
            Step::Instead {
                reason: Reason::LeavesRoot,
                what: "not-found-page",
            },
            file("404.html", FileKind::Missing, Some("ENOENT"), no_file),
            Step::Path {
                path: "/a".to_owned(),
                said: Said {
                    status: None,
                    reason: Some(Reason::LeavesRoot),
                },
            },
            asked("/b"),
            file("b", FileKind::Folder, None, Reason::SlashMissing),
            Step::Path {
                path: "/b".to_owned(),
                said: answered(301, Some(Reason::SlashMissing)),
            },
            Step::ErrorPage {
                origin: line(50),
                path: "/errors/404.html".to_owned(),
                is_found: true,
            },
            Step::ErrorPage {
                origin: line(51),
                path: "/errors/5xx.html".to_owned(),
                is_found: false,
            },
            Step::Cors {
                origin: line(60),
                is_allowed: true,
            },
            Step::Cors {
                origin: line(61),
                is_allowed: false,
            },
            fields(70, Some("status"), &[]),
            fields(71, None, &[("add", "link"), ("kept", "server")]),
        ];
        let folder = |told_to, is_told| {
            vec![
                site(HostMatch::Default),
                asked("/docs/"),
                file(
                    "docs/index.html",
                    FileKind::Missing,
                    Some("ENOENT"),
                    no_file,
                ),
                Step::Listing { told_to, is_told },
            ]
        };
        let form = |choice| Step::Form {
            choice,
            coding: (choice != "plain").then_some("gzip"),
            accept_encoding: None,
        };
        let states = ["not-smaller", "no-file", "unreadable"].map(|state| Step::Sibling {
            name: "a.js.gz".to_owned(),
            coding: "gzip",
            state,
        });
        let odd = [
            Step::Asked {
                path: "/docs/a.js".to_owned(),
                content: "mounts",
                root: Some("/srv/docs".to_owned()),
                mount: Some("/docs".to_owned()),
            },
            form("plain"),
            form("made"),
            form("ordered"),
            Step::Probe {
                status: StatusCode::NO_CONTENT,
            },
            Step::OtherSlash {
                location: "/docs/a.js/".to_owned(),
            },
        ];
        let judged = [("conditions", 412), ("range", 206), ("range", 416)];
        let judged = judged.map(|(name, status)| Step::Judged {
            name,
            status: StatusCode::from_u16(status).unwrap(),
        });
        let odd = odd.into_iter().chain(states).chain(judged).collect();
        let elsewhere = ["nobody", "certificate", "built-in", "mounts"];
        let elsewhere = elsewhere.map(|content| Step::Asked {
            path: "/x\u{1b}[2J".to_owned(),
            content,
            root: None,
            mount: None,
        });
        let refused = Step::Refused { rule: "bad-escape" };
        vec![
            explained(301, Some(Reason::ByRule), (Some(512), From::Memory), ruled),
            explained(304, None, (Some(0), From::Nothing), application),
            explained(404, Some(no_file), (Some(1 << 21), From::File), several),
            explained(200, None, (None, From::Stream), folder("everybody", true)),
            explained(
                404,
                None,
                (Some(9), From::Memory),
                folder("this-machine", false),
            ),
            explained(404, None, (Some(9), From::Memory), folder("nobody", false)),
            explained(206, None, (Some(999), From::Parts), odd),
            explained(101, None, (None, From::Takeover), elsewhere.into()),
            explained(400, None, (Some(9), From::Memory), vec![refused]),
            explained(308, None, (Some(9), From::Memory), vec![Step::InClear]),
        ]
    }

    fn request(url: &str, peer: Peer) -> Imagined {
        let mut asked = address(url, &Settings::default()).unwrap();
        asked.peer = peer;
        asked
    }

    #[test]
    fn a_walk_reads_well_in_both_languages() {
        let asked = request("http://example.com/old/page?x", Peer::Unix);
        let mut page = String::new();
        for (place, explained) in walks().iter().enumerate() {
            for language in Language::ALL {
                let text = in_words(language, &asked, explained);
                for line in text.lines() {
                    assert!(columns(line) <= COLUMNS, "{line}");
                    assert_eq!(line.trim_end(), line);
                }
                if place == 0 {
                    writeln!(page, "$ hello explain http://example.com/old/page?x").unwrap();
                }
                writeln!(page, "{text}\n").unwrap();
            }
        }
        assert!(
            !page.contains('\u{1b}'),
            "a path writes nothing to the terminal"
        );
        golden::check("tests/golden/explain/words.txt", &page);
    }

    /// What the journal keeps of a walk is the walk, as far as there is room.
    #[test]
    fn a_walk_comes_back_from_the_journal_as_it_went() {
        use crate::exchange::{Took, WALK_BYTES_MAX, Walked};
        let took_us = Took {
            guards: 1,
            content: 2,
            finish: 3,
        };
        let mut all = Vec::new();
        for explained in walks() {
            let walked = Walked {
                steps: explained.steps,
                left_out: 0,
                took_us,
            };
            assert_eq!(Walked::of_json(&walked.to_json()), Some(walked.clone()));
            all.extend(walked.steps);
        }
        let many = Walked {
            steps: std::iter::repeat_n(all, 20).flatten().collect(),
            left_out: 7,
            took_us,
        };
        let json = many.to_json();
        assert!(json.len() <= WALK_BYTES_MAX, "{}", json.len());
        let kept = Walked::of_json(&json).unwrap();
        assert!(kept.steps.len() > 50, "{}", kept.steps.len());
        assert_eq!(kept.steps[..], many.steps[..kept.steps.len()]);
        let left_out = many.steps.len() - kept.steps.len() + 7;
        assert_eq!(kept.left_out as usize, left_out);
    }

    #[test]
    fn the_names_in_json_stay_what_they_are() {
        let asked = request("http://example.com/old/page?x", Peer::Unix);
        let walks = walks();
        let pages: Vec<String> = { walks.iter() }
            .map(|explained| json(&asked, explained))
            .collect();
        golden::check(
            "tests/golden/explain/walks.json",
            &(pages.join("\n") + "\n"),
        );
    }

    #[test]
    fn an_address_is_sent_as_browsers_send_it() {
        for (given, sent) in [
            ("http://example.com", Some("http://example.com/")),
            ("HTTPS://example.com/a?b#c", Some("https://example.com/a?b")),
            ("example.com:8080/a", Some("http://example.com:8080/a")),
            ("localhost?x", Some("http://localhost/?x")),
            (
                "/привет мир?\"",
                Some(
                    "http://localhost:7878/%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82%20%D0%BC%D0%B8%D1%80?%22",
                ),
            ),
            ("/%zz", Some("http://localhost:7878/%zz")),
            ("ftp://example.com/", None),
            ("http://", None),
            ("http:///a", None),
            ("http://пример.рф/", None),
            ("http://user@example.com/", None),
            ("?x", None),
        ] {
            let asked = address(given, &Settings::default());
            assert_eq!(asked.as_ref().map(url).as_deref(), sent, "{given}");
        }
    }

    #[test]
    fn a_field_comes_from_the_line_that_set_it_last() {
        let steps = [
            fields(1, None, &[("set", "a"), ("set", "b"), ("add", "c")]),
            fields(2, None, &[("set", "a"), ("remove", "b"), ("kept", "c")]),
        ];
        let origins = origins(&steps);
        assert_eq!(origins.get("a").map(|origin| origin.line), Some(2));
        assert_eq!(origins.get("b"), None);
        assert_eq!(origins.get("c").map(|origin| origin.line), Some(1));
    }
}
