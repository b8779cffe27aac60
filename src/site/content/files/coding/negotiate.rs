//! Reads `Accept-Encoding`: which forms of a content a client takes, and how gladly (RFC 9110 §12.5.3).
//!
//! ```text
//! Accept-Encoding = [ ( codings [ weight ] ) *( OWS "," OWS ( codings [ weight ] ) ) ]
//! codings         = content-coding / "identity" / "*"
//! weight          = OWS ";" OWS "q=" qvalue
//! qvalue          = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )
//! ```

use crate::exchange::{Coding, Request};
use crate::site::limits::ACCEPTED_MAX;

/// How gladly a client takes each form, in thousandths; 0 is "not at all".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acceptance {
    codings: [u16; Coding::COUNT],
    plain: u16,
}

/// The weight of what is accepted without having been named: less than anything that was.
const UNNAMED: u16 = 1;

impl Acceptance {
    /// What the client of a request takes.
    pub(crate) fn of(request: &Request<'_>) -> Self {
        let (fields, name) = (request.fields, "accept-encoding");
        let Some(first) = fields.first(name) else {
            return Self::read([]);
        };
        let more = (1..).map_while(|skip| fields.nth(name, skip));
        Self::read(std::iter::once(first).chain(more))
    }

    /// Reads the lines of the field, which are one list (RFC 9110 §5.3).
    ///
    /// Without the field a client would have to take anything; deliberately, it gets the content as
    /// it is: who says nothing usually knows nothing.
    ///
    /// What is no member of the list as the grammar has it is passed over, and a coding that is
    /// named twice is taken as gladly as the less glad of the two says.
    pub fn read<'a>(lines: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut named = [None; Coding::COUNT];
        let (mut plain, mut any) = (None, None);
        let members = { lines.into_iter() }
            .flat_map(|line| line.split(|&byte| byte == b','))
            .take(ACCEPTED_MAX);
        for (name, weight) in members.filter_map(member) {
            let place = match Coding::named(name) {
                Some(coding) => &mut named[coding.index()],
                None if name.eq_ignore_ascii_case(b"identity") => &mut plain,
                None if name == b"*" => &mut any,
                None => continue,
            };
            *place = Some(place.map_or(weight, |before: u16| before.min(weight)));
        }
        Self {
            codings: named.map(|weight| weight.or(any).unwrap_or(0)),
            plain: match (plain, any) {
                (Some(weight), _) => weight,
                (None, Some(0)) => 0,
                (None, _) => UNNAMED,
            },
        }
    }

    /// How gladly a coding is taken.
    pub fn weight(&self, coding: Coding) -> u16 {
        self.codings[coding.index()]
    }

    /// Whether the client takes a content that is not coded.
    pub fn takes_plain(&self) -> bool {
        self.plain > 0
    }

    /// The best of some forms, given from the best to the worst for who likes them equally; `None`:
    /// the content as it is. That has to be liked better than every coding to win: it is larger.
    pub fn best(&self, forms: impl IntoIterator<Item = Coding>) -> Option<Coding> {
        let mut best = None;
        let mut least = self.plain.max(1);
        for coding in forms {
            if self.weight(coding) >= least {
                best = Some(coding);
                least = self.weight(coding) + 1;
            }
        }
        best
    }
}

/// A name and its weight.
fn member(member: &[u8]) -> Option<(&[u8], u16)> {
    let mut parts = member.splitn(2, |&byte| byte == b';');
    let name = parts.next()?.trim_ascii();
    match parts.next() {
        None => Some((name, 1000)),
        Some(weight) => Some((name, self::weight(weight.trim_ascii())?)),
    }
}

fn weight(weight: &[u8]) -> Option<u16> {
    let (b"q=" | b"Q=", value) = weight.split_at_checked(2)? else {
        return None;
    };
    let (whole, digits) = match value {
        [whole] => (whole, &[][..]),
        [whole, b'.', digits @ ..] if digits.len() <= 3 => (whole, digits),
        _ => return None,
    };
    let mut thousandths = 0;
    for place in 0..3 {
        let digit = digits.get(place).copied().unwrap_or(b'0');
        if !digit.is_ascii_digit() {
            return None;
        }
        thousandths = thousandths * 10 + u16::from(digit - b'0');
    }
    match whole {
        b'0' => Some(thousandths),
        b'1' if thousandths == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Weights of br, zstd, gzip and of what is not coded.
    fn read(field: &str) -> [u16; 4] {
        let acceptance = Acceptance::read([field.as_bytes()]);
        let [br, zstd, gzip] = acceptance.codings;
        [br, zstd, gzip, acceptance.plain]
    }

    #[test]
    fn a_field_means_what_the_specification_says() {
        for (field, expected) in [
            ("", [0, 0, 0, 1]),
            ("br", [1000, 0, 0, 1]),
            ("gzip, deflate, br, zstd", [1000, 1000, 1000, 1]),
            ("GZIP;Q=0.5", [0, 0, 500, 1]),
            ("x-gzip", [0, 0, 1000, 1]),
            ("gzip ; q=0.25 ,br;q=1.000", [1000, 0, 250, 1]),
            ("gzip;q=0", [0, 0, 0, 1]),
            ("gzip;q=0.001", [0, 0, 1, 1]),
            ("*", [1000, 1000, 1000, 1]),
            ("*;q=0.3, br", [1000, 300, 300, 1]),
            ("br;q=0, *", [0, 1000, 1000, 1]),
            ("*;q=0", [0, 0, 0, 0]),
            ("*;q=0, gzip", [0, 0, 1000, 0]),
            ("*;q=0, identity;q=0.2", [0, 0, 0, 200]),
            ("identity;q=0", [0, 0, 0, 0]),
            ("identity;q=0, br", [1000, 0, 0, 0]),
            ("identity, gzip;q=0.9", [0, 0, 900, 1000]),
            ("gzip;q=1.001", [0, 0, 0, 1]),
            ("gzip;q=2", [0, 0, 0, 1]),
            ("gzip;q=0.1234", [0, 0, 0, 1]),
            ("gzip;q=.5", [0, 0, 0, 1]),
            ("gzip;q=", [0, 0, 0, 1]),
            ("gzip;q=0.", [0, 0, 0, 1]),
            ("gzip;q=1.", [0, 0, 1000, 1]),
            ("gzip;level=9", [0, 0, 0, 1]),
            ("gzip;q=0.5;x=1, br", [1000, 0, 0, 1]),
            ("gzip;q=0.5, gzip;q=0.2", [0, 0, 200, 1]),
            (",, gzip,", [0, 0, 1000, 1]),
            ("gzip br", [0, 0, 0, 1]),
        ] {
            assert_eq!(read(field), expected, "{field:?}");
        }
    }

    #[test]
    fn lines_are_one_list() {
        let lines = [&b"br;q=0"[..], b"*;q=0.5"];
        let acceptance = Acceptance::read(lines);
        assert_eq!(acceptance.codings, [0, 500, 500]);
        let silent = Acceptance::read([]);
        assert_eq!(silent.codings, [0; Coding::COUNT]);
        assert!(silent.takes_plain());
    }

    #[test]
    fn the_best_is_liked_most_and_comes_first() {
        use Coding::{Brotli, Gzip, Zstd};
        for (field, forms, expected) in [
            ("gzip, br", &[Brotli, Gzip][..], Some(Brotli)),
            ("gzip, br", &[Gzip, Brotli], Some(Gzip)),
            ("gzip, br;q=0.9", &[Brotli, Gzip], Some(Gzip)),
            ("gzip, br;q=0.9", &[Brotli], Some(Brotli)),
            ("gzip", &[Brotli, Zstd], None),
            ("gzip;q=0.001", &[Gzip], Some(Gzip)),
            ("gzip, identity", &[Gzip], Some(Gzip)),
            ("gzip;q=0.5, identity", &[Gzip], None),
            ("identity;q=0", &[Gzip], None),
            ("gzip", &[], None),
        ] {
            let best = Acceptance::read([field.as_bytes()]).best(forms.iter().copied());
            assert_eq!(best, expected, "{field:?}");
        }
    }

    #[test]
    fn a_list_of_thousands_is_looked_at_in_part() {
        let list = format!("{}gzip", "x,".repeat(ACCEPTED_MAX));
        assert_eq!(read(&list), [0, 0, 0, 1]);
    }
}
