//! A path is meant or not however it is written, and nothing that a client chooses leads elsewhere.
//!
//! The input: a pattern, a template, and a path, each on a line.

use hello::config::pattern::{Exactness, Pattern, Template, canonical};

/// Panics when something does not hold.
pub fn check(bytes: &[u8]) {
    let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
    let mut next = || lines.next().unwrap_or_default();
    let (pattern, template, sent) = (next(), next(), next());
    let path = canonical(sent);
    assert_eq!(canonical(&path), path, "the one form is not one");
    assert_eq!(canonical(&all_encoded(&path)), path, "written differently");
    let Ok(pattern) = std::str::from_utf8(pattern) else {
        return;
    };
    let Ok(read) = Pattern::read(pattern) else {
        return;
    };
    assert_eq!(read.as_str(), pattern);
    let caught = read.catch(&path);
    let (beginning, exactness) = read.beginning();
    let below = path.strip_prefix(beginning);
    match exactness {
        Exactness::Whole => assert_eq!(caught.is_some(), *beginning == *path),
        Exactness::Below => {
            let is_below = below.is_some_and(|rest| rest.is_empty() || rest[0] == b'/');
            assert_eq!(caught.is_some(), is_below);
        }
        Exactness::Beginning => assert!(caught.is_none() || below.is_some()),
    }
    let Ok(Ok(template)) =
        std::str::from_utf8(template).map(|text| Template::read(text, Some(&read)))
    else {
        return;
    };
    // Whoever asks for a site asks for a path (RFC 9112 §3.2.1).
    let Some(caught) = caught.filter(|_| path.starts_with(b"/")) else {
        return;
    };
    let filled = template.fill(&caught, &path, b"host.test");
    let text = template.as_str();
    let leads = |to: &str| filled.starts_with(to.as_bytes());
    for scheme in ["http://", "https://"] {
        assert_eq!(text.starts_with(scheme), leads(scheme), "{text}");
    }
    if !text.starts_with("http") && !text.starts_with("//") {
        assert!(leads("/") && !leads("//"), "{text} leads to another host");
    }
    let is_visible = |byte: &u8| byte.is_ascii_graphic();
    assert!(filled.iter().all(is_visible), "{text} makes no address");
}

/// The same path, with every byte that may be encoded written as its number.
fn all_encoded(path: &[u8]) -> Vec<u8> {
    let mut written = Vec::with_capacity(3 * path.len());
    let mut rest = path;
    while let Some((byte, after)) = rest.split_first() {
        // What is encoded already is one byte, and a slash in it is another than one between names.
        if *byte == b'/' || *byte == b'%' {
            written.push(*byte);
            if let (b'%', [high, low, after @ ..]) = (byte, after) {
                written.extend([*high, *low]);
                rest = after;
                continue;
            }
        } else {
            written.extend(format!("%{byte:02x}").bytes());
        }
        rest = after;
    }
    written
}
