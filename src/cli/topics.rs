//! The answer to `hello help`: every error there is, and each at length.
//!
//! Law: a key is a promise. People write it into their notes and search for it, so keys are added
//! and never renamed. The texts are `help-KEY` and `help-KEY-title`; tests hold this list against
//! the errors in the catalogues.

use std::path::Path;

use super::command_pages;
use super::environment::Environment;
use super::help::{self, paragraphs, section};
use super::misuse::Misuse;
use super::nearest::nearest;
use crate::config::limits::{self, Limit};
use crate::i18n::{Args, Language, shown, text, text_with};

/// The keys, in the order of the list, below the keys of their titles.
static TOPICS: [(&str, &[&str]); 10] = [
    (
        "topics-listening",
        &[
            "port-in-use",
            "no-free-port",
            "port-not-permitted",
            "address-not-available",
            "name-not-resolved",
            "listen-failed",
            "socket-in-use",
            "socket-path-exists",
            "socket-path-failed",
            "handed-socket-unusable",
        ],
    ),
    (
        "topics-serving",
        &[
            "no-such-path",
            "path-unreadable",
            "path-not-servable",
            "hints-unreadable",
            "hints-unusable",
        ],
    ),
    (
        "topics-certificates",
        &[
            "certificate-unreadable",
            "key-unreadable",
            "no-certificate",
            "no-key",
            "bad-certificate",
            "bad-key",
            "key-mismatch",
            "certificate-expired",
            "certificate-not-yet-valid",
            "issuer-missing",
            "certificate-not-for-host",
            "client-ca-unreadable",
            "client-ca-unusable",
        ],
    ),
    (
        "topics-authority",
        &[
            "not-trusted",
            "authority-unwritable",
            "authority-unreadable",
            "authority-exposed",
            "authority-foreign",
            "authority-broken",
            "authority-expired",
            "no-network",
        ],
    ),
    (
        "topics-access",
        &[
            "access-unreadable",
            "users-unusable",
            "link-key-too-short",
            "too-many-link-keys",
            "no-randomness",
        ],
    ),
    (
        "topics-running",
        &[
            "too-many-connections",
            "too-many-open-files",
            "memory-limit",
            "clients-forgotten",
            "disk-full",
            "cannot-print",
            "log-unwritable",
            "accept-fails",
            "reload",
            "no-terminal",
            "runtime-failed",
            "no-control-socket",
        ],
    ),
    (
        "topics-asking",
        &[
            "no-server-running",
            "several-servers",
            "not-permitted",
            "no-answer",
            "no-such-connection",
            "nothing-to-reload",
            "not-reloaded",
            "not-tried",
            "server-busy",
            "too-many-tracers",
            "other-control-version",
        ],
    ),
    (
        "topics-command-line",
        &[
            "unknown-option",
            "missing-value",
            "unexpected-value",
            "option-twice",
            "second-path",
            "no-such-command",
            "empty-path",
            "unpaired-certificate",
            "option-alone",
            "options-exclude",
            "extra-word",
            "bad-variable",
            "missing-folder",
            "missing-url",
            "missing-link",
            "missing-link-key",
            "bad-link",
            "bad-user-name",
            "bad-password",
            "bad-url",
            "bad-header",
            "bad-from",
            "bad-at",
            "missing-connection",
            "missing-traced",
            "bad-traced",
            "bad-connection",
            "bad-last",
            "missing-shell",
            "unknown-shell",
            "unknown-topic",
            "unclear-arguments",
        ],
    ),
    (
        "topics-values",
        &[
            "duration-without-unit",
            "bad-duration",
            "bad-size",
            "ambiguous-size",
            "bad-rate",
            "bad-request-rate",
            "bad-rate-part",
            "too-many-rates",
            "bad-limit",
            "bad-count",
            "too-small",
            "too-large",
            "part-over-whole",
            "bad-choice",
            "bad-file-name",
            "bad-type",
            "bad-mount-name",
            "mount-without-path",
            "mount-twice",
            "bad-network",
            "network-of-an-address",
            "too-many-networks",
            "too-many-client-names",
            "bad-client-name",
            "bad-realm",
            "too-many-mounts",
            "unknown-log-field",
            "misspelt-log-field",
            "lone-brace",
            "bad-log-format",
            "bad-statuses",
            "bad-path-pattern",
            "bad-address",
            "bad-port",
            "missing-port",
            "ipv6-without-brackets",
            "url-as-address",
            "path-as-address",
            "socket-path-too-long",
            "listen-twice",
        ],
    ),
    (
        "topics-config",
        &[
            "config-unreadable",
            "bad-toml",
            "unknown-key",
            "wrong-type",
            "empty-list",
            "missing-key",
            "key-twice",
            "file-only",
            "option-too",
            "key-alone",
            "unpaired-keys",
            "bad-host",
            "host-twice",
            "others-twice",
            "bad-mount-path",
            "bad-pattern",
            "bad-rule",
            "bad-status",
            "bad-method",
            "bad-field",
            "bad-web-origin",
        ],
    ),
];

/// What the journal, the system or a command calls it, where people ask for help by that word.
const ALIASES: [(&str, &str); 5] = [
    ("address-in-use", "port-in-use"),
    ("out-of-memory", "memory-limit"),
    ("crowded", "too-many-connections"),
    ("crowd-over", "too-many-connections"),
    ("accept-works", "accept-fails"),
];

/// The page with every limit.
const LIMITS_PAGE: &str = "limits";

/// The page with everything about TLS.
const TLS_PAGE: &str = "tls";

/// The page with every key of hello.toml.
const KEYS_PAGE: &str = "keys";

/// The page with everything about files.
const FILES_PAGE: &str = "files";

/// The page with everything about who may come in.
const ACCESS_PAGE: &str = "access";
/// The page with everything about logs and metrics.
const LOGS_PAGE: &str = "logs";

/// Every word that `hello help` knows, options aside.
pub(super) fn keys() -> impl Iterator<Item = &'static str> {
    let keys = TOPICS.iter().flat_map(|(_, keys)| keys.iter().copied());
    keys.chain([
        LIMITS_PAGE,
        TLS_PAGE,
        FILES_PAGE,
        ACCESS_PAGE,
        LOGS_PAGE,
        KEYS_PAGE,
    ])
    .chain(command_pages::names())
}

/// The list of all errors, one line each; without a line break at the end.
pub(super) fn list(language: Language) -> String {
    let mut parts = vec![paragraphs(&text(language, "topics-about"))];
    let sections = TOPICS.iter().map(|(title, keys)| {
        let rows: Vec<_> = keys.iter().map(|key| titled(language, key)).collect();
        section(&text(language, title), &rows)
    });
    parts.extend(sections);
    parts.join("\n\n")
}

/// Every key with its title.
pub(super) fn titles(language: Language) -> Vec<(String, String)> {
    let keys = TOPICS.iter().flat_map(|(_, keys)| keys.iter());
    keys.map(|key| titled(language, key)).collect()
}

fn titled(language: Language, key: &str) -> (String, String) {
    (key.to_owned(), text(language, &format!("help-{key}-title")))
}

/// All there is to say about an error, an option or a limit; without a line break at the end.
pub(super) fn explain(language: Language, word: &str) -> Result<String, Misuse> {
    let key = word.trim_start_matches('-').to_lowercase();
    let alias = ALIASES.iter().find(|(alias, _)| *alias == key);
    let key = alias.map_or(&*key, |(_, key)| key);
    if key == LIMITS_PAGE {
        return Ok(help::limits_page(language));
    }
    if key == TLS_PAGE {
        return Ok(help::tls_page(language));
    }
    if key == FILES_PAGE {
        return Ok(help::files_page(language));
    }
    if key == ACCESS_PAGE {
        return Ok(help::access_page(language));
    }
    if key == KEYS_PAGE {
        return Ok(help::keys_page(language));
    }
    if key == LOGS_PAGE {
        return Ok(help::logs_page(language));
    }
    if let Some(page) = command_pages::page_of(language, key) {
        return Ok(page);
    }
    if TOPICS.iter().any(|(_, keys)| keys.contains(&key)) {
        return Ok(topic(language, key));
    }
    if let Some(limit) = limits::find(key) {
        return Ok(limit_page(language, limit));
    }
    let options = super::options::names();
    if options.contains(&key) {
        let names = [format!("option-{key}"), format!("option-{key}-about")];
        let [name, about] = names.map(|key| text(language, &key));
        return Ok(paragraphs(&format!("{name}\n\n{about}")));
    }
    Err(Misuse::UnknownTopic {
        topic: shown(word),
        similar: nearest(language, key, keys().chain(options)),
    })
}

fn topic(language: Language, key: &str) -> String {
    let program = std::env::current_exe().ok();
    let program = program.map_or_else(|| "hello".into(), |path| path.display().to_string());
    let authority = Environment::of_process().places.authority();
    topic_for(language, key, &program, &authority)
}

fn topic_for(language: Language, key: &str, program: &str, authority: &Path) -> String {
    let title = text(language, &format!("help-{key}-title"));
    let args = Args::new()
        .with("program", program)
        .with("authority", authority.display().to_string());
    let body = text_with(language, &format!("help-{key}"), &args);
    paragraphs(&format!("{key}: {title}\n\n{body}"))
}

/// What a limit bounds, why, and what happens then.
fn limit_page(language: Language, limit: &Limit) -> String {
    let option = limit.option;
    let args =
        ["", "-reason", "-consequence"].map(|end| text(language, &format!("limit-{option}{end}")));
    let [about, reason, consequence] = args;
    let args = Args::new()
        .with("option", option)
        .with("example", limit.example())
        .with("least", limit.least())
        .with("most", limit.most())
        .with("about", about)
        .with("reason", reason)
        .with("consequence", consequence);
    paragraphs(&text_with(language, "help-of-limit", &args))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Write as _;

    use super::*;
    use crate::cli::help::COLUMNS;
    use crate::config::golden;
    use crate::i18n::columns;

    #[test]
    fn every_error_of_the_catalogues_is_a_topic_with_a_title_and_a_text() {
        let found = crate::i18n::keys(Language::English);
        let keys_with = |prefix: &str| -> BTreeSet<String> {
            let keys = found.iter().filter_map(|(key, _)| key.strip_prefix(prefix));
            keys.map(str::to_owned).collect()
        };
        let topics: BTreeSet<String> = TOPICS
            .iter()
            .flat_map(|(_, keys)| keys.iter())
            .map(|key| (*key).to_owned())
            .collect();
        let missing: Vec<_> = keys_with("error-").difference(&topics).cloned().collect();
        assert!(missing.is_empty(), "no topic for {missing:?}");
        let said = keys_with("help-");
        for key in &topics {
            assert!(said.contains(key), "help-{key}");
            assert!(said.contains(&format!("{key}-title")), "help-{key}-title");
        }
    }

    #[test]
    fn every_topic_is_what_somebody_has_read_and_approved() {
        let authority = Path::new("/home/me/.local/share/hello");
        for language in Language::ALL {
            let mut page = format!("$ hello help\n{}\n", list(language));
            for key in TOPICS.iter().flat_map(|(_, keys)| keys.iter()) {
                let text = topic_for(language, key, "/usr/local/bin/hello", authority);
                write!(page, "\n$ hello help {key}\n{text}\n").unwrap();
            }
            let limit = explain(language, "--head-timeout").unwrap();
            write!(page, "\n$ hello help --head-timeout\n{limit}\n").unwrap();
            golden::check(
                &format!("tests/golden/topics.{}.txt", language.code()),
                &page,
            );
        }
    }

    #[test]
    fn every_topic_fits_a_terminal() {
        for language in Language::ALL {
            let topics = keys().map(|key| explain(language, key).unwrap());
            let pages: Vec<String> = topics.chain([list(language)]).collect();
            for line in pages.iter().flat_map(|page| page.lines()) {
                let is_command = line.starts_with("  ");
                assert!(is_command || columns(line) <= COLUMNS, "{line}");
            }
        }
    }

    #[test]
    fn the_words_of_the_journal_and_the_options_are_known() {
        let english = Language::English;
        let explain = |word| explain(english, word);
        assert_eq!(explain("crowded"), explain("too-many-connections"));
        assert_eq!(explain("PORT-IN-USE"), explain("port-in-use"));
        assert!(explain("listen").unwrap().starts_with("--listen ADDRESS\n"));
        assert!(explain("limits").unwrap().contains("--head-timeout 10s"));
        let error = explain("prot-in-use").unwrap_err();
        let Misuse::UnknownTopic { similar, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!(similar, ["port-in-use"]);
    }
}
