//! Adds the script to pages: behind their last byte, where it works whatever stands before it.
//!
//! Law: no byte of the page is changed, and nothing but a page is touched. A parser takes a script
//! behind `</html>`, in a page without `<head>`, in a lone fragment and in an empty file (HTML Living
//! Standard §13.2.6.4.22); to find a better place, the page would have to be parsed.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{
    CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName,
    HeaderValue, LAST_MODIFIED, VARY,
};
use http::{Method, StatusCode};

use super::hub::Seen;
use crate::exchange::{Body, FieldList, FileSlice, Request, Response, Validators};
use crate::site::content::files::listing;
use crate::site::pages;
use crate::site::pipeline::{self, Dressing};

/// The answer with the script behind it, if it is a page that somebody looks at.
pub(super) fn with_script(
    request: &Request<'_>,
    response: Response,
    seen: Seen,
    dressing: Dressing,
) -> Response {
    if !is_page(request, &response) {
        return response;
    }
    let mut fields = response.fields().clone();
    // Scripts that fetch a page get its own bytes: there are two answers to this address.
    add_to_vary(&mut fields);
    if !is_looked_at(request) {
        let (status, validators) = (response.status(), response.validators().cloned());
        return settled(response, status, fields, validators, dressing);
    }
    // It changes with the state, though its file may not: only the tag tells.
    fields.remove(&LAST_MODIFIED);
    let validators = response.validators().and_then(|file| {
        let etag = tag(&file.etag, seen)?;
        fields.set(ETAG, etag.clone());
        Some(Validators {
            etag,
            last_modified: None,
        })
    });
    let mut script = script(seen);
    match fields.get(&CONTENT_SECURITY_POLICY) {
        Some(policy) if *policy == listing::POLICY => {
            fields.set(CONTENT_SECURITY_POLICY, listing_policy(seen));
            script = script.replace(" async", &format!(" nonce=\"{seen}\" async"));
        }
        Some(_) => fields.set(CONTENT_SECURITY_POLICY, OWN_PAGE_POLICY),
        None => {}
    }
    let status = response.status();
    let mut response = settled(response, status, fields, validators, dressing);
    response.body = longer(response.body, &script);
    response
}

/// That of the list of a folder, and the script alone: scripts of this site would be those that lie in
/// the folder, whoever put them there. The state is in the tag of the page too, so a page that is kept
/// and its policy belong to each other.
fn listing_policy(seen: Seen) -> HeaderValue {
    let policy = listing::POLICY;
    let policy = policy.to_str().unwrap_or_default();
    let allowed = format!("script-src 'nonce-{seen}' ");
    HeaderValue::try_from(policy.replace("script-src ", &allowed)).unwrap_or(listing::POLICY)
}

/// That of our own pages about errors, and the script: a page that is missing while a build makes it
/// anew shows itself when it is there.
const OWN_PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
     form-action 'none'; script-src 'self'; connect-src 'self'",
);

/// Whether it is HTML that is read as it is, and complete.
///
/// XHTML is none: behind its last byte nothing may stand.
fn is_page(request: &Request<'_>, response: &Response) -> bool {
    let fields = response.fields();
    let content_type = fields
        .get(&CONTENT_TYPE)
        .map_or(&b""[..], HeaderValue::as_bytes);
    let essence = content_type.split(|byte| *byte == b';').next();
    let is_html =
        essence.is_some_and(|essence| essence.trim_ascii().eq_ignore_ascii_case(b"text/html"));
    let status = response.status();
    let policy = fields.get(&CONTENT_SECURITY_POLICY);
    is_html
        && matches!(*request.method, Method::GET | Method::HEAD)
        && (status == StatusCode::OK || status.is_client_error() || status.is_server_error())
        && matches!(response.body, Body::Empty | Body::Bytes(_) | Body::File(_))
        && fields.get(&CONTENT_ENCODING).is_none()
        && fields.get(&CONTENT_DISPOSITION).is_none()
        && policy.is_none_or(|policy| [pages::POLICY, listing::POLICY].contains(policy))
}

const FETCH_DESTINATION: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Whether it will be shown, as far as a browser says what it wants it for.
///
/// # Spec
/// W3C Fetch Metadata §2.1 (Sec-Fetch-Dest). Browsers say it where the address is trustworthy.
fn is_looked_at(request: &Request<'_>) -> bool {
    const SHOWN: [&[u8]; 5] = [b"document", b"iframe", b"frame", b"embed", b"object"];
    { request.field(FETCH_DESTINATION.as_str()) }.is_none_or(|wanted| SHOWN.contains(&wanted))
}

fn add_to_vary(fields: &mut FieldList) {
    let before = fields.get(&VARY).and_then(|value| value.to_str().ok());
    let together = match before {
        Some(before) => format!("{before}, {FETCH_DESTINATION}"),
        None => FETCH_DESTINATION.as_str().to_owned(),
    };
    if let Ok(together) = HeaderValue::try_from(together) {
        fields.set(VARY, together);
    }
}

fn settled(
    response: Response,
    status: StatusCode,
    fields: FieldList,
    validators: Option<Validators>,
    dressing: Dressing,
) -> Response {
    let kept = pipeline::settle(status, fields, validators, dressing);
    Response {
        reason: response.reason,
        ..Response::kept(Arc::new(kept), response.body)
    }
}

/// The file's tag, and the state in it: what is added says which it is.
fn tag(file: &HeaderValue, seen: Seen) -> Option<HeaderValue> {
    let file = file.to_str().ok()?.strip_suffix('"')?;
    HeaderValue::try_from(format!("{file}-live-{seen}\"")).ok()
}

/// What stands behind a page.
pub(super) fn script(seen: Seen) -> String {
    format!(
        "\n<script src=\"{}\" data-state=\"{seen}\" async></script>\n",
        super::SCRIPT_PATH
    )
}

fn longer(body: Body, script: &str) -> Body {
    match body {
        Body::Bytes(page) => {
            let script = Encoding::of(&page).write(script);
            Body::Bytes([&page[..], &script].concat().into())
        }
        Body::File(page) => {
            let script = Encoding::of_file(&page).write(script);
            Body::Parts(vec![Body::File(page), Body::Bytes(script.into())])
        }
        Body::Empty => Body::Bytes(Bytes::from(script.to_owned())),
        other => other,
    }
}

/// How the letters of the script are written in a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    /// As in ASCII, which is the same in all that browsers read but for the two below.
    Ascii,
    Utf16LittleEndian,
    Utf16BigEndian,
}

impl Encoding {
    /// By the mark at the start, which to a browser says more than the type.
    ///
    /// # Spec
    /// Encoding Standard §6 (BOM sniff).
    fn of(page: &[u8]) -> Self {
        match page {
            [0xff, 0xfe, ..] => Self::Utf16LittleEndian,
            [0xfe, 0xff, ..] => Self::Utf16BigEndian,
            _ => Self::Ascii,
        }
    }

    /// The same where only the descriptor is at hand; a start that would have to be waited for is
    /// taken for ordinary.
    fn of_file(page: &FileSlice) -> Self {
        let mut start = [0; 2];
        let mut into = [std::io::IoSliceMut::new(&mut start)];
        let flags = rustix::io::ReadWriteFlags::NOWAIT;
        match rustix::io::preadv2(page.file.descriptor(), &mut into, page.start, flags) {
            Ok(_) => Self::of(&start),
            Err(_) => Self::Ascii,
        }
    }

    fn write(self, text: &str) -> Vec<u8> {
        match self {
            Self::Ascii => text.as_bytes().to_vec(),
            Self::Utf16LittleEndian => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16BigEndian => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::hub::Hub;
    use super::*;
    use crate::exchange::{Peer, Scheme};
    use http::header::CONTENT_LENGTH;

    fn page(content_type: &'static str, content: &'static [u8]) -> Response {
        let mut fields = FieldList::new();
        fields.add(CONTENT_TYPE, HeaderValue::from_static(content_type));
        let validators = Validators {
            etag: HeaderValue::from_static("W/\"1-2\""),
            last_modified: Some(std::time::UNIX_EPOCH),
        };
        fields.add(ETAG, validators.etag.clone());
        fields.add(
            LAST_MODIFIED,
            HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT"),
        );
        let dressing = Dressing::default();
        let kept = pipeline::settle(StatusCode::OK, fields, Some(validators), dressing);
        let content = Bytes::from_static(content);
        Response::kept(Arc::new(kept), Body::Bytes(content))
    }

    fn served(method: &Method, wanted: Option<&str>, response: Response, seen: Seen) -> Response {
        let fields: Vec<(&str, &[u8])> = { wanted.into_iter() }
            .map(|wanted| ("Sec-Fetch-Dest", wanted.as_bytes()))
            .collect();
        let request = Request {
            method,
            scheme: Scheme::Http,
            is_misdirected: false,
            proof: None,
            told_scheme: None,
            offer: None,
            body_bytes: Some(0),
            path: b"/",
            query: None,
            authority: None,
            fields: &fields,
            peer: &Peer::Unix,
            tick_ms: 0,
        };
        with_script(&request, response, seen, Dressing::default())
    }

    fn content(response: &Response) -> Vec<u8> {
        match &response.body {
            Body::Bytes(bytes) => bytes.to_vec(),
            _ => panic!("small pages are in one piece"),
        }
    }

    #[test]
    fn whatever_the_page_is_it_stays_and_the_script_stands_behind_it() {
        let seen = Hub::new().now();
        for odd in [
            &b"<!doctype html><html><head><title>t</title></head><body>b</body></html>\n"[..],
            b"<h1>no head</h1>",
            b"<p>not closed",
            b"",
            b"plain words",
            b"\xef\xbb\xbf<p>marked",
            b"<p>\xcf\xf0\xe8\xe2\xe5\xf2, KOI or so \xff\x00",
            b"<frameset></frameset>",
            b"</body></html><!-- behind -->",
        ] {
            let response = served(&Method::GET, None, page("text/html", odd), seen);
            let content = content(&response);
            assert_eq!(&content[..odd.len()], odd);
            assert_eq!(&content[odd.len()..], script(seen).as_bytes());
            assert!(
                response.fields().get(&CONTENT_LENGTH).is_none(),
                "the driver counts"
            );
        }
        let script = script(seen);
        assert!(script.starts_with("\n<script src=\"/.hello/live.js\""));
        assert!(script.contains(&format!("data-state=\"{seen}\"")));
    }

    #[test]
    fn in_two_bytes_a_letter_the_script_is_too() {
        let seen = Hub::new().now();
        let script = script(seen);
        for (page_bytes, unit) in [
            (
                &b"\xff\xfe<\0p\0>\0"[..],
                u16::from_le_bytes as fn([u8; 2]) -> u16,
            ),
            (b"\xfe\xff\0<\0p\0>", u16::from_be_bytes),
        ] {
            let response = served(&Method::GET, None, page("text/html", page_bytes), seen);
            let content = content(&response);
            let units = content[2..].chunks(2).map(|two| unit([two[0], two[1]]));
            let text = String::from_utf16(&units.collect::<Vec<_>>()).unwrap();
            assert_eq!(text, format!("<p>{script}"));
        }
    }

    #[test]
    fn the_page_has_a_tag_of_its_own_for_each_state() {
        let hub = Hub::new();
        let tag = |seen: Seen| {
            let response = served(
                &Method::GET,
                None,
                page("text/html; charset=utf-8", b"a"),
                seen,
            );
            assert!(response.fields().get(&LAST_MODIFIED).is_none());
            let validators = response.validators().cloned().unwrap();
            assert_eq!(response.fields().get(&ETAG), Some(&validators.etag));
            assert_eq!(validators.last_modified, None);
            validators.etag
        };
        let before = tag(hub.now());
        assert_eq!(before, tag(hub.now()));
        assert!(before.to_str().unwrap().starts_with("W/\"1-2-live-"));
        hub.tell(super::super::gathering::Remedy::Reload);
        assert_ne!(before, tag(hub.now()));
    }

    #[test]
    fn what_is_no_page_or_is_not_looked_at_keeps_its_bytes() {
        let seen = Hub::new().now();
        let is_touched = |method: &Method, wanted: Option<&str>, response: Response| {
            content(&served(method, wanted, response, seen)).len() > 1
        };
        let html = || page("text/html", b"a");
        for wanted in [None, Some("document"), Some("iframe"), Some("frame")] {
            assert!(is_touched(&Method::GET, wanted, html()), "{wanted:?}");
            assert!(is_touched(&Method::HEAD, wanted, html()), "{wanted:?}");
        }
        for wanted in ["empty", "script", "style", "serviceworker", "x"] {
            let response = served(&Method::GET, Some(wanted), html(), seen);
            assert_eq!(content(&response), b"a", "{wanted}");
            assert_eq!(response.fields().get(&ETAG).unwrap(), "W/\"1-2\"");
            assert!(response.fields().get(&LAST_MODIFIED).is_some());
            assert_eq!(response.fields().get(&VARY).unwrap(), "sec-fetch-dest");
        }
        for content_type in [
            "text/css",
            "text/plain",
            "application/xhtml+xml",
            "text/html+x",
            "",
        ] {
            assert!(
                !is_touched(&Method::GET, None, page(content_type, b"a")),
                "{content_type}"
            );
        }
        assert!(!is_touched(&Method::POST, None, html()));
        let with = |name: HeaderName, value: &'static str, status: StatusCode| {
            let mut fields = html().fields().clone();
            fields.add(name, HeaderValue::from_static(value));
            Response::new(status, fields, Body::Bytes(Bytes::from_static(b"a")))
        };
        for (name, value) in [
            (CONTENT_ENCODING, "br"),
            (CONTENT_DISPOSITION, "attachment"),
            (CONTENT_SECURITY_POLICY, "script-src 'none'"),
        ] {
            let response = with(name, value, StatusCode::OK);
            assert!(!is_touched(&Method::GET, None, response), "{value}");
        }
        for (status, expected) in [
            (200, true),
            (404, true),
            (503, true),
            (206, false),
            (301, false),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            let response = with(VARY, "accept-language", status);
            assert_eq!(
                is_touched(&Method::GET, None, response),
                expected,
                "{status}"
            );
        }
    }

    #[test]
    fn the_list_of_a_folder_lets_the_script_run_and_no_other_of_this_site() {
        let seen = Hub::new().now();
        let mut fields = page("text/html", b"").fields().clone();
        fields.add(CONTENT_SECURITY_POLICY, listing::POLICY);
        let body = Body::Bytes(Bytes::from_static(b"<p>list"));
        let response = Response::new(StatusCode::OK, fields, body);
        let response = served(&Method::GET, None, response, seen);
        let policy = response.fields().get(&CONTENT_SECURITY_POLICY).unwrap();
        let policy = policy.to_str().unwrap();
        let without = policy.replace(&format!("'nonce-{seen}' "), "");
        assert_eq!(without, listing::POLICY.to_str().unwrap());
        assert_eq!(
            policy
                .matches(&format!("script-src 'nonce-{seen}' 'sha256-"))
                .count(),
            1
        );
        assert!(policy.contains("; connect-src 'self';"));
        let page = String::from_utf8(content(&response)).unwrap();
        assert!(
            page.starts_with("<p>list\n<script src=\"/.hello/live.js\""),
            "{page}"
        );
        assert!(
            page.ends_with(&format!(" nonce=\"{seen}\" async></script>\n")),
            "{page}"
        );
    }

    #[test]
    fn our_own_pages_about_errors_let_the_script_run_and_nothing_else() {
        let policy = OWN_PAGE_POLICY.to_str().unwrap().to_owned();
        let added = "; script-src 'self'; connect-src 'self'";
        assert_eq!(policy.strip_suffix(added), pages::POLICY.to_str().ok());
    }
}
