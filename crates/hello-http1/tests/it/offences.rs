//! One way to break each rule. The engine is offended with them, and so is the whole server.

use hello_http1::Refusal;

/// How to break a rule.
pub enum Offence {
    /// By saying this.
    Saying(Vec<u8>),
    /// By saying this, and nothing more for a minute.
    Silence(&'static str),
    /// By saying this, and hanging up.
    HangingUp(&'static str),
}

/// The head of a request whose body comes in chunks.
pub const CHUNKED: &str = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

/// One offence for each refusal; the compiler asks for the next one.
pub fn offence(refusal: Refusal) -> Offence {
    use Refusal as R;
    let line = |line: &str| format!("{line}\r\nHost: a\r\n\r\n").into_bytes();
    let target = |target: &str| line(&format!("GET {target} HTTP/1.1"));
    let fields = |fields: &str| format!("GET / HTTP/1.1\r\n{fields}\r\n\r\n").into_bytes();
    let more = |more: &str| fields(&format!("Host: a\r\n{more}"));
    let length = |length: &str| more(&format!("Content-Length: {length}"));
    let coding = |coding: &str| more(&format!("Transfer-Encoding: {coding}"));
    let chunk = |chunk: &str| format!("{CHUNKED}{chunk}").into_bytes();
    Offence::Saying(match refusal {
        R::TlsOnPlainPort => b"\x16\x03\x01\x02\x00".to_vec(),
        R::NotHttp => b"\x00\x01".to_vec(),
        R::ExtraEmptyLine => b"\r\n\r\nGET / HTTP/1.1\r\n".to_vec(),
        R::BareCr => more("x: a\rb"),
        R::BareLf => more("x: a\nb"),
        R::SpaceInRequestLine => b" GET / HTTP/1.1\r\n\r\n".to_vec(),
        R::MalformedRequestLine => b"GET /\r\n".to_vec(),
        R::UnknownMethod => line("get / HTTP/1.1"),
        // All of the right words would be HTTP/2, and another driver's business.
        R::Http2Preface => b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n".to_vec(),
        R::UnknownVersion => b"GET / HTTP/1.2\r\n".to_vec(),
        R::MalformedVersion => b"GET / http/1.1\r\n".to_vec(),
        R::TargetTooLong => target(&format!("/{}", "a".repeat(8 * 1024))),
        R::ControlInTarget => target("/\0"),
        R::NonAsciiTarget => target("/é"),
        R::FragmentInTarget => target("/#a"),
        R::BadEscape => target("/%zz"),
        R::MalformedTarget => target("a"),
        R::UnknownScheme => target("gopher://a/"),
        R::AsteriskWithoutOptions => target("*"),
        R::ConnectWithoutAuthority => line("CONNECT / HTTP/1.1"),
        R::Userinfo => target("http://me@a/"),
        R::HeadTooLarge => more(&"x: y\r\n".repeat(3000)),
        R::TooManyFields => more("x: y\r\n".repeat(100).trim_end()),
        R::SpaceBeforeFields => fields(" Host: a"),
        R::FoldedField => more("x: a\r\n b"),
        R::SpaceBeforeColon => more("x : a"),
        R::EmptyFieldName => more(": a"),
        R::MissingColon => more("x"),
        R::BadFieldName => more("x\0y: a"),
        R::ControlInValue => more("x: \0"),
        R::MissingHost => fields("x: y"),
        R::RepeatedHost => more("Host: a"),
        R::EmptyHost => fields("Host: "),
        R::MalformedHost => fields("Host: a b"),
        R::ContradictedHost => target("http://b/"),
        R::TwoLengths => more("Content-Length: 3\r\nContent-Length: 4"),
        R::LengthAndChunks => more("Content-Length: 3\r\nTransfer-Encoding: chunked"),
        R::EmptyLength => length(""),
        R::SignedLength => length("+3"),
        R::SpacedLength => length("3 4"),
        R::ListedLength => length("3, 3"),
        R::HexadecimalLength => length("0x3"),
        R::MalformedLength => length("three"),
        R::LengthOverflow => length("99999999999999999999"),
        R::ChunkedOnHttp10 => b"GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec(),
        R::EmptyCoding => coding(""),
        R::ChunkedTwice => coding("chunked, chunked"),
        R::ChunkedNotLast => coding("chunked, gzip"),
        R::UnknownCoding => coding("gzip, chunked"),
        R::UnknownExpectation => more("Expect: 200-ok"),
        R::ChunkLineTooLong => chunk(&format!("1;{}\r\n", "a".repeat(256))),
        R::EmptyChunkSize => chunk("\r\n"),
        R::SignedChunkSize => chunk("+1\r\n"),
        R::SpacedChunkSize => chunk(" 1\r\n"),
        R::PrefixedChunkSize => chunk("0x1\r\n"),
        R::MalformedChunkSize => chunk("1g\r\n"),
        R::ChunkSizeOverflow => chunk("10000000000000000\r\n"),
        R::MalformedChunkExtension => chunk("1;=\r\n"),
        R::ChunkExtensionsTooLong => chunk(&format!("1;{}\r\na\r\n", "b".repeat(250)).repeat(17)),
        R::MissingChunkEnd => chunk("1\r\nab"),
        R::TrailersTooLarge => chunk(&format!("0\r\n{}", "x: y\r\n".repeat(1400))),
        R::SlowHead => return Offence::Silence("GET / HTTP/1.1\r\nHost: a\r\n"),
        R::SlowBody => return Offence::Silence(CHUNKED),
        R::TruncatedHead => return Offence::HangingUp("GET / HTTP/1.1\r\n"),
        R::TruncatedBody => return Offence::HangingUp(CHUNKED),
    })
}
