//! What is made of a README has nothing in it but what a page may have, whatever was written.

use hello::site::markdown_to_html;

/// Elements that may stand there, each with its attributes.
const ELEMENTS: [(&str, &[&str]); 26] = [
    ("a", &["href", "title"]),
    ("blockquote", &[]),
    ("br", &[]),
    ("code", &["class"]),
    ("del", &[]),
    ("div", &["class", "tabindex"]),
    ("em", &[]),
    ("h2", &["id"]),
    ("h3", &["id"]),
    ("h4", &["id"]),
    ("h5", &["id"]),
    ("h6", &["id"]),
    ("hr", &[]),
    ("img", &["src", "alt", "title"]),
    ("li", &[]),
    ("ol", &["start"]),
    ("p", &[]),
    ("pre", &[]),
    ("strong", &[]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &[]),
    ("th", &[]),
    ("thead", &[]),
    ("tr", &[]),
    ("ul", &[]),
];

/// Makes a page of it, and reads that as strictly as no browser would.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let page = markdown_to_html(&text);
    let mut open: Vec<String> = Vec::new();
    let mut rest = &page[..];
    while let Some((_, after)) = rest.split_once('<') {
        let (name, attributes, after) = tag(after).unwrap_or_else(|| panic!("{text:?}: {page}"));
        if let Some(name) = name.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "{text:?}: {page}");
        } else {
            let known = ELEMENTS.iter().find(|(known, _)| *known == name);
            let (_, allowed) = known.unwrap_or_else(|| panic!("<{name}> of {text:?}: {page}"));
            for (attribute, value) in &attributes {
                assert!(
                    allowed.contains(&&attribute[..]),
                    "{attribute} of {text:?}: {page}"
                );
                check_value(attribute, value, &text);
            }
            if !["br", "hr", "img"].contains(&&name[..]) {
                open.push(name);
            }
        }
        rest = after;
    }
    assert!(open.is_empty(), "{open:?} of {text:?}: {page}");
}

type Tag<'a> = (String, Vec<(String, String)>, &'a str);

/// The tag that begins here: its name, its attributes, and what follows it.
fn tag(text: &str) -> Option<Tag<'_>> {
    let end = text.find([' ', '>'])?;
    let name = text[..end].to_owned();
    let mut rest = &text[end..];
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(' ');
        if let Some(after) = rest.strip_prefix("/>").or_else(|| rest.strip_prefix('>')) {
            return Some((name, attributes, after));
        }
        let (attribute, after) = rest.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        if attribute.contains(['<', '>', '"', '\'', ' ', '/']) || value.contains(['<', '>']) {
            return None;
        }
        attributes.push((attribute.to_owned(), value.to_owned()));
        rest = after;
    }
}

fn check_value(attribute: &str, value: &str, text: &str) {
    // As a browser reads an address: without white space and controls before it looks for a scheme.
    let plain = value.replace("&amp;", "&").replace("&#x27;", "'");
    let seen: String = plain
        .chars()
        .filter(|c| *c > ' ')
        .collect::<String>()
        .to_lowercase();
    let scheme = seen
        .find([':', '/', '?', '#'])
        .filter(|at| seen[*at..].starts_with(':'));
    let scheme = scheme.map(|at| &seen[..at]);
    match attribute {
        "href" => assert!(
            matches!(scheme, None | Some("http" | "https" | "mailto")),
            "{value:?} of {text:?}"
        ),
        "src" => {
            let elsewhere = ["//", "/\\", "\\/", "\\\\"];
            let stays = scheme.is_none() && !elsewhere.iter().any(|begin| seen.starts_with(begin));
            assert!(stays, "{value:?} of {text:?}");
        }
        "id" => assert!(value.starts_with("readme-"), "{value:?} of {text:?}"),
        "class" => {
            let is_known = value == "wide" || value.starts_with("language-");
            assert!(is_known, "{value:?} of {text:?}");
        }
        "tabindex" => assert_eq!(value, "0", "{text:?}"),
        "start" => assert!(
            value.bytes().all(|b| b.is_ascii_digit()),
            "{value:?} of {text:?}"
        ),
        _ => {}
    }
}
