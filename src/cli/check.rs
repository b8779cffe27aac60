//! The answer to `hello check`: whether a file of settings is sound, and whether all that it names is
//! there.

use super::complain;
use super::effective::place_of;
use super::excerpt;
use super::stop::Stop;
use crate::config::OutputSettings;
use crate::config::file::Configuration;
use crate::i18n::{Args, Language, shown, text_with};
use crate::server::named::{Found, look_for_all};

/// What `hello check` is to look at.
#[derive(Debug)]
pub struct CheckWish {
    /// The file, as it was read.
    pub(super) file: Configuration,
    /// In which language, and with colours or without.
    pub(super) output: OutputSettings,
    /// Whether there are colours.
    pub(super) has_colours: bool,
}

/// The exit code where something that is named cannot be used.
const EXIT_TO_FIX: u8 = 1;

/// Looks for everything that the file names, and answers what to say.
pub(super) fn run(wish: &CheckWish) -> Stop {
    let found = look_for_all(&wish.file.settings);
    Stop {
        text: report(wish, &found),
        to_stdout: true,
        is_laid_out: true,
        exit_code: if found.troubles.is_empty() {
            0
        } else {
            EXIT_TO_FIX
        },
    }
}

fn report(wish: &CheckWish, found: &Found) -> String {
    let language = wish.output.text_language();
    let mut page = String::new();
    for (name, trouble) in &found.troubles {
        let (error, facts) = &**trouble;
        let complaint = complain::of_start(error, facts);
        match place_of(&wish.file, name) {
            Some(place) => {
                let sources = &wish.file.sources;
                let told = excerpt::one(language, &complaint, sources, &[place], wish.has_colours);
                page.push_str(&told);
            }
            None => page.push_str(&complaint.in_full(language)),
        }
        page.push_str("\n\n");
    }
    for address in &found.taken {
        let args = Args::new().with("address", shown(address));
        page.push_str(&text_with(language, "check-taken", &args));
        page.push('\n');
    }
    page + &summary(language, wish, found)
}

fn summary(language: Language, wish: &CheckWish, found: &Found) -> String {
    let file = wish.file.sources.names(None);
    let counts = [
        ("check-sites", found.sites),
        ("check-addresses", found.addresses),
        ("check-certificates", found.certificates),
    ];
    let counts = { counts.into_iter() }
        .filter(|(_, count)| *count > 0)
        .map(|(key, count)| text_with(language, key, &Args::new().with("count", count)));
    let args = Args::new()
        .with("file", shown(&file))
        .with("troubles", found.troubles.len())
        .with("counts", counts.collect::<Vec<_>>().join(", "));
    match found.troubles.first() {
        None => text_with(language, "check-well", &args),
        Some((_, trouble)) => {
            let key = Args::new().with("key", trouble.0.key());
            let more = text_with(language, "config-more", &key);
            format!("{}\n{more}", text_with(language, "check-to-fix", &args))
        }
    }
}
