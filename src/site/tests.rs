//! The room as its neighbours see it: requests in, responses out.

use std::path::Path;

use http::Method;

use super::*;
use crate::clock;
use crate::exchange::{Answer, Body, Peer, Scheme};

/// A response, told in full.
pub(super) struct Told {
    pub(super) status: u16,
    fields: Vec<(String, String)>,
    pub(super) content: Vec<u8>,
    pub(super) reason: Option<Reason>,
    waited: bool,
}

impl Told {
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let mut values = self.fields.iter().filter(|(field, _)| field == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} stands twice");
        value
    }
}

/// Asks as a driver would, and reads what the kernel would send.
fn ask(site: &Site, method: &Method, target: &str, fields: &[(&str, &str)]) -> Told {
    ask_of(site, method, target, fields, None)
}

/// The same, by the name of a host.
pub(super) fn ask_of(
    site: &Site,
    method: &Method,
    target: &str,
    fields: &[(&str, &str)],
    host: Option<&str>,
) -> Told {
    let fields: Vec<(&str, &[u8])> = fields.iter().map(|(n, v)| (*n, v.as_bytes())).collect();
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.as_bytes())),
        None => (target, None),
    };
    let request = Request {
        method,
        path: path.as_bytes(),
        query,
        authority: host.map(str::as_bytes),
        fields: &fields,
        peer: &Peer::Unix,
        scheme: Scheme::Http,
        is_misdirected: false,
        proof: None,
        told_scheme: None,
        offer: None,
        body_bytes: Some(0),
        tick_ms: clock::tick_ms(),
    };
    let (response, waited) = match site.respond(request) {
        Reply::Now(response) => (response, false),
        Reply::Later(later) => (wait_for(later), true),
        Reply::Patient(patient) => match wait_for(patient) {
            Answer::Final(response) => (response, true),
            Answer::EarlyHints(..) => panic!("nothing hints at anything yet"),
        },
    };
    tell(&response, waited)
}

/// The clock stands still but for what is waited for.
fn wait_for<T>(later: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_time().start_paused(true).build();
    runtime.unwrap().block_on(later)
}

fn tell(response: &Response, waited: bool) -> Told {
    let content = match &response.body {
        Body::Empty | Body::Parts(_) | Body::Stream(_) | Body::Takeover(_) => Vec::new(),
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
    let settings = FileSettings::default();
    Site::of_path(path, &settings, &FileCache::of(&settings)).unwrap()
}

/// A folder with a bit of everything.
pub(super) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("sub/bare")).unwrap();
    std::fs::create_dir_all(folder.path().join(".well-known")).unwrap();
    for (name, content) in [
        ("index.html", "hello"),
        ("sub/index.html", "sub"),
        ("digits.txt", "0123456789"),
        (".env", "SECRET=1"),
        (".well-known/security.txt", "Contact: us"),
        ("привет.txt", "мир"),
        ("empty", ""),
    ] {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let large = "0123456789".repeat(10_000);
    std::fs::write(folder.path().join("large.bin"), large).unwrap();
    std::os::unix::fs::symlink("../outside", folder.path().join("out")).unwrap();
    let mode = rustix::fs::Mode::RUSR;
    rustix::fs::mkfifoat(rustix::fs::CWD, folder.path().join("pipe"), mode).unwrap();
    // An hour old, or the tags would be those of a file that is being written.
    for name in ["index.html", "digits.txt", "large.bin"] {
        let file = std::fs::File::options();
        let file = { file }
            .append(true)
            .open(folder.path().join(name))
            .unwrap();
        file.set_modified(clock::wall() - std::time::Duration::from_hours(1))
            .unwrap();
    }
    folder
}

#[test]
fn a_file_is_answered_with_all_it_needs() {
    let folder = folder();
    let site = site_of(folder.path());
    for (path, content_type, content) in [
        ("/", "text/html; charset=utf-8", "hello"),
        ("/index.html", "text/html; charset=utf-8", "hello"),
        ("/sub/", "text/html; charset=utf-8", "sub"),
        ("/digits.txt", "text/plain; charset=utf-8", "0123456789"),
        ("/digits.txt?x=1", "text/plain; charset=utf-8", "0123456789"),
        ("/%64igits.txt", "text/plain; charset=utf-8", "0123456789"),
        (
            "/.well-known/security.txt",
            "text/plain; charset=utf-8",
            "Contact: us",
        ),
        (
            "/%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82.txt",
            "text/plain; charset=utf-8",
            "мир",
        ),
        ("/empty", "application/octet-stream", ""),
    ] {
        for _ in 0..2 {
            let told = get(&site, path);
            assert_eq!(told.status, 200, "{path}");
            assert_eq!(told.content, content.as_bytes());
            assert_eq!(told.field("content-type"), Some(content_type));
            assert_eq!(told.field("accept-ranges"), Some("bytes"));
            assert_eq!(told.field("vary"), None);
            assert!(told.field("etag").is_some() && told.field("last-modified").is_some());
        }
        assert!(!get(&site, path).waited, "{path} is kept");
    }
    let large = get(&site, "/large.bin");
    assert_eq!((large.status, large.content.len()), (200, 100_000));
    assert!(!get(&site, "/large.bin").waited);
}

#[test]
fn what_is_not_served_has_a_reason() {
    let folder = folder();
    let site = site_of(folder.path());
    for (path, status, reason) in [
        ("/nothing", 404, Reason::NoSuchFile),
        ("/index.html/", 404, Reason::NoSuchFile),
        ("/index.html/x", 404, Reason::NoSuchFile),
        ("/nothing/", 404, Reason::NoSuchFile),
        ("//", 404, Reason::NoSuchFile),
        ("//index.html", 404, Reason::NoSuchFile),
        ("/sub//index.html", 404, Reason::NoSuchFile),
        ("/sub/bare/", 404, Reason::NoIndex),
        ("/.env", 404, Reason::Hidden),
        ("/%2eenv", 404, Reason::Hidden),
        ("/../x", 404, Reason::LeavesRoot),
        ("/%2e%2e/x", 404, Reason::LeavesRoot),
        ("/out", 404, Reason::LeavesRoot),
        ("/pipe", 404, Reason::SpecialFile),
        ("/%", 400, Reason::BadPath),
        ("/a%2fb", 400, Reason::BadPath),
        ("/a%5cb", 400, Reason::BadPath),
        ("/a%00b", 400, Reason::BadPath),
        ("*", 400, Reason::BadPath),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let told = ask(&site, &method, path, &[]);
            assert_eq!((told.status, told.reason), (status, Some(reason)), "{path}");
        }
    }
}

/// A stranger must not be able to tell what is hidden from what is not there.
#[test]
fn what_is_kept_from_view_looks_like_what_is_not_there() {
    let folder = folder();
    let site = site_of(folder.path());
    let missing = get(&site, "/nothing");
    for path in ["/.env", "/.nothing", "/out", "/pipe", "/../x"] {
        let told = get(&site, path);
        assert_eq!(told.fields, missing.fields, "{path}");
        assert_eq!(told.content, missing.content, "{path}");
    }
    assert_ne!(get(&site, "/sub/bare/").content, missing.content);
}

#[test]
fn a_folder_is_sent_to_its_slash() {
    let folder = folder();
    std::fs::create_dir_all(folder.path().join("a b/ц")).unwrap();
    let site = site_of(folder.path());
    for (target, location) in [
        ("/sub", "/sub/"),
        ("/sub?", "/sub/?"),
        ("/sub?a=b&c=%20", "/sub/?a=b&c=%20"),
        ("/sub?to=//evil.example", "/sub/?to=//evil.example"),
        ("/%73ub", "/%73ub/"),
        ("/a%20b", "/a%20b/"),
        ("/a%20b/%D1%86", "/a%20b/%D1%86/"),
        ("/a%20b/ц", "/a%20b/%D1%86/"),
        ("/sub/bare?x=\"<>", "/sub/bare/?x=%22%3C%3E"),
        ("/sub?a\r\nb", "/sub/?a%0D%0Ab"),
    ] {
        let told = get(&site, target);
        assert_eq!((told.status, told.content.len()), (301, 0), "{target}");
        assert_eq!(told.field("location"), Some(location));
        assert_eq!(told.field("cache-control"), Some("no-cache"));
    }
}

#[test]
fn methods_that_mean_nothing_here_are_refused_with_those_that_do() {
    let folder = folder();
    for site in [site_of(folder.path()), Site::built_in_alone()] {
        for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT"] {
            let told = ask(&site, &method.parse().unwrap(), "/", &[]);
            assert_eq!(
                (told.status, told.reason),
                (405, Some(Reason::MethodNotAllowed))
            );
            assert_eq!(told.field("allow"), Some("GET, HEAD, OPTIONS"));
        }
        for path in ["*", "/", "/nothing", "/.env"] {
            let told = ask(&site, &Method::OPTIONS, path, &[]);
            assert_eq!((told.status, told.content.len()), (204, 0));
            assert_eq!(told.field("allow"), Some("GET, HEAD, OPTIONS"));
        }
    }
}

/// By construction; this is the test that would notice if it were not so.
#[test]
fn every_answer_passes_the_finishers() {
    let folder = folder();
    let site = site_of(folder.path());
    let tag = get(&site, "/digits.txt").field("etag").unwrap().to_owned();
    let told =
        |method: &Method, target: &str, fields: &[(&str, &str)]| ask(&site, method, target, fields);
    let refused = |status, key| tell(&site.refuse(status, key, Language::English), false);
    for (told, status) in [
        (told(&Method::GET, "/", &[]), 200),
        (told(&Method::GET, "/large.bin", &[]), 200),
        (
            told(&Method::GET, "/digits.txt", &[("range", "bytes=0-1")]),
            206,
        ),
        (
            told(&Method::GET, "/digits.txt", &[("if-none-match", &tag)]),
            304,
        ),
        (
            told(&Method::GET, "/digits.txt", &[("if-match", "\"x\"")]),
            412,
        ),
        (
            told(&Method::GET, "/digits.txt", &[("range", "bytes=99-")]),
            416,
        ),
        (told(&Method::GET, "/sub", &[]), 301),
        (told(&Method::GET, "/nothing", &[]), 404),
        (told(&Method::GET, "/%", &[]), 400),
        (told(&Method::POST, "/", &[]), 405),
        (told(&Method::OPTIONS, "*", &[]), 204),
        (refused(StatusCode::BAD_REQUEST, "two-lengths"), 400),
        (refused(StatusCode::SERVICE_UNAVAILABLE, "overloaded"), 503),
        (refused(StatusCode::INTERNAL_SERVER_ERROR, "panicked"), 500),
        (refused(StatusCode::IM_A_TEAPOT, "nobody-knows"), 418),
    ] {
        assert_eq!(told.status, status);
        assert_eq!(told.field("server"), Some("hello"), "{status}");
        assert_eq!(told.field("cache-control"), Some("no-cache"), "{status}");
        assert_eq!(
            told.field("x-content-type-options"),
            Some("nosniff"),
            "{status}"
        );
        for engines_own in ["date", "content-length", "transfer-encoding", "connection"] {
            assert_eq!(told.field(engines_own), None, "{status}");
        }
    }
}

#[test]
fn a_client_that_has_it_is_told_so() {
    let folder = folder();
    let site = site_of(folder.path());
    let whole = get(&site, "/digits.txt");
    let tag = whole.field("etag").unwrap();
    let date = whole.field("last-modified").unwrap();
    assert!(tag.starts_with('"'), "{tag} is strong");
    for fields in [("if-none-match", tag), ("if-modified-since", date)] {
        for method in [Method::GET, Method::HEAD] {
            let told = ask(&site, &method, "/digits.txt", &[fields]);
            assert_eq!((told.status, told.content.len()), (304, 0));
            assert_eq!(told.field("etag"), Some(tag));
            assert_eq!(told.field("content-type"), None);
        }
    }
    // Conditions are for what would be a success.
    assert_eq!(
        ask(&site, &Method::GET, "/x", &[("if-none-match", "*")]).status,
        404
    );
    assert_eq!(
        ask(&site, &Method::GET, "/sub", &[("if-match", "\"x\"")]).status,
        301
    );
}

#[test]
fn a_part_is_cut_from_memory_and_from_a_file() {
    let folder = folder();
    let site = site_of(folder.path());
    for (path, size) in [("/digits.txt", 10), ("/large.bin", 100_000)] {
        let whole = get(&site, path);
        let tag = whole.field("etag").unwrap();
        let from = size - 3;
        for range in [format!("bytes={from}-"), "bytes=-3".to_owned()] {
            let told = ask(
                &site,
                &Method::GET,
                path,
                &[("range", &range), ("if-range", tag)],
            );
            assert_eq!((told.status, &told.content[..]), (206, &b"789"[..]));
            let expected = format!("bytes {from}-{}/{size}", size - 1);
            assert_eq!(told.field("content-range"), Some(&expected[..]));
            for same in ["etag", "last-modified", "content-type", "accept-ranges"] {
                assert_eq!(told.field(same), whole.field(same), "{same}");
            }
        }
        for fields in [
            &[("range", "bytes=0-1,x")][..],
            &[("range", "bytes=0-1"), ("if-range", "\"other\"")],
            &[("range", "lines=0-1")],
        ] {
            let told = ask(&site, &Method::GET, path, fields);
            assert_eq!((told.status, told.content.len()), (200, size));
        }
        // RFC 9110 §14.2: the field means something for GET alone.
        let head = ask(&site, &Method::HEAD, path, &[("range", "bytes=0-1")]);
        assert_eq!((head.status, head.field("content-range")), (200, None));
        let beyond = ask(&site, &Method::GET, path, &[("range", "bytes=100000-")]);
        assert_eq!(
            (beyond.status, beyond.reason),
            (416, Some(Reason::RangeUnsatisfiable))
        );
        assert_eq!(
            beyond.field("content-range"),
            Some(&*format!("bytes */{size}"))
        );
        assert_eq!(beyond.field("etag"), None);
    }
    // RFC 9110 §13.2.2: conditions come first.
    let tag = get(&site, "/digits.txt").field("etag").unwrap().to_owned();
    let fields = [("range", "bytes=0-1"), ("if-none-match", &tag)];
    assert_eq!(ask(&site, &Method::GET, "/digits.txt", &fields).status, 304);
}

#[test]
fn the_site_in_the_binary_speaks_the_visitors_language() {
    let site = Site::built_in_alone();
    let english = get(&site, "/");
    let russian = ask(
        &site,
        &Method::GET,
        "/",
        &[("accept-language", "ru-RU, en;q=0.5")],
    );
    for (told, words, language) in [
        (&english, "Hi from Rust", "en"),
        (&russian, "Привет от Rust", "ru"),
    ] {
        let html = std::str::from_utf8(&told.content).unwrap();
        assert_eq!(told.status, 200);
        assert!(html.contains(words) && html.contains(&format!("<html lang=\"{language}\">")));
        assert!(
            !html.contains("{{") && !html.contains("[[") && !html.contains("site-"),
            "{html}"
        );
        assert_eq!(told.field("vary"), Some("accept-language"));
        assert_eq!(told.field("content-language"), Some(language));
        let tag = told.field("etag").unwrap();
        let fields = [("accept-language", language), ("if-none-match", tag)];
        let again = ask(&site, &Method::GET, "/", &fields);
        assert_eq!(
            (again.status, again.field("vary")),
            (304, Some("accept-language"))
        );
    }
    assert_ne!(english.field("etag"), russian.field("etag"));
    assert_eq!(get(&site, "/index.html").content, english.content);
    assert_eq!(get(&site, "/other").reason, Some(Reason::NoSuchFile));
    assert_eq!(get(&site, "/.git").reason, Some(Reason::Hidden));
    let part = ask(&site, &Method::GET, "/", &[("range", "bytes=0-14")]);
    assert_eq!(
        (part.status, &part.content[..]),
        (206, &b"<!DOCTYPE html>"[..])
    );
}

#[test]
fn a_missing_page_is_explained_in_the_visitors_language() {
    let site = Site::built_in_alone();
    for (accepted, title) in [("de, ru;q=0.1", "Не найдено"), ("fr", "Not found")] {
        let told = ask(&site, &Method::GET, "/x", &[("accept-language", accepted)]);
        assert!(
            String::from_utf8(told.content.clone())
                .unwrap()
                .contains(title)
        );
        assert_eq!(told.field("vary"), Some("accept-language"));
    }
}

#[test]
fn a_refusal_is_settled_once_and_names_the_rule() {
    let site = Site::built_in_alone();
    let told = || site.refuse(StatusCode::BAD_REQUEST, "two-lengths", Language::English);
    let html = String::from_utf8(tell(&told(), false).content).unwrap();
    assert!(html.contains(&crate::i18n::text(Language::English, "refusal-two-lengths")));
    let (Body::Bytes(one), Body::Bytes(other)) = (told().body, told().body) else {
        panic!("a page lies in memory");
    };
    assert_eq!(one.as_ptr(), other.as_ptr(), "the second is the first");
    let full = site.refuse(
        StatusCode::SERVICE_UNAVAILABLE,
        "overloaded",
        Language::Russian,
    );
    let full = tell(&full, false);
    assert_eq!(full.field("retry-after"), Some("1"));
    assert_eq!(full.reason, Some(Reason::Overloaded));
}

#[test]
fn a_probe_is_answered_only_if_asked_for_and_only_where_nothing_is() {
    let folder = tempfile::tempdir().unwrap();
    let touch_icon = "/apple-touch-icon.png";
    std::fs::write(folder.path().join(&touch_icon[1..]), "theirs").unwrap();
    let status = |site: &Site, target| get(site, target).status;
    let silent = site_of(folder.path());
    assert_eq!(status(&silent, "/favicon.ico"), 404);
    let answering = site_of(folder.path()).answering_probes();
    assert_eq!(get(&answering, touch_icon).content, b"theirs");
    let icon = get(&answering, "/favicon.ico");
    assert_eq!((icon.status, icon.reason), (200, Some(Reason::NoSuchFile)));
    assert_eq!(icon.field("x-content-type-options"), Some("nosniff"));
    assert_eq!(status(&answering, "/.well-known/traffic-advice"), 204);
    for target in ["/wp-login.php", "/logo.svg", "/.git/config"] {
        assert_eq!(status(&answering, target), 404, "{target}");
    }
    let posted = ask(&answering, &Method::POST, "/favicon.ico", &[]);
    assert_eq!(posted.status, 405);
}

/// Nothing the client sent stands in a page.
#[test]
fn a_page_does_not_repeat_what_was_asked() {
    let site = Site::built_in_alone();
    let told = get(&site, "/markup-in-the-path?markup-in-the-query");
    assert!(
        !String::from_utf8(told.content)
            .unwrap()
            .contains("markup-in")
    );
}

#[test]
fn a_site_with_a_bug_panics() {
    let panicked = std::panic::catch_unwind(|| get(&Site::panicking(), "/").status);
    assert!(panicked.is_err());
}
