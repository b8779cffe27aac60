//! The answer to `hello COMMAND --help` and `hello help COMMAND`: a page for each command that has
//! options of its own.
//!
//! Law: a page names every option that its command takes; a test holds it against the grammar.

use super::help::{COLUMNS, lines_of, section};
use crate::i18n::{Language, text};

/// What is told of one command. Its texts are `page-COMMAND-…`.
struct CommandPage {
    command: &'static str,
    examples: [&'static str; 2],
    options: &'static [Told],
}

/// Where the words for an option are.
enum Told {
    /// It means what it means to the server: `option-NAME`.
    Alike(&'static str),
    /// It is another one, or means something else here: `page-COMMAND-NAME-about`.
    Own(&'static str),
}

use Told::{Alike, Own};

static PAGES: [CommandPage; 14] = [
    CommandPage {
        command: "doctor",
        examples: ["hello doctor ./dist", "hello doctor ./dist --https --share"],
        options: &[
            Own("path"),
            Own("listen"),
            Alike("lang"),
            Own("help"),
            Alike("version"),
        ],
    },
    CommandPage {
        command: "explain",
        examples: [
            "hello explain /about ./dist --clean-urls",
            "hello explain /app.js ./dist --header 'Accept-Encoding: gzip'",
        ],
        options: &[
            Own("url"),
            Own("path"),
            Own("method"),
            Own("header"),
            Own("from"),
            Own("client-name"),
            Own("at"),
            Own("json"),
            Alike("lang"),
            Own("help"),
            Alike("version"),
        ],
    },
    CommandPage {
        command: "status",
        examples: ["hello status", "hello status --json"],
        options: &[
            Own("json"),
            Own("control"),
            Own("config"),
            Alike("lang"),
            Own("help"),
            Alike("version"),
        ],
    },
    CommandPage {
        command: "check",
        examples: ["hello check", "hello check --against-traffic"],
        options: &[
            Own("path"),
            Alike("config"),
            Alike("set"),
            Own("against-traffic"),
            Own("last"),
            Own("json"),
            Own("control"),
            Alike("lang"),
            Alike("color"),
            Own("help"),
            Alike("version"),
        ],
    },
    CommandPage {
        command: "config",
        examples: ["hello config", "hello config ./dist --share --json"],
        options: &[
            Own("path"),
            Own("json"),
            Alike("config"),
            Alike("set"),
            Alike("lang"),
            Own("help"),
            Alike("version"),
        ],
    },
    CommandPage {
        command: "connections",
        examples: ["hello connections", "hello connections --follow"],
        options: &[
            Own("follow"),
            Own("json"),
            Own("control"),
            Own("config"),
            Alike("lang"),
            Own("help"),
            Alike("version"),
        ],
    },
    CommandPage {
        command: "trace",
        examples: ["hello trace '/api/*'", "hello trace 203.0.113.9 --for 1m"],
        options: &[
            Own("what"),
            Own("for"),
            Own("json"),
            Own("control"),
            Own("config"),
            Alike("lang"),
            Own("help"),
            Alike("version"),
        ],
    },
    CommandPage {
        command: "close",
        examples: ["hello close 12", "hello close 12 --now"],
        options: &[
            Own("connection"),
            Own("now"),
            Own("control"),
            Own("config"),
            Alike("lang"),
            Own("help"),
            Alike("version"),
        ],
    },
    CommandPage {
        command: "reload",
        examples: ["hello reload", "hello reload --control 4242"],
        options: &[
            Own("control"),
            Own("config"),
            Alike("lang"),
            Own("help"),
            Alike("version"),
        ],
    },
    CommandPage {
        command: "top",
        examples: ["hello top", "hello top --control 4242"],
        options: &[
            Own("control"),
            Own("config"),
            Alike("lang"),
            Own("help"),
            Alike("version"),
        ],
    },
    CommandPage {
        command: "compress",
        examples: [
            "hello compress ./dist --dry-run",
            "hello compress ./dist --quiet",
        ],
        options: &[
            Own("path"),
            Own("dry-run"),
            Own("quiet"),
            Alike("lang"),
            Own("help"),
            Alike("version"),
        ],
    },
    CommandPage {
        command: "hash-password",
        examples: [
            "hello hash-password anna >> users.htpasswd",
            "pass show site | hello hash-password anna",
        ],
        options: &[Own("path"), Alike("lang"), Own("help"), Alike("version")],
    },
    CommandPage {
        command: "sign",
        examples: [
            "hello sign /a.pdf --for 7d --link-key links.key",
            "hello sign '/a.pdf?download' --link-key links.key",
        ],
        options: &[
            Own("path"),
            Own("for"),
            Own("link-key"),
            Alike("lang"),
            Own("help"),
            Alike("version"),
        ],
    },
    CommandPage {
        command: "trust",
        examples: ["hello trust", "hello trust --phone"],
        options: &[
            Own("remove"),
            Own("phone"),
            Own("listen"),
            Alike("lang"),
            Alike("color"),
            Own("help"),
            Alike("version"),
        ],
    },
];

/// The exit codes of all of them, and what their texts end with.
const EXIT_CODES: [(&str, &str); 3] = [("0", "exit-0"), ("1", "exit-1"), ("2", "exit-2")];

/// The commands that have a page.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|page| page.command)
}

/// The page of a command, without a line break at the end; `None` for one that has none.
pub(super) fn page_of(language: Language, command: &str) -> Option<String> {
    let page = PAGES.iter().find(|page| page.command == command)?;
    let say = |key: &str| text(language, key);
    let own = |ending: &str| say(&format!("page-{command}-{ending}"));
    let examples: Vec<_> = { page.examples.iter().zip(["example-1", "example-2"]) }
        .map(|(words, key)| ((*words).to_owned(), own(key)))
        .collect();
    let options: Vec<_> = { page.options.iter() }
        .map(|option| match option {
            Alike(name) => {
                let key = format!("option-{name}");
                (say(&key), say(&format!("{key}-about")))
            }
            // The name of a path differs too.
            Own(name @ ("path" | "url")) => (own(name), own(&format!("{name}-about"))),
            Own("help") => (say("option-help"), say("page-help-about")),
            // The same for every command that asks a running server.
            Own("control") => (say("page-control"), say("page-control-about")),
            Own("config") => (say("option-config"), say("page-of-file-about")),
            Own(name) => (
                say(&format!("option-{name}")),
                own(&format!("{name}-about")),
            ),
        })
        .collect();
    // Not every command ends in every way.
    let codes = EXIT_CODES.map(|(code, key)| (code.to_owned(), own(key)));
    let is_told = |told: &str| !told.starts_with("page-");
    let codes: Vec<_> = { codes.into_iter() }
        .filter(|(_, told)| is_told(told))
        .collect();
    let parts = [
        lines_of(&own("purpose"), COLUMNS).join("\n"),
        own("usage"),
        lines_of(&own("more"), COLUMNS).join("\n"),
        section(&say("help-examples"), &examples),
        section(&say("help-options"), &options),
        section(&say("page-exit-codes"), &codes),
    ];
    Some(parts.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::options::{self, ASKING};
    use crate::config::golden;
    use crate::i18n::columns;

    #[test]
    fn the_page_of_a_command_is_what_somebody_has_read_and_approved() {
        for language in Language::ALL {
            for command in names() {
                let page = page_of(language, command).unwrap();
                for line in page.lines() {
                    assert!(columns(line) <= COLUMNS, "{line}");
                    assert_eq!(line.trim_end(), line);
                }
                let path = format!("tests/golden/help-{command}.{}.txt", language.code());
                golden::check(&path, &(page + "\n"));
            }
        }
    }

    #[test]
    fn the_page_of_a_command_names_every_option_that_it_takes() {
        let grammars = [
            ("compress", options::compress()),
            ("hash-password", options::one_word("hash-password")),
            ("sign", options::sign()),
            ("trust", options::trust()),
            ("check", options::check()),
        ];
        let asking = ASKING.map(|command| (command, options::asking(command)));
        let grammars = grammars.into_iter().chain(asking);
        for (command, grammar) in grammars {
            for language in Language::ALL {
                let page = page_of(language, command).unwrap();
                let named: Vec<&str> = { page.lines() }
                    .flat_map(|line| line.trim_start().split([' ', ',']))
                    .collect();
                for long in grammar.get_arguments().filter_map(clap::Arg::get_long) {
                    assert!(named.contains(&&*format!("--{long}")), "{command} {long}");
                }
            }
        }
    }
}
