//! A line of the documents that says what is asked and what is answered, and whether it is true.
//!
//! ```text
//! GET /old/page?x=1             → 301 /new/page?x=1
//! GET anna:secret@example.com/              → 200 public/index.html
//! GET anna@/internal/                       → 200 public/internal/index.html
//! GET /a  Origin: http://b.test → 200  access-control-allow-origin: –
//! ```
//!
//! Anna has a password, and in the second line a certificate. Two spaces stand before each field. Behind the status stands where the client is sent, a file that
//! is the content, or the content itself in quotes; a dash for a value says that there is no such field.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::harness::{Client, Protocol};

/// What is asked, and what will be answered.
pub struct Promise<'a> {
    line: &'a str,
    method: &'a str,
    /// A name and a password; without a password, somebody with a certificate.
    person: Option<&'a str>,
    host: &'a str,
    target: &'a str,
    asked_with: Vec<(&'a str, &'a str)>,
    status: u16,
    content: Content<'a>,
    told: Vec<(&'a str, &'a str)>,
}

enum Content<'a> {
    Any,
    /// The client is sent there.
    At(&'a str),
    /// That of this file.
    File(&'a str),
    Text(&'a str),
}

/// Whoever is asked where nobody in particular is.
const ANY_HOST: &str = "example.com";

impl<'a> Promise<'a> {
    pub fn read(line: &'a str) -> Self {
        let wrong = "a promise reads `GET /a → 200 public/a`";
        let (asked, answer) = line.split_once(" → ").expect(wrong);
        let (request, asked_with) = words(asked);
        let (method, place) = request.split_once(' ').expect(wrong);
        let (authority, _) = place.split_once('/').expect(wrong);
        let (person, host) = match authority.split_once('@') {
            Some((person, host)) => (Some(person), host),
            None => (None, authority),
        };
        let (first, told) = words(answer);
        let (status, content) = first.split_once(' ').unwrap_or((first, ""));
        Self {
            line,
            method,
            person,
            host: if host.is_empty() { ANY_HOST } else { host },
            target: &place[authority.len()..],
            asked_with,
            status: status.parse().expect(wrong),
            content: match content.strip_prefix('"') {
                Some(text) => Content::Text(text.trim_end_matches('"')),
                None if content.is_empty() => Content::Any,
                None if content.starts_with('/') || content.contains("://") => Content::At(content),
                None => Content::File(content),
            },
            told,
        }
    }

    /// Whether who asks has a certificate: somebody without a password.
    pub fn shows_certificate(&self) -> bool {
        self.person.is_some_and(|person| !person.contains(':'))
    }

    /// The file that is the content.
    pub fn file(&self) -> Option<&'a str> {
        match self.content {
            Content::File(path) => Some(path),
            _ => None,
        }
    }

    /// Asks, and looks whether it is answered so. The content of each file is its own path.
    pub fn hold(&self, mut client: Client, of: &str) {
        let Self { method, target, .. } = self;
        let mut request = format!("{method} {target} HTTP/1.1\r\nHost: {}\r\n", self.host);
        for (name, value) in &self.asked_with {
            request.push_str(&[name, ": ", value, "\r\n"].concat());
        }
        if let Some(person) = self.person.filter(|_| !self.shows_certificate()) {
            let person = BASE64_STANDARD.encode(person);
            request.push_str(&["Authorization: Basic ", &person, "\r\n"].concat());
        }
        client.send(request + "\r\n");
        let reply = client.reply();
        let told = format!("{of}: {}\n{}{}", self.line, reply.head, reply.text());
        assert_eq!(reply.status(), self.status, "{told}");
        match self.content {
            Content::Any => {}
            Content::At(place) => {
                // Where nothing else is said, people stay with what they came by.
                let scheme = format!("{}://", Protocol::spoken().scheme());
                let place = place.replace("http://", &scheme);
                assert_eq!(reply.field("location"), Some(&*place), "{told}");
            }
            Content::File(text) | Content::Text(text) => assert_eq!(reply.text(), text, "{told}"),
        }
        for (name, value) in &self.told {
            let value = Some(*value).filter(|value| *value != "–");
            assert_eq!(reply.field(name), value, "{told}");
        }
    }
}

/// The first word, and the fields behind it.
fn words(text: &str) -> (&str, Vec<(&str, &str)>) {
    let mut words = text
        .split("  ")
        .map(str::trim)
        .filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default();
    let fields = words.map(|word| word.split_once(": ").expect("a field has a name"));
    (first, fields.collect())
}
