//! Makes `docs/reference.md` and `docs/hello.schema.json` of the declared keys, and compares the two.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::declared;
use super::table::{Declared, Form, Needs, Shape};
use crate::config::golden;
use crate::i18n::{Language, text};

#[test]
fn the_reference_tells_every_key_as_it_is_declared() {
    for (language, path) in [
        (Language::English, "docs/reference.md"),
        (Language::Russian, "docs/reference.ru.md"),
    ] {
        golden::check(path, &reference(language));
    }
}

#[test]
fn the_schema_is_that_of_the_declared_keys() {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "hello.toml",
        "$defs": definitions(),
        "type": "object",
        "additionalProperties": false,
        "properties": properties(&declared()),
    });
    let schema = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    golden::check("docs/hello.schema.json", &schema);
}

#[test]
fn every_key_has_a_meaning_in_every_language() {
    fn look(keys: &[Declared]) {
        for key in keys {
            for language in Language::ALL {
                let meaning = key.meaning(language);
                let is_bare = meaning.starts_with("key-") || meaning.starts_with("limit-");
                assert!(!is_bare, "write `{meaning}` into the catalogues");
                assert!(!key.takes(language).contains("form-"), "{}", key.name);
            }
            look(key.keys());
        }
    }
    look(&declared());
}

fn reference(language: Language) -> String {
    let say = |key: &str| text(language, key);
    let keys = declared();
    let mut page = format!(
        "# {}\n\n{}\n\n{}\n",
        say("reference-title"),
        say("reference-about"),
        say("reference-beside")
    );
    let _ = write!(
        page,
        "\n## {}\n\n{}\n",
        say("reference-top"),
        say("reference-top-about")
    );
    rows(language, &keys, &mut page);
    for key in &keys {
        tables(language, key, "", &mut page);
    }
    page
}

/// A table of keys, and those in it; what every site has is told once.
fn tables(language: Language, key: &Declared, within: &str, page: &mut String) {
    let Some(heading) = key.heading() else {
        return;
    };
    let name = format!("{within}{}", key.name);
    let heading = heading.replace(key.name, &name);
    let _ = write!(page, "\n## `{heading}`\n\n{}.\n", key.meaning(language));
    if key.name == "site" {
        let _ = write!(page, "\n{}\n", text(language, "reference-site-about"));
        let own: Vec<&Declared> = { key.keys().iter() }
            .filter(|inner| inner.table == "site")
            .collect();
        rows(language, own, page);
        return;
    }
    rows(language, key.keys(), page);
    for inner in key.keys() {
        tables(language, inner, &format!("{name}."), page);
    }
}

fn rows<'a>(language: Language, keys: impl IntoIterator<Item = &'a Declared>, page: &mut String) {
    let _ = write!(
        page,
        "\n{}\n|---|---|---|---|\n",
        text(language, "reference-columns")
    );
    for key in keys {
        let usual = match &key.default {
            Value::Null => String::new(),
            Value::Object(pairs) if pairs.is_empty() => String::new(),
            Value::Array(values) if values.is_empty() => String::new(),
            value => format!("`{value}`"),
        };
        let mut told = key.meaning(language);
        if let Some(needs) = key.dependence(language) {
            let _ = write!(told, "; {needs}");
        }
        if key.heading().is_none() {
            let _ = write!(told, ". `{} = {}`", key.name, key.example);
        }
        let takes = key.takes(language);
        let row = format!("| `{}` | {takes} | {usual} | {told} |", key.name);
        let _ = writeln!(page, "{row}");
    }
}

fn properties(keys: &[Declared]) -> Value {
    let properties = keys.iter().map(|key| (key.name.to_owned(), property(key)));
    Value::Object(properties.collect())
}

fn property(key: &Declared) -> Value {
    let mut schema = match &key.shape {
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Text(form) => of_form(*form),
        Shape::Texts(form) => {
            let one = of_form(*form);
            json!({ "anyOf": [one, { "type": "array", "items": one }] })
        }
        Shape::Map {
            form, may_be_one, ..
        } => {
            let map = json!({ "type": "object", "additionalProperties": of_form(*form) });
            if *may_be_one {
                json!({ "anyOf": [of_form(*form), map] })
            } else {
                map
            }
        }
        Shape::Table(_) => json!({ "$ref": format!("#/$defs/{}", key.name) }),
        Shape::Tables(_) => {
            let one = json!({ "$ref": format!("#/$defs/{}", key.name) });
            json!({ "type": "array", "items": one })
        }
    };
    schema["description"] = json!(key.meaning(Language::English));
    if !key.default.is_null() && key.heading().is_none() {
        schema["default"] = key.default.clone();
    }
    schema
}

fn of_form(form: Form) -> Value {
    match form {
        Form::Choice(words) => {
            let words: Vec<Value> = { words.split(", ") }
                .flat_map(|word| {
                    let number = word.parse::<serde_json::Number>().ok();
                    let number = number.filter(|_| form.takes_numbers()).map(Value::Number);
                    [Some(json!(word)), number].into_iter().flatten()
                })
                .collect();
            json!({ "enum": words })
        }
        Form::Count | Form::Status => json!({ "type": ["integer", "string"] }),
        form if form.takes_numbers() => json!({ "type": ["string", "number"] }),
        _ => json!({ "type": "string" }),
    }
}

/// The tables, each once: those of a site are the same as at the top.
fn definitions() -> Value {
    fn gather(keys: &[Declared], into: &mut Map<String, Value>) {
        for key in keys {
            if key.heading().is_some() {
                let required = { key.keys().iter() }.filter(|key| key.needs == Needs::Itself);
                let required: Vec<&str> = required.map(|key| key.name).collect();
                let mut schema = json!({
                    "type": "object",
                    "additionalProperties": false,
                    "properties": properties(key.keys()),
                });
                if !required.is_empty() {
                    schema["required"] = json!(required);
                }
                into.insert(key.name.to_owned(), schema);
                gather(key.keys(), into);
            }
        }
    }
    let mut definitions = Map::new();
    gather(&declared(), &mut definitions);
    Value::Object(definitions)
}
