//! Why an answer is not the file asked for.
//!
//! The one vocabulary for journal, pages and texts; why a *connection* ended is an
//! [`Ending`](super::Ending).

/// A rule that one request among others on a connection can break; in a byte, for the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule(u8);

impl Rule {
    /// The names that the journal uses, as those of refusals that end a connection.
    pub const NAMES: [&str; 22] = [
        "unknown-method",
        "target-too-long",
        "control-in-target",
        "non-ascii-target",
        "fragment-in-target",
        "bad-escape",
        "malformed-target",
        "asterisk-without-options",
        "userinfo",
        "head-too-large",
        "too-many-fields",
        "missing-host",
        "repeated-host",
        "empty-host",
        "malformed-host",
        "contradicted-host",
        "unknown-expectation",
        "malformed-request",
        "too-many-requests",
        "http2-flow-control",
        "http2-stream-closed",
        "http2-protocol",
    ];

    /// The rule of this name.
    pub fn named(name: &str) -> Option<Self> {
        let place = Self::NAMES.iter().position(|known| *known == name)?;
        u8::try_from(place).ok().map(Self)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::NAMES.get(usize::from(self.0)).copied().unwrap_or("")
    }
}

/// Why the answer is not the file asked for: a word for the journal, a key for the texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It came on a connection that was made for another name.
    Misdirected,
    /// The method is known but not for this resource.
    MethodNotAllowed,
    /// The path cannot be decoded, or means nothing on this system.
    BadPath,
    /// Nothing has that name.
    NoSuchFile,
    /// A folder without an index page.
    NoIndex,
    /// A folder, asked for without its slash: the client is sent to the same path with one.
    SlashMissing,
    /// A page, asked for by another name than its own: the client is sent to that.
    OtherName,
    /// A name that starts with a dot.
    Hidden,
    /// A link that leads out of the folder served.
    LeavesRoot,
    /// A socket, pipe or device.
    SpecialFile,
    /// The system says that we may not read it.
    Forbidden {
        /// So many names of the request's path lead to what keeps us out: 0 is the root. More than
        /// it has: what stands for the folder that it leads to.
        names: u16,
    },
    /// The system failed to read it.
    Unreadable,
    /// The folder itself is gone or unreadable.
    RootGone,
    /// A condition of the request does not hold.
    PreconditionFailed,
    /// The range asked for lies outside the file.
    RangeUnsatisfiable,
    /// Our own code failed.
    Panicked,
    /// More connections than the limit.
    Overloaded,
    /// The request broke a rule; the connection goes on.
    Refused(Rule),
    /// It shows connections, and is for the person at this machine alone.
    PrivateView,
    /// Nobody here speaks the protocol that the client wants to go on in.
    UnknownProtocol,
    /// It is for pages of this site, and another site asked.
    OtherSite,
    /// Its address is one of those that may not come in.
    AddressDenied,
    /// Its address is none of those that alone may come in.
    AddressNotAllowed,
    /// It is for those who have a certificate, and none was shown.
    ClientCertMissing,
    /// The client has a certificate, which is not for any of those who may come.
    ClientNotAllowed,
    /// It is for those who were given a link, and the link says nothing of that.
    LinkUnsigned,
    /// The link was changed, or signed with another key.
    LinkWrong,
    /// The link was good, until it ended.
    LinkExpired,
    /// It is for those who have a password, and none was given.
    PasswordMissing,
    /// No such name, or another password.
    PasswordWrong,
    /// Its address has tried too many passwords.
    TooManyGuesses,
    /// Too many passwords wait to be looked at.
    PasswordsQueue,
    /// The client asks more often than it may.
    RateLimited,
    /// The client has as many requests in hand as it may.
    TooManyAtOnce,
    /// The request carries more than it may.
    BodyTooLarge,
    /// No site here has the host that was asked for.
    UnknownHost,
    /// A rule of the site says so.
    ByRule,
    /// The site is being worked on.
    Maintenance,
}

impl Reason {
    /// What the path leads to may not be read, as far as is known.
    pub const FORBIDDEN: Self = Self::Forbidden { names: u16::MAX };

    /// What keeps us out, if the system says that something does: the path of a target as it was
    /// sent, up to there.
    pub fn forbidden_at(self, target: &[u8]) -> Option<&[u8]> {
        let Self::Forbidden { names } = self else {
            return None;
        };
        let path = path_of(target);
        // Each name follows a slash of its own.
        let mut slashes = { path.iter().enumerate() }.filter(|(_, byte)| **byte == b'/');
        let end = slashes.nth(usize::from(names)).map(|(at, _)| at);
        let end = end.unwrap_or(path.len()).max(1);
        path.get(..end)
    }

    /// The word used in the journal and as the key of its text.
    pub fn name(self) -> &'static str {
        match self {
            Self::Misdirected => "misdirected",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::BadPath => "bad-path",
            Self::NoSuchFile => "no-such-file",
            Self::NoIndex => "no-index",
            Self::SlashMissing => "slash-missing",
            Self::OtherName => "other-name",
            Self::Hidden => "hidden",
            Self::LeavesRoot => "leaves-root",
            Self::SpecialFile => "special-file",
            Self::Forbidden { .. } => "forbidden",
            Self::Unreadable => "unreadable",
            Self::RootGone => "root-gone",
            Self::PreconditionFailed => "precondition-failed",
            Self::RangeUnsatisfiable => "range-unsatisfiable",
            Self::Panicked => "panicked",
            Self::Overloaded => "overloaded",
            Self::PrivateView => "private-view",
            Self::UnknownProtocol => "unknown-protocol",
            Self::OtherSite => "other-site",
            Self::AddressDenied => "address-denied",
            Self::AddressNotAllowed => "address-not-allowed",
            Self::ClientCertMissing => "client-cert-missing",
            Self::ClientNotAllowed => "client-not-allowed",
            Self::LinkUnsigned => "link-unsigned",
            Self::LinkWrong => "link-wrong",
            Self::LinkExpired => "link-expired",
            Self::PasswordMissing => "password-missing",
            Self::PasswordWrong => "password-wrong",
            Self::TooManyGuesses => "too-many-guesses",
            Self::PasswordsQueue => "passwords-queue",
            Self::RateLimited => "rate-limited",
            Self::TooManyAtOnce => "too-many-at-once",
            Self::BodyTooLarge => "body-too-large",
            Self::UnknownHost => "unknown-host",
            Self::ByRule => "by-rule",
            Self::Maintenance => "maintenance",
            Self::Refused(rule) => rule.name(),
        }
    }

    /// Every reason of ours, for tests and catalogues; refusals have lists of their own.
    pub const ALL: [Self; 37] = [
        Self::Misdirected,
        Self::MethodNotAllowed,
        Self::BadPath,
        Self::NoSuchFile,
        Self::NoIndex,
        Self::SlashMissing,
        Self::OtherName,
        Self::Hidden,
        Self::LeavesRoot,
        Self::SpecialFile,
        Self::FORBIDDEN,
        Self::Unreadable,
        Self::RootGone,
        Self::PreconditionFailed,
        Self::RangeUnsatisfiable,
        Self::Panicked,
        Self::Overloaded,
        Self::PrivateView,
        Self::UnknownProtocol,
        Self::OtherSite,
        Self::AddressDenied,
        Self::AddressNotAllowed,
        Self::ClientCertMissing,
        Self::ClientNotAllowed,
        Self::LinkUnsigned,
        Self::LinkWrong,
        Self::LinkExpired,
        Self::PasswordMissing,
        Self::PasswordWrong,
        Self::TooManyGuesses,
        Self::PasswordsQueue,
        Self::RateLimited,
        Self::TooManyAtOnce,
        Self::BodyTooLarge,
        Self::UnknownHost,
        Self::ByRule,
        Self::Maintenance,
    ];
}

/// The reason of this name, as the journal has it.
pub fn reason_named(name: &str) -> Option<Reason> {
    let known = Reason::ALL.into_iter().find(|reason| reason.name() == name);
    known.or_else(|| Rule::named(name).map(Reason::Refused))
}

/// The path of a target, which may be an address (RFC 9112 §3.2.2).
fn path_of(target: &[u8]) -> &[u8] {
    let end = target.iter().position(|byte| *byte == b'?');
    let target = &target[..end.unwrap_or(target.len())];
    if target.starts_with(b"/") {
        return target;
    }
    // Behind `http://` and a host.
    let slashes = { target.iter().enumerate() }.filter(|(_, byte)| **byte == b'/');
    let begin = slashes.map(|(at, _)| at).nth(2);
    begin.map_or(b"/", |begin| &target[begin..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keeps_us_out_is_the_path_as_it_was_sent_up_to_there() {
        for (names, target, expected) in [
            (0, "/a/b", "/"),
            (1, "/a/b", "/a"),
            (2, "/a/b", "/a/b"),
            (9, "/a/b", "/a/b"),
            (1, "/%61/b/?x=/y/z", "/%61"),
            (3, "/a/b/?x=/y/z", "/a/b/"),
            (2, "/a/?x", "/a/"),
            (0, "/", "/"),
            (1, "/", "/"),
            (1, "http://host/a/b", "/a"),
            (9, "http://host/a/b?http://c/d", "/a/b"),
            (1, "http://host", "/"),
            (1, "http://host?/a", "/"),
            (1, "", "/"),
        ] {
            let at = Reason::Forbidden { names }.forbidden_at(target.as_bytes());
            assert_eq!(at, Some(expected.as_bytes()), "{names} of {target}");
        }
        assert_eq!(Reason::NoSuchFile.forbidden_at(b"/a"), None);
    }
}
