//! The answer to `hello man`: a page for `man`, in the person's language.

use roff::{Roff, bold, roman};

use super::help;
use super::topics;
use crate::i18n::{Language, text};

/// The page, without a line break at the end.
pub(super) fn manual(language: Language) -> String {
    let say = |key: &str| text(language, key);
    let mut page = Roff::new();
    let version = concat!("hello ", env!("CARGO_PKG_VERSION"));
    page.control("TH", ["hello", "1", "", version, ""]);
    page.control("SH", [&*say("man-name")]);
    let purpose = say("help-purpose");
    let purpose = purpose.strip_prefix("hello: ").unwrap_or(&purpose);
    page.text([roman(format!("hello - {purpose}"))]);
    page.control("SH", [&*say("man-synopsis")]);
    for line in say("man-usage").lines() {
        page.text([bold("hello"), roman(line.trim_start_matches("hello"))]);
        page.control("br", []);
    }
    page.control("SH", [&*say("man-description")]);
    for paragraph in say("man-about").lines().filter(|line| !line.is_empty()) {
        page.control("PP", []);
        page.text([roman(paragraph)]);
    }
    for (title, rows) in [
        ("man-options", help::options(language)),
        ("man-commands", help::commands(language)),
        ("man-limits", help::limits(language)),
        ("man-examples", help::examples(language)),
        ("man-exit-codes", exit_codes(language)),
        ("man-errors", topics::titles(language)),
    ] {
        page.control("SH", [&*say(title)]);
        for (name, about) in rows {
            page.control("TP", []);
            page.text([bold(name)]);
            page.text([roman(about)]);
        }
    }
    page.to_roff().trim_end().to_owned()
}

fn exit_codes(language: Language) -> Vec<(String, String)> {
    let code = |code: &str| {
        (
            code.to_owned(),
            text(language, &format!("exit-code-{code}")),
        )
    };
    ["0", "1", "2"].map(code).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::golden;

    #[test]
    fn the_manual_is_what_somebody_has_read_and_approved() {
        for language in Language::ALL {
            let path = format!("tests/golden/manual.{}.1", language.code());
            golden::check(&path, &(manual(language) + "\n"));
        }
    }
}
