//! The answer to `hello --help`: every option, in the person's language, 80 columns wide.

use std::iter;

use super::options::{COMMANDS, MainOption, OPTIONS, Page};
use crate::config::LogField;
use crate::config::file::{Declared, declared};
use crate::config::limits::{LIMITS, Limit, find};
use crate::i18n::{Args, Language, columns, text, text_with};

/// Columns of the help. Reason: the width of a terminal that nobody has resized.
pub(super) const COLUMNS: usize = 80;

/// What stands before a name, and between it and what it means.
pub(super) const GAP: &str = "  ";

const EXAMPLES: [(&str, &str); 6] = [
    ("hello", "help-example-built-in"),
    ("hello ./dist", "help-example-folder"),
    ("hello ./dist --share --qr", "help-example-network"),
    ("hello ./dist --https", "help-example-https"),
    ("hello docs=./docs app=./dist", "help-example-mounts"),
    ("hello doctor ./dist", "help-example-doctor"),
];

/// The help, without a line break at the end. The limits have a page of their own
/// (`hello help limits`): they are twenty, and hardly anybody needs them on the first day.
pub(super) fn help(language: Language) -> String {
    let say = |key: &str| text(language, key);
    [
        say("help-purpose"),
        say("help-usage"),
        section(&say("help-examples"), &examples(language)),
        section(&say("help-options"), &first_options(language)),
        section(&say("help-commands"), &commands(language)),
    ]
    .join("\n\n")
}

/// The page of limits and deadlines, without a line break at the end.
pub(super) fn limits_page(language: Language) -> String {
    let say = |key: &str| text(language, key);
    let mut all = options_where(language, |option| option.is_on(Page::Limits));
    all.extend(limits(language));
    [
        section(&say("help-limits"), &all),
        lines_of(&say("help-units"), COLUMNS).join("\n"),
    ]
    .join("\n\n")
}

/// The page of TLS, without a line break at the end.
pub(super) fn tls_page(language: Language) -> String {
    let say = |key: &str| text(language, key);
    [
        section(
            &say("help-tls"),
            &options_where(language, |option| option.is_on(Page::Tls)),
        ),
        lines_of(&say("help-tls-more"), COLUMNS).join("\n"),
    ]
    .join("\n\n")
}

/// The page of files, without a line break at the end.
pub(super) fn files_page(language: Language) -> String {
    let say = |key: &str| text(language, key);
    [
        section(
            &say("help-files"),
            &options_where(language, |option| option.is_on(Page::Files)),
        ),
        lines_of(&say("help-files-more"), COLUMNS).join("\n"),
    ]
    .join("\n\n")
}

/// The page of who may come in, without a line break at the end.
pub(super) fn access_page(language: Language) -> String {
    let say = |key: &str| text(language, key);
    [
        section(
            &say("help-access"),
            &options_where(language, |option| option.is_on(Page::Access)),
        ),
        lines_of(&say("help-access-more"), COLUMNS).join("\n"),
    ]
    .join("\n\n")
}

/// The page of the keys of hello.toml, without a line break at the end.
pub(super) fn keys_page(language: Language) -> String {
    let keys = declared();
    let rows = |keys: &[&Declared]| -> Vec<(String, String)> {
        let row = |key: &&Declared| {
            let name = key.heading().unwrap_or_else(|| key.name.to_owned());
            (name, key.meaning(language))
        };
        keys.iter().map(row).collect()
    };
    let all: Vec<&Declared> = keys.iter().collect();
    let mut parts = vec![section(&text(language, "keys-title"), &rows(&all))];
    for table in keys.iter().filter(|key| key.name != "limits") {
        let is_known = |key: &&Declared| !keys.iter().any(|known| known.name == key.name);
        let own: Vec<&Declared> = match table.name {
            "site" => table.keys().iter().filter(is_known).collect(),
            _ => table.keys().iter().collect(),
        };
        if let (Some(heading), false) = (table.heading(), own.is_empty()) {
            parts.push(section(&format!("{heading}:"), &rows(&own)));
        }
    }
    parts.join("\n\n")
}

/// The page of logs and metrics, without a line break at the end.
pub(super) fn logs_page(language: Language) -> String {
    let say = |key: &str| text(language, key);
    let names = LogField::ALL.map(|(_, name)| name);
    let fields = Args::new().with("fields", names.join(", "));
    [
        section(
            &say("help-logs"),
            &options_where(language, |option| option.is_on(Page::Logs)),
        ),
        paragraphs(&text_with(language, "help-logs-more", &fields)),
    ]
    .join("\n\n")
}

/// Commands to try, with what they do.
pub(super) fn examples(language: Language) -> Vec<(String, String)> {
    EXAMPLES
        .map(|(command, key)| (command.to_owned(), text(language, key)))
        .into()
}

/// The options that are no limits, with what they do.
pub(super) fn options(language: Language) -> Vec<(String, String)> {
    options_where(language, |_| true)
}

/// Those that somebody may need on the first day.
fn first_options(language: Language) -> Vec<(String, String)> {
    options_where(language, |option| option.is_on(Page::First))
}

fn options_where(
    language: Language,
    is_meant: impl Fn(&MainOption) -> bool,
) -> Vec<(String, String)> {
    let keys = { OPTIONS.iter() }
        .filter(|option| is_meant(option))
        .map(|option| format!("option-{}", option.name));
    keys.map(|key| named(language, &key)).collect()
}

/// The commands, with what they do.
pub(super) fn commands(language: Language) -> Vec<(String, String)> {
    let keys = COMMANDS.iter().map(|name| format!("command-{name}"));
    keys.map(|key| named(language, &key)).collect()
}

/// The limits with their defaults, and what they bound.
pub(super) fn limits(language: Language) -> Vec<(String, String)> {
    LIMITS
        .iter()
        .map(|limit| {
            let about = text(language, &format!("limit-{}", limit.option));
            (with_default(limit), about)
        })
        .collect()
}

/// The line of the help that matters for an option, named without dashes: its first sentence.
pub(super) fn option_line(language: Language, option: &str) -> String {
    let (name, about) = match find(option) {
        Some(limit) => {
            let about = text(language, &format!("limit-{option}"));
            (with_default(limit), about)
        }
        None => named(language, &format!("option-{option}")),
    };
    let about = about.split(". ").next().unwrap_or_default();
    format!("{name}{GAP}{about}")
}

/// A text of several paragraphs, broken into lines. A line that begins with spaces is a command
/// and stays whole; one that begins with a hyphen keeps its indent.
pub(super) fn paragraphs(text: &str) -> String {
    let lines = text.lines().map(|line| match line {
        line if line.starts_with(' ') => line.to_owned(),
        line if line.starts_with("- ") => {
            lines_of(line, COLUMNS - GAP.len()).join(&format!("\n{GAP}"))
        }
        line => lines_of(line, COLUMNS).join("\n"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn named(language: Language, key: &str) -> (String, String) {
    (text(language, key), text(language, &format!("{key}-about")))
}

/// The option as one would type it to get what one gets anyway.
fn with_default(limit: &Limit) -> String {
    let value = limit.default_value().unwrap_or_else(|| "N".to_owned());
    format!("--{} {value}", limit.option)
}

/// A title, and below it names with what they mean, in columns.
pub(super) fn section(title: &str, rows: &[(String, String)]) -> String {
    let widest = rows
        .iter()
        .map(|(name, _)| columns(name))
        .max()
        .unwrap_or(0);
    let indent = GAP.len() + widest + GAP.len();
    let row = |(name, about): &(String, String)| {
        let padding = " ".repeat(widest - columns(name));
        let about = lines_of(about, COLUMNS - indent).join(&format!("\n{}", " ".repeat(indent)));
        format!("{GAP}{name}{padding}{GAP}{about}")
    };
    let lines: Vec<String> = iter::once(title.to_owned())
        .chain(rows.iter().map(row))
        .collect();
    lines.join("\n")
}

/// The lines of a text, those that are too long broken between words; what follows stands below the
/// beginning of its line, or a little to the right.
pub(super) fn fitted(text: &str, room: usize) -> String {
    let fit = |line: &str| {
        let words = line.trim_start();
        let indent = line.len() - words.len();
        if columns(line) <= room {
            return line.to_owned();
        }
        let below = format!("\n{}", " ".repeat(indent.max(GAP.len())));
        let room = room.saturating_sub(indent.max(GAP.len()));
        format!("{}{}", &line[..indent], lines_of(words, room).join(&below))
    };
    let lines: Vec<String> = text.lines().map(fit).collect();
    lines.join("\n")
}

/// Breaks a text between words into lines of at most `room` columns, if its words allow it. What stands
/// in quotes is to be typed, and so stays in one line if it fits.
pub(super) fn lines_of(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words_of(text, room) {
        let line = lines.last_mut().expect("there is always a last line");
        if line.is_empty() {
            line.push_str(word);
        } else if columns(line) + 1 + columns(word) <= room {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// The words of a text; one in quotes that fits into a line is a single word.
fn words_of(text: &str, room: usize) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let next = rest.find(' ').unwrap_or(rest.len());
        let quoted = quote_in(&rest[..next])
            .and_then(|(open, close)| Some(open + rest[open..].find(close)?))
            .map(|end| end + rest[end..].find(' ').unwrap_or(rest.len() - end))
            .filter(|end| columns(&rest[..*end]) <= room);
        let (word, after) = rest.split_at(quoted.unwrap_or(next));
        words.push(word);
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    words
}

/// Where a word opens a quote, counted after it, and what would close it.
fn quote_in(word: &str) -> Option<(usize, char)> {
    let quotes = [('`', '`'), ('«', '»')];
    let opened = quotes.map(|(open, close)| {
        let place = word.find(open)? + open.len_utf8();
        (!word[place..].contains(close)).then_some((place, close))
    });
    opened.into_iter().flatten().next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::options;
    use crate::config::golden;

    #[test]
    fn the_help_is_what_somebody_has_read_and_approved() {
        for language in Language::ALL {
            let path = format!("tests/golden/help.{}.txt", language.code());
            golden::check(&path, &(help(language) + "\n"));
            let path = format!("tests/golden/help-limits.{}.txt", language.code());
            golden::check(&path, &(limits_page(language) + "\n"));
            let path = format!("tests/golden/help-tls.{}.txt", language.code());
            golden::check(&path, &(tls_page(language) + "\n"));
            let path = format!("tests/golden/help-files.{}.txt", language.code());
            golden::check(&path, &(files_page(language) + "\n"));
            let path = format!("tests/golden/help-access.{}.txt", language.code());
            golden::check(&path, &(access_page(language) + "\n"));
            let path = format!("tests/golden/help-keys.{}.txt", language.code());
            golden::check(&path, &(keys_page(language) + "\n"));
            let path = format!("tests/golden/help-logs.{}.txt", language.code());
            golden::check(&path, &(logs_page(language) + "\n"));
        }
    }

    fn everything(language: Language) -> String {
        let pages = [
            help,
            limits_page,
            tls_page,
            files_page,
            access_page,
            logs_page,
        ];
        pages.map(|page| page(language)).join("\n")
    }

    #[test]
    fn the_help_fits_a_terminal() {
        for language in Language::ALL {
            for line in everything(language).lines() {
                assert!(columns(line) <= COLUMNS, "{line}");
                assert_eq!(line.trim_end(), line);
            }
        }
    }

    #[test]
    fn the_help_names_every_option_the_grammar_has() {
        for language in Language::ALL {
            let help = everything(language);
            let starts_a_line = |name: &str| {
                help.lines()
                    .any(|line| line.trim_start().split([' ', ',']).any(|word| word == name))
            };
            for arg in options::command().get_arguments() {
                if let Some(long) = arg.get_long() {
                    assert!(starts_a_line(&format!("--{long}")), "{long}");
                }
                if let Some(short) = arg.get_short() {
                    assert!(starts_a_line(&format!("-{short}")), "{short}");
                }
            }
        }
    }

    #[test]
    fn a_line_goes_on_below_its_beginning() {
        for (text, room, fitted_text) in [
            ("hello: it is so", 80, "hello: it is so"),
            ("hello: one two three", 12, "hello: one\n  two three"),
            (
                "a\n  why one two\nhint: b",
                9,
                "a\n  why one\n  two\nhint: b",
            ),
            ("hint: write `a b c d`", 14, "hint: write\n  `a b c d`"),
        ] {
            assert_eq!(fitted(text, room), fitted_text);
        }
    }

    #[test]
    fn a_text_is_broken_between_words() {
        assert_eq!(lines_of("один два три", 8), ["один два", "три"]);
        assert_eq!(lines_of("unbreakable", 4), ["unbreakable"]);
        assert_eq!(lines_of("", 4), [""]);
        assert_eq!(lines_of("so `a b c` is", 8), ["so", "`a b c`", "is"]);
        assert_eq!(lines_of("«а б», «в г»: да", 7), ["«а б»,", "«в г»:", "да"]);
        assert_eq!(lines_of("`a b c d e f` g", 6), ["`a b c", "d e f`", "g"]);
    }
}
