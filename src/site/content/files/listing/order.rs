//! Natural order: as a person would put names, not as bytes compare.
//!
//! Numbers count as numbers (`file 2` before `file 10`), large and small letters are alike, and `ё`
//! stands with `е`. Names that are alike in all this are ordered by their bytes, so the order is
//! total: no two runs differ.
//!
//! A name is turned into a key once; keys are compared byte by byte. A hundred thousand names are
//! compared some two million times.

/// Appends what a name is ordered by.
///
/// A run of digits becomes a digit, the number of digits that count in two bytes, and these digits:
/// more digits are a greater number, and as many are compared one by one. Everything else is in
/// small letters; bytes that are no text stay as they are.
pub(super) fn push_key(name: &[u8], key: &mut Vec<u8>) {
    for chunk in name.utf8_chunks() {
        let mut rest = chunk.valid();
        while let Some(character) = rest.chars().next() {
            if character.is_ascii_digit() {
                let end = rest.find(|c: char| !c.is_ascii_digit());
                let (digits, after) = rest.split_at(end.unwrap_or(rest.len()));
                push_number(digits.as_bytes(), key);
                rest = after;
                continue;
            }
            push_letter(character, key);
            rest = &rest[character.len_utf8()..];
        }
        key.extend_from_slice(chunk.invalid());
    }
}

fn push_number(digits: &[u8], key: &mut Vec<u8>) {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    let counting = &digits[zeros..];
    // A name has 255 bytes, a path 4 095.
    let len = u16::try_from(counting.len()).unwrap_or(u16::MAX);
    key.push(b'0');
    key.extend_from_slice(&len.to_be_bytes());
    key.extend_from_slice(counting);
}

fn push_letter(character: char, key: &mut Vec<u8>) {
    if character.is_ascii() {
        key.push(character.to_ascii_lowercase() as u8);
        return;
    }
    for small in character.to_lowercase() {
        let small = if small == 'ё' { 'е' } else { small };
        key.extend_from_slice(small.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::*;

    fn compare(one: &[u8], other: &[u8]) -> Ordering {
        let key = |name: &[u8]| {
            let mut key = Vec::new();
            push_key(name, &mut key);
            key
        };
        key(one).cmp(&key(other)).then_with(|| one.cmp(other))
    }

    /// The same in plain words: run by run.
    fn plainly(one: &str, other: &str) -> Ordering {
        let (mut one, mut other) = (one, other);
        loop {
            let (Some(a), Some(b)) = (one.chars().next(), other.chars().next()) else {
                return one.len().cmp(&other.len());
            };
            if a.is_ascii_digit() && b.is_ascii_digit() {
                let run = |text: &str| {
                    text.find(|c: char| !c.is_ascii_digit())
                        .unwrap_or(text.len())
                };
                let ((x, after_x), (y, after_y)) =
                    (one.split_at(run(one)), other.split_at(run(other)));
                let number = |digits: &str| digits.parse::<u64>().unwrap();
                match number(x).cmp(&number(y)) {
                    Ordering::Equal => (one, other) = (after_x, after_y),
                    unequal => return unequal,
                }
                continue;
            }
            match a.to_ascii_lowercase().cmp(&b.to_ascii_lowercase()) {
                Ordering::Equal => (one, other) = (&one[1..], &other[1..]),
                unequal => return unequal,
            }
        }
    }

    /// Every text of up to four characters of these.
    fn texts() -> Vec<String> {
        let mut texts = vec![String::new()];
        let mut from = 0;
        for _ in 0..4 {
            let until = texts.len();
            for place in from..until {
                for character in ['0', '1', '2', 'a', 'B', '.'] {
                    let longer = format!("{}{character}", texts[place]);
                    texts.push(longer);
                }
            }
            from = until;
        }
        texts
    }

    #[test]
    fn keys_order_as_plain_words_do() {
        let texts = texts();
        assert_eq!(texts.len(), 1555);
        for one in &texts {
            for other in &texts {
                let plain = plainly(one, other).then_with(|| one.cmp(other));
                let order = compare(one.as_bytes(), other.as_bytes());
                assert_eq!(order, plain, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn names_stand_where_a_person_looks_for_them() {
        let ordered: [&[u8]; 19] = [
            b"",
            b"0",
            b"00",
            b"01.txt",
            b"1.txt",
            b"2.txt",
            b"10.txt",
            b"100000000000000000000000000000.txt",
            b"A",
            b"a",
            b"a 2",
            b"a 10",
            b"B",
            b"img9.png",
            b"IMG10.png",
            "ежик".as_bytes(),
            "ёлка".as_bytes(),
            "Жук".as_bytes(),
            b"\xff",
        ];
        for pair in ordered.windows(2) {
            let order = compare(pair[0], pair[1]);
            let [one, other] = [pair[0], pair[1]].map(<[u8]>::escape_ascii);
            assert_eq!(order, Ordering::Less, "{one} {other}");
        }
    }

    #[test]
    fn a_number_of_any_length_is_a_number() {
        let long = "9".repeat(255);
        let longer = format!("1{}", "0".repeat(255));
        assert_eq!(compare(long.as_bytes(), longer.as_bytes()), Ordering::Less);
        let zeros = format!("{}7", "0".repeat(200));
        assert_eq!(compare(zeros.as_bytes(), b"8"), Ordering::Less);
        assert_eq!(compare(zeros.as_bytes(), b"6"), Ordering::Greater);
    }
}
