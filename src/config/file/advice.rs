//! What may have been meant by a key that nobody reads.

use super::error::Meant;
use super::keys;
use super::table::{Declared, Shape};

/// What other servers, and people, call our keys.
const CALLED_ELSEWHERE: [(&str, &str); 29] = [
    ("address", "listen"),
    ("addr", "listen"),
    ("autoindex", "list"),
    ("bind", "listen"),
    ("certificate", "cert"),
    ("colour", "color"),
    ("compress", "compression"),
    ("dir", "serve"),
    ("dotfiles", "hidden"),
    ("domain", "host"),
    ("domains", "host"),
    ("encode", "compression"),
    ("folder", "serve"),
    ("gzip", "compression"),
    ("hosts", "host"),
    ("includes", "include"),
    ("language", "lang"),
    ("listing", "list"),
    ("mime-types", "types"),
    ("no-compression", "compression"),
    ("no-list", "list"),
    ("path", "serve"),
    ("port", "listen"),
    ("root", "serve"),
    ("server-name", "host"),
    ("sites", "site"),
    ("ssl-certificate", "cert"),
    ("symlinks", "links"),
    ("type", "types"),
];

/// Options that say something about one run, and stand in no file.
const OPTIONS_ALONE: [&str; 7] = ["config", "next-port", "open", "qr", "share", "tui", "watch"];

/// How alike two names are, from 0 to 1, for one to be meant by the other. Reason: one letter wrong or
/// two exchanged in a name of four.
const ALIKE_FROM: f64 = 0.85;

/// What may have been meant by `name` in the table of this path, which has keys of these names.
pub(super) fn meant(name: &str, path: &str, names: &[&'static str]) -> Meant {
    let plain = name.to_lowercase().replace('_', "-");
    let has = |name: &str| names.contains(&name);
    if has(&plain) {
        return Meant::Similar(plain);
    }
    let called = CALLED_ELSEWHERE.iter().find(|(other, _)| *other == plain);
    let called = called.map_or(&*plain, |(_, ours)| ours);
    if has(called) {
        return Meant::Similar(called.to_owned());
    }
    if OPTIONS_ALONE.contains(&called) {
        return Meant::OptionOnly;
    }
    if let Some(elsewhere) = table_with(called, path) {
        return elsewhere;
    }
    let alike = names
        .iter()
        .map(|ours| (strsim::jaro_winkler(&plain, ours), *ours));
    let likeliest = alike.max_by(|(a, _), (b, _)| a.total_cmp(b));
    match likeliest {
        Some((likeness, ours)) if likeness >= ALIKE_FROM => Meant::Similar(ours.to_owned()),
        _ => Meant::Unknown,
    }
}

/// Another table that has a key of this name.
fn table_with(name: &str, path: &str) -> Option<Meant> {
    let server = keys::declared();
    let has = |keys: &[Declared]| keys.iter().any(|key| key.name == name);
    if !path.is_empty() && has(&server) {
        return Some(Meant::AtTheTop);
    }
    { server.iter() }
        .find_map(|table| match &table.shape {
            Shape::Table(keys) if has(keys) => Some(bracketed("[", table.name)),
            Shape::Tables(keys) if has(keys) => Some(bracketed("[[", table.name)),
            _ => None,
        })
        .map(Meant::In)
}

fn bracketed(bracket: &str, name: &str) -> String {
    format!("{bracket}{name}{}", bracket.replace('[', "]"))
}
