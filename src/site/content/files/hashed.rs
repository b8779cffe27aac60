//! Whether a name has a checksum of the content in it, as bundlers write them: then whatever has this
//! name will never be anything else.

/// Whether one of the words of the file's name is a checksum: eight or more of the characters that
/// checksums are written in, and not a word or a date.
///
/// It has to be separated (`app-BkR1x2aL.js`, `style.3f2a9c1b.css`, `main_a1b2c3d4e5.js`), before the last
/// extension. Hexadecimal ones have a digit and a letter; those of base 64, as Vite writes them, have a
/// digit, a capital letter and a small one. Nothing is taken for one that is a number alone (a date, a
/// version), for what is taken for one is not asked for again in a year.
pub(super) fn has_a_hash(name: &[u8]) -> bool {
    let file = name.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    let Some(dot) = file.iter().rposition(|&byte| byte == b'.') else {
        return false;
    };
    let mut words = file[..dot].split(|byte| matches!(byte, b'.' | b'-' | b'_'));
    // What comes first is what the file is called.
    let first = words.next();
    first.is_some_and(|first| !first.is_empty()) && words.any(is_hash)
}

const LEAST: usize = 8;
const MOST: usize = 64;

fn is_hash(word: &[u8]) -> bool {
    if !(LEAST..=MOST).contains(&word.len()) || !word.iter().all(u8::is_ascii_alphanumeric) {
        return false;
    }
    let has = |is_kind: fn(&u8) -> bool| word.iter().any(is_kind);
    let (digits, small, large) = (
        has(u8::is_ascii_digit),
        has(u8::is_ascii_lowercase),
        has(u8::is_ascii_uppercase),
    );
    let is_hexadecimal = word.iter().all(u8::is_ascii_hexdigit) && !(small && large);
    if is_hexadecimal {
        digits && (small || large)
    } else {
        digits && small && large
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_bundlers_write_is_told_from_what_people_do() {
        for name in [
            "app-BkR1x2aL.js",              // Vite, Rollup
            "assets/index.3f2a9c1b.css",    // webpack
            "main.8d5e957f297893487bd9.js", // webpack, whole
            "chunk_a1b2c3d4e5.js",
            "logo-5d5d9eefa31e5e13.svg", // sprockets
            "app-d41d8cd98f00b204e9800998ecf8427e.js.map",
        ] {
            assert!(has_a_hash(name.as_bytes()), "{name}");
        }
        for name in [
            "app.js",
            "index.html",
            "release-20240131.txt", // a date
            "photo-123456789.jpg",  // a number
            "my-beautiful-holiday.jpg",
            "Makefile-Deadline.txt",
            "paper-deadbeef",      // no extension
            "deadbeef12345678.js", // all of the name: somebody's key, not a version
            "jquery-3.7.1.min.js",
            "fallback-deadbeef.js", // hexadecimal by chance
            "app-BkR1x2.js",        // too short
            "IMG_20240131T101112.jpg",
            "8d5e957f/app.js",
        ] {
            assert!(!has_a_hash(name.as_bytes()), "{name}");
        }
    }
}
