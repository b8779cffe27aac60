//! The answer to `hello config`: each setting with its value, and where that was said.
//!
//! Law: what is shown can be read again: it is TOML, and where it was said stands behind it as a comment.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::config::Settings;
use crate::config::file::{self, Configuration, Layer, Needs, quoted};
use crate::i18n::{Args, Language, columns, printable, text, text_with};

/// Where a value was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Nowhere: it is as usual.
    Nowhere,
    /// In a file, at a line.
    InFile(String, usize),
    /// In a variable.
    InVariable(String),
    /// In a piece of hello.toml that was typed, which is called so.
    InPiece(String),
    /// As an option, or as the path.
    Typed(&'static str),
}

/// A key with its value; null: there is none.
struct Line {
    /// Its path in the file: `limits.head-timeout`, `site[2].serve`.
    path: String,
    value: Value,
}

/// The settings, and where each of them was said.
#[derive(Debug)]
pub struct Effective {
    pub(super) settings: Settings,
    /// What the files say, and where.
    pub(super) file: Option<Configuration>,
    /// What options say, by the paths of keys.
    pub(super) said: BTreeMap<String, Said>,
    /// Whether it is for a program.
    pub(super) as_json: bool,
}

/// Columns before the comment. Reason: most lines are shorter, and a comment fits behind.
const COMMENT_AT: usize = 44;

impl Effective {
    /// All of it, without a line break at the end.
    pub(super) fn page(&self, language: Language) -> String {
        let lines = lines(&self.settings);
        if self.as_json {
            return self.as_json(&lines);
        }
        let mut page = Page {
            of: self,
            language,
            alone: alone(&lines),
            text: format!("# {}\n", text(language, "config-title")),
        };
        page.table("", &lines.iter().collect::<Vec<_>>());
        page.text.trim_end().to_owned()
    }

    /// An object for each key.
    fn as_json(&self, lines: &[Line]) -> String {
        let objects = lines.iter().map(|Line { path, value }| {
            let mut object = json!({ "key": path, "value": value });
            let from = match self.said(path) {
                Said::Nowhere => "default",
                Said::InFile(file, line) => {
                    object["file"] = json!(file);
                    object["line"] = json!(line);
                    "file"
                }
                Said::InVariable(variable) => {
                    object["variable"] = json!(variable);
                    "variable"
                }
                Said::InPiece(_) => {
                    object["option"] = json!("set");
                    "option"
                }
                Said::Typed(option) => {
                    object["option"] = json!(option);
                    "option"
                }
            };
            object["from"] = json!(from);
            object.to_string()
        });
        format!("[\n{}\n]", objects.collect::<Vec<_>>().join(",\n"))
    }

    fn said(&self, path: &str) -> Said {
        if let Some(said) = self.said.get(path) {
            return said.clone();
        }
        let place = self.file.as_ref().and_then(|file| {
            let place = file.origins.get(path)?;
            let source = file.sources.of(*place);
            let name = source.name.to_string();
            Some(match source.layer {
                Layer::File => Said::InFile(name, source.line_of(place.start)),
                Layer::Variable => Said::InVariable(name),
                Layer::Line => Said::InPiece(name),
            })
        });
        place.unwrap_or(Said::Nowhere)
    }
}

/// The page while it is written.
struct Page<'a> {
    of: &'a Effective,
    language: Language,
    /// Keys that mean nothing without another one.
    alone: BTreeSet<String>,
    text: String,
}

impl Page<'_> {
    /// The keys of one table, then those of the tables in it.
    fn table(&mut self, prefix: &str, lines: &[&Line]) {
        let rest = |line: &&Line| line.path[prefix.len()..].to_owned();
        let is_own = |line: &&&Line| !rest(line).contains(['.', '[']);
        for line in lines.iter().filter(is_own) {
            self.key(&rest(line), line);
        }
        let mut done: Vec<String> = Vec::new();
        for line in lines.iter().filter(|line| !is_own(line)) {
            let rest = rest(line);
            let end = rest.find('.').unwrap_or(rest.len());
            let head = format!("{prefix}{}", &rest[..end]);
            if done.contains(&head) {
                continue;
            }
            let name = without_numbers(&head);
            let header = if rest[..end].contains('[') {
                format!("[[{name}]]")
            } else {
                format!("[{name}]")
            };
            self.text.push('\n');
            commented(self.language, &header, &self.of.said(&head), &mut self.text);
            let inner = format!("{head}.");
            let within: Vec<&Line> = { lines.iter() }
                .filter(|line| line.path.starts_with(&inner))
                .copied()
                .collect();
            self.table(&inner, &within);
            done.push(head);
        }
    }

    fn key(&mut self, name: &str, line: &Line) {
        let is_nothing = match &line.value {
            Value::Null => true,
            Value::Array(values) => values.is_empty(),
            Value::Object(values) => values.is_empty(),
            _ => false,
        };
        let said = self.of.said(&line.path);
        // Of a rule, only what it says.
        let is_of_many = table_of(&line.path).is_some_and(|table| table != "site");
        if is_of_many && said == Said::Nowhere {
            return;
        }
        if !is_nothing {
            let setting = format!("{name} = {}", as_toml(&line.value));
            // Read again, it would mean nothing.
            let setting = if said == Said::Nowhere && self.alone.contains(&line.path) {
                format!("# {setting}")
            } else {
                setting
            };
            commented(self.language, &setting, &said, &mut self.text);
        } else if !line.path.contains('[') && name != "include" {
            let args = Args::new().with("key", name);
            let told = text_with(self.language, "config-not-set", &args);
            let _ = writeln!(self.text, "# {told}");
        }
    }
}

fn commented(language: Language, setting: &str, said: &Said, page: &mut String) {
    let comment = match said {
        // Whole tables are there because of their keys.
        Said::Nowhere if setting.starts_with('[') => String::new(),
        Said::Nowhere => text(language, "config-default"),
        Said::InFile(file, line) => format!("{}:{line}", printable(file)),
        Said::InVariable(name) | Said::InPiece(name) => name.clone(),
        Said::Typed("path") => text(language, "config-typed"),
        Said::Typed(option) => format!("--{option}"),
    };
    let setting = printable(setting);
    if comment.is_empty() {
        let _ = writeln!(page, "{setting}");
        return;
    }
    let padding = " ".repeat(COMMENT_AT.saturating_sub(columns(&setting) + 2));
    let _ = writeln!(page, "{setting}{padding}  # {comment}");
}

/// The keys of the file and of sites that mean nothing without another one, which is not there.
fn alone(lines: &[Line]) -> BTreeSet<String> {
    let declared = file::declared();
    let is_something = |line: &Line| !line.value.is_null() && line.value != Value::Bool(false);
    // That a site has a certificate will do.
    let of_a_site = |line: &Line| line.path.starts_with("site[") && line.path.ends_with("].cert");
    let is_there = |path: String| {
        let is_it = |line: &&Line| line.path == path || path == "cert" && of_a_site(line);
        lines.iter().filter(is_it).any(is_something)
    };
    let is_alone = |line: &&Line| {
        let within = line.path.rfind('.').map_or(0, |dot| dot + 1);
        let (within, name) = line.path.split_at(within);
        if !within.is_empty() && !within.starts_with("site[") {
            return false;
        }
        let needs = declared.iter().find(|key| key.name == name);
        let needed: &[&str] = match needs.map(|key| key.needs) {
            Some(Needs::Served) => &["serve"],
            Some(Needs::One(needed)) => needed,
            Some(Needs::Nothing | Needs::Itself) | None => return false,
        };
        !{ needed.iter() }.any(|key| is_there(format!("{within}{key}")))
    };
    let alone = lines.iter().filter(is_alone);
    alone.map(|line| line.path.clone()).collect()
}

/// The table that a key is in, if there may be several of its name.
fn table_of(path: &str) -> Option<&str> {
    let (table, _) = path.rsplit_once('.')?;
    let (name, _) = table.strip_suffix(']')?.rsplit_once('[')?;
    name.rsplit('.').next()
}

fn without_numbers(path: &str) -> String {
    let parts = path.split('.');
    let names = parts.map(|part| part.split('[').next().unwrap_or_default());
    names.collect::<Vec<_>>().join(".")
}

/// Every key of these settings.
fn lines(settings: &Settings) -> Vec<Line> {
    let mut lines = Vec::new();
    file::show(settings, &mut |path, value| {
        lines.push(Line { path, value });
    });
    lines
}

/// A value as TOML writes it.
pub(super) fn as_toml(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => quoted(text),
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(as_toml).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Object(values) => {
            let pairs = values.iter().map(|(name, value)| {
                let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
                let name = if !name.is_empty() && name.chars().all(is_bare) {
                    name.clone()
                } else {
                    quoted(name)
                };
                format!("{name} = {}", as_toml(value))
            });
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
        value => value.to_string(),
    }
}

/// Where a text is said among the values of a file: a path, an address.
pub(super) fn place_of(configuration: &Configuration, wanted: &str) -> Option<file::Place> {
    let is_wanted = |value: &Value| value.as_str() == Some(wanted);
    let place = |path: &str| configuration.origins.get(path).copied();
    lines(&configuration.settings).iter().find_map(|line| {
        let path = &line.path;
        match &line.value {
            value if is_wanted(value) => place(&format!("{path}[0]")).or_else(|| place(path)),
            Value::Array(values) => {
                let n = values.iter().position(is_wanted)?;
                place(&format!("{path}[{n}]"))
            }
            Value::Object(values) => {
                let (name, _) = values.iter().find(|(_, value)| is_wanted(value))?;
                place(&format!("{path}.{name}")).or_else(|| place(path))
            }
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests;
