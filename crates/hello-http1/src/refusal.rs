//! Every rule a client can break, with its name, its status and its source.
//!
//! Law: a refusal is a fact, not a sentence. The words for people live with
//! the other texts; here stand the name that the journal uses, the status of
//! the answer and the section that the rule comes from.

use http::StatusCode;

/// A rule that the client broke. The connection closes after it is answered.
///
/// The order is that in which a request meets the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{}", self.name())]
pub enum Refusal {
    /// A TLS handshake on a port that speaks plain HTTP.
    TlsOnPlainPort,
    /// A first byte that can begin no method.
    NotHttp,
    /// More than one empty line before a request line.
    ExtraEmptyLine,
    /// A carriage return without its line feed.
    BareCr,
    /// A line feed without its carriage return. RFC 9112 §2.2 lets a recipient
    /// take it for a line end; we deliberately do not, as it is one more way to
    /// disagree with a proxy about where a message ends.
    BareLf,
    /// Whitespace before, after, or doubled inside the request line.
    SpaceInRequestLine,
    /// A request line that is not method, target and version.
    MalformedRequestLine,
    /// A method this engine does not know. Methods are case-sensitive.
    UnknownMethod,
    /// The opening words of HTTP/2, which this connection does not speak.
    Http2Preface,
    /// A version of HTTP that is neither 1.0 nor 1.1.
    UnknownVersion,
    /// A third word of the request line that names no version.
    MalformedVersion,
    /// A target longer than `target_bytes_max`.
    TargetTooLong,
    /// A control character in the target.
    ControlInTarget,
    /// A byte above 127 in the target.
    NonAsciiTarget,
    /// A `#` in the target: fragments stay with the client.
    FragmentInTarget,
    /// A `%` that two hexadecimal digits do not follow.
    BadEscape,
    /// A target of none of the four forms, or with a character of no URI.
    MalformedTarget,
    /// An absolute target that is neither `http` nor `https`.
    UnknownScheme,
    /// A `*` target with a method other than OPTIONS.
    AsteriskWithoutOptions,
    /// A CONNECT target that is not a host and a port.
    ConnectWithoutAuthority,
    /// A user name in the target's authority or in `Host`.
    Userinfo,
    /// A head longer than `head_bytes_max`.
    HeadTooLarge,
    /// More fields than `fields_max`, in the head or in the trailers.
    TooManyFields,
    /// Whitespace between the request line and the first field.
    SpaceBeforeFields,
    /// A field continued on the next line.
    FoldedField,
    /// Whitespace between a field name and its colon.
    SpaceBeforeColon,
    /// A field without a name.
    EmptyFieldName,
    /// A field line without a colon.
    MissingColon,
    /// A byte in a field name that is not of a token.
    BadFieldName,
    /// A control character in a field value.
    ControlInValue,
    /// HTTP/1.1 without `Host`.
    MissingHost,
    /// More than one `Host`.
    RepeatedHost,
    /// An empty `Host`. RFC 9112 §3.2 allows it for targets without an
    /// authority; every target we serve has one, so we deliberately do not.
    EmptyHost,
    /// A `Host`, or a target's authority, that is no host and optional port.
    MalformedHost,
    /// An absolute target whose authority is not that of `Host`. RFC 9112
    /// §3.2.2 has us trust the target; we deliberately refuse the contradiction.
    ContradictedHost,
    /// `Content-Length` more than once, deliberately even with equal values.
    TwoLengths,
    /// `Content-Length` and `Transfer-Encoding` together. RFC 9112 §6.3 lets a
    /// server trust the chunks; we deliberately do not.
    LengthAndChunks,
    /// `Content-Length` without a value.
    EmptyLength,
    /// `Content-Length` with a sign.
    SignedLength,
    /// `Content-Length` with whitespace inside.
    SpacedLength,
    /// `Content-Length` with commas, deliberately even with equal values.
    ListedLength,
    /// `Content-Length` in hexadecimal.
    HexadecimalLength,
    /// `Content-Length` that is no number in any other way.
    MalformedLength,
    /// `Content-Length` beyond 64 bits.
    LengthOverflow,
    /// `Transfer-Encoding` in an HTTP/1.0 request.
    ChunkedOnHttp10,
    /// `Transfer-Encoding` with an empty element.
    EmptyCoding,
    /// `chunked` applied twice.
    ChunkedTwice,
    /// Codings whose last one is not `chunked`: the body would have no end.
    ChunkedNotLast,
    /// A coding before `chunked`, which this engine does not undo.
    UnknownCoding,
    /// An expectation other than `100-continue`.
    UnknownExpectation,
    /// A chunk line longer than `chunk_line_bytes_max`.
    ChunkLineTooLong,
    /// A chunk without a size.
    EmptyChunkSize,
    /// A chunk size with a sign.
    SignedChunkSize,
    /// A chunk size with whitespace around it.
    SpacedChunkSize,
    /// A chunk size written `0x…`.
    PrefixedChunkSize,
    /// A chunk size that is no hexadecimal number in any other way.
    MalformedChunkSize,
    /// A chunk size beyond 64 bits.
    ChunkSizeOverflow,
    /// A chunk extension outside its grammar.
    MalformedChunkExtension,
    /// More than `chunk_extension_bytes_max` bytes of extensions in one body.
    ChunkExtensionsTooLong,
    /// Chunk data that no line end follows.
    MissingChunkEnd,
    /// A trailer section longer than `trailer_bytes_max`.
    TrailersTooLarge,
    /// The head was not complete in time.
    SlowHead,
    /// The body was not complete in time, or slower than `body_rate_min`.
    SlowBody,
    /// The client closed its side in the middle of a head.
    TruncatedHead,
    /// The client closed its side in the middle of a body.
    TruncatedBody,
}

/// What there is to know about a refusal.
struct Facts {
    name: &'static str,
    status: StatusCode,
    rfc: &'static str,
}

impl Refusal {
    /// Every refusal, in the order a request meets them.
    pub const ALL: [Self; 65] = [
        Self::TlsOnPlainPort,
        Self::NotHttp,
        Self::ExtraEmptyLine,
        Self::BareCr,
        Self::BareLf,
        Self::SpaceInRequestLine,
        Self::MalformedRequestLine,
        Self::UnknownMethod,
        Self::Http2Preface,
        Self::UnknownVersion,
        Self::MalformedVersion,
        Self::TargetTooLong,
        Self::ControlInTarget,
        Self::NonAsciiTarget,
        Self::FragmentInTarget,
        Self::BadEscape,
        Self::MalformedTarget,
        Self::UnknownScheme,
        Self::AsteriskWithoutOptions,
        Self::ConnectWithoutAuthority,
        Self::Userinfo,
        Self::HeadTooLarge,
        Self::TooManyFields,
        Self::SpaceBeforeFields,
        Self::FoldedField,
        Self::SpaceBeforeColon,
        Self::EmptyFieldName,
        Self::MissingColon,
        Self::BadFieldName,
        Self::ControlInValue,
        Self::MissingHost,
        Self::RepeatedHost,
        Self::EmptyHost,
        Self::MalformedHost,
        Self::ContradictedHost,
        Self::TwoLengths,
        Self::LengthAndChunks,
        Self::EmptyLength,
        Self::SignedLength,
        Self::SpacedLength,
        Self::ListedLength,
        Self::HexadecimalLength,
        Self::MalformedLength,
        Self::LengthOverflow,
        Self::ChunkedOnHttp10,
        Self::EmptyCoding,
        Self::ChunkedTwice,
        Self::ChunkedNotLast,
        Self::UnknownCoding,
        Self::UnknownExpectation,
        Self::ChunkLineTooLong,
        Self::EmptyChunkSize,
        Self::SignedChunkSize,
        Self::SpacedChunkSize,
        Self::PrefixedChunkSize,
        Self::MalformedChunkSize,
        Self::ChunkSizeOverflow,
        Self::MalformedChunkExtension,
        Self::ChunkExtensionsTooLong,
        Self::MissingChunkEnd,
        Self::TrailersTooLarge,
        Self::SlowHead,
        Self::SlowBody,
        Self::TruncatedHead,
        Self::TruncatedBody,
    ];

    /// The name that the journal uses, such as `two-lengths`.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// The status of the answer.
    pub fn status(self) -> StatusCode {
        self.facts().status
    }

    /// The section that the rule comes from, such as `RFC 9112 §6.3`.
    pub fn rfc(self) -> &'static str {
        self.facts().rfc
    }

    fn facts(self) -> Facts {
        const BAD: StatusCode = StatusCode::BAD_REQUEST;
        const TOO_LARGE: StatusCode = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        const TIMEOUT: StatusCode = StatusCode::REQUEST_TIMEOUT;
        const VERSION: StatusCode = StatusCode::HTTP_VERSION_NOT_SUPPORTED;
        const NOT_IMPLEMENTED: StatusCode = StatusCode::NOT_IMPLEMENTED;
        let (name, status, rfc) = match self {
            Self::TlsOnPlainPort => ("tls-on-plain-port", BAD, "RFC 9112 §9.7"),
            Self::NotHttp => ("not-http", BAD, "RFC 9112 §3"),
            Self::ExtraEmptyLine => ("extra-empty-line", BAD, "RFC 9112 §2.2"),
            Self::BareCr => ("bare-cr", BAD, "RFC 9112 §2.2"),
            Self::BareLf => ("bare-lf", BAD, "RFC 9112 §2.2"),
            Self::SpaceInRequestLine => ("space-in-request-line", BAD, "RFC 9112 §3"),
            Self::MalformedRequestLine => ("malformed-request-line", BAD, "RFC 9112 §3"),
            Self::UnknownMethod => ("unknown-method", NOT_IMPLEMENTED, "RFC 9110 §9.1"),
            Self::Http2Preface => ("http2-preface", VERSION, "RFC 9113 §3.4"),
            Self::UnknownVersion => ("unknown-version", VERSION, "RFC 9110 §15.6.6"),
            Self::MalformedVersion => ("malformed-version", BAD, "RFC 9112 §2.3"),
            Self::TargetTooLong => (
                "target-too-long",
                StatusCode::URI_TOO_LONG,
                "RFC 9110 §15.5.15",
            ),
            Self::ControlInTarget => ("control-in-target", BAD, "RFC 9112 §3.2"),
            Self::NonAsciiTarget => ("non-ascii-target", BAD, "RFC 9112 §3.2"),
            Self::FragmentInTarget => ("fragment-in-target", BAD, "RFC 9112 §3.2"),
            Self::BadEscape => ("bad-escape", BAD, "RFC 3986 §2.1"),
            Self::MalformedTarget => ("malformed-target", BAD, "RFC 9112 §3.2"),
            Self::UnknownScheme => ("unknown-scheme", BAD, "RFC 9112 §3.2.2"),
            Self::AsteriskWithoutOptions => ("asterisk-without-options", BAD, "RFC 9112 §3.2.4"),
            Self::ConnectWithoutAuthority => ("connect-without-authority", BAD, "RFC 9112 §3.2.3"),
            Self::Userinfo => ("userinfo", BAD, "RFC 9110 §4.2.4"),
            Self::HeadTooLarge => ("head-too-large", TOO_LARGE, "RFC 6585 §5"),
            Self::TooManyFields => ("too-many-fields", TOO_LARGE, "RFC 6585 §5"),
            Self::SpaceBeforeFields => ("space-before-fields", BAD, "RFC 9112 §2.2"),
            Self::FoldedField => ("folded-field", BAD, "RFC 9112 §5.2"),
            Self::SpaceBeforeColon => ("space-before-colon", BAD, "RFC 9112 §5.1"),
            Self::EmptyFieldName => ("empty-field-name", BAD, "RFC 9110 §5.1"),
            Self::MissingColon => ("missing-colon", BAD, "RFC 9112 §5"),
            Self::BadFieldName => ("bad-field-name", BAD, "RFC 9110 §5.1"),
            Self::ControlInValue => ("control-in-value", BAD, "RFC 9110 §5.5"),
            Self::MissingHost => ("missing-host", BAD, "RFC 9112 §3.2"),
            Self::RepeatedHost => ("repeated-host", BAD, "RFC 9112 §3.2"),
            Self::EmptyHost => ("empty-host", BAD, "RFC 9112 §3.2"),
            Self::MalformedHost => ("malformed-host", BAD, "RFC 9112 §3.2"),
            Self::ContradictedHost => ("contradicted-host", BAD, "RFC 9112 §3.2.2"),
            Self::TwoLengths => ("two-lengths", BAD, "RFC 9112 §6.3"),
            Self::LengthAndChunks => ("length-and-chunks", BAD, "RFC 9112 §6.3"),
            Self::EmptyLength => ("empty-length", BAD, "RFC 9112 §6.3"),
            Self::SignedLength => ("signed-length", BAD, "RFC 9112 §6.3"),
            Self::SpacedLength => ("spaced-length", BAD, "RFC 9112 §6.3"),
            Self::ListedLength => ("listed-length", BAD, "RFC 9112 §6.3"),
            Self::HexadecimalLength => ("hexadecimal-length", BAD, "RFC 9112 §6.3"),
            Self::MalformedLength => ("malformed-length", BAD, "RFC 9112 §6.3"),
            Self::LengthOverflow => ("length-overflow", BAD, "RFC 9110 §8.6"),
            Self::ChunkedOnHttp10 => ("chunked-on-http10", BAD, "RFC 9112 §6.1"),
            Self::EmptyCoding => ("empty-coding", BAD, "RFC 9112 §6.1"),
            Self::ChunkedTwice => ("chunked-twice", BAD, "RFC 9112 §6.1"),
            Self::ChunkedNotLast => ("chunked-not-last", BAD, "RFC 9112 §6.3"),
            Self::UnknownCoding => ("unknown-coding", NOT_IMPLEMENTED, "RFC 9112 §6.1"),
            Self::UnknownExpectation => (
                "unknown-expectation",
                StatusCode::EXPECTATION_FAILED,
                "RFC 9110 §10.1.1",
            ),
            Self::ChunkLineTooLong => ("chunk-line-too-long", BAD, "RFC 9112 §7.1.1"),
            Self::EmptyChunkSize => ("empty-chunk-size", BAD, "RFC 9112 §7.1"),
            Self::SignedChunkSize => ("signed-chunk-size", BAD, "RFC 9112 §7.1"),
            Self::SpacedChunkSize => ("spaced-chunk-size", BAD, "RFC 9112 §7.1"),
            Self::PrefixedChunkSize => ("prefixed-chunk-size", BAD, "RFC 9112 §7.1"),
            Self::MalformedChunkSize => ("malformed-chunk-size", BAD, "RFC 9112 §7.1"),
            Self::ChunkSizeOverflow => ("chunk-size-overflow", BAD, "RFC 9112 §7.1"),
            Self::MalformedChunkExtension => ("malformed-chunk-extension", BAD, "RFC 9112 §7.1.1"),
            Self::ChunkExtensionsTooLong => ("chunk-extensions-too-long", BAD, "RFC 9112 §7.1.1"),
            Self::MissingChunkEnd => ("missing-chunk-end", BAD, "RFC 9112 §7.1"),
            Self::TrailersTooLarge => ("trailers-too-large", TOO_LARGE, "RFC 6585 §5"),
            Self::SlowHead => ("slow-head", TIMEOUT, "RFC 9110 §15.5.9"),
            Self::SlowBody => ("slow-body", TIMEOUT, "RFC 9110 §15.5.9"),
            Self::TruncatedHead => ("truncated-head", BAD, "RFC 9112 §8"),
            Self::TruncatedBody => ("truncated-body", BAD, "RFC 9112 §8"),
        };
        Facts { name, status, rfc }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_refusal_has_a_name_of_its_own_and_a_source() {
        let names: HashSet<_> = Refusal::ALL.iter().map(|refusal| refusal.name()).collect();
        assert_eq!(names.len(), Refusal::ALL.len());
        for refusal in Refusal::ALL {
            let kebab =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            assert!(refusal.name().bytes().all(kebab), "{refusal}");
            assert!(refusal.rfc().starts_with("RFC "), "{refusal}");
            assert!(refusal.status().as_u16() >= 400, "{refusal}");
        }
    }

    #[test]
    fn the_list_is_in_the_order_of_the_enum() {
        for (place, refusal) in Refusal::ALL.into_iter().enumerate() {
            assert_eq!(refusal as usize, place, "{refusal}");
        }
    }
}
