//! Answers 304 to a client that has it already, 412 to one whose assumption is wrong (RFC 9110 §13).
//!
//! [`judge`] is the order of §13.2.2 and nothing else; `apply` makes the answer.

use std::time::SystemTime;

use http::StatusCode;

use crate::exchange::{
    Body, Reason, Request, RequestFields, Response, ResponseHead, Validators, Which,
};
use crate::site::finish::etag;
use crate::site::pages::Pages;

/// What the conditions of a GET or HEAD come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They hold, or there are none.
    Proceed,
    /// The client's copy is current: 304.
    NotModified,
    /// The client wants nothing unless its copy is current, and it is not: 412.
    Failed,
}

/// Evaluates the conditions of a GET or HEAD, in the order of RFC 9110 §13.2.2.
///
/// # Spec
/// RFC 9110 §13.1.1 to §13.1.4. A date that is none, or that is given twice, is ignored (§13.1.3, §13.1.4).
pub fn judge(fields: &dyn RequestFields, validators: &Validators) -> Verdict {
    let current = validators.etag.as_bytes();
    if let Some(first) = fields.first("if-match") {
        let is_ours = |tag: &[u8]| etag::strong_match(tag, current);
        if !any_of(fields, ("if-match", first), is_ours) {
            return Verdict::Failed;
        }
    } else if let Some(limit) = date(fields, "if-unmodified-since")
        && validators.last_modified.is_some_and(|time| time > limit)
    {
        return Verdict::Failed;
    }
    if let Some(first) = fields.first("if-none-match") {
        // What nearly every client sends: the tag that we gave it, which is one.
        let is_the_tag = first == current;
        let is_ours = |tag: &[u8]| etag::weak_match(tag, current);
        if is_the_tag || any_of(fields, ("if-none-match", first), is_ours) {
            return Verdict::NotModified;
        }
    } else if let Some(since) = date(fields, "if-modified-since")
        && validators.last_modified.is_some_and(|time| time <= since)
    {
        return Verdict::NotModified;
    }
    Verdict::Proceed
}

/// Whether the list, over all its field lines, is `*` or has a tag that matches.
pub(crate) fn any_tag(
    fields: &dyn RequestFields,
    name: &str,
    matches: impl Fn(&[u8]) -> bool,
) -> bool {
    { fields.first(name) }.is_some_and(|first| any_of(fields, (name, first), matches))
}

/// The same where the first line is known.
fn any_of(
    fields: &dyn RequestFields,
    (name, first): (&str, &[u8]),
    matches: impl Fn(&[u8]) -> bool,
) -> bool {
    let more = (1..).map_while(|skip| fields.nth(name, skip));
    std::iter::once(first)
        .chain(more)
        .any(|list| etag::is_any(list) || etag::tags(list).any(&matches))
}

fn date(fields: &dyn RequestFields, name: &str) -> Option<SystemTime> {
    let field = fields.first(name)?;
    if fields.nth(name, 1).is_some() {
        return None;
    }
    httpdate::parse_http_date(std::str::from_utf8(field).ok()?).ok()
}

/// Replaces a 200 by what the conditions say. Other statuses pass: conditions are for what would
/// have been a success (RFC 9110 §13.2.1).
pub(crate) fn apply(request: &Request<'_>, response: &mut Response, pages: &Pages) {
    if response.status() != StatusCode::OK {
        return;
    }
    let Some(validators) = response.validators() else {
        return;
    };
    match judge(request.fields, validators) {
        Verdict::Proceed => {}
        Verdict::NotModified => not_modified(response),
        Verdict::Failed => {
            *response = pages.answer(Reason::PreconditionFailed, request);
        }
    }
}

fn not_modified(response: &mut Response) {
    if let ResponseHead::Kept { which, .. } = &mut response.head {
        *which = Which::NotModified;
        response.body = Body::Empty;
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use http::header::HeaderValue;

    use super::*;

    const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
    const MODIFIED: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const AFTER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

    fn judged(etag: &'static str, fields: &[(&str, &str)]) -> Verdict {
        let validators = Validators {
            etag: HeaderValue::from_static(etag),
            last_modified: Some(UNIX_EPOCH + Duration::from_secs(784_111_777)),
        };
        let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_bytes())).collect();
        judge(&fields, &validators)
    }

    #[test]
    fn each_condition_means_what_the_specification_says() {
        use Verdict::{Failed, NotModified, Proceed};
        for (name, value, expected) in [
            ("if-match", "\"a\"", Proceed),
            ("if-match", "*", Proceed),
            ("if-match", "\"b\", \"a\"", Proceed),
            ("if-match", "\"b\"", Failed),
            ("if-match", "W/\"a\"", Failed),
            ("if-match", "a", Failed),
            ("if-match", "", Failed),
            ("if-none-match", "\"a\"", NotModified),
            ("if-none-match", "W/\"a\"", NotModified),
            ("if-none-match", "*", NotModified),
            ("if-none-match", "\"b\",W/\"c\" , \"a\"", NotModified),
            ("if-none-match", "\"b\"", Proceed),
            ("if-none-match", "\"b,a\"", Proceed),
            ("if-none-match", "a", Proceed),
            ("if-none-match", "", Proceed),
            ("if-none-match", "**", Proceed),
            ("if-modified-since", BEFORE, Proceed),
            ("if-modified-since", MODIFIED, NotModified),
            ("if-modified-since", AFTER, NotModified),
            (
                "if-modified-since",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                NotModified,
            ),
            ("if-modified-since", "Sun Nov  6 08:49:37 1994", NotModified),
            ("if-modified-since", "yesterday", Proceed),
            ("if-modified-since", "", Proceed),
            ("if-unmodified-since", BEFORE, Failed),
            ("if-unmodified-since", MODIFIED, Proceed),
            ("if-unmodified-since", AFTER, Proceed),
            ("if-unmodified-since", "yesterday", Proceed),
            ("if-range", "\"a\"", Proceed),
            ("accept", "*/*", Proceed),
        ] {
            let verdict = judged("\"a\"", &[(name, value)]);
            assert_eq!(verdict, expected, "{name}: {value}");
        }
    }

    /// RFC 9110 §13.2.2, every pair: the earlier decides, and a tag silences the date beside it.
    #[test]
    fn conditions_are_evaluated_in_their_order() {
        use Verdict::{Failed, NotModified, Proceed};
        let (if_match, if_none_match) = ("if-match", "if-none-match");
        let (since, unmodified) = ("if-modified-since", "if-unmodified-since");
        for (one, other, expected) in [
            ((if_match, "\"a\""), (unmodified, BEFORE), Proceed),
            ((if_match, "\"b\""), (unmodified, AFTER), Failed),
            ((if_match, "\"a\""), (if_none_match, "\"a\""), NotModified),
            ((if_match, "\"b\""), (if_none_match, "\"a\""), Failed),
            ((if_match, "\"a\""), (if_none_match, "\"b\""), Proceed),
            ((if_match, "\"a\""), (since, MODIFIED), NotModified),
            ((if_match, "\"b\""), (since, MODIFIED), Failed),
            ((unmodified, BEFORE), (if_none_match, "\"a\""), Failed),
            ((unmodified, AFTER), (if_none_match, "\"a\""), NotModified),
            ((unmodified, MODIFIED), (since, MODIFIED), NotModified),
            ((unmodified, BEFORE), (since, BEFORE), Failed),
            ((if_none_match, "\"a\""), (since, BEFORE), NotModified),
            ((if_none_match, "\"b\""), (since, AFTER), Proceed),
        ] {
            assert_eq!(
                judged("\"a\"", &[one, other]),
                expected,
                "{one:?} {other:?}"
            );
            assert_eq!(
                judged("\"a\"", &[other, one]),
                expected,
                "{other:?} {one:?}"
            );
        }
    }

    /// RFC 9110 §5.3: a list over two lines is one list. §13.1.3: a date given twice is none.
    #[test]
    fn a_condition_may_come_in_several_lines() {
        let tags = |name| judged("\"a\"", &[(name, "\"b\""), (name, "\"a\"")]);
        assert_eq!(tags("if-none-match"), Verdict::NotModified);
        assert_eq!(tags("if-match"), Verdict::Proceed);
        let dates = |name, date| judged("\"a\"", &[(name, date), (name, date)]);
        assert_eq!(dates("if-modified-since", MODIFIED), Verdict::Proceed);
        assert_eq!(dates("if-unmodified-since", BEFORE), Verdict::Proceed);
    }

    #[test]
    fn a_weak_tag_saves_a_download_and_allows_no_write() {
        assert_eq!(
            judged("W/\"a\"", &[("if-none-match", "W/\"a\"")]),
            Verdict::NotModified
        );
        assert_eq!(
            judged("W/\"a\"", &[("if-match", "W/\"a\"")]),
            Verdict::Failed
        );
    }

    #[test]
    fn what_nobody_dated_is_not_judged_by_dates() {
        let undated = Validators {
            etag: HeaderValue::from_static("\"a\""),
            last_modified: None,
        };
        for name in ["if-modified-since", "if-unmodified-since"] {
            let fields = vec![(name, MODIFIED.as_bytes())];
            assert_eq!(judge(&fields, &undated), Verdict::Proceed);
        }
    }
}
