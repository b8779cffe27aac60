//! The catalogues, embedded and parsed once.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use super::Language;

/// Named arguments of a message.
#[derive(Default)]
pub struct Args<'a>(FluentArgs<'a>);

impl<'a> Args<'a> {
    /// No arguments yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same arguments and one more. Numbers choose plural forms; texts stand as they are.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<FluentValue<'a>>) -> Self {
        self.0.set(name, value);
        self
    }
}

type Bundle = FluentBundle<FluentResource>;

/// The texts of a language. Those that a start needs and those of errors and help are parsed
/// apart, each when it is first asked for: most runs never say why they could not start.
struct Catalogue {
    language: Language,
    daily: &'static [&'static str],
    rare: &'static [&'static str],
}

const ENGLISH: Catalogue = Catalogue {
    language: Language::English,
    daily: &[
        include_str!("../../locales/en/authority.ftl"),
        include_str!("../../locales/en/pages.ftl"),
        include_str!("../../locales/en/refusals.ftl"),
        include_str!("../../locales/en/site.ftl"),
        include_str!("../../locales/en/terminal.ftl"),
    ],
    rare: &[
        include_str!("../../locales/en/cli.ftl"),
        include_str!("../../locales/en/errors.ftl"),
        include_str!("../../locales/en/help.ftl"),
        include_str!("../../locales/en/trust.ftl"),
        include_str!("../../locales/en/compress.ftl"),
        include_str!("../../locales/en/tui.ftl"),
    ],
};
const RUSSIAN: Catalogue = Catalogue {
    language: Language::Russian,
    daily: &[
        include_str!("../../locales/ru/authority.ftl"),
        include_str!("../../locales/ru/pages.ftl"),
        include_str!("../../locales/ru/refusals.ftl"),
        include_str!("../../locales/ru/site.ftl"),
        include_str!("../../locales/ru/terminal.ftl"),
    ],
    rare: &[
        include_str!("../../locales/ru/cli.ftl"),
        include_str!("../../locales/ru/errors.ftl"),
        include_str!("../../locales/ru/help.ftl"),
        include_str!("../../locales/ru/trust.ftl"),
        include_str!("../../locales/ru/compress.ftl"),
        include_str!("../../locales/ru/tui.ftl"),
    ],
};

/// Daily and rare.
type Bundles = [LazyLock<Bundle>; 2];

static ENGLISH_BUNDLES: Bundles = [
    LazyLock::new(|| bundle(ENGLISH.language, ENGLISH.daily)),
    LazyLock::new(|| bundle(ENGLISH.language, ENGLISH.rare)),
];
static RUSSIAN_BUNDLES: Bundles = [
    LazyLock::new(|| bundle(RUSSIAN.language, RUSSIAN.daily)),
    LazyLock::new(|| bundle(RUSSIAN.language, RUSSIAN.rare)),
];

fn sources(language: Language) -> impl Iterator<Item = &'static str> {
    let catalogue = match language {
        Language::English => ENGLISH,
        Language::Russian => RUSSIAN,
    };
    catalogue.daily.iter().chain(catalogue.rare).copied()
}

fn bundle(language: Language, sources: &[&str]) -> Bundle {
    let tag = language.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Isolation marks are for mixed directions; in a terminal and in JSON they are noise.
    bundle.set_use_isolating(false);
    for source in sources {
        // A catalogue that does not parse is caught by a test; here the part that does is used.
        let resource = FluentResource::try_new((*source).to_owned())
            .unwrap_or_else(|(parsed, _errors)| parsed);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// The text of a message without arguments.
pub fn text(language: Language, key: &str) -> String {
    text_with(language, key, &Args::new())
}

/// The text of a message. A missing key is shown as itself (and fails a test).
pub fn text_with(language: Language, key: &str, args: &Args<'_>) -> String {
    let bundles = match language {
        Language::English => &ENGLISH_BUNDLES,
        Language::Russian => &RUSSIAN_BUNDLES,
    };
    let found = bundles.iter().find_map(|bundle| {
        let message = bundle.get_message(key)?;
        Some((bundle, message.value()?))
    });
    let Some((bundle, pattern)) = found else {
        return key.to_owned();
    };
    let mut errors = Vec::new();
    match bundle.format_pattern(pattern, Some(&args.0), &mut errors) {
        Cow::Borrowed(text) => text.to_owned(),
        Cow::Owned(text) => text,
    }
}

/// Every key of a catalogue with the names of its placeables, sorted: for the tests that hold
/// the languages against each other.
pub fn keys(language: Language) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for source in sources(language) {
        let mut key = String::new();
        for line in source.lines() {
            if line.starts_with(|c: char| c.is_ascii_lowercase())
                && let Some((name, _)) = line.split_once('=')
            {
                name.trim().clone_into(&mut key);
                found.push((key.clone(), Vec::new()));
            }
            if let Some((_, placeables)) = found.last_mut() {
                placeables.extend(placeables_in(line));
            }
        }
    }
    for (_, placeables) in &mut found {
        placeables.sort();
        placeables.dedup();
    }
    found.sort();
    found
}

fn placeables_in(line: &str) -> impl Iterator<Item = String> + '_ {
    line.split('$').skip(1).map(|rest| {
        rest.chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_catalogue_parses_completely() {
        for language in Language::ALL {
            for source in sources(language) {
                if let Err((_, errors)) = FluentResource::try_new(source.to_owned()) {
                    panic!("{}: {errors:?}", language.code());
                }
            }
        }
    }

    #[test]
    fn every_key_exists_in_every_language_with_the_same_placeables() {
        assert_eq!(keys(Language::English), keys(Language::Russian));
        assert!(!keys(Language::English).is_empty());
    }

    #[test]
    fn no_key_stands_twice() {
        let keys = keys(Language::English);
        for pair in keys.windows(2) {
            assert_ne!(pair[0].0, pair[1].0);
        }
    }
}
