//! What is told to somebody with a phone: a picture to point it at, and what to tap.

use super::palette::Palette;
use super::picture;
use crate::i18n::{Language, text, wrapped};

/// Writes the address as a picture, and below it what to tap on which phone, and what
/// to compare.
pub(super) fn write(language: Language, palette: Palette, url: &str, sum: &str, out: &mut Vec<u8>) {
    picture::draw(palette, &picture::lines(url), out);
    for (place, key) in ["phone-android", "phone-iphone", "phone-sum"]
        .into_iter()
        .enumerate()
    {
        if place > 0 {
            out.push(b'\n');
        }
        for line in wrapped(&text(language, key), COLUMNS) {
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        }
    }
    out.extend_from_slice(format!("{sum}\n\n").as_bytes());
}

/// Columns of the sentences. Reason: the width of a terminal that nobody has resized.
const COLUMNS: usize = 80;
