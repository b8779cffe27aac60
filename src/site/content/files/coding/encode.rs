//! Which contents get smaller by being coded, how much work that is worth, and the work itself.
//!
//! Levels and sizes were measured on a script of 363 KiB, on one core: see `docs/compression.md`.

use std::io::{self, Write};

use brotli::enc::BrotliEncoderParams;

use crate::exchange::Coding;
use crate::site::limits::CODED_BYTES_MIN;

/// What coding a file of some type may bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promise {
    /// Texts and the like: it gets much smaller.
    Smaller,
    /// Nobody knows: not worth trying, but worth looking whether somebody has.
    Unknown,
    /// Nothing: it is compressed already.
    Nothing,
}

/// What the type of a file promises.
pub(crate) fn promise(content_type: &[u8]) -> Promise {
    let content_type = std::str::from_utf8(content_type).unwrap_or_default();
    let content_type = content_type.split(';').next().unwrap_or_default().trim();
    let Some((kind, name)) = content_type.split_once('/') else {
        return Promise::Unknown;
    };
    if name.ends_with("+xml") || name.ends_with("+json") || kind == "text" {
        return Promise::Smaller;
    }
    match (kind, name) {
        (
            "application",
            "javascript" | "json" | "xml" | "wasm" | "x-javascript" | "rtf" | "x-sh" | "x-tex"
            | "postscript" | "vnd.ms-fontobject" | "x-font-ttf" | "sql" | "toml" | "x-yaml",
        )
        | ("font", "ttf" | "otf" | "collection" | "sfnt")
        | ("image", "bmp" | "x-icon" | "vnd.microsoft.icon" | "x-ms-bmp") => Promise::Smaller,
        ("image" | "video" | "audio" | "font", _)
        | (
            "application",
            "zip" | "gzip" | "x-gzip" | "x-bzip" | "x-bzip2" | "x-xz" | "x-7z-compressed" | "zstd"
            | "x-rar-compressed" | "vnd.rar" | "java-archive" | "epub+zip" | "font-woff" | "x-br"
            | "x-tar" | "x-compress" | "x-lzma" | "x-lzip" | "x-brotli" | "pdf",
        ) => Promise::Nothing,
        _ => Promise::Unknown,
    }
}

/// How hard to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    /// While somebody asks: most of the gain for a tenth of the time.
    Quick,
    /// Once and for all.
    Best,
}

/// A content in a coding; `None` if it does not get enough smaller to be worth it.
pub(crate) fn encode(content: &[u8], coding: Coding, effort: Effort) -> Option<Vec<u8>> {
    if (content.len() as u64) < CODED_BYTES_MIN {
        return None;
    }
    let coded = match coding {
        Coding::Brotli => brotli(content, effort),
        Coding::Zstd => zstd(content, effort),
        Coding::Gzip => gzip(content, effort),
    }
    .ok()?;
    pays(content.len() as u64, coded.len() as u64).then_some(coded)
}

/// Whether a coded content is worth being sent instead: a twentieth has to be saved, or taking it
/// apart costs the client more than it gains.
pub(crate) fn pays(plain_bytes: u64, coded_bytes: u64) -> bool {
    coded_bytes <= plain_bytes / 20 * 19
}

fn brotli(mut content: &[u8], effort: Effort) -> io::Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: match effort {
            Effort::Quick => 5,
            Effort::Best => 11,
        },
        size_hint: content.len(),
        ..BrotliEncoderParams::default()
    };
    let mut coded = Vec::with_capacity(content.len() / 3);
    brotli::BrotliCompress(&mut content, &mut coded, &parameters)?;
    Ok(coded)
}

fn zstd(content: &[u8], effort: Effort) -> io::Result<Vec<u8>> {
    let level = match effort {
        Effort::Quick => 12,
        Effort::Best => 19,
    };
    let mut compressor = zstd::bulk::Compressor::new(level)?;
    // No client has to keep more than 8 MiB for us (RFC 9659 §3).
    compressor.set_parameter(zstd::zstd_safe::CParameter::WindowLog(
        ZSTD_WINDOW_LOG.min(
            content
                .len()
                .next_power_of_two()
                .ilog2()
                .max(ZSTD_WINDOW_LOG_MIN),
        ),
    ))?;
    compressor.compress(content)
}

/// Bits of the window of zstd at most, and the least that the library knows.
const ZSTD_WINDOW_LOG: u32 = 23;
const ZSTD_WINDOW_LOG_MIN: u32 = 10;

/// Without name and time in its head: the same content, the same bytes.
fn gzip(content: &[u8], effort: Effort) -> io::Result<Vec<u8>> {
    let level = match effort {
        Effort::Quick => 6,
        Effort::Best => 9,
    };
    let coded = Vec::with_capacity(content.len() / 3);
    let mut encoder = flate2::write::GzEncoder::new(coded, flate2::Compression::new(level));
    encoder.write_all(content)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn decode(coded: &[u8], coding: Coding) -> Vec<u8> {
        let mut plain = Vec::new();
        match coding {
            Coding::Brotli => brotli::BrotliDecompress(&mut &*coded, &mut plain).unwrap(),
            Coding::Zstd => plain = zstd::bulk::decompress(coded, 1 << 20).unwrap(),
            Coding::Gzip => {
                flate2::read::GzDecoder::new(coded)
                    .read_to_end(&mut plain)
                    .unwrap();
            }
        }
        plain
    }

    #[test]
    fn what_is_coded_can_be_read_again() {
        let text = "Was ist, was nicht ist, und was war. "
            .repeat(100)
            .into_bytes();
        for coding in Coding::ALL {
            for effort in [Effort::Quick, Effort::Best] {
                let coded = encode(&text, coding, effort).unwrap();
                assert!(coded.len() < text.len() / 10, "{coding:?} {effort:?}");
                assert!(decode(&coded, coding) == text, "{coding:?} {effort:?}");
                let again = encode(&text, coding, effort).unwrap();
                assert!(again == coded, "the same bytes");
            }
        }
    }

    #[test]
    fn what_does_not_get_smaller_stays_as_it_is() {
        // A generator of numbers, for noise that is the same in every run.
        let mut state = 1_u64;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            state.to_be_bytes()[0]
        })
        .take(10_000)
        .collect();
        for coding in Coding::ALL {
            assert_eq!(encode(&noise, coding, Effort::Quick), None, "{coding:?}");
            assert_eq!(
                encode(&[b'a'; 1023], coding, Effort::Quick),
                None,
                "too small"
            );
            assert!(encode(&[b'a'; 1024], coding, Effort::Quick).is_some());
        }
    }

    #[test]
    fn a_type_tells_whether_to_try() {
        use Promise::{Nothing, Smaller, Unknown};
        for (content_type, expected) in [
            ("text/html; charset=utf-8", Smaller),
            ("text/javascript; charset=utf-8", Smaller),
            ("application/json", Smaller),
            ("application/manifest+json", Smaller),
            ("image/svg+xml; charset=utf-8", Smaller),
            ("application/wasm", Smaller),
            ("font/ttf", Smaller),
            ("image/x-icon", Smaller),
            ("font/woff2", Nothing),
            ("image/png", Nothing),
            ("image/avif", Nothing),
            ("video/mp4", Nothing),
            ("audio/mpeg", Nothing),
            ("application/zip", Nothing),
            ("application/gzip", Nothing),
            ("application/pdf", Nothing),
            ("application/octet-stream", Unknown),
            ("model/gltf-binary", Unknown),
            ("", Unknown),
        ] {
            assert_eq!(promise(content_type.as_bytes()), expected, "{content_type}");
        }
    }
}
