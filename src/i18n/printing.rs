//! What can be shown on a terminal as it is: letters and marks, nothing that acts or hides.

/// Whether a character has a shape of its own, or is a mark on the one before it.
///
/// What a debug text escapes has none: controls, marks of direction, separators, what Unicode has
/// not assigned. A mark that follows a letter is not escaped there. Selectors of a variation and
/// fillers change or hide what stands around them.
pub fn prints(character: char) -> bool {
    let mut pair = [b'a', 0, 0, 0, 0];
    let len = 1 + character.encode_utf8(&mut pair[1..]).len();
    let Ok(pair) = std::str::from_utf8(&pair[..len]) else {
        return false;
    };
    let is_escaped =
        !matches!(character, '"' | '\'' | '\\') && pair.escape_debug().nth(1) == Some('\\');
    let hides = matches!(
        character,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0000}'..
    );
    !is_escaped && !hides
}
