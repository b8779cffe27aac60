//! What is told to somebody with a phone: a picture to point it at, and what to tap.

use fast_qr::QRBuilder;

use super::palette::{Ink, Palette};
use crate::i18n::{Language, text, wrapped};

/// Light modules around the picture. Reason: cameras look for its edge (ISO/IEC 18004 asks for four;
/// two are enough for all of them, and fit a small window).
const MARGIN: usize = 2;

/// Writes the address as a picture, and below it what to tap on which phone, and what
/// to compare.
pub(super) fn write(language: Language, palette: Palette, url: &str, sum: &str, out: &mut Vec<u8>) {
    out.push(b'\n');
    for line in picture(url) {
        palette.write(Ink::Picture, &line, out);
        out.push(b'\n');
    }
    for key in ["phone-android", "phone-iphone", "phone-sum"] {
        out.push(b'\n');
        for line in wrapped(&text(language, key), COLUMNS) {
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        }
    }
    out.extend_from_slice(format!("{sum}\n\n").as_bytes());
}

/// Columns of the sentences. Reason: the width of a terminal that nobody has resized.
const COLUMNS: usize = 80;

/// The lines of the picture: two rows of modules in each, light ones drawn, for most terminals are
/// dark. None for an address too long for any.
fn picture(url: &str) -> Vec<String> {
    let Ok(code) = QRBuilder::new(url).build() else {
        return Vec::new();
    };
    let size = code.size + 2 * MARGIN;
    let is_light = |row: usize, column: usize| {
        let inside = |place: usize| (MARGIN..size - MARGIN).contains(&place);
        let is_dark = inside(row) && inside(column) && code[row - MARGIN][column - MARGIN].value();
        row < size && !is_dark
    };
    let cell = |row, column| match (is_light(row, column), is_light(row + 1, column)) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    };
    let line = |row| (0..size).map(|column| cell(row, column)).collect();
    (0..size).step_by(2).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_square_with_a_light_margin_and_three_corners() {
        let lines = picture("http://192.168.1.20:7879/");
        let width = lines[0].chars().count();
        assert!(lines.iter().all(|line| line.chars().count() == width));
        assert_eq!(lines.len(), width.div_ceil(2));
        assert!(width <= 40, "it fits a window");
        assert!(lines[0].chars().all(|cell| cell == '█'));
        // The upper left corner: a dark frame of seven modules around a dark square of three.
        let corner: Vec<String> = { lines[1..5].iter() }
            .map(|line| line.chars().skip(MARGIN).take(8).collect())
            .collect();
        assert_eq!(corner, [" ▄▄▄▄▄ █", " █   █ █", " █▄▄▄█ █", "▄▄▄▄▄▄▄█"]);
        assert!(picture(&"x".repeat(10_000)).is_empty());
    }
}
