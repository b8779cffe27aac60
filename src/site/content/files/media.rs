//! Which type a file is said to have, by the end of its name.

use std::collections::HashMap;

use http::header::HeaderValue;

use crate::config::OwnType;

/// The types of this folder: what is known, and what the person knows better.
pub(super) struct Types(HashMap<String, HeaderValue>);

impl Types {
    pub(super) fn new(own: &[OwnType]) -> Self {
        let own = own
            .iter()
            .map(|own| (own.extension.clone(), own.content_type.clone()));
        Self(own.collect())
    }

    /// The Content-Type of a file called `name`.
    pub(super) fn of(&self, name: &[u8]) -> HeaderValue {
        let own = if self.0.is_empty() {
            None
        } else {
            extension(name).and_then(|extension| self.0.get(&extension.to_ascii_lowercase()))
        };
        own.cloned().unwrap_or_else(|| type_of(name))
    }
}

/// The Content-Type of a file called `name`, as far as it is known.
///
/// Texts are said to be UTF-8: browsers would otherwise guess an encoding by the visitor's
/// country. A name that says nothing is `application/octet-stream`: with `nosniff` in force,
/// anything else could make a script out of an upload.
pub(super) fn type_of(name: &[u8]) -> HeaderValue {
    let known = extension(name).and_then(|extension| {
        corrected(extension).or_else(|| mime_guess::from_ext(extension).first_raw())
    });
    let Some(known) = known else {
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

/// Types that the library does not know, or that browsers want otherwise.
fn corrected(extension: &str) -> Option<&'static str> {
    let known = CORRECTED
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(extension));
    known.map(|(_, media_type)| *media_type)
}

const CORRECTED: [(&str, &str); 55] = [
    // Modules and what belongs to them.
    ("cjs", "text/javascript"),
    ("map", "application/json"),
    // Data.
    ("jsonl", "application/jsonl"),
    ("ndjson", "application/x-ndjson"),
    ("topojson", "application/json"),
    ("ipynb", "application/json"),
    ("toml", "application/toml"),
    ("yaml", "application/yaml"),
    ("yml", "application/yaml"),
    ("sqlite", "application/vnd.sqlite3"),
    // Fonts (RFC 8081).
    ("woff", "font/woff"),
    ("otf", "font/otf"),
    // Sound and film.
    ("m4a", "audio/mp4"),
    ("m4v", "video/mp4"),
    ("m3u8", "application/vnd.apple.mpegurl"),
    ("ts", "video/mp2t"),
    ("opus", "audio/ogg; codecs=opus"),
    // Models.
    ("stl", "model/stl"),
    ("obj", "model/obj"),
    ("usdz", "model/vnd.usdz+zip"),
    // Packages.
    ("br", "application/x-brotli"),
    ("zst", "application/zstd"),
    ("deb", "application/vnd.debian.binary-package"),
    ("rpm", "application/x-rpm"),
    ("vcf", "text/vcard"),
    // Texts that a person wants to read rather than to run or keep.
    ("jsx", "text/plain"),
    ("tsx", "text/plain"),
    ("mts", "text/plain"),
    ("cts", "text/plain"),
    ("vue", "text/plain"),
    ("svelte", "text/plain"),
    ("mdx", "text/markdown"),
    ("rs", "text/plain"),
    ("go", "text/plain"),
    ("rb", "text/plain"),
    ("php", "text/plain"),
    ("pl", "text/plain"),
    ("sh", "text/plain"),
    ("lua", "text/plain"),
    ("java", "text/plain"),
    ("kt", "text/plain"),
    ("swift", "text/plain"),
    ("sql", "text/plain"),
    ("tex", "text/plain"),
    ("bib", "text/plain"),
    ("srt", "text/plain"),
    ("diff", "text/plain"),
    ("patch", "text/plain"),
    ("lock", "text/plain"),
    ("proto", "text/plain"),
    ("graphql", "text/plain"),
    ("properties", "text/plain"),
    ("asc", "text/plain"),
    ("sha256", "text/plain"),
    ("sha512", "text/plain"),
];

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
            ("app.js.map", "application/json"),
            ("log.jsonl", "application/jsonl"),
            ("font.woff", "font/woff"),
            ("font.otf", "font/otf"),
            ("font.ttf", "font/ttf"),
            ("main.RS", "text/plain; charset=utf-8"),
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

    #[test]
    fn types_of_ones_own_win() {
        let own = ["glb=model/x-mine", "TXT=text/x-mine; charset=koi8-r"];
        let own = own.map(|own| OwnType::read(own.as_ref()).unwrap());
        let types = Types::new(&own);
        for (name, expected) in [
            ("a.glb", "model/x-mine"),
            ("a.GLB", "model/x-mine"),
            ("a.txt", "text/x-mine; charset=koi8-r"),
            ("a.css", "text/css; charset=utf-8"),
            ("glb", "application/octet-stream"),
        ] {
            assert_eq!(types.of(name.as_bytes()), expected, "{name}");
        }
    }

    #[test]
    fn what_is_corrected_is_a_type_and_has_to_be() {
        for (extension, media_type) in CORRECTED {
            assert_ne!(
                mime_guess::from_ext(extension).first_raw(),
                Some(media_type),
                "{extension}: the library knows it by now"
            );
            assert!(!type_of(format!("a.{extension}").as_bytes()).is_empty());
        }
    }
}
