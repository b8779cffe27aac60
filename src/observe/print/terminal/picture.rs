//! An address as a picture to point a phone at.

use fast_qr::QRBuilder;

use super::palette::{Ink, Palette};
use crate::i18n::{Args, Language, columns, printable, text, text_with, wrapped};

/// Light modules around the picture. Reason: cameras look for its edge (ISO/IEC 18004 asks for four;
/// two are enough for all of them, and fit a small window).
const MARGIN: usize = 2;

/// Draws an address, or says why it would be of no use: no address that a phone reaches, or a window
/// that would break its lines. A pipe takes lines of any length.
pub(super) fn write(
    language: Language,
    palette: Palette,
    url: Option<&str>,
    window: Option<usize>,
    out: &mut Vec<u8>,
) {
    let room = window.unwrap_or(usize::MAX);
    let mut say = |sentence: String| {
        for line in wrapped(&sentence, room) {
            out.extend_from_slice(format!("{line}\n").as_bytes());
        }
    };
    let Some(url) = url else {
        return say(text(language, "picture-for-nobody"));
    };
    let lines = lines(url);
    match lines.first().map(|line| columns(line)) {
        Some(width) if width > room => {
            let args = Args::new().with("columns", width);
            say(text_with(language, "picture-too-wide", &args));
        }
        _ => {
            draw(palette, &lines, out);
            palette.write(Ink::Strong, &printable(url), out);
            out.extend_from_slice(b"\n\n");
        }
    }
}

/// Writes the lines of a picture, with an empty one before and after it.
pub(super) fn draw(palette: Palette, lines: &[String], out: &mut Vec<u8>) {
    out.push(b'\n');
    for line in lines {
        palette.write(Ink::Picture, line, out);
        out.push(b'\n');
    }
    out.push(b'\n');
}

/// The lines of the picture: two rows of modules in each, light ones drawn, for most terminals are
/// dark. None for an address too long for any.
pub(super) fn lines(url: &str) -> Vec<String> {
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
        let picture = lines("http://192.168.1.20:7879/");
        let width = picture[0].chars().count();
        assert!(picture.iter().all(|line| line.chars().count() == width));
        assert_eq!(picture.len(), width.div_ceil(2));
        assert!(width <= 40, "it fits a window");
        assert!(picture[0].chars().all(|cell| cell == '█'));
        // The upper left corner: a dark frame of seven modules around a dark square of three.
        let corner: Vec<String> = { picture[1..5].iter() }
            .map(|line| line.chars().skip(MARGIN).take(8).collect())
            .collect();
        assert_eq!(corner, [" ▄▄▄▄▄ █", " █   █ █", " █▄▄▄█ █", "▄▄▄▄▄▄▄█"]);
        assert!(lines(&"x".repeat(10_000)).is_empty());
    }
}
