//! The head of a request, as offsets into the bytes that were received.
//!
//! Law: a head is believed only after every byte of it was checked. `httparse`
//! cuts it into pieces; what it is lenient about (bare line feeds, empty lines,
//! bytes in targets) is refused before it or after it, and when it says no, the
//! lines are read again, slowly, to say which rule was broken.
//!
//! What the pieces mean is decided in [`crate::target`] and [`crate::framing`].

use crate::event::{BodyLength, Version};
use crate::fields::{FieldSpan, Span, field_line, is_space, is_token, list};
use crate::framing::Claims;
use crate::limits::{FIELDS_CEILING, Limits};
use crate::refusal::Refusal;
use crate::target::{self, Authority, Target, TargetForm};
use http::Method;
use std::mem::MaybeUninit;

/// A request head. One is enough for any number of requests: its storage is reused.
///
/// It holds offsets only, so every question is asked together with the input
/// that the head was found in; with other bytes the answers are meaningless.
#[derive(Debug, Default)]
pub struct RequestHead {
    method: Method,
    version: Version,
    target: Span,
    parts: Target,
    body: BodyLength,
    wishes: Wishes,
    host: Option<Span>,
    upgrade: Option<Span>,
    fields: Vec<FieldSpan>,
    pub(crate) trailers: Vec<FieldSpan>,
    /// A bit for each shape of name (length, first and last letter) that occurs.
    shapes: u64,
    bytes: usize,
}

/// What a head asks of the connection itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent wishes, each yes or no"
)]
pub(crate) struct Wishes {
    /// `Connection: close`.
    pub(crate) close: bool,
    /// `Connection: keep-alive`.
    pub(crate) keep_alive: bool,
    /// `Connection: upgrade`.
    pub(crate) upgrade: bool,
    /// `Expect: 100-continue`.
    pub(crate) expect_continue: bool,
}

impl RequestHead {
    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The version of HTTP that the request speaks.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The form of the target. RFC 9112 §3.2.
    pub fn form(&self) -> TargetForm {
        self.parts.form
    }

    /// The target as it was sent.
    pub fn target<'a>(&self, input: &'a [u8]) -> &'a [u8] {
        self.target.of_input(input)
    }

    /// The path without the query, not decoded.
    ///
    /// `*` for the asterisk-form, `/` for an absolute target without a path
    /// (RFC 9110 §4.2.3), and nothing for the authority-form.
    pub fn path<'a>(&self, input: &'a [u8]) -> &'a [u8] {
        match self.parts.path.of_input(self.target(input)) {
            [] if self.parts.form == TargetForm::Absolute => b"/",
            path => path,
        }
    }

    /// What follows the first `?` of the target, not decoded.
    pub fn query<'a>(&self, input: &'a [u8]) -> Option<&'a [u8]> {
        self.parts
            .query
            .map(|query| query.of_input(self.target(input)))
    }

    /// The authority that the request is meant for: that of the target, or else of `Host`.
    pub fn authority<'a>(&self, input: &'a [u8]) -> Option<&'a [u8]> {
        match self.parts.authority {
            Some(authority) => Some(authority.of_input(self.target(input))),
            None => self.host.map(|host| host.of_input(input)),
        }
    }

    /// Whether a field of this name, given in lower case, can be there: false is certain.
    #[inline]
    pub fn may_have(&self, name: &str) -> bool {
        self.shapes & shape(name.as_bytes()) != 0
    }

    /// The value of the first field of this name, which is given in lower case.
    pub fn field<'a>(&self, input: &'a [u8], name: &str) -> Option<&'a [u8]> {
        if !self.may_have(name) {
            return None;
        }
        let named = |field: &&FieldSpan| {
            field
                .name
                .of_input(input)
                .eq_ignore_ascii_case(name.as_bytes())
        };
        self.fields
            .iter()
            .find(named)
            .map(|field| field.value.of_input(input))
    }

    /// Every field, name and value, in the order they were sent.
    pub fn fields<'a>(&'a self, input: &'a [u8]) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        pairs(&self.fields, input)
    }

    /// How long the body is: `Unknown` means chunked.
    pub fn body(&self) -> BodyLength {
        self.body
    }

    /// The protocols that the client offers to switch to, as it wrote them.
    ///
    /// Only for HTTP/1.1, and only if `Connection` names the field. RFC 9110 §7.8.
    pub fn upgrade<'a>(&self, input: &'a [u8]) -> Option<&'a [u8]> {
        self.upgrade.map(|upgrade| upgrade.of_input(input))
    }

    /// The fields that followed a chunked body, found by the call that said `End`.
    ///
    /// Those that a trailer must not carry are left out. RFC 9110 §6.5.1.
    pub fn trailers<'a>(&'a self, input: &'a [u8]) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        pairs(&self.trailers, input)
    }

    /// The length of the head in bytes, its empty line included.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn wishes(&self) -> Wishes {
        self.wishes
    }

    pub(crate) fn offers_upgrade(&self) -> bool {
        self.upgrade.is_some()
    }

    /// Reads the head that begins at `start`, if all of it is there and no rule is broken.
    ///
    /// Returns its length. `None` promises nothing: the end may be missing, or a rule be broken
    /// that only a look at line after line can name. What this takes, [`parse`](Self::parse) takes.
    pub(crate) fn parse_whole(
        &mut self,
        input: &[u8],
        start: usize,
        limits: &Limits,
    ) -> Option<usize> {
        let end = input.len().min(start.saturating_add(limits.head_bytes_max));
        let bytes = &input[start..end];
        let mut headers = [const { MaybeUninit::uninit() }; FIELDS_CEILING];
        let mut request = httparse::Request::new(&mut []);
        let length = match request.parse_with_uninit_headers(bytes, &mut headers) {
            Ok(httparse::Status::Complete(length)) if ends_lines_right(bytes, length, &request) => {
                length
            }
            _ => return None,
        };
        self.take(input, length, &request, limits).ok()?;
        Some(length)
    }

    /// Reads the complete head at `input[start..end]`.
    ///
    /// Its line ends are known to be CR LF. Method and version are set as soon
    /// as they are known, for the answer to a refusal depends on them.
    pub(crate) fn parse(
        &mut self,
        input: &[u8],
        (start, end): (usize, usize),
        limits: &Limits,
    ) -> Result<(), Refusal> {
        let bytes = &input[start..end];
        let mut headers = [const { MaybeUninit::uninit() }; FIELDS_CEILING];
        let mut request = httparse::Request::new(&mut []);
        let parsed = request.parse_with_uninit_headers(bytes, &mut headers);
        if parsed != Ok(httparse::Status::Complete(bytes.len())) {
            self.forget(bytes.len());
            if bytes.starts_with(b"HEAD ") {
                self.method = Method::HEAD;
            }
            return Err(diagnose(bytes, limits));
        }
        self.take(input, bytes.len(), &request, limits)
    }

    /// Takes over what `httparse` found in a head of this many bytes.
    fn take(
        &mut self,
        input: &[u8],
        bytes: usize,
        request: &httparse::Request<'_, '_>,
        limits: &Limits,
    ) -> Result<(), Refusal> {
        self.forget(bytes);
        let method = request.method.unwrap_or_default();
        self.method = known_method(method.as_bytes()).ok_or(Refusal::UnknownMethod)?;
        self.version = match request.version {
            Some(1) => Version::Http11,
            _ => Version::Http10,
        };
        let target = request.path.unwrap_or_default().as_bytes();
        if target.len() > limits.target_bytes_max {
            return Err(Refusal::TargetTooLong);
        }
        self.target = Span::of(target, input);
        self.parts = target::parse(&self.method, target)?;
        if request.headers.len() > limits.fields_max {
            return Err(Refusal::TooManyFields);
        }
        self.note_fields(input, request.headers)
    }

    /// Forgets the head before; the next one has this many bytes.
    fn forget(&mut self, bytes: usize) {
        let (mut fields, mut trailers) = (
            std::mem::take(&mut self.fields),
            std::mem::take(&mut self.trailers),
        );
        fields.clear();
        trailers.clear();
        *self = Self {
            fields,
            trailers,
            bytes,
            ..Self::default()
        };
    }

    /// Notes where the fields are, and what those mean that are the engine's business.
    fn note_fields(
        &mut self,
        input: &[u8],
        headers: &[httparse::Header<'_>],
    ) -> Result<(), Refusal> {
        let mut claims = Claims::default();
        let mut host = None;
        for header in headers {
            let (name, value) = (header.name.as_bytes(), header.value);
            let span = FieldSpan {
                name: Span::of(name, input),
                value: Span::of(value, input),
            };
            self.fields.push(span);
            self.shapes |= shape(name);
            match name.len() {
                4 if name.eq_ignore_ascii_case(b"host") => {
                    if host.replace(value).is_some() {
                        return Err(Refusal::RepeatedHost);
                    }
                    self.host = Some(span.value);
                }
                6 if name.eq_ignore_ascii_case(b"expect") => self.note_expectation(value)?,
                7 if name.eq_ignore_ascii_case(b"upgrade") => {
                    self.upgrade = self.upgrade.or(Some(span.value));
                }
                10 if name.eq_ignore_ascii_case(b"connection") => self.note_connection(value),
                14 if name.eq_ignore_ascii_case(b"content-length") => claims.note_length(value)?,
                17 if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                    claims.note_codings(value)?;
                }
                _ => {}
            }
        }
        self.check_host(host, input)?;
        self.body = claims.body(self.version)?;
        // RFC 9110 §7.8: ignored in HTTP/1.0, and without `Connection: upgrade`.
        if self.version == Version::Http10 || !self.wishes.upgrade {
            self.upgrade = None;
        }
        Ok(())
    }

    /// Notes what `Connection` lists. RFC 9110 §7.6.1: tokens, in any case.
    fn note_connection(&mut self, value: &[u8]) {
        for token in list(value) {
            self.wishes.close |= token.eq_ignore_ascii_case(b"close");
            self.wishes.keep_alive |= token.eq_ignore_ascii_case(b"keep-alive");
            self.wishes.upgrade |= token.eq_ignore_ascii_case(b"upgrade");
        }
    }

    /// Notes what the client expects. RFC 9110 §10.1.1: in HTTP/1.0, nothing.
    fn note_expectation(&mut self, value: &[u8]) -> Result<(), Refusal> {
        if self.version == Version::Http10 {
            return Ok(());
        }
        if !value.eq_ignore_ascii_case(b"100-continue") {
            return Err(Refusal::UnknownExpectation);
        }
        self.wishes.expect_continue = true;
        Ok(())
    }

    /// Checks `Host` by itself and against the target. RFC 9112 §3.2.
    fn check_host(&self, host: Option<&[u8]>, input: &[u8]) -> Result<(), Refusal> {
        let host = match host {
            None if self.version == Version::Http10 => return Ok(()),
            None => return Err(Refusal::MissingHost),
            Some([]) => return Err(Refusal::EmptyHost),
            Some(host) => Authority::parse(host)?,
        };
        let Some(authority) = self.parts.authority else {
            return Ok(());
        };
        let authority = Authority::parse(authority.of_input(self.target(input)))?;
        if authority.same(host, self.parts.default_port) {
            Ok(())
        } else {
            Err(Refusal::ContradictedHost)
        }
    }
}

/// Whether every line of a head that `httparse` took ends with CR LF: it takes a bare LF as well.
///
/// It lets no CR stand alone, so the two bytes before each beginning of a line tell.
fn ends_lines_right(bytes: &[u8], length: usize, request: &httparse::Request<'_, '_>) -> bool {
    const VERSION: &[u8] = b" HTTP/1.1";
    let target = Span::of(request.path.unwrap_or_default().as_bytes(), bytes);
    let first_line = target.end as usize + VERSION.len();
    let ends_at = |at: usize| bytes.get(at..at + 2) == Some(b"\r\n");
    let mut fields = request.headers.iter();
    ends_at(first_line)
        && ends_at(length - 2)
        && (request.headers.is_empty() || ends_at(length - 4))
        && fields.all(|field| ends_at(Span::of(field.name.as_bytes(), bytes).start as usize - 2))
}

/// Says what is wrong with a complete request line, if anything is. RFC 9112 §3.
pub(crate) fn check_request_line(line: &[u8]) -> Result<(), Refusal> {
    if line == b"PRI * HTTP/2.0" {
        return Err(Refusal::Http2Preface);
    }
    let mut words = line.split(|&byte| is_space(byte));
    let (method, target, version, more) = (words.next(), words.next(), words.next(), words.next());
    let gap = |word: Option<&[u8]>| word.is_some_and(<[u8]>::is_empty);
    if gap(method) || gap(target) || gap(version) || more.is_some() || line.contains(&b'\t') {
        return Err(Refusal::SpaceInRequestLine);
    }
    let (Some(method), Some(_), Some(version)) = (method, target, version) else {
        return Err(Refusal::MalformedRequestLine);
    };
    if !method.iter().copied().all(is_token) {
        return Err(Refusal::MalformedRequestLine);
    }
    match version {
        b"HTTP/1.0" | b"HTTP/1.1" => Ok(()),
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major.is_ascii_digit() && minor.is_ascii_digit() =>
        {
            Err(Refusal::UnknownVersion)
        }
        _ => Err(Refusal::MalformedVersion),
    }
}

/// Says which rule a head broke that `httparse` refused.
#[cold]
fn diagnose(bytes: &[u8], limits: &Limits) -> Refusal {
    let mut lines = bytes
        .split(|&byte| byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let line = lines.next().unwrap_or_default();
    if let Err(refusal) = check_request_line(line) {
        return refusal;
    }
    let mut words = line.split(|&byte| byte == b' ');
    let Some(method) = words.next().and_then(known_method) else {
        return Refusal::UnknownMethod;
    };
    if let Err(refusal) = target::parse(&method, words.next().unwrap_or_default()) {
        return refusal;
    }
    let fields_max = limits.fields_max.min(FIELDS_CEILING);
    for (place, line) in lines.take_while(|line| !line.is_empty()).enumerate() {
        match field_line(line) {
            Err(Refusal::FoldedField) if place == 0 => return Refusal::SpaceBeforeFields,
            Err(refusal) => return refusal,
            Ok(_) if place >= fields_max => return Refusal::TooManyFields,
            Ok(_) => {}
        }
    }
    // Every rule that `httparse` has is checked above, so this is not reached;
    // were it reached, the head would still be refused.
    Refusal::MalformedRequestLine
}

/// The methods of RFC 9110 §9.3 and PATCH, RFC 5789.
pub(crate) fn known_method(method: &[u8]) -> Option<Method> {
    Some(match method {
        b"GET" => Method::GET,
        b"HEAD" => Method::HEAD,
        b"POST" => Method::POST,
        b"PUT" => Method::PUT,
        b"DELETE" => Method::DELETE,
        b"CONNECT" => Method::CONNECT,
        b"OPTIONS" => Method::OPTIONS,
        b"TRACE" => Method::TRACE,
        b"PATCH" => Method::PATCH,
        _ => return None,
    })
}

/// The bit that stands for names of this length, first and last letter.
///
/// Names that differ may share a bit; then the names themselves are compared. The factors are
/// chosen so that no field that browsers always send shares the bit of a condition or a range.
#[inline]
fn shape(name: &[u8]) -> u64 {
    let lower = |byte: Option<&u8>| byte.map_or(0, |byte| usize::from(byte | 0x20));
    1 << ((name.len() * 45 + lower(name.first()) + lower(name.last()) * 23) % 64)
}

fn pairs<'a>(
    fields: &'a [FieldSpan],
    input: &'a [u8],
) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
    fields
        .iter()
        .map(|field| (field.name.of_input(input), field.value.of_input(input)))
}
