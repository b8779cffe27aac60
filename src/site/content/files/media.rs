//! Which type a file is said to have, by the end of its name.

use http::header::HeaderValue;

/// The Content-Type of a file called `name`.
///
/// Texts are said to be UTF-8: browsers would otherwise guess an encoding by the visitor's
/// country. A name that says nothing is `application/octet-stream`: with `nosniff` in force,
/// anything else could make a script out of an upload.
pub(super) fn type_of(name: &[u8]) -> HeaderValue {
    let Some(known) = extension(name).and_then(|e| mime_guess::from_ext(e).first_raw()) else {
        return HeaderValue::from_static("application/octet-stream");
    };
    // One name for one language (RFC 9239 §6.1.1); the library has the older one for some ends.
    let known = match known {
        "application/javascript" => "text/javascript",
        known => known,
    };
    if is_text(known) {
        HeaderValue::from_str(&format!("{known}; charset=utf-8"))
            .unwrap_or(HeaderValue::from_static("text/plain; charset=utf-8"))
    } else {
        HeaderValue::from_static(known)
    }
}

fn extension(name: &[u8]) -> Option<&str> {
    let file = name.rsplit(|&byte| byte == b'/').next()?;
    let dot = file.iter().rposition(|&byte| byte == b'.')?;
    std::str::from_utf8(&file[dot + 1..]).ok()
}

fn is_text(media_type: &str) -> bool {
    media_type.starts_with("text/") || media_type.ends_with("/xml") || media_type.ends_with("+xml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_told_by_the_name() {
        for (name, expected) in [
            ("index.html", "text/html; charset=utf-8"),
            ("a/b.HTM", "text/html; charset=utf-8"),
            ("style.css", "text/css; charset=utf-8"),
            ("app.js", "text/javascript; charset=utf-8"),
            ("app.mjs", "text/javascript; charset=utf-8"),
            ("notes.txt", "text/plain; charset=utf-8"),
            ("README.md", "text/markdown; charset=utf-8"),
            ("table.csv", "text/csv; charset=utf-8"),
            ("logo.svg", "image/svg+xml; charset=utf-8"),
            ("feed.xml", "text/xml; charset=utf-8"),
            ("page.xhtml", "application/xhtml+xml; charset=utf-8"),
            ("data.json", "application/json"),
            ("site.webmanifest", "application/manifest+json"),
            ("app.wasm", "application/wasm"),
            ("photo.jpeg", "image/jpeg"),
            ("photo.JPG", "image/jpeg"),
            ("photo.png", "image/png"),
            ("photo.webp", "image/webp"),
            ("photo.avif", "image/avif"),
            ("favicon.ico", "image/x-icon"),
            ("font.woff2", "font/woff2"),
            ("film.mp4", "video/mp4"),
            ("film.webm", "video/webm"),
            ("song.mp3", "audio/mpeg"),
            ("paper.pdf", "application/pdf"),
            ("all.tar.gz", "application/gzip"),
            ("disk.iso", "application/octet-stream"),
            ("LICENSE", "application/octet-stream"),
            ("html", "application/octet-stream"),
            ("a.html/b", "application/octet-stream"),
            ("end.", "application/octet-stream"),
            ("a.nobodyknows", "application/octet-stream"),
            ("", "application/octet-stream"),
        ] {
            assert_eq!(type_of(name.as_bytes()), expected, "{name}");
        }
        assert_eq!(type_of(b"a.\xff"), "application/octet-stream");
    }
}
