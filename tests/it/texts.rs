//! The catalogues and the code hold each other: a text that nobody says is a text nobody corrects.

use std::fmt::Write as _;

use hello::i18n::{self, Language};
use http::StatusCode;

use crate::repository;

/// What a key begins with when the code makes the rest of it: a word that stands in the code.
const FAMILIES: [&str; 45] = [
    "key-access-",
    "page-config-",
    "page-check-",
    "key-",
    "key-site-",
    "key-rule-",
    "key-header-",
    "key-cross-origin-",
    "key-maintenance-",
    "key-security-",
    "key-limit-",
    "form-",
    "metric-",
    "page-status-",
    "page-connections-",
    "page-close-",
    "page-trace-",
    "page-reload-",
    "page-top-",
    "proxy-",
    "page-hash-password-",
    "page-sign-",
    "page-explain-",
    "explain-guard-",
    "explain-because-",
    "key-access-log-",
    "page-doctor-",
    "page-compress-",
    "page-trust-",
    "limit-",
    "option-",
    "command-",
    "error-",
    "help-",
    "doctor-on-",
    "exit-code-",
    "refusal-",
    "reason-",
    "ending-",
    "handshake-",
    "looks-",
    "probe-",
    "remark-",
    "state-",
    "notice-not-opened-",
];

/// What a key ends with that belongs to the one without it.
const COMPANIONS: [&str; 6] = [
    "-about",
    "-reason",
    "-consequence",
    "-kind",
    "-text",
    "-title",
];

#[test]
fn every_text_is_said_somewhere() {
    let code = everything();
    let mut unsaid = String::new();
    for (key, _) in i18n::keys(Language::English) {
        if !is_said(&key, &code) {
            writeln!(unsaid, "  {key}").unwrap();
        }
    }
    assert!(
        unsaid.is_empty(),
        "nobody says these: delete them from every catalogue\n{unsaid}"
    );
}

fn is_said(key: &str, code: &str) -> bool {
    let stands = |word: &str| code.contains(&format!("\"{word}\""));
    if stands(key) || code.contains(&format!("{{{{{key}}}}}")) {
        return true;
    }
    if let Some(hint) = key.strip_prefix("hint-") {
        // One for each error, or one for each case of it: `hint-no-such-path-similar`.
        let mut halves = hint
            .match_indices('-')
            .map(|(place, _)| hint.split_at(place));
        return stands(hint) || halves.any(|(error, case)| stands(error) && stands(&case[1..]));
    }
    let key = { COMPANIONS.iter() }
        .find_map(|end| key.strip_suffix(end))
        .unwrap_or(key);
    if let Some(number) = key.strip_prefix("status-") {
        return number == "other" || is_a_status(number, code);
    }
    { FAMILIES.iter() }
        .filter_map(|family| key.strip_prefix(family))
        .any(stands)
}

/// Whether the code names a status, as in `StatusCode::NOT_FOUND`.
fn is_a_status(number: &str, code: &str) -> bool {
    let name = { number.parse().ok() }
        .and_then(|number| StatusCode::from_u16(number).ok())
        .and_then(|status| status.canonical_reason());
    name.is_some_and(|name| {
        let name = name.to_uppercase().replace([' ', '-'], "_");
        code.contains(&format!("StatusCode::{name}")) || code.contains(&format!("S::{name}"))
    })
}

/// The code of the program and the engine, and the pages.
fn everything() -> String {
    let folders = ["src", "crates/hello-http1/src"];
    let code = folders.into_iter().flat_map(repository::rust_files);
    let mut all: String = code.map(|text| text.content).collect();
    for page in [
        "index.html",
        "header.html",
        "sleep.html",
        "alone.html",
        "error.html",
        "authority.html",
        "listing.html",
        "mounts.html",
    ] {
        all.push_str(&repository::read(&format!("assets/{page}")));
    }
    all
}

/// Words in the code that no person reads as a sentence of ours, each with the reason.
const NO_SENTENCES: [(&str, &str, &str); 52] = [
    (
        "src/cli/command_pages.rs",
        "hello hash-password anna",
        "a command",
    ),
    ("src/cli/command_pages.rs", "hello sign ", "a command"),
    (
        "src/site/guard/password/users.rs",
        "DES (crypt)",
        "the name of an algorithm",
    ),
    ("src/cli/command_pages.rs", "hello explain ", COMMAND),
    (
        "src/config/file/rules/security.rs",
        "camera=()",
        FIELD_VALUE,
    ),
    ("src/config/routing.rs", "camera=()", FIELD_VALUE),
    (
        "src/config/routing.rs",
        "keep, add, remove",
        "words to choose from, as they are typed",
    ),
    ("src/site/finish/cors.rs", "GET, HEAD, POST", FIELD_VALUE),
    (
        "src/exchange/response.rs",
        "it has just been made its own",
        "what never happens",
    ),
    ("src/cli/command_pages.rs", "hello check", COMMAND),
    ("src/cli/command_pages.rs", "hello config", COMMAND),
    (
        "src/config/access_log.rs",
        "combined, json",
        "words of an option",
    ),
    (
        "src/config/access_log.rs",
        "gzip, zstd, none",
        "words of an option",
    ),
    (
        "src/config/files.rs",
        "none, inside, anywhere",
        "words of an option",
    ),
    (
        "src/site/finish/readers.rs",
        "GET, HEAD, OPTIONS",
        "the value of a field",
    ),
    (
        "src/config/tls.rs",
        "required, optional",
        "words of an option",
    ),
    ("src/cli/complain.rs", "sudo systemctl stop", COMMAND),
    ("src/cli/complain.rs", "systemctl --user stop", COMMAND),
    ("src/cli/complain.rs", "docker stop", COMMAND),
    ("src/cli/complain.rs", "sudo kill", COMMAND),
    ("src/cli/complain.rs", "chmod ", COMMAND),
    ("src/cli/command_pages.rs", "hello doctor ./dist", COMMAND),
    ("src/cli/command_pages.rs", "hello compress ./dist", COMMAND),
    ("src/cli/command_pages.rs", "hello trust", COMMAND),
    // What it says is looked for there, and nothing else stands in that file.
    ("src/config/file/syntax.rs", "", "the TOML library's"),
    ("src/cli/command_pages.rs", "hello status", COMMAND),
    ("src/cli/command_pages.rs", "hello connections", COMMAND),
    ("src/cli/command_pages.rs", "hello close", COMMAND),
    ("src/cli/command_pages.rs", "hello trace ", COMMAND),
    ("src/cli/command_pages.rs", "hello reload", COMMAND),
    ("src/cli/command_pages.rs", "hello top", COMMAND),
    ("src/control/wire.rs", "(os error", "Rust's"),
    ("src/i18n/system.rs", "(os error", "Rust's"),
    ("src/i18n/system.rs", "Name or service", RESOLVER),
    ("src/i18n/system.rs", "Temporary failure", RESOLVER),
    ("src/i18n/system.rs", "No address associated", RESOLVER),
    ("src/cli/help.rs", "hello ./dist", COMMAND),
    (
        "src/observe/print/terminal/mod.rs",
        "hello compress",
        COMMAND,
    ),
    ("src/cli/help.rs", "hello doctor", COMMAND),
    (
        "src/server/diagnose/address.rs",
        "host LOCAL",
        "the kernel's",
    ),
    ("src/server/diagnose/holder.rs", "(deleted)", "the kernel's"),
    ("src/site/guard/method.rs", "GET, HEAD", "HTTP's"),
    ("src/site/content/handout.rs", "PropertyList", "Apple's"),
    (
        "src/site/content/files/listing/page.rs",
        "img-src 'self' data:",
        "CSP's",
    ),
    (
        "src/site/content/files/listing/page.rs",
        "<time datetime",
        "HTML's",
    ),
    (
        "src/site/content/files/listing/page.rs",
        "<img loading",
        "HTML's",
    ),
    ("src/trust/mod.rs", "certutil.exe", COMMAND),
    ("src/trust/mod.rs", "(os error", "Rust's"),
    ("src/trust/system.rs", "sudo install -m", COMMAND),
    ("src/trust/system.rs", "sudo rm", COMMAND),
    ("src/trust/system.rs", "nss", COMMAND),
    ("src/tls/identity.rs", "BEGIN ENCRYPTED", "PEM's"),
];

/// What the resolver says, by which it is known.
const RESOLVER: &str = "the resolver's";

/// The same in every language.
const COMMAND: &str = "a command as it is typed";
const FIELD_VALUE: &str = "the value of a field";

/// Whoever speaks to people does it through the catalogues, or half of them would not understand.
#[test]
fn no_text_stands_outside_the_catalogues() {
    let mut found = String::new();
    let mut used = Vec::new();
    for text in repository::rust_files("src") {
        if is_test(&text.path) {
            continue;
        }
        for literal in literals(&text.content) {
            let excuse = NO_SENTENCES
                .iter()
                .position(|(path, words, _)| text.path == *path && literal.contains(words));
            match excuse {
                Some(place) => used.push(place),
                None if is_sentence(&literal) => {
                    writeln!(found, "  {}: {literal:?}", text.path).unwrap();
                }
                None => {}
            }
        }
    }
    assert!(
        found.is_empty(),
        "put these into locales/, or into NO_SENTENCES with the reason\n{found}"
    );
    for (place, (path, words, _)) in NO_SENTENCES.iter().enumerate() {
        assert!(used.contains(&place), "{path} has no {words:?} any more");
    }
}

fn is_test(path: &str) -> bool {
    path.ends_with("tests.rs") || path.ends_with("golden.rs") || path.ends_with("_page.rs")
}

/// Two words beside each other, of two letters at least. Paths are no words, nor are holes.
fn is_sentence(literal: &str) -> bool {
    let is_word = |word: &str| {
        if word.starts_with(['/', '*']) || word.contains('{') {
            return false;
        }
        let word = word.trim_matches(|c: char| c.is_ascii_punctuation());
        word.chars().count() > 1 && word.chars().all(char::is_alphabetic)
    };
    let words: Vec<&str> = literal.split_whitespace().collect();
    words
        .windows(2)
        .any(|pair| is_word(pair[0]) && is_word(pair[1]))
}

/// The texts between quotes in code that runs: neither in tests, comments and attributes, nor in
/// what an `expect` states, which only a bug prints.
fn literals(code: &str) -> Vec<String> {
    let code = code.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut rest = code;
    let mut before = String::new();
    while let Some(next) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("#[") || rest.starts_with("#![") {
            rest.find("]\n").map_or(rest.len(), |end| end + 1)
        } else if next == '\'' {
            length_of_char(rest)
        } else if next == '"' {
            let length = length_of_string(rest);
            if !before.trim_end().ends_with(".expect(") {
                found.push(rest[1..length - 1].to_owned());
            }
            length
        } else {
            next.len_utf8()
        };
        before.push_str(&rest[..skipped]);
        rest = &rest[skipped..];
    }
    found
}

/// From a quote to the next that is not escaped.
fn length_of_string(code: &str) -> usize {
    let mut escaped = false;
    for (place, character) in code.char_indices().skip(1) {
        match character {
            '"' if !escaped => return place + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    code.len()
}

/// `'"'` and `'\''` are characters; the quote of a lifetime stands alone.
fn length_of_char(code: &str) -> usize {
    let mut characters = code.char_indices().skip(1);
    let inner = characters.next();
    if inner.is_some_and(|(_, c)| c == '\\') {
        return code[3..].find('\'').map_or(code.len(), |end| end + 4);
    }
    match characters.next() {
        Some((place, '\'')) => place + 1,
        _ => 1,
    }
}

#[test]
fn literals_are_found_where_they_stand() {
    let code = "// \"no text\"\n#[error(\"not this one\")]\nlet a: &'a str = \"this text\";\n\
                b.expect(\"an invariant holds\"); c('\"', '\\'', \"and \\\"this\\\" too\");\n\
                #[cfg(test)]\nmod tests { \"nor this one\" }";
    assert_eq!(literals(code), ["this text", "and \\\"this\\\" too"]);
    assert!(is_sentence("this text") && is_sentence("это текст, вот"));
    assert!(!is_sentence("text") && !is_sentence("a b") && !is_sentence("{} {}"));
}
