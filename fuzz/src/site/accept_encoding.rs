//! An Accept-Encoding means what a plain reading of it says, and the best form is the best.
//!
//! Input: the lines of the field, each ended by a line feed.

use hello::exchange::Coding;
use hello::site::Acceptance;

/// Compares with the plain reading, for every set of forms in every order.
pub fn check(input: &[u8]) {
    let lines: Vec<&[u8]> = input.split(|&byte| byte == b'\n').collect();
    let acceptance = Acceptance::read(lines.iter().copied());
    let texts: Vec<String> = { lines.iter() }
        .map(|line| line.iter().map(|&byte| char::from(byte)).collect())
        .collect();
    let plain = plain_reading(&texts);
    for coding in Coding::ALL {
        let weight = acceptance.weight(coding);
        assert_eq!(weight, plain.of(coding), "{coding:?} in {texts:?}");
    }
    let takes_plain = acceptance.takes_plain();
    assert_eq!(takes_plain, plain.identity > 0, "{texts:?}");
    for forms in orders() {
        let best = acceptance.best(forms.iter().copied());
        assert_eq!(best, plain.best(&forms), "{forms:?} for {texts:?}");
    }
}

/// What the field says of each form, in thousandths.
struct Plain {
    named: Vec<(String, u16)>,
    any: Option<u16>,
    identity: u16,
}

/// Members that are looked at.
const MEMBERS_MAX: usize = 32;

/// RFC 9110 §12.5.3 in strings: slow, and easy to believe.
fn plain_reading(lines: &[String]) -> Plain {
    let list = lines.join(",");
    let is_space = |c: char| c.is_ascii_whitespace();
    let mut said: Vec<(String, u16)> = Vec::new();
    for member in list.split(',').take(MEMBERS_MAX) {
        let (name, weight) = match member.split_once(';') {
            None => (member, Some(1000)),
            Some((name, weight)) => (name, plain_weight(weight.trim_matches(is_space))),
        };
        let name = name.trim_matches(is_space).to_ascii_lowercase();
        if let Some(weight) = weight {
            said.push((name.replace("x-gzip", "gzip"), weight));
        }
    }
    let least = |wanted: &str| {
        let weights = said.iter().filter(|(name, _)| name == wanted);
        weights.map(|(_, weight)| *weight).min()
    };
    let any = least("*");
    let identity = match (least("identity"), any) {
        (Some(weight), _) => weight,
        (None, Some(0)) => 0,
        (None, _) => 1,
    };
    let named = { Coding::ALL.into_iter() }
        .filter_map(|coding| Some((coding.name().to_owned(), least(coding.name())?)));
    Plain {
        named: named.collect(),
        any,
        identity,
    }
}

/// `q=` and a number from 0 to 1 with at most three digits.
fn plain_weight(weight: &str) -> Option<u16> {
    let number = weight.to_ascii_lowercase().strip_prefix("q=")?.to_owned();
    let (whole, digits) = number.split_once('.').unwrap_or((&number, ""));
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || digits.len() > 3 || !["0", "1"].contains(&whole) {
        return None;
    }
    let thousandths: u16 = format!("{whole}{digits:0<3}").parse().ok()?;
    (thousandths <= 1000).then_some(thousandths)
}

impl Plain {
    fn of(&self, coding: Coding) -> u16 {
        let named = self.named.iter().find(|(name, _)| name == coding.name());
        named.map(|(_, weight)| *weight).or(self.any).unwrap_or(0)
    }

    /// The one with the greatest weight; of several the first; and none if all weigh less than the
    /// content as it is, or nothing.
    fn best(&self, forms: &[Coding]) -> Option<Coding> {
        let greatest = forms.iter().map(|form| self.of(*form)).max()?;
        if greatest == 0 || greatest < self.identity {
            return None;
        }
        { forms.iter().copied() }.find(|form| self.of(*form) == greatest)
    }
}

/// Every set of codings in every order.
fn orders() -> Vec<Vec<Coding>> {
    let mut orders = vec![Vec::new()];
    let mut from = 0;
    while from < orders.len() {
        for coding in Coding::ALL {
            if !orders[from].contains(&coding) {
                let mut longer = orders[from].clone();
                longer.push(coding);
                orders.push(longer);
            }
        }
        from += 1;
    }
    orders
}
