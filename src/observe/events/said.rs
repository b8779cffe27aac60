//! What a client says of itself with a request, for logs that ask for it.
//!
//! The journal keeps what was asked; who asked, and from where it came, only logs want to know. So it is
//! packed behind the target, in as few bytes as it takes, and only while some log wants it: each part is
//! one byte for what it is, two for its length, and its bytes.
//!
//! Law: every part is bounded, and no secret is kept: the query of a referrer is treated as a target's.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::target::redacted_target;
use crate::exchange::{LimitSaid, Origin, Peer, TracedFor, WALK_BYTES_MAX};
use crate::observe::limits::{
    AGENT_BYTES_MAX, HOST_BYTES_MAX, LIMIT_SAID_BYTES_MAX, REFERER_BYTES_MAX, REQUEST_ID_BYTES_MAX,
    USER_BYTES_MAX,
};

/// Parts that somebody wants to know: a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted(u8);

impl Wanted {
    /// Nothing.
    pub const NOTHING: Self = Self(0);
    /// The client's address.
    pub const CLIENT: Self = Self(1);
    /// Host and port it asked for.
    pub const HOST: Self = Self(1 << 1);
    /// Where it says it comes from (`Referer`).
    pub const REFERER: Self = Self(1 << 2);
    /// What it says it is (`User-Agent`).
    pub const USER_AGENT: Self = Self(1 << 3);
    /// The name of its request (`X-Request-Id`), whoever gave it.
    pub const REQUEST_ID: Self = Self(1 << 4);
    /// Who signed in.
    pub const USER: Self = Self(1 << 5);
    /// How its answer came about: the last part, where there is one. Whoever traces wants it; no log does.
    const WALK: Self = Self(1 << 6);
    /// For whom that is: right before it.
    const TRACED_FOR: Self = Self(1 << 7);

    /// Both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of these are in it.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether nothing is wanted.
    pub const fn is_nothing(self) -> bool {
        self.0 == 0
    }

    /// As a number, and back.
    pub(in crate::observe) const fn bits(self) -> u8 {
        self.0
    }

    pub(in crate::observe) const fn of_bits(bits: u8) -> Self {
        Self(bits)
    }
}

/// What was said, for whoever packs it.
#[derive(Clone, Copy, Default)]
pub struct Sayings<'a> {
    /// Host and port it asked for.
    pub host: Option<&'a [u8]>,
    /// The field `Referer`.
    pub referer: Option<&'a [u8]>,
    /// The field `User-Agent`.
    pub user_agent: Option<&'a [u8]>,
    /// The name of the request.
    pub request_id: Option<&'a [u8]>,
    /// Who signed in, where that is known already.
    pub user: Option<&'a [u8]>,
}

/// Appends what is wanted of it.
pub fn pack(wanted: Wanted, peer: &Peer, sayings: &Sayings<'_>, out: &mut Vec<u8>) {
    let texts = [
        (Wanted::HOST, sayings.host, HOST_BYTES_MAX),
        (Wanted::USER_AGENT, sayings.user_agent, AGENT_BYTES_MAX),
        (Wanted::REQUEST_ID, sayings.request_id, REQUEST_ID_BYTES_MAX),
        (Wanted::USER, sayings.user, USER_BYTES_MAX),
    ];
    // All at once: over HTTP/2 every request has a buffer of its own.
    let room = { texts.iter() }.filter(|(kind, ..)| wanted.has(*kind));
    let room = room.filter_map(|(_, text, most)| Some(PART_HEAD + text.as_ref()?.len().min(*most)));
    out.reserve(room.sum::<usize>() + PART_HEAD + 16);
    if wanted.has(Wanted::CLIENT)
        && let Some(address) = peer.address()
    {
        match address {
            IpAddr::V4(address) => part(Wanted::CLIENT, &address.octets(), 4, out),
            IpAddr::V6(address) => part(Wanted::CLIENT, &address.octets(), 16, out),
        }
    }
    for (kind, text, most) in texts {
        if let Some(text) = text.filter(|_| wanted.has(kind)) {
            part(kind, text, most, out);
        }
    }
    if let Some(referer) = sayings.referer.filter(|_| wanted.has(Wanted::REFERER)) {
        part(
            Wanted::REFERER,
            &redacted_target(referer),
            REFERER_BYTES_MAX,
            out,
        );
    }
}

/// Appends who signed in, if that is wanted: it is known later than the rest.
pub fn pack_user(wanted: Wanted, user: &str, out: &mut Vec<u8>) {
    if wanted.has(Wanted::USER) {
        part(Wanted::USER, user.as_bytes(), USER_BYTES_MAX, out);
    }
}

/// Appends how the answer came about, and for whom that is.
pub fn pack_walk(whom: TracedFor, walk: &[u8], out: &mut Vec<u8>) {
    part(Wanted::TRACED_FOR, &[whom.bits()], 1, out);
    part(Wanted::WALK, walk, WALK_BYTES_MAX, out);
}

/// Takes the walk out of what was packed, where it finds no room, and leaves word that there was one.
pub(in crate::observe) fn without_walk(packed: &mut Vec<u8>, start: usize) {
    let mut at = start;
    while let Some([kind, low, high]) = packed.get(at..at + PART_HEAD) {
        if *kind == Wanted::WALK.bits() {
            packed.truncate(at);
            part(Wanted::WALK, &[], 0, packed);
            return;
        }
        at += PART_HEAD + usize::from(u16::from_le_bytes([*low, *high]));
    }
}

/// Appends which limit refused it, and where that was said.
pub fn pack_limit(limit: &LimitSaid, out: &mut Vec<u8>) {
    let at = limit.origin.as_ref().map(Origin::to_string);
    let text = [limit.name.as_bytes(), at.unwrap_or_default().as_bytes()].join(&0);
    part(REFUSED_BY, &text, LIMIT_SAID_BYTES_MAX, out);
}

/// The kind of that part: it is no wish, for it is told to all, so it is two of them at once.
const REFUSED_BY: Wanted = Wanted::CLIENT.and(Wanted::HOST);

/// How many bytes at the end of what was packed are a walk that is for none of these.
pub(super) fn unwanted_walk(packed: &[u8], whom: TracedFor) -> u16 {
    let mut at = 0;
    while let Some([kind, low, high]) = packed.get(at..at + PART_HEAD) {
        if *kind == Wanted::TRACED_FOR.bits() {
            let bits = packed.get(at + PART_HEAD).copied().unwrap_or_default();
            let is_wanted = TracedFor::of_bits(bits).has(whom);
            let rest = if is_wanted { 0 } else { packed.len() - at };
            return u16::try_from(rest).unwrap_or(u16::MAX);
        }
        at += PART_HEAD + usize::from(u16::from_le_bytes([*low, *high]));
    }
    0
}

/// What stands before the bytes of a part.
const PART_HEAD: usize = 3;

fn part(kind: Wanted, bytes: &[u8], most: usize, out: &mut Vec<u8>) {
    let bytes = &bytes[..bytes.len().min(most)];
    let len = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    let [low, high] = len.to_le_bytes();
    out.reserve(3 + bytes.len());
    out.extend_from_slice(&[kind.bits(), low, high]);
    out.extend_from_slice(bytes);
}

/// What was said, as the journal has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Said<'a> {
    /// The client's address; `None` for who comes through a Unix socket.
    pub client: Option<IpAddr>,
    /// Host and port it asked for.
    pub host: Option<&'a [u8]>,
    /// Where it says it comes from.
    pub referer: Option<&'a [u8]>,
    /// What it says it is.
    pub user_agent: Option<&'a [u8]>,
    /// The name of its request.
    pub request_id: Option<&'a [u8]>,
    /// Who signed in.
    pub user: Option<&'a [u8]>,
    /// How its answer came about ([`crate::exchange::Walked`] as JSON); empty: it found no room.
    walk: Option<&'a [u8]>,
    /// For whom that is.
    pub traced_for: TracedFor,
    /// Which limit refused it: its name, and where it was said; nothing: nobody knows.
    pub refused_by: Option<(&'a [u8], &'a [u8])>,
}

impl<'a> Said<'a> {
    /// How its answer came about ([`crate::exchange::Walked`] as JSON), if these are to be told; empty: it
    /// found no room.
    pub fn walk_for(&self, whom: TracedFor) -> Option<&'a [u8]> {
        self.walk.filter(|_| self.traced_for.has(whom))
    }

    /// Reads what [`pack`] wrote.
    pub fn read(mut packed: &'a [u8]) -> Self {
        let mut said = Self::default();
        while let [kind, low, high, rest @ ..] = packed {
            let len = usize::from(u16::from_le_bytes([*low, *high]));
            let Some((bytes, after)) = rest.split_at_checked(len) else {
                break;
            };
            match Wanted::of_bits(*kind) {
                Wanted::CLIENT => said.client = address(bytes),
                Wanted::HOST => said.host = Some(bytes),
                Wanted::REFERER => said.referer = Some(bytes),
                Wanted::USER_AGENT => said.user_agent = Some(bytes),
                Wanted::REQUEST_ID => said.request_id = Some(bytes),
                Wanted::USER => said.user = Some(bytes),
                Wanted::WALK => said.walk = Some(bytes),
                REFUSED_BY => {
                    let end = bytes.iter().position(|byte| *byte == 0);
                    let (name, at) = bytes.split_at(end.unwrap_or(bytes.len()));
                    said.refused_by = Some((name, at.get(1..).unwrap_or_default()));
                }
                Wanted::TRACED_FOR => {
                    let bits = bytes.first().copied().unwrap_or_default();
                    said.traced_for = TracedFor::of_bits(bits);
                }
                _ => {}
            }
            packed = after;
        }
        said
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(octets) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(octets).into());
    }
    let octets = <[u8; 16]>::try_from(bytes).ok()?;
    Some(Ipv6Addr::from(octets).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(text: &str) -> Peer {
        Peer::Tcp(text.parse().unwrap())
    }

    #[test]
    fn what_is_wanted_comes_back_and_nothing_else() {
        let sayings = Sayings {
            host: Some(b"a:80"),
            referer: Some(b"https://b/?token=secret"),
            user_agent: Some(b"curl/8"),
            request_id: Some(b"7"),
            user: Some(b"anna"),
        };
        let mut packed = Vec::new();
        let wanted = Wanted::CLIENT.and(Wanted::REFERER).and(Wanted::USER_AGENT);
        pack(wanted, &peer("192.0.2.1:5"), &sayings, &mut packed);
        let said = Said::read(&packed);
        assert_eq!(said.client, Some("192.0.2.1".parse().unwrap()));
        assert_eq!(said.referer, Some(&b"https://b/?token=[redacted]"[..]));
        assert_eq!(said.user_agent, Some(&b"curl/8"[..]));
        assert_eq!((said.host, said.request_id, said.user), (None, None, None));
        packed.clear();
        pack_user(Wanted::HOST, "anna", &mut packed);
        pack_user(Wanted::USER, "anna", &mut packed);
        assert_eq!(Said::read(&packed).user, Some(&b"anna"[..]));
        packed.clear();
        pack(
            Wanted::CLIENT,
            &peer("[2001:db8::1]:5"),
            &sayings,
            &mut packed,
        );
        let said = Said::read(&packed);
        assert_eq!(said.client, Some("2001:db8::1".parse().unwrap()));
        packed.clear();
        pack(Wanted::NOTHING, &peer("[::1]:5"), &sayings, &mut packed);
        pack(Wanted::CLIENT, &Peer::Unix, &sayings, &mut packed);
        assert!(packed.is_empty());
    }

    #[test]
    fn every_part_is_cut() {
        let long = vec![b'x'; 1 << 16];
        let sayings = Sayings {
            host: Some(&long),
            referer: Some(&long),
            user_agent: Some(&long),
            request_id: Some(&long),
            user: Some(&long),
        };
        let mut packed = Vec::new();
        let all = Wanted::of_bits(u8::MAX);
        pack(all, &peer("[2001:db8::1]:5"), &sayings, &mut packed);
        let most = HOST_BYTES_MAX + REFERER_BYTES_MAX + AGENT_BYTES_MAX + REQUEST_ID_BYTES_MAX;
        assert_eq!(packed.len(), most + USER_BYTES_MAX + 16 + 6 * 3);
        assert_eq!(
            Said::read(&packed).referer.map(<[u8]>::len),
            Some(REFERER_BYTES_MAX)
        );
    }

    #[test]
    fn a_walk_that_finds_no_room_leaves_word_and_everything_else() {
        let sayings = Sayings {
            host: Some(b"a"),
            ..Sayings::default()
        };
        let mut packed = b"/target".to_vec();
        pack(Wanted::HOST, &Peer::Unix, &sayings, &mut packed);
        let whom = TracedFor::tracer(1).unwrap();
        pack_walk(whom, &vec![b'x'; 2 * WALK_BYTES_MAX], &mut packed);
        let said = Said::read(&packed[7..]);
        let walk = said.walk_for(whom);
        assert_eq!(walk.map(<[u8]>::len), Some(WALK_BYTES_MAX));
        assert_eq!(said.walk_for(TracedFor::SETTINGS), None);
        without_walk(&mut packed, 7);
        let said = Said::read(&packed[7..]);
        let walk = said.walk_for(whom);
        assert_eq!((said.host, walk), (Some(&b"a"[..]), Some(&b""[..])));
        let before = packed.clone();
        without_walk(&mut packed, 7);
        assert_eq!(packed, before, "it is said once");
    }

    #[test]
    fn a_limit_is_told_with_the_place_where_it_was_said() {
        let mut limit = LimitSaid {
            name: "uploads".to_owned(),
            origin: Some(Origin {
                file: "hello.toml".into(),
                line: 12,
            }),
        };
        let mut packed = Vec::new();
        pack_limit(&limit, &mut packed);
        pack_walk(TracedFor::SETTINGS, b"{}", &mut packed);
        let said = Said::read(&packed);
        let told = Some((&b"uploads"[..], &b"hello.toml:12"[..]));
        assert_eq!(
            (said.refused_by, said.client, said.host),
            (told, None, None)
        );
        assert!(said.walk_for(TracedFor::SETTINGS).is_some());
        packed.clear();
        limit.origin = None;
        pack_limit(&limit, &mut packed);
        let told = Some((&b"uploads"[..], &b""[..]));
        assert_eq!(Said::read(&packed).refused_by, told);
    }

    #[test]
    fn what_is_torn_says_what_came_before() {
        let sayings = Sayings {
            host: Some(b"a"),
            user_agent: Some(b"b"),
            ..Sayings::default()
        };
        let mut packed = Vec::new();
        let wanted = Wanted::HOST.and(Wanted::USER_AGENT);
        pack(wanted, &Peer::Unix, &sayings, &mut packed);
        packed.pop();
        let said = Said::read(&packed);
        assert_eq!((said.host, said.user_agent), (Some(&b"a"[..]), None));
    }
}
