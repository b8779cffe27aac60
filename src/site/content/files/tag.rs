//! Entity tags of files, made of size and time: two servers with the same files give the same tags.

use std::time::SystemTime;

use http::header::HeaderValue;

use crate::exchange::Coding;

use super::stamp::Stamp;

/// The tag of a file as it is, or of one that holds another's content in a coding.
///
/// Weak while a further write might leave both as they are (RFC 9110 §8.8.1), and then another
/// than the strong one will be: weak comparison would take the second write for the first.
pub(super) fn of(stamp: &Stamp, coding: Option<Coding>, now: SystemTime) -> HeaderValue {
    let (size, time) = (stamp.size, stamp.modified_ns);
    let coding = Suffix(coding);
    valid(&if stamp.is_young(now) {
        format!("W/\"{size:x}-{time:x}{coding}-young\"")
    } else {
        format!("\"{size:x}-{time:x}{coding}\"")
    })
}

/// The tag of a form that we made of a file.
///
/// Weak: the content is the same, the bytes depend on who made them.
pub(super) fn of_made(file: &Stamp, coding: Coding) -> HeaderValue {
    let (size, time) = (file.size, file.modified_ns);
    let coding = Suffix(Some(coding));
    valid(&format!("W/\"{size:x}-{time:x}{coding}\""))
}

/// Each form needs a tag of its own (RFC 9110 §8.8.3.3).
struct Suffix(Option<Coding>);

impl std::fmt::Display for Suffix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            None => Ok(()),
            Some(coding) => write!(f, "-{}", coding.name()),
        }
    }
}

fn valid(tag: &str) -> HeaderValue {
    HeaderValue::from_str(tag).expect("hexadecimal digits and names are a valid field value")
}
