//! Content codings: the forms in which the same content can be sent (RFC 9110 §8.4).

/// A coding that hello knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    /// Brotli (RFC 7932).
    Brotli,
    /// Zstandard (RFC 8878, RFC 9659).
    Zstd,
    /// gzip (RFC 1952).
    Gzip,
}

impl Coding {
    /// Every coding, in the order they are preferred where a client has no preference: the one
    /// that makes texts smallest first.
    pub const ALL: [Self; Self::COUNT] = [Self::Brotli, Self::Zstd, Self::Gzip];

    /// How many there are.
    pub const COUNT: usize = 3;

    /// Its name in `Content-Encoding` and `Accept-Encoding`, and in the journal.
    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// How the name of a file in this coding ends.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Zstd => ".zst",
            Self::Gzip => ".gz",
        }
    }

    /// The coding that a field calls so: names are case-insensitive, and gzip has an old one
    /// (RFC 9110 §8.4.1, §8.4.1.3).
    pub fn named(name: &[u8]) -> Option<Self> {
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        if is("x-gzip") {
            return Some(Self::Gzip);
        }
        Self::ALL.into_iter().find(|coding| is(coding.name()))
    }

    /// Its place in [`Self::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }
}
