//! The answer to `hello --help`: every option, in the person's language, 80 columns wide.

use std::iter;

use super::options::OPTIONS;
use crate::config::limits::{LIMITS, Limit};
use crate::i18n::{Language, text};

/// Columns of the help. Reason: the width of a terminal that nobody has resized.
const COLUMNS: usize = 80;

/// What stands before a name, and between it and what it means.
const GAP: &str = "  ";

const EXAMPLES: [(&str, &str); 3] = [
    ("hello", "help-example-built-in"),
    ("hello ./dist", "help-example-folder"),
    ("hello ./dist --listen 0.0.0.0:8080", "help-example-network"),
];

/// The whole help, without a line break at the end.
pub(super) fn help(language: Language) -> String {
    let say = |key: &str| text(language, key);
    let examples = EXAMPLES.map(|(command, key)| (command.to_owned(), say(key)));
    let options: Vec<_> = OPTIONS
        .iter()
        .map(|option| format!("option-{}", option.name))
        .map(|key| (say(&key), say(&format!("{key}-about"))))
        .collect();
    let limits: Vec<_> = LIMITS
        .iter()
        .map(|limit| (with_default(limit), say(&format!("limit-{}", limit.option))))
        .collect();
    [
        say("help-purpose"),
        say("help-usage"),
        section(&say("help-examples"), &examples),
        section(&say("help-options"), &options),
        section(&say("help-limits"), &limits),
        lines_of(&say("help-units"), COLUMNS).join("\n"),
    ]
    .join("\n\n")
}

/// The option as one would type it to get what one gets anyway.
fn with_default(limit: &Limit) -> String {
    let value = limit.default_value().unwrap_or_else(|| "N".to_owned());
    format!("--{} {value}", limit.option)
}

fn section(title: &str, rows: &[(String, String)]) -> String {
    let widest = rows.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let indent = GAP.len() + widest + GAP.len();
    let row = |(name, about): &(String, String)| {
        let padding = " ".repeat(widest - width(name));
        let about = lines_of(about, COLUMNS - indent).join(&format!("\n{}", " ".repeat(indent)));
        format!("{GAP}{name}{padding}{GAP}{about}")
    };
    let lines: Vec<String> = iter::once(title.to_owned())
        .chain(rows.iter().map(row))
        .collect();
    lines.join("\n")
}

/// Breaks a text between words into lines of at most `columns`, if its words allow it.
fn lines_of(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is always a last line");
        if line.is_empty() {
            line.push_str(word);
        } else if width(line) + 1 + width(word) <= columns {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// Columns of a text. Our languages have one for each character; one with wide characters
/// would need a table here.
fn width(text: &str) -> usize {
    text.chars().count()
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
        }
    }

    #[test]
    fn the_help_fits_a_terminal() {
        for language in Language::ALL {
            for line in help(language).lines() {
                assert!(width(line) <= COLUMNS, "{line}");
                assert_eq!(line.trim_end(), line);
            }
        }
    }

    #[test]
    fn the_help_names_every_option_the_grammar_has() {
        for language in Language::ALL {
            let help = help(language);
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
    fn a_text_is_broken_between_words() {
        assert_eq!(lines_of("один два три", 8), ["один два", "три"]);
        assert_eq!(lines_of("unbreakable", 4), ["unbreakable"]);
        assert_eq!(lines_of("", 4), [""]);
    }
}
