//! The answer to `hello completions SHELL`: a script for a shell, made of the table of options.

use clap_complete::{Shell, generate};

use super::misuse::Misuse;
use super::options;
use crate::i18n::{Language, shown};

/// The shells there are completions for.
pub(super) const SHELLS: [&str; 3] = ["bash", "zsh", "fish"];

/// The script for a shell, its explanations in a language; without a line break at the end.
pub(super) fn for_shell(language: Language, shell: &str) -> Result<String, Misuse> {
    let shell = match shell {
        "bash" => Shell::Bash,
        "zsh" => Shell::Zsh,
        "fish" => Shell::Fish,
        other => {
            return Err(Misuse::UnknownShell {
                shell: shown(other),
            });
        }
    };
    let mut script = Vec::new();
    generate(
        shell,
        &mut options::documented(language),
        "hello",
        &mut script,
    );
    let script = String::from_utf8_lossy(&script);
    Ok(script.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::limits::LIMITS;

    #[test]
    fn every_script_knows_every_option() {
        for language in Language::ALL {
            for shell in SHELLS {
                let script = for_shell(language, shell).unwrap();
                let options = LIMITS.iter().map(|limit| limit.option);
                let words = [
                    "next-port",
                    "listen",
                    "completions",
                    "doctor",
                    "json",
                    "always",
                ];
                for word in options.chain(words) {
                    assert!(script.contains(word), "{shell}: {word}");
                }
                // The library tells fish nothing of words without an option before them.
                let knows_topics = script.contains("port-in-use");
                assert_eq!(knows_topics, shell != "fish", "{shell}");
            }
        }
    }
}
