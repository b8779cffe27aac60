//! Says what went wrong and what to do now.

use crate::i18n::{Args, Language, text, text_with};

/// What went wrong (`error-KEY`) on one line and what to do now (`hint-KEY`) on the next.
///
/// Nothing is carried by colour, and there is no line break at the end.
pub fn complaint(language: Language, key: &str, args: &Args<'_>) -> String {
    let error = text_with(language, &format!("error-{key}"), args);
    let hint = text_with(language, &format!("hint-{key}"), args);
    let label = text(language, "label-hint");
    format!("hello: {error}\n{label}: {hint}")
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::config::golden;
    use crate::i18n::keys;

    /// What stands for an argument in the file of texts.
    const EXAMPLES: [(&str, &str); 5] = [
        ("address", "127.0.0.1:80"),
        ("name", "example.lan:80"),
        ("path", "./dist"),
        ("port", "80"),
        ("system", "Device or resource busy (os error 16)"),
    ];

    const START_ERRORS: [&str; 15] = [
        "port-in-use",
        "port-not-permitted",
        "address-not-available",
        "name-not-resolved",
        "no-such-path",
        "path-is-a-port",
        "path-is-help",
        "path-unreadable",
        "path-not-servable",
        "socket-in-use",
        "socket-path-exists",
        "socket-path-failed",
        "listen-failed",
        "no-terminal",
        "runtime-failed",
    ];

    #[test]
    fn every_error_of_starting_reads_well_in_both_languages() {
        let mut page = String::new();
        for key in START_ERRORS {
            for language in Language::ALL {
                let args = EXAMPLES
                    .iter()
                    .fold(Args::new(), |args, (name, value)| args.with(name, *value));
                writeln!(page, "{}\n", complaint(language, key, &args)).unwrap();
            }
        }
        golden::check("tests/golden/start-errors.txt", &page);
    }

    #[test]
    fn every_error_ends_with_what_to_do_now() {
        let keys: Vec<String> = keys(Language::English)
            .into_iter()
            .map(|(key, _)| key)
            .collect();
        for key in &keys {
            if let Some(code) = key.strip_prefix("error-") {
                assert!(keys.contains(&format!("hint-{code}")), "{key}");
            }
            if let Some(code) = key.strip_prefix("hint-") {
                assert!(keys.contains(&format!("error-{code}")), "{key}");
            }
        }
    }
}
