//! Holds `docs/limits.md` to the constants it names: each is where the page says, has the value the
//! page tells, and no bound is without a row.

use std::collections::BTreeMap;

use crate::repository;

const PAGE: &str = "docs/limits.md";

/// What a bound's name ends with. Such a constant has to stand on the page.
const BOUND: &str = "_MAX";

/// Values of constants by file and name: durations in milliseconds, everything else as it is.
type Constants = BTreeMap<(String, String), u64>;

#[test]
fn the_page_of_limits_tells_the_constants_as_they_are() {
    let (constants, rows) = (constants(), rows());
    assert!(rows.len() > 40, "the rows were found: {}", rows.len());
    let mut wrong = Vec::new();
    for ((file, name), told) in &rows {
        match constants.get(&(file.clone(), name.clone())) {
            None => wrong.push(format!("{name} is not in {file}")),
            Some(value) if value != told => {
                wrong.push(format!(
                    "{name} is {value} in {file}, and the page says {told}"
                ));
            }
            Some(_) => {}
        }
    }
    for (file, name) in constants.keys() {
        let is_limit = file.ends_with("/limits.rs") && name.ends_with(BOUND);
        if is_limit && !rows.contains_key(&(file.clone(), name.clone())) {
            wrong.push(format!("{name} of {file} has no row"));
        }
    }
    assert!(wrong.is_empty(), "{PAGE}:\n{}", wrong.join("\n"));
}

#[test]
fn values_are_read_as_people_and_as_programs_write_them() {
    for (text, value) in [
        ("4096", 4096),
        ("16 384", 16_384),
        ("1 in 8", 8),
        ("64 KiB", 64 << 10),
        ("512 B", 512),
        ("1.5 s", 1500),
        ("500 ms", 500),
        ("2 min", 120_000),
    ] {
        assert_eq!(told(text, ""), Some(value), "{text}");
    }
    assert_eq!(told("5", "500 ms"), Some(5));
    let known = |name: &str| (name == "A").then_some(16);
    for (text, value) in [
        ("64 << 10", 64 << 10),
        ("100_000", 100_000),
        ("2 * A", 32),
        ("A / 4 * 3", 12),
        ("Duration::from_millis(250)", 250),
        ("Duration::from_secs(5)", 5000),
    ] {
        assert_eq!(calculated(text, &known), Some(value), "{text}");
    }
    assert_eq!(calculated("Bounds::from(1, 2)", &known), None);
}

/// The constants that the page names, with what it says of them.
fn rows() -> Constants {
    let page = repository::read(PAGE);
    let (_, table) = page
        .split_once("## What is bounded and is no option")
        .unwrap();
    let mut rows = Constants::new();
    for line in table.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let words: Vec<&str> = cells[1].split('`').skip(1).step_by(2).collect();
        let (file, names) = words.split_last().unwrap();
        let values: Vec<&str> = cells[2].split([',', '…']).map(str::trim).collect();
        assert_eq!(names.len(), values.len(), "a value for each name: {line}");
        let last = values[values.len() - 1];
        let unit_of = if cells[2].contains('…') { last } else { "" };
        for (name, value) in names.iter().zip(&values) {
            let told = told(value, unit_of).unwrap_or_else(|| panic!("{value} in {line}"));
            rows.insert((file.to_string(), name.to_string()), told);
        }
    }
    rows
}

/// A value as people write it; `5 … 500 ms` has the unit of the last for both.
fn told(text: &str, unit_of: &str) -> Option<u64> {
    let text = text.strip_prefix("1 in ").unwrap_or(text);
    let unit_at = |text: &str| text.find(|c: char| c.is_ascii_alphabetic());
    let (number, unit) = text.split_at(unit_at(text).unwrap_or(text.len()));
    let unit = match (unit, unit_at(unit_of)) {
        ("", Some(at)) => &unit_of[at..],
        (unit, _) => unit,
    };
    let factor = match unit {
        "" | "B" | "ms" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "s" => 1000,
        "min" => 60_000,
        _ => return None,
    };
    let number: String = number.chars().filter(|c| !c.is_whitespace()).collect();
    let (whole, tenths) = number.split_once('.').unwrap_or((&number, "0"));
    let tenths = whole.parse::<u64>().ok()? * 10 + tenths.parse::<u64>().ok()?;
    Some(tenths * factor / 10)
}

/// Every constant whose value can be told from its file.
fn constants() -> Constants {
    let mut constants = Constants::new();
    for folder in ["src", "crates/hello-http1/src"] {
        for file in repository::rust_files(folder) {
            for line in joined(&file.content) {
                let Some((name, expression)) = definition(&line) else {
                    continue;
                };
                let known = |name: &str| {
                    let place = (file.path.clone(), name.to_owned());
                    constants.get(&place).copied()
                };
                if let Some(value) = calculated(expression, &known) {
                    constants.insert((file.path.clone(), name.to_owned()), value);
                }
            }
        }
    }
    constants
}

/// Lines, with what `rustfmt` broke put together again.
fn joined(content: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in content.lines() {
        match lines.last_mut() {
            Some(last) if last.contains("const ") && last.ends_with('=') => {
                last.push_str(line.trim());
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// `pub const NAME: TYPE = EXPRESSION;`
fn definition(line: &str) -> Option<(&str, &str)> {
    let (before, rest) = line.trim().split_once("const ")?;
    if !(before.is_empty() || before.starts_with("pub")) {
        return None;
    }
    let (name, rest) = rest.split_once(':')?;
    let (_, expression) = rest.split_once('=')?;
    Some((name, expression.strip_suffix(';')?.trim()))
}

/// The value of an expression: numbers and names with `<<`, `*` and `/` from left to right, or a
/// duration.
fn calculated(text: &str, known: &dyn Fn(&str) -> Option<u64>) -> Option<u64> {
    for (unit, ms) in [("millis", 1), ("secs", 1000), ("mins", 60_000)] {
        if let Some(rest) = text.strip_prefix(&format!("Duration::from_{unit}(")) {
            return Some(calculated(rest.strip_suffix(')')?, known)? * ms);
        }
    }
    let mut words = text.split_whitespace();
    let value = |word: &str| word.replace('_', "").parse().ok().or_else(|| known(word));
    let mut result = value(words.next()?)?;
    while let Some(sign) = words.next() {
        let operand: u64 = value(words.next()?)?;
        result = match sign {
            "<<" => result << operand,
            "*" => result * operand,
            "/" => result / operand,
            _ => return None,
        };
    }
    Some(result)
}
