//! One object of `hello --log json`.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde_json::Value;

/// Something that happened, as the journal tells it.
#[derive(Clone)]
pub struct Event(Value);

impl Event {
    /// Reads a line of the journal.
    pub fn of_line(line: &str) -> Self {
        match serde_json::from_str(line) {
            Ok(object @ Value::Object(_)) => Self(object),
            other => panic!("a line of the journal is no object: {line:?} ({other:?})"),
        }
    }

    /// Whether it is of this kind: `accepted`, `request`, `ended`, `notice`…
    pub fn is(&self, kind: &str) -> bool {
        self.text("event") == kind
    }

    /// Whether it is a notice of this name.
    pub fn is_notice(&self, name: &str) -> bool {
        self.is("notice") && self.text("notice") == name
    }

    /// Whether it is an end of this name.
    pub fn is_ending(&self, name: &str) -> bool {
        self.is("ended") && self.text("ending") == name
    }

    /// Whether it is a request for this target.
    pub fn is_request(&self, target: &str) -> bool {
        self.is("request") && self.text("target") == target
    }

    /// The text of a field; empty if there is none.
    pub fn text(&self, field: &str) -> &str {
        self.0[field].as_str().unwrap_or_default()
    }

    /// The texts of a field that is a list.
    pub fn list(&self, field: &str) -> Vec<&str> {
        let list = self.0[field].as_array().map(Vec::as_slice);
        let texts = list.unwrap_or_default().iter().filter_map(Value::as_str);
        texts.collect()
    }

    /// What a field has, if it is more than a word.
    pub fn value(&self, field: &str) -> &Value {
        &self.0[field]
    }

    /// The number of a field.
    pub fn number(&self, field: &str) -> u64 {
        let number = self.0[field].as_u64();
        number.unwrap_or_else(|| panic!("no number {field} in {self:?}"))
    }

    /// When it happened.
    pub fn at(&self) -> SystemTime {
        let at = humantime::parse_rfc3339(self.text("at"));
        at.unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// How long after another it happened; nothing, if it was before.
    pub fn after(&self, other: &Self) -> Duration {
        self.at().duration_since(other.at()).unwrap_or_default()
    }

    /// The key of its label; empty if it has none.
    pub fn why(&self) -> &str {
        self.0["why"]["key"].as_str().unwrap_or_default()
    }

    /// A fact of its label, as a number.
    pub fn fact(&self, name: &str) -> u64 {
        let fact = self.0["why"][name].as_u64();
        fact.unwrap_or_else(|| panic!("no fact {name} in {self:?}"))
    }

    /// A fact of its label, as a text; empty if there is none.
    pub fn fact_text(&self, name: &str) -> &str {
        self.0["why"][name].as_str().unwrap_or_default()
    }

    /// All of it but these fields.
    pub fn without(&self, fields: &[&str]) -> Value {
        let mut rest = self.0.clone();
        if let Value::Object(object) = &mut rest {
            object.retain(|field, _| !fields.contains(&&field[..]));
        }
        rest
    }

    /// Whether there is such a field.
    pub fn has(&self, field: &str) -> bool {
        !self.0[field].is_null()
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
