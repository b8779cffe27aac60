//! What a key takes and means, in words: for `hello help keys` and the reference.

use super::table::{Declared, Form, Needs, Shape};
use crate::i18n::{Args, Language, text, text_with};

impl Declared {
    /// What it means.
    pub fn meaning(&self, language: Language) -> String {
        match (self.limit, self.table) {
            (Some(limit), _) => text(language, &format!("limit-{}", limit.option)),
            (None, "") => text(language, &format!("key-{}", self.name)),
            (None, table) => text(language, &format!("key-{table}-{}", self.name)),
        }
    }

    /// What may stand there.
    pub fn takes(&self, language: Language) -> String {
        let args = || Args::new().with("key", self.name);
        match &self.shape {
            Shape::Flag => text(language, "shape-flag"),
            Shape::Text(form) => form.in_words(language),
            Shape::Texts(form) => {
                let args = args().with("form", form.in_words(language));
                text_with(language, "shape-texts", &args)
            }
            Shape::Map {
                names,
                form,
                may_be_one,
            } => {
                let args = args()
                    .with("form", form.in_words(language))
                    .with("names", names.in_words(language));
                let key = if *may_be_one {
                    "shape-one-or-map"
                } else {
                    "shape-map"
                };
                text_with(language, key, &args)
            }
            Shape::Table(_) => text_with(language, "shape-table", &args()),
            Shape::Tables(_) => text_with(language, "shape-tables", &args()),
        }
    }

    /// What it depends on, if it does.
    pub fn dependence(&self, language: Language) -> Option<String> {
        match self.needs {
            Needs::Nothing => None,
            Needs::Itself => Some(text(language, "needs-itself")),
            Needs::Served => Some(text(language, "needs-served")),
            Needs::One(keys) => {
                let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
                let args = Args::new().with("keys", keys.join(" / "));
                Some(text_with(language, "needs-one", &args))
            }
        }
    }

    /// The keys of the table it is, if it is one.
    pub fn keys(&self) -> &[Self] {
        match &self.shape {
            Shape::Table(keys) | Shape::Tables(keys) => keys,
            _ => &[],
        }
    }

    /// As its table begins: `[limits]`, `[[rule]]`.
    pub fn heading(&self) -> Option<String> {
        match &self.shape {
            Shape::Table(_) => Some(format!("[{}]", self.name)),
            Shape::Tables(_) => Some(format!("[[{}]]", self.name)),
            _ => None,
        }
    }
}

impl Form {
    fn in_words(self, language: Language) -> String {
        let key = format!("form-{}", self.code());
        match self {
            Self::Choice(words) => text_with(language, &key, &Args::new().with("words", words)),
            _ => text(language, &key),
        }
    }
}
