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

/// A coding of what is made while it is sent: each piece leaves whole, and leans on those before it.
pub(crate) struct Encoder(Kind);

enum Kind {
    Brotli(Box<brotli::CompressorWriter<Vec<u8>>>),
    Zstd(zstd::stream::write::Encoder<'static, Vec<u8>>),
    Gzip(flate2::write::GzEncoder<Vec<u8>>),
}

impl Encoder {
    /// Begins. What is streamed is made for one client: a small window, and less effort than for what
    /// is kept.
    pub(crate) fn new(coding: Coding) -> io::Result<Self> {
        Ok(Self(match coding {
            Coding::Brotli => {
                let parameters = BrotliEncoderParams {
                    quality: 4,
                    lgwin: STREAM_WINDOW_LOG.cast_signed(),
                    ..BrotliEncoderParams::default()
                };
                let writer = brotli::CompressorWriter::with_params(Vec::new(), 4096, &parameters);
                Kind::Brotli(Box::new(writer))
            }
            Coding::Zstd => {
                let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 5)?;
                encoder.window_log(STREAM_WINDOW_LOG)?;
                Kind::Zstd(encoder)
            }
            Coding::Gzip => {
                let level = flate2::Compression::new(5);
                Kind::Gzip(flate2::write::GzEncoder::new(Vec::new(), level))
            }
        }))
    }

    /// Codes a piece, so that it can be read without what comes after.
    pub(crate) fn encode(&mut self, piece: &[u8]) -> io::Result<Vec<u8>> {
        fn through(encoder: &mut impl Write, piece: &[u8]) -> io::Result<()> {
            encoder.write_all(piece)?;
            encoder.flush()
        }
        let coded = match &mut self.0 {
            Kind::Brotli(encoder) => {
                through(encoder, piece)?;
                encoder.get_mut()
            }
            Kind::Zstd(encoder) => {
                through(encoder, piece)?;
                encoder.get_mut()
            }
            Kind::Gzip(encoder) => {
                through(encoder, piece)?;
                encoder.get_mut()
            }
        };
        Ok(std::mem::take(coded))
    }

    /// Codes the last piece.
    pub(crate) fn finish(self, piece: &[u8]) -> io::Result<Vec<u8>> {
        match self.0 {
            Kind::Brotli(mut encoder) => {
                encoder.write_all(piece)?;
                Ok(encoder.into_inner())
            }
            Kind::Zstd(mut encoder) => {
                encoder.write_all(piece)?;
                encoder.finish()
            }
            Kind::Gzip(mut encoder) => {
                encoder.write_all(piece)?;
                encoder.finish()
            }
        }
    }
}

/// Bits of the window of what is streamed. Reason: five pieces of a listing, whose lines are alike; with
/// what the encoder needs besides, one stream takes a megabyte or two.
const STREAM_WINDOW_LOG: u32 = 18;

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
    fn a_stream_can_be_read_piece_by_piece_and_is_whole_at_its_end() {
        let pieces: Vec<String> = (0..20)
            .map(|number| format!("{number}: was ist, was nicht ist\n").repeat(1000))
            .collect();
        for coding in Coding::ALL {
            let mut encoder = Encoder::new(coding).unwrap();
            let (mut coded, mut plain) = (Vec::new(), String::new());
            for piece in &pieces {
                let sent = encoder.encode(piece.as_bytes()).unwrap();
                assert!(
                    !sent.is_empty() && sent.len() < piece.len() / 10,
                    "{coding:?}"
                );
                coded.extend(sent);
                plain.push_str(piece);
                assert_eq!(beginning(&coded, coding), plain.as_bytes(), "{coding:?}");
            }
            coded.extend(encoder.finish(b"the end").unwrap());
            plain.push_str("the end");
            assert!(decode(&coded, coding) == plain.as_bytes(), "{coding:?}");
        }
    }

    /// What of a coded stream can be read before its end has come.
    fn beginning(coded: &[u8], coding: Coding) -> Vec<u8> {
        let mut reader: Box<dyn Read + '_> = match coding {
            Coding::Brotli => Box::new(brotli::Decompressor::new(coded, 4096)),
            Coding::Zstd => Box::new(zstd::stream::read::Decoder::new(coded).unwrap()),
            Coding::Gzip => Box::new(flate2::read::GzDecoder::new(coded)),
        };
        let (mut plain, mut buffer) = (Vec::new(), [0; 4096]);
        // It ends too early, which each decoder says in its own way.
        while let Ok(bytes @ 1..) = reader.read(&mut buffer) {
            plain.extend_from_slice(&buffer[..bytes]);
        }
        plain
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
