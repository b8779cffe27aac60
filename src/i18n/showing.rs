//! What strangers send, made fit to be looked at: shown, never obeyed; measured, never guessed.
//!
//! Law: nothing that a client, a file name or an argument says reaches a terminal except through
//! here, whoever writes it: lines, errors, the full-screen view. What does not print (controls,
//! escapes, marks that turn the direction of writing, characters without a shape) is written out
//! in ASCII.

use unicode_width::UnicodeWidthChar as _;

/// What stands where something was left out.
const ELLIPSIS: char = '…';

/// Ends a stretch of right-to-left letters, so that a terminal which reorders them leaves the
/// columns after them where they are. Takes no column itself.
const LEFT_TO_RIGHT_MARK: char = '\u{200e}';

/// Marks on one letter that are decoded. Reason: no script writes more of them; a tower of marks
/// would stand on the lines above. At the limit: as they were sent.
const MARKS_MAX: usize = 3;

/// Appends a request target for reading; `shown` is emptied first.
///
/// Percent-encoded letters of other scripts are decoded where they print. Encoded ASCII stays as
/// sent: `%2F` is not a slash, and a space would end the path for the eye.
pub fn show_target(target: &[u8], shown: &mut String) {
    shown.clear();
    let mut rest = target;
    let mut marks = 0;
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'%'
            && let Some((character, len)) = encoded_character(rest)
        {
            let is_mark = columns_of(character) == 0;
            if !is_mark || marks < MARKS_MAX {
                marks = if is_mark { marks + 1 } else { 0 };
                shown.push(character);
            } else {
                shown.extend(rest[..len].iter().map(|byte| char::from(*byte)));
            }
            rest = &rest[len..];
            continue;
        }
        marks = 0;
        if byte.is_ascii_graphic() {
            shown.push(char::from(byte));
        } else {
            push_hex(byte, shown);
        }
        rest = after;
    }
    if shown.chars().any(is_right_to_left) {
        shown.push(LEFT_TO_RIGHT_MARK);
    }
}

/// Whether a target is shown as it was sent, byte for byte.
pub fn is_plain(target: &[u8]) -> bool {
    { target.iter() }.all(|byte| byte.is_ascii_graphic() && *byte != b'%')
}

/// A text of the person's own (a path, say) in one line: what does not print is written out.
pub fn printable(text: &str) -> String {
    let mut shown = String::new();
    for character in text.chars() {
        if character == ' ' || prints(character) {
            shown.push(character);
        } else {
            shown.extend(character.escape_default());
        }
    }
    shown
}

/// The same of bytes: a name of a file, which need not be text. What is none is written out too.
pub fn printable_bytes(bytes: &[u8]) -> String {
    let mut shown = String::new();
    for chunk in bytes.utf8_chunks() {
        shown.push_str(&printable(chunk.valid()));
        for byte in chunk.invalid() {
            push_hex(*byte, &mut shown);
        }
    }
    shown
}

/// A path (or any bytes) as a word of a command that is to be copied: quoted where a shell would take
/// it for more than one, and where a byte does not print, written out as shells read it (`$'\xff'`).
pub fn shell_word(bytes: &[u8]) -> String {
    let is_bare = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-+,:@%=".contains(byte);
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    if bytes.iter().all(is_bare) && !bytes.is_empty() {
        return text.to_owned();
    }
    let prints = |character: char| character == ' ' || prints(character);
    if (bytes.is_empty() || !text.is_empty()) && text.chars().all(prints) {
        return format!("'{}'", text.replace('\'', "'\\''"));
    }
    let mut word = "$'".to_owned();
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\'' | '\\' => word.extend(['\\', character]),
                _ if prints(character) => word.push(character),
                _ => {
                    let mut encoded = [0; 4];
                    for byte in character.encode_utf8(&mut encoded).bytes() {
                        push_hex(byte, &mut word);
                    }
                }
            }
        }
        for byte in chunk.invalid() {
            push_hex(*byte, &mut word);
        }
    }
    word.push('\'');
    word
}

/// What somebody typed, or the system calls something, in one line of an error: what does not
/// print is written out, and what is longer than 300 characters is cut.
pub fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        None => printable(text),
        Some((end, _)) => {
            let mut shown = printable(&text[..end]);
            shown.push(ELLIPSIS);
            shown
        }
    }
}

/// Characters of a value that an error shows. Reason: enough for any path people type; more
/// pushes the hint out of sight.
const SHOWN_CHARS_MAX: usize = 300;

/// Columns that a text takes.
pub fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// A text in at most `room` columns: if it is longer, its middle is left out, and more of its end
/// is kept than of its beginning: paths differ at the end.
pub fn shortened(text: &str, room: usize, out: &mut Vec<u8>) -> usize {
    let whole = columns(text);
    if whole <= room {
        out.extend_from_slice(text.as_bytes());
        return whole;
    }
    let Some(room) = room.checked_sub(1) else {
        return 0;
    };
    let (head, head_columns) = prefix(text, room * 2 / 5);
    let (tail, tail_columns) = suffix(text, room - head_columns);
    out.extend_from_slice(head.as_bytes());
    let mut ellipsis = [0; 4];
    out.extend_from_slice(ELLIPSIS.encode_utf8(&mut ellipsis).as_bytes());
    out.extend_from_slice(tail.as_bytes());
    head_columns + 1 + tail_columns
}

/// Breaks a text between words into lines of at most `room` columns; a word that is longer is
/// broken where it must be.
pub fn wrapped(text: &str, room: usize) -> Vec<String> {
    let room = room.max(2);
    let mut lines = Vec::new();
    let (mut line, mut line_columns) = (String::new(), 0);
    for mut word in words(text) {
        let mut word_columns = columns(word);
        let gap = usize::from(!line.is_empty());
        if line_columns + gap + word_columns > room && gap == 1 {
            lines.push(std::mem::take(&mut line));
            line_columns = 0;
        } else if gap == 1 {
            line.push(' ');
            line_columns += 1;
        }
        while word_columns > room {
            let (head, head_columns) = prefix(word, room);
            lines.push(head.to_owned());
            word = &word[head.len()..];
            word_columns -= head_columns;
        }
        line.push_str(word);
        line_columns += word_columns;
    }
    lines.push(line);
    lines
}

/// The words of a text. The section of a rule stays with the rule (`RFC 9112 §6.3`), and a per cent sign with its number.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let is_end = |space: &usize| {
            let (before, after) = (&text[..*space], &text[space + 1..]);
            !before.ends_with("RFC") && !after.starts_with(['§', '%'])
        };
        let end = { text.match_indices(' ') }
            .map(|(space, _)| space)
            .find(is_end);
        rest = end.map(|end| &text[end + 1..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

/// The longest beginning in at most `room` columns. Marks stay with their letter.
fn prefix(text: &str, room: usize) -> (&str, usize) {
    let mut taken = 0;
    for (place, character) in text.char_indices() {
        let more = columns_of(character);
        if taken + more > room {
            return (&text[..place], taken);
        }
        taken += more;
    }
    (text, taken)
}

/// The longest end in at most `room` columns. It begins with a letter, not with the mark of one
/// that was left out.
fn suffix(text: &str, room: usize) -> (&str, usize) {
    let (mut taken, mut start) = (0, text.len());
    for (place, character) in text.char_indices().rev() {
        let more = columns_of(character);
        if taken + more > room {
            break;
        }
        taken += more;
        if more > 0 {
            start = place;
        }
    }
    (&text[start..], taken)
}

fn columns_of(character: char) -> usize {
    character.width().unwrap_or(0)
}

/// The printing character that `%D0%9F…` stands for, and the bytes that encode it.
fn encoded_character(text: &[u8]) -> Option<(char, usize)> {
    let first = escaped_byte(text)?;
    let len = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let mut bytes = [first, 0, 0, 0];
    for (place, byte) in bytes[..len].iter_mut().enumerate().skip(1) {
        *byte = escaped_byte(text.get(3 * place..)?)?;
    }
    let character = std::str::from_utf8(&bytes[..len]).ok()?.chars().next()?;
    prints(character).then_some((character, 3 * len))
}

fn escaped_byte(text: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = text else {
        return None;
    };
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// Whether a character has a shape of its own, or is a mark on the one before it.
///
/// What a debug text escapes has none: controls, marks of direction, separators, what Unicode has
/// not assigned. A mark that follows a letter is not escaped there. Selectors of a variation and
/// fillers change or hide what stands around them.
fn prints(character: char) -> bool {
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

fn is_right_to_left(character: char) -> bool {
    matches!(
        character,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}'
    )
}

fn push_hex(byte: u8, shown: &mut String) {
    shown.push_str("\\x");
    for digit in [byte >> 4, byte & 15] {
        shown.extend(char::from_digit(u32::from(digit), 16));
    }
}

#[cfg(test)]
mod tests {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

    use super::*;

    fn asked(target: &str) -> String {
        let mut shown = "before".to_owned();
        show_target(target.as_bytes(), &mut shown);
        shown
    }

    fn short(text: &str, room: usize) -> (String, usize) {
        let mut out = Vec::new();
        let columns = shortened(text, room, &mut out);
        (String::from_utf8(out).unwrap(), columns)
    }

    #[test]
    fn a_word_of_a_command_is_quoted_where_a_shell_would_take_it_apart() {
        for (bytes, word) in [
            (&b"/srv/my-site_1.2+x"[..], "/srv/my-site_1.2+x"),
            (b"/srv/my site", "'/srv/my site'"),
            (b"/it's $(rm) `x` \\ \"", "'/it'\\''s $(rm) `x` \\ \"'"),
            ("/Сайт".as_bytes(), "'/Сайт'"),
            (b"~/a", "'~/a'"),
            (b"", "''"),
            (b"/a\nb'\\\x1b[2J", "$'/a\\x0ab\\'\\\\\\x1b[2J'"),
            (b"/\xff\xfe x", "$'/\\xff\\xfe x'"),
            ("/a\u{202e}b".as_bytes(), "$'/a\\xe2\\x80\\xaeb'"),
        ] {
            assert_eq!(shell_word(bytes), word);
        }
    }

    #[test]
    fn a_value_cannot_write_to_the_terminal_on_its_own() {
        assert_eq!(shown("a\x1b[2Jb\nc"), "a\\u{1b}[2Jb\\nc");
        assert_eq!(shown("txt.\u{202e}exe"), "txt.\\u{202e}exe");
        assert_eq!(shown("Привет, 'мир'"), "Привет, 'мир'");
        assert_eq!(shown(&"я".repeat(1000)).chars().count(), 301);
    }

    #[test]
    fn letters_of_other_scripts_are_read_as_letters() {
        assert_eq!(
            asked("/%D0%9F%D1%80%D0%B8%D0%B2%D0%B5%D1%82.txt?q=%e6%97%a5"),
            "/Привет.txt?q=日"
        );
        assert_eq!(asked("/e%CC%81"), "/e\u{301}", "a mark on its letter");
    }

    #[test]
    fn what_is_not_a_letter_stays_as_it_was_sent() {
        for target in [
            "/a%20b%2Fc%25",
            "/%1B[31m%07%00%7f",
            "/%C2%9B31m",          // the control sequence introducer in one character
            "/%E2%80%AEgpj.exe",   // turns the direction of writing
            "/%E2%81%A6%E2%81%A9", // isolates
            "/%E2%80%8B%EF%BB%BF", // no width, no shape
            "/%E3%85%A4%EF%B8%8F", // a filler, a selector
            "/%D0",                // half a character
            "/%D0%4",
            "/%C0%AF%FF", // no UTF-8
            "/%ED%A0%80", // half a pair of UTF-16
            "/%EE%80%80", // of private use
            "/100%",
        ] {
            assert_eq!(asked(target), target);
        }
    }

    /// Every character there is, encoded: what is decoded takes a column or is a mark on a letter,
    /// and neither steers the terminal nor turns the direction of writing.
    #[test]
    fn no_character_acts_on_the_terminal() {
        let mut text = String::new();
        for character in '\u{80}'..=char::MAX {
            let mut bytes = [0; 4];
            let encoded = character.encode_utf8(&mut bytes);
            let encoded = utf8_percent_encode(encoded, NON_ALPHANUMERIC).to_string();
            show_target(encoded.as_bytes(), &mut text);
            if text == encoded {
                continue;
            }
            let shown = text.strip_suffix(LEFT_TO_RIGHT_MARK).unwrap_or(&text);
            assert_eq!(shown, character.to_string());
            let steers = matches!(
                character,
                '\u{80}'..='\u{a0}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}'
                    | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
                    | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..
            );
            assert!(
                !steers && !character.is_control(),
                "{}",
                character.escape_unicode()
            );
        }
    }

    #[test]
    fn bytes_that_do_not_print_are_written_out() {
        assert_eq!(asked("/\u{1b}[2J\r\n\u{7f}"), "/\\x1b[2J\\x0d\\x0a\\x7f");
        assert_eq!(asked("/é"), "/\\xc3\\xa9");
        assert_eq!(
            printable("a\u{1b}[2Jb\n\u{202e}é "),
            "a\\u{1b}[2Jb\\n\\u{202e}é "
        );
        assert_eq!(printable_bytes(b"a\xffb\nc\xd0\x9f"), "a\\xffb\\ncП");
        assert!(is_plain(b"/a?b=c") && !is_plain(b"/%41") && !is_plain(b"/\x1b"));
    }

    #[test]
    fn marks_do_not_pile_up() {
        let mark = "%CC%88";
        let three = format!("/a{}", mark.repeat(3));
        assert_eq!(asked(&three), "/a\u{308}\u{308}\u{308}");
        assert_eq!(
            asked(&format!("{three}{mark}")),
            format!("/a\u{308}\u{308}\u{308}{mark}")
        );
        let tower = asked(&format!("/a{}b{mark}", mark.repeat(300)));
        assert_eq!(tower.matches('\u{308}').count(), 4);
        assert!(tower.ends_with("b\u{308}"));
    }

    #[test]
    fn right_to_left_letters_end_where_they_end() {
        let text = asked("/%D7%A9%D7%9C%D7%95%D7%9D");
        assert_eq!(text, "/שלום\u{200e}");
        assert_eq!(columns(&text), 5);
    }

    #[test]
    fn a_text_is_measured_as_a_terminal_draws_it() {
        for (text, expected) in [
            ("abc", 3),
            ("Привет", 6),
            ("日本", 4),
            ("e\u{301}", 1),
            ("", 0),
            ("🦀", 2),
        ] {
            assert_eq!(columns(text), expected, "{text}");
        }
    }

    #[test]
    fn a_long_text_loses_its_middle() {
        assert_eq!(short("/short", 6), ("/short".to_owned(), 6));
        assert_eq!(
            short("/assets/index-4f2a.js", 11),
            ("/ass…f2a.js".to_owned(), 11)
        );
        assert_eq!(short("abc", 1), ("…".to_owned(), 1));
        assert_eq!(short("abc", 0), (String::new(), 0));
    }

    #[test]
    fn no_letter_is_cut_in_half() {
        // Of six columns one stays empty: beside the ellipsis there is room for two and a half.
        assert_eq!(short("日本語日本語", 6), ("日…語".to_owned(), 5));
        assert_eq!(short("abcde\u{301}\u{302}fgh", 4), ("a…gh".to_owned(), 4));
    }

    #[test]
    fn a_text_is_broken_between_words() {
        assert_eq!(wrapped("один два три", 8), ["один два", "три"]);
        assert_eq!(wrapped("a bcdefghij k", 4), ["a", "bcde", "fghi", "j k"]);
        assert_eq!(
            wrapped("a (RFC 9112 §6.3), b", 10),
            ["a", "(RFC 9112 ", "§6.3), b"]
        );
        assert_eq!(
            wrapped("a (RFC 9112 §6.3), b", 17),
            ["a", "(RFC 9112 §6.3),", "b"]
        );
        assert_eq!(wrapped("", 4), [""]);
    }
}
