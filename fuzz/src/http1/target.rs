//! The target parser against a slow model made of string operations.

use super::script::{connection, dawn};
use hello_http1::{Next, RequestHead, TargetForm};
use std::net::Ipv6Addr;

/// A target cut into its parts.
#[derive(Debug, PartialEq, Eq)]
pub struct Parts {
    pub form: TargetForm,
    pub path: Vec<u8>,
    pub query: Option<Vec<u8>>,
    pub authority: Vec<u8>,
}

const METHODS: [&str; 3] = ["GET", "OPTIONS", "CONNECT"];

/// The first byte chooses the method, the rest is the target.
pub fn check(bytes: &[u8]) {
    let Some((&choice, target)) = bytes.split_first() else {
        return;
    };
    // What ends the target or the line is not the parser's business.
    if target
        .iter()
        .any(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
        || target.len() > 100
    {
        return;
    }
    let method = METHODS[usize::from(choice) % METHODS.len()];
    let said = engine(method, target);
    assert_eq!(
        said,
        model(method, target),
        "{method} {}",
        target.escape_ascii()
    );
}

fn engine(method: &str, target: &[u8]) -> Option<Parts> {
    let now = dawn();
    // HTTP/1.0 without Host: nothing that the authority could contradict.
    let wire = [method.as_bytes(), b" ", target, b" HTTP/1.0\r\n\r\n"].concat();
    let mut head = RequestHead::default();
    match connection(now).receive(now, &wire, &mut head) {
        Ok(Next::Request { consumed }) => assert_eq!(consumed, wire.len()),
        Ok(other) => panic!("{other:?} for a whole head"),
        Err(_) => return None,
    }
    assert_eq!(head.target(&wire), target);
    Some(Parts {
        form: head.form(),
        path: head.path(&wire).to_vec(),
        query: head.query(&wire).map(<[u8]>::to_vec),
        authority: head.authority(&wire).unwrap_or_default().to_vec(),
    })
}

fn model(method: &str, target: &[u8]) -> Option<Parts> {
    let text = std::str::from_utf8(target)
        .ok()
        .filter(|text| text.is_ascii())?;
    let parts = |form, path: &str, query: Option<&str>, authority: &str| Parts {
        form,
        path: path.into(),
        query: query.map(Into::into),
        authority: authority.into(),
    };
    if method == "CONNECT" {
        let port = text.rsplit_once(':')?.1;
        let good = !port.is_empty() && !port.contains(']') && authority(text);
        return good.then(|| parts(TargetForm::Authority, "", None, text));
    }
    if text == "*" {
        return (method == "OPTIONS").then(|| parts(TargetForm::Asterisk, "*", None, ""));
    }
    if text.starts_with('/') {
        let (path, query) = split(text)?;
        return Some(parts(TargetForm::Origin, path, query, ""));
    }
    let (scheme, rest) = text.split_once("://")?;
    if !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    if !authority(&rest[..end]) {
        return None;
    }
    let (path, query) = split(&rest[end..])?;
    let path = if path.is_empty() { "/" } else { path };
    Some(parts(TargetForm::Absolute, path, query, &rest[..end]))
}

fn split(text: &str) -> Option<(&str, Option<&str>)> {
    let (path, query) = match text.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (text, None),
    };
    let good = written(path, "") && written(query.unwrap_or_default(), "?\\");
    good.then_some((path, query))
}

/// Whether only these characters and whole escapes are in the text.
fn written(text: &str, more: &str) -> bool {
    let mut pieces = text.split('%');
    let plain = |piece: &str| {
        piece.chars().all(|c| {
            c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/[]^`{|}".contains(c) || more.contains(c)
        })
    };
    pieces.next().is_none_or(plain)
        && pieces.all(|piece| {
            let digits = piece.bytes().take(2).filter(u8::is_ascii_hexdigit).count();
            digits == 2 && plain(&piece[2..])
        })
}

/// `host [ ":" port ]` with an address or a name that could resolve.
fn authority(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (text, ""),
    };
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    let small = port.trim_start_matches('0').parse::<u16>().is_ok();
    if !digits || !(small || port.bytes().all(|byte| byte == b'0')) {
        return false;
    }
    if let Some(address) = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    let named = host
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    named && !host.is_empty() && !host.starts_with('.') && !host.contains("..")
}
