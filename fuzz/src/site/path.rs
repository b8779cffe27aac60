//! A decoded path names something below the root, whatever was sent.

use hello::site::FilePath;

/// Decodes and looks at what came out; decodes that again and looks again.
pub fn check(raw: &[u8]) {
    let Ok(path) = FilePath::decode(raw) else {
        return;
    };
    let decoded = path.as_bytes();
    assert_safe(decoded, raw);
    assert_eq!(decoded, plain_decoding(raw), "{:?}", show(raw));
    if !raw.contains(&b'%') {
        assert_eq!(decoded, raw);
    }
    // However a name is written, it is the same name.
    let spelled = spelled_out(decoded);
    let again = FilePath::decode(&spelled).map(|path| path.as_bytes().to_vec());
    assert_eq!(again.as_deref(), Ok(decoded), "{:?}", show(raw));
    // Nobody decodes twice; if somebody did, nothing would come of it.
    if let Ok(twice) = FilePath::decode(decoded) {
        assert_safe(twice.as_bytes(), raw);
    }
}

fn assert_safe(path: &[u8], raw: &[u8]) {
    let shown = show(raw);
    let below = path.strip_prefix(b"/").expect("a path begins with a slash");
    assert!(!below.contains(&0), "{shown:?}: NUL");
    assert!(!below.contains(&b'\\'), "{shown:?}: a backslash");
    assert!(path.len() < 4096, "{shown:?}: longer than any name");
    let names: Vec<_> = below.split(|&byte| byte == b'/').collect();
    for (place, name) in names.iter().enumerate() {
        let is_last = place + 1 == names.len();
        assert!(!name.is_empty() || is_last, "{shown:?}: an empty name");
        assert_ne!(*name, b"..", "{shown:?}: a way up");
        let may_hide = place == 0 && *name == b".well-known";
        assert!(
            !name.starts_with(b".") || may_hide,
            "{shown:?}: a hidden name"
        );
    }
}

fn plain_decoding(raw: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut at = 0;
    while at < raw.len() {
        if raw[at] == b'%' {
            let digits = std::str::from_utf8(&raw[at + 1..at + 3]).expect("two digits follow");
            decoded.push(u8::from_str_radix(digits, 16).expect("two digits follow"));
            at += 3;
        } else {
            decoded.push(raw[at]);
            at += 1;
        }
    }
    decoded
}

fn spelled_out(path: &[u8]) -> Vec<u8> {
    let spell = |&byte: &u8| match byte {
        b'/' => "/".to_owned(),
        byte => format!("%{byte:02x}"),
    };
    path.iter().map(spell).collect::<String>().into_bytes()
}

fn show(raw: &[u8]) -> String {
    raw.escape_ascii().to_string()
}
