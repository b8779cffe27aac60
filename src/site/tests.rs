//! The room as its neighbours see it: requests in, responses out.

use std::path::Path;

use http::Method;

use super::*;
use crate::exchange::{Body, Peer};

/// A response, told in full.
struct Told {
    status: u16,
    fields: Vec<(String, String)>,
    content: Vec<u8>,
    reason: Option<Reason>,
    waited: bool,
}

impl Told {
    fn field(&self, name: &str) -> Option<&str> {
        let mut values = self.fields.iter().filter(|(field, _)| field == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} stands twice");
        value
    }
}

/// Asks as a driver would, and reads what the kernel would send.
fn ask(site: &Site, method: &Method, target: &str, fields: &[(&str, &str)]) -> Told {
    let fields: Vec<(&str, &[u8])> = fields.iter().map(|(n, v)| (*n, v.as_bytes())).collect();
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.as_bytes())),
        None => (target, None),
    };
    let request = Request {
        method,
        path: path.as_bytes(),
        query,
        authority: None,
        fields: &fields,
        peer: &Peer::Unix,
    };
    let (response, waited) = match site.respond(request) {
        Reply::Now(response) => (response, false),
        Reply::Later(later) => {
            let runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = { runtime }.build().unwrap();
            (runtime.block_on(later), true)
        }
    };
    tell(&response, waited)
}

fn tell(response: &Response, waited: bool) -> Told {
    let content = match &response.body {
        Body::Empty => Vec::new(),
        Body::Bytes(bytes) => bytes.to_vec(),
        Body::File(slice) => {
            let mut content = vec![0; usize::try_from(slice.len).unwrap()];
            let filled =
                rustix::io::pread(slice.file.descriptor(), &mut content, slice.start).unwrap();
            assert_eq!(filled as u64, slice.len);
            content
        }
    };
    let name_and_value = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.to_string(), value.to_str().unwrap().to_owned())
    };
    Told {
        status: response.status().as_u16(),
        fields: response.fields().iter().map(name_and_value).collect(),
        content,
        reason: response.reason,
        waited,
    }
}

fn get(site: &Site, target: &str) -> Told {
    ask(site, &Method::GET, target, &[])
}

fn site_of(path: &Path) -> Site {
    Site::of_path(path, &FileSettings::default()).unwrap()
}

#[test]
fn a_file_is_answered_and_then_answered_from_memory() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "hi").unwrap();
    let site = site_of(folder.path());
    for _ in 0..2 {
        let told = get(&site, "/");
        assert_eq!((told.status, &told.content[..]), (200, &b"hi"[..]));
        assert_eq!(told.field("content-type"), Some("text/html; charset=utf-8"));
    }
    assert!(!get(&site, "/").waited);
}

#[test]
fn what_is_not_there_is_a_404() {
    let folder = tempfile::tempdir().unwrap();
    let told = get(&site_of(folder.path()), "/nothing");
    assert_eq!((told.status, told.reason), (404, Some(Reason::NoSuchFile)));
}

#[test]
fn a_site_with_a_bug_panics() {
    let panicked = std::panic::catch_unwind(|| get(&Site::panicking(), "/").status);
    assert!(panicked.is_err());
}
