//! The rules for a request that came in other framing than ours, such as that of HTTP/2.
//!
//! Law: what a method, a target and an authority may be is one opinion, whatever carried them.

use crate::head::known_method;
use crate::limits::Limits;
use crate::refusal::Refusal;
use crate::target::{self, Authority};
use http::Method;

/// What is asked, as another framing tells it.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    /// The method.
    pub method: &'a Method,
    /// Path and query, or `*`; empty for CONNECT.
    pub target: &'a [u8],
    /// What `:authority` says.
    pub authority: Option<&'a [u8]>,
    /// What the first `Host` says.
    pub host: Option<&'a [u8]>,
    /// How many `Host` fields there are.
    pub hosts: usize,
    /// How many fields there are.
    pub fields: usize,
    /// Bytes of all fields, each with the 32 of RFC 9113 §6.5.2.
    pub field_bytes: usize,
    /// What is expected, if anything is.
    pub expect: Option<&'a [u8]>,
}

/// Checks a request by the rules that a head of HTTP/1.1 is checked by.
///
/// # Errors
/// The rule that the client broke, in the order a head would have met them.
///
/// # Spec
/// RFC 9113 §8.3.1: an authority, or else a Host; if there are both, they must not contradict.
pub fn check(asking: &Asking<'_>, limits: &Limits) -> Result<(), Refusal> {
    if known_method(asking.method.as_str().as_bytes()).is_none() {
        return Err(Refusal::UnknownMethod);
    }
    if asking.target.len() > limits.target_bytes_max {
        return Err(Refusal::TargetTooLong);
    }
    if *asking.method != Method::CONNECT {
        let is_asterisk = asking.target == b"*";
        if !is_asterisk && asking.target.first() != Some(&b'/') {
            return Err(Refusal::MalformedTarget);
        }
        target::parse(asking.method, asking.target)?;
    }
    if asking.fields > limits.fields_max {
        return Err(Refusal::TooManyFields);
    }
    if asking.field_bytes > limits.head_bytes_max {
        return Err(Refusal::HeadTooLarge);
    }
    if asking.hosts > 1 {
        return Err(Refusal::RepeatedHost);
    }
    check_authority(asking.authority, asking.host)?;
    match asking.expect {
        Some(expect) if !expect.eq_ignore_ascii_case(b"100-continue") => {
            Err(Refusal::UnknownExpectation)
        }
        _ => Ok(()),
    }
}

fn check_authority(authority: Option<&[u8]>, host: Option<&[u8]>) -> Result<(), Refusal> {
    let read = |bytes: &'_ [u8]| match bytes {
        [] => Err(Refusal::EmptyHost),
        _ => Authority::parse(bytes).map(|_| ()),
    };
    match (authority, host) {
        (None, None) => Err(Refusal::MissingHost),
        (Some(one), None) | (None, Some(one)) => read(one),
        (Some(authority), Some(host)) => {
            read(authority)?;
            read(host)?;
            let same = Authority::parse(authority)?.same(Authority::parse(host)?, 0);
            if same {
                Ok(())
            } else {
                Err(Refusal::ContradictedHost)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking<'a>(method: &'a Method, target: &'a str) -> Asking<'a> {
        Asking {
            method,
            target: target.as_bytes(),
            authority: Some(b"a"),
            host: None,
            hosts: 0,
            fields: 1,
            field_bytes: 40,
            expect: None,
        }
    }

    fn refused(asking: Asking<'_>) -> Option<Refusal> {
        check(&asking, &Limits::default()).err()
    }

    #[test]
    fn what_comes_in_other_framing_is_checked_by_the_same_rules() {
        let get = asking(&Method::GET, "/a?b");
        assert_eq!(refused(get), None);
        let strange = Method::from_bytes(b"BREW").unwrap();
        assert_eq!(refused(asking(&strange, "/")), Some(Refusal::UnknownMethod));
        let star = Some(Refusal::AsteriskWithoutOptions);
        assert_eq!(refused(asking(&Method::GET, "*")), star);
        assert_eq!(refused(asking(&Method::OPTIONS, "*")), None);
        let escape = Some(Refusal::BadEscape);
        assert_eq!(refused(asking(&Method::GET, "/%x")), escape);
        let other = Some(Refusal::MalformedTarget);
        assert_eq!(refused(asking(&Method::GET, "http://a/")), other);
        let many = Asking { fields: 101, ..get };
        assert_eq!(refused(many), Some(Refusal::TooManyFields));
        let long = Asking {
            field_bytes: (16 << 10) + 1,
            ..get
        };
        assert_eq!(refused(long), Some(Refusal::HeadTooLarge));
        let expecting = Asking {
            expect: Some(b"tea"),
            ..get
        };
        assert_eq!(refused(expecting), Some(Refusal::UnknownExpectation));
    }

    #[test]
    fn an_authority_and_a_host_must_agree() {
        let with = |authority: Option<&'static str>, hosts: &[&'static str]| {
            refused(Asking {
                authority: authority.map(str::as_bytes),
                host: hosts.first().map(|host| host.as_bytes()),
                hosts: hosts.len(),
                ..asking(&Method::GET, "/")
            })
        };
        assert_eq!(with(Some("a"), &["A"]), None);
        assert_eq!(with(None, &["a"]), None);
        assert_eq!(with(None, &[]), Some(Refusal::MissingHost));
        assert_eq!(with(Some("a"), &["b"]), Some(Refusal::ContradictedHost));
        assert_eq!(with(Some(""), &[]), Some(Refusal::EmptyHost));
        assert_eq!(with(None, &["a", "a"]), Some(Refusal::RepeatedHost));
        assert_eq!(with(Some("u@a"), &[]), Some(Refusal::Userinfo));
    }
}
