//! The catalogues, embedded; each message is parsed once.

use std::iter;
use std::sync::{LazyLock, PoisonError, RwLock};

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

    /// The same arguments once more, and others besides.
    #[must_use]
    pub fn and(&self, more: impl Iterator<Item = (&'static str, String)>) -> Args<'_> {
        let args = self.0.iter().map(|(name, value)| (name, value.clone()));
        more.fold(Args(args.collect()), |args, (name, value)| {
            args.with(name, value)
        })
    }
}

/// The texts of a language. No message refers to another (a test holds them to it), so each is
/// found and parsed by itself when it is first asked for: parsed, texts take ten times the memory,
/// and most runs need one in ten of them.
struct Catalogue {
    files: &'static [&'static str],
    /// The messages that were asked for so far.
    parsed: RwLock<FluentBundle<FluentResource>>,
}

impl Catalogue {
    fn new(language: Language) -> Self {
        let tag = language.code().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // Isolation marks are for mixed directions; in a terminal and in JSON they are noise.
        bundle.set_use_isolating(false);
        Self {
            files: files(language),
            parsed: RwLock::new(bundle),
        }
    }

    fn of(language: Language) -> &'static Self {
        static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(Language::English));
        static RUSSIAN: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(Language::Russian));
        match language {
            Language::English => &ENGLISH,
            Language::Russian => &RUSSIAN,
        }
    }

    /// `None` if there is no such message.
    fn format(&self, key: &str, args: &Args<'_>) -> Option<String> {
        let parsed = self.parsed.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = format(&parsed, key, args) {
            return Some(text);
        }
        drop(parsed);
        let mut messages = self.files.iter().flat_map(|file| messages(file));
        let (_, source) = messages.find(|(found, _)| *found == key)?;
        // A message that does not parse is caught by a test; here it is shown as its key.
        let message = FluentResource::try_new(source.to_owned()).ok()?;
        let mut parsed = self.parsed.write().unwrap_or_else(PoisonError::into_inner);
        if !parsed.has_message(key) {
            parsed.add_resource_overriding(message);
        }
        format(&parsed, key, args)
    }
}

fn format(bundle: &FluentBundle<FluentResource>, key: &str, args: &Args<'_>) -> Option<String> {
    let message = bundle.get_message(key)?;
    let text = bundle.format_pattern(message.value()?, Some(&args.0), &mut Vec::new());
    Some(text.into_owned())
}

/// Those that every run needs come first: the rest of them is not even read.
fn files(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &[
            include_str!("../../locales/en/access.ftl"),
            include_str!("../../locales/en/terminal.ftl"),
            include_str!("../../locales/en/site.ftl"),
            include_str!("../../locales/en/pages.ftl"),
            include_str!("../../locales/en/refusals.ftl"),
            include_str!("../../locales/en/listing.ftl"),
            include_str!("../../locales/en/authority.ftl"),
            include_str!("../../locales/en/cli.ftl"),
            include_str!("../../locales/en/errors.ftl"),
            include_str!("../../locales/en/config.ftl"),
            include_str!("../../locales/en/keys.ftl"),
            include_str!("../../locales/en/help.ftl"),
            include_str!("../../locales/en/trust.ftl"),
            include_str!("../../locales/en/compress.ftl"),
            include_str!("../../locales/en/commands.ftl"),
            include_str!("../../locales/en/explain.ftl"),
            include_str!("../../locales/en/tui.ftl"),
            include_str!("../../locales/en/control.ftl"),
        ],
        Language::Russian => &[
            include_str!("../../locales/ru/access.ftl"),
            include_str!("../../locales/ru/terminal.ftl"),
            include_str!("../../locales/ru/site.ftl"),
            include_str!("../../locales/ru/pages.ftl"),
            include_str!("../../locales/ru/refusals.ftl"),
            include_str!("../../locales/ru/listing.ftl"),
            include_str!("../../locales/ru/authority.ftl"),
            include_str!("../../locales/ru/cli.ftl"),
            include_str!("../../locales/ru/errors.ftl"),
            include_str!("../../locales/ru/config.ftl"),
            include_str!("../../locales/ru/keys.ftl"),
            include_str!("../../locales/ru/help.ftl"),
            include_str!("../../locales/ru/trust.ftl"),
            include_str!("../../locales/ru/compress.ftl"),
            include_str!("../../locales/ru/commands.ftl"),
            include_str!("../../locales/ru/explain.ftl"),
            include_str!("../../locales/ru/tui.ftl"),
            include_str!("../../locales/ru/control.ftl"),
        ],
    }
}

/// The messages of a file: the key of each, and its source. A message begins with its key in the
/// first column and goes on to the next one or to a comment.
fn messages(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let is_start = |at: usize| file[at..].starts_with(|c: char| c.is_ascii_lowercase() || c == '#');
    let mut starts = file
        .match_indices('\n')
        .map(|(end, _)| end + 1)
        .filter(move |at| is_start(*at));
    let mut rest = Some(0);
    iter::from_fn(move || {
        let start = rest?;
        rest = starts.next();
        Some(&file[start..rest.unwrap_or(file.len())])
    })
    .filter(|block| !block.starts_with('#'))
    .filter_map(|block| Some((block.split_once('=')?.0.trim_end(), block)))
}

/// The text of a message without arguments.
pub fn text(language: Language, key: &str) -> String {
    text_with(language, key, &Args::new())
}

/// The text of a message. A missing key is shown as itself (and fails a test).
pub fn text_with(language: Language, key: &str, args: &Args<'_>) -> String {
    Catalogue::of(language)
        .format(key, args)
        .unwrap_or_else(|| key.to_owned())
}

/// Every key of a catalogue with the names of its placeables, sorted: for the tests that hold
/// the languages against each other.
pub fn keys(language: Language) -> Vec<(String, Vec<String>)> {
    let messages = files(language).iter().flat_map(|file| messages(file));
    let mut found: Vec<_> = messages
        .map(|(key, source)| {
            let mut placeables: Vec<_> = placeables_in(source).collect();
            placeables.sort();
            placeables.dedup();
            (key.to_owned(), placeables)
        })
        .collect();
    found.sort();
    found
}

fn placeables_in(source: &str) -> impl Iterator<Item = String> + '_ {
    source.split('$').skip(1).map(|rest| {
        rest.chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use fluent_syntax::ast::Entry;

    use super::*;

    #[test]
    fn every_file_parses_whole_and_message_by_message() {
        for language in Language::ALL {
            for file in files(language) {
                let whole = FluentResource::try_new((*file).to_owned())
                    .unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", language.code()));
                let whole = whole
                    .entries()
                    .filter(|entry| matches!(entry, Entry::Message(_)));
                assert_eq!(whole.count(), messages(file).count());
                for (key, source) in messages(file) {
                    let alone = FluentResource::try_new(source.to_owned())
                        .unwrap_or_else(|(_, errors)| panic!("{key}: {errors:?}"));
                    let mut entries = alone.entries();
                    let Some(Entry::Message(message)) = entries.next() else {
                        panic!("{key} is no message");
                    };
                    assert_eq!(message.id.name, key);
                    assert!(message.value.is_some(), "{key} says nothing");
                    assert!(entries.next().is_none(), "{key} is more than one message");
                }
            }
        }
    }

    #[test]
    fn no_message_refers_to_another() {
        for language in Language::ALL {
            for (key, source) in files(language).iter().flat_map(|file| messages(file)) {
                for placeable in source.split('{').skip(1) {
                    let begins = placeable.trim_start();
                    assert!(begins.starts_with(['$', '"']), "{key}: {{{begins}");
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
