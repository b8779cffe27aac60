//! The answer to `hello explain`: the way of a request and its answer, in words or as JSON.

use std::collections::HashMap;
use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};

use http::{HeaderName, HeaderValue, Method};
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};
use serde::Serialize;

use super::given::Given;
use super::help::COLUMNS;
use super::misuse::Misuse;
use super::stop::Stop;
use crate::config::Settings;
use crate::i18n::{Args, Language, printable, shown, text, text_with, wrapped};
use crate::server::explain::{
    ContentSource, Explained, Imagined, Origin, Peer, Scheme, Step, explain, reason_in_words,
    usual_authority, walk_in_words,
};
use crate::server::{StartError, compress::size_in_words};

/// What is to be explained, and how.
#[derive(Debug)]
pub struct ExplainWish {
    /// What is served.
    pub settings: Box<Settings>,
    /// What is asked.
    pub asked: Imagined,
    /// Whether it is for a program.
    pub is_json: bool,
}

/// Reads what only `hello explain` knows.
pub(super) fn wish(given: &Given<'_>, settings: Settings) -> Result<ExplainWish, Misuse> {
    let url = given.0.get_one::<OsString>("url");
    let url = url.map(|url| url.to_string_lossy()).unwrap_or_default();
    if url.is_empty() {
        return Err(Misuse::MissingUrl);
    }
    let mut asked =
        address(&url, &settings).ok_or_else(|| Misuse::BadUrl { value: shown(&url) })?;
    if let Some(method) = given.text("method") {
        asked.method = Method::from_bytes(method.as_bytes()).map_err(|_| Misuse::BadMethod {
            value: shown(method),
        })?;
    }
    if let Some(from) = given.text("from") {
        asked.peer = client(from).ok_or_else(|| Misuse::BadFrom { value: shown(from) })?;
    }
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
    Ok(ExplainWish {
        settings: Box::new(settings),
        asked,
        is_json: given.0.get_flag("json"),
    })
}

/// What browsers write out in an address before they send it (WHATWG URL, path and query).
const WRITTEN_OUT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');

/// A request for an address: `http://host/path?query`, `host/path`, `/path`.
fn address(url: &str, settings: &Settings) -> Option<Imagined> {
    // What follows a `#` stays with the browser.
    let url = url.split('#').next().unwrap_or_default();
    let sealed = settings.tls.is_spoken();
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
    let explained = explain(&wish.settings, &wish.asked)?;
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
        Peer::Tcp(address) => address.ip().to_string(),
        Peer::Unix => text(language, "explain-from-unix"),
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
                Peer::Tcp(address) => address.ip().to_string(),
                Peer::Unix => "unix".to_owned(),
            },
            fields: { asked.fields.iter() }
                .map(|(name, _)| name.as_str())
                .collect(),
        },
        steps: &explained.steps,
        response: ResponseObject {
            status: explained.status.as_u16(),
            reason: explained.reason.map(|reason| reason.name()),
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
