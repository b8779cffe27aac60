//! What one client may ask for at most: how often, how much at once, how fast.
//!
//! Law: a limit is known by its name, and by nothing else: what was counted for it survives a change of
//! its numbers. What clients are told apart by is in [`By`]; the judging is in the room `site`.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU64;

use http::{HeaderName, Method};

use super::error::{ConfigError, Fault};
use super::pattern::Pattern;
use crate::exchange::Origin;
use crate::i18n::shown;

/// Limits of one site. Reason: every request is held against each of them; people name a handful.
/// Above: an error.
pub const LIMITS_OF_CLIENTS_MAX: usize = 32;

/// Longest name of a limit, bytes. Reason: clients get it with each refusal. Above: an error.
const NAME_BYTES_MAX: usize = 64;

/// Most requests of a rate, and most at once. Reason: what is more than any machine answers is no limit.
const REQUESTS: (u32, u32) = (1, 1_000_000);

/// What one client may ask of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteLimits {
    /// For some requests, or for all; every one that is meant is held against a request.
    pub limits: Vec<ClientLimit>,
    /// Requests of one address that may be in hand at once.
    pub requests_per_address: Option<u32>,
    /// How fast content leaves on one connection, bytes each second.
    pub bandwidth: Option<NonZeroU64>,
    /// Longest content that a request may carry, bytes.
    pub body_bytes_max: Option<u64>,
    /// Where the last three are said, by their names.
    pub origins: BTreeMap<&'static str, Origin>,
}

/// What one client may ask, of all that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientLimit {
    /// What it is known by, to clients too. What was counted stays with the name.
    pub name: String,
    /// The paths that are meant; `None`: all.
    pub path: Option<Pattern>,
    /// The methods that are meant; none: all.
    pub methods: Vec<Method>,
    /// Whose requests are counted together.
    pub by: By,
    /// So often, on the average.
    pub rate: Option<Rate>,
    /// So often at once, by whoever has not asked for long; `None`: as often as the rate has in its time.
    pub burst: Option<u32>,
    /// So many in hand at once.
    pub concurrent: Option<u32>,
    /// How fast content leaves on one connection, bytes each second.
    pub bandwidth: Option<NonZeroU64>,
    /// Longest content that a request may carry, bytes.
    pub body_bytes_max: Option<u64>,
    /// Whether it is only told whom it would have refused.
    pub is_shadow: bool,
    /// Where it is said: a line, or an option or a variable; `None`: nobody knows.
    pub origin: Option<Origin>,
}

impl Default for ClientLimit {
    fn default() -> Self {
        Self {
            name: String::new(),
            path: None,
            methods: Vec::new(),
            by: By::Address,
            rate: None,
            burst: None,
            concurrent: None,
            bandwidth: None,
            body_bytes_max: None,
            is_shadow: false,
            origin: None,
        }
    }
}

impl SiteLimits {
    /// All limits, those that are said for the site as a whole last, under the names of their options.
    pub fn all(&self) -> Vec<ClientLimit> {
        let of_all = |name: &str, limit: ClientLimit| ClientLimit {
            name: name.to_owned(),
            origin: self.origins.get(name).cloned(),
            ..limit
        };
        let mut all = self.limits.clone();
        all.extend(self.requests_per_address.map(|most| {
            let concurrent = Some(most);
            of_all(
                "requests-per-address",
                ClientLimit {
                    concurrent,
                    ..ClientLimit::default()
                },
            )
        }));
        all.extend(self.bandwidth.map(|bandwidth| {
            let bandwidth = Some(bandwidth);
            of_all(
                "bandwidth",
                ClientLimit {
                    bandwidth,
                    ..ClientLimit::default()
                },
            )
        }));
        all.extend(self.body_bytes_max.map(|most| {
            let body_bytes_max = Some(most);
            of_all(
                "body-bytes-max",
                ClientLimit {
                    body_bytes_max,
                    ..ClientLimit::default()
                },
            )
        }));
        all
    }

    /// Takes one more limit, as it is written in a file; one without a name gets one. Where it cannot be:
    /// the key at which it fails, and why.
    pub(crate) fn add(&mut self, mut limit: ClientLimit) -> Result<(), (&'static str, Fault)> {
        if self.limits.len() == LIMITS_OF_CLIENTS_MAX {
            let most = LIMITS_OF_CLIENTS_MAX;
            return Err(("", Fault::TooManyRates { most }));
        }
        let bad = |key, case| Err((key, Fault::BadLimit { case }));
        let limits_nothing = limit.rate.is_none()
            && limit.concurrent.is_none()
            && limit.bandwidth.is_none()
            && limit.body_bytes_max.is_none();
        if limit.burst.is_some() && limit.rate.is_none() {
            return bad("burst", "burst");
        }
        if limits_nothing {
            return bad("path", "nothing");
        }
        if limit.name.is_empty() {
            limit.name = numbered("limit", self.limits.len());
        }
        if self.limits.iter().any(|other| other.name == limit.name) {
            return bad("name", "name-twice");
        }
        self.limits.push(limit);
        Ok(())
    }
}

/// The name, and from the second on its number.
fn numbered(name: &str, before: usize) -> String {
    match before {
        0 => name.to_owned(),
        before => format!("{name}-{}", before + 1),
    }
}

/// What one client is, and may have of the server, whichever site it asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSettings {
    /// Connections of one address at once.
    pub connections_per_address: Option<u32>,
    /// Whether it is only told whom the limits would have refused.
    pub is_shadow: bool,
    /// Bits of an IPv6 address that tell one client from another. Reason: who has one address of a
    /// network has all of it, and providers give each customer 64 bits at least.
    pub ipv6_prefix: u8,
    /// How many clients each limit of a rate remembers. Reason: 1 MiB for each such limit. At the limit:
    /// those are forgotten first who are nearest to having all of their budget.
    pub remembered_max: usize,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            connections_per_address: None,
            is_shadow: false,
            ipv6_prefix: 64,
            remembered_max: 1 << 16,
        }
    }
}

/// A number of requests in a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// So many.
    pub requests: u32,
    /// In this time.
    pub period: Period,
}

/// The time of a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// A second.
    Second,
    /// A minute.
    Minute,
    /// An hour.
    Hour,
    /// A day.
    Day,
}

/// Whose requests are counted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// Those from one address, or one network of IPv6.
    Address,
    /// Those of one user, who has shown his password; of anybody else, those from one address.
    User,
    /// Those with one value in this field; without it, those from one address.
    Field(HeaderName),
}

impl Period {
    /// Each, with its word and its seconds.
    const ALL: [(Self, &'static str, u32); 4] = [
        (Self::Second, "s", 1),
        (Self::Minute, "min", 60),
        (Self::Hour, "h", 60 * 60),
        (Self::Day, "d", 24 * 60 * 60),
    ];

    /// How long it is.
    pub fn seconds(self) -> u32 {
        let found = Self::ALL.into_iter().find(|(period, ..)| *period == self);
        found.map_or(1, |(_, _, seconds)| seconds)
    }

    fn word(self) -> &'static str {
        let found = Self::ALL.into_iter().find(|(period, ..)| *period == self);
        found.map_or("s", |(_, word, _)| word)
    }
}

impl Rate {
    /// Reads `10/s`, `600/min`, `1000/h` or `5000/d`.
    pub fn read(text: &str) -> Result<Self, Fault> {
        let (requests, period) = text.split_once('/').ok_or(Fault::BadRequestRate)?;
        let period = match period.trim() {
            // As in durations.
            "m" => "min",
            period => period,
        };
        let period = { Period::ALL.into_iter() }
            .find(|(_, word, _)| *word == period)
            .map(|(period, ..)| period)
            .ok_or(Fault::BadRequestRate)?;
        let requests = number(requests.trim()).ok_or(Fault::BadRequestRate)?;
        let requests = within(requests, |number| format!("{number}/{}", period.word()))?;
        Ok(Self { requests, period })
    }

    /// The same as text.
    pub fn write(self) -> String {
        format!("{}/{}", self.requests, self.period.word())
    }
}

impl ClientLimit {
    /// Reads `10/s`, and behind it what is said of it: `10/s,burst=20,by=x-api-key`.
    pub fn read(option: &'static str, name: &str, text: &str) -> Result<Self, ConfigError> {
        Self::parse(name, text).map_err(|fault| ConfigError {
            option,
            value: shown(text),
            fault,
        })
    }

    fn parse(name: &str, text: &str) -> Result<Self, Fault> {
        let mut parts = text.split(',').map(str::trim);
        let mut limit = Self {
            name: name.to_owned(),
            rate: Some(Rate::read(parts.next().unwrap_or_default())?),
            ..Self::default()
        };
        for part in parts {
            let bad = || Fault::BadRatePart { part: shown(part) };
            match part.split_once('=').ok_or_else(bad)? {
                ("burst", value) => {
                    let burst = number(value).ok_or_else(bad)?;
                    limit.burst = Some(within(burst, |number| format!("burst={number}"))?);
                }
                ("by", by) => limit.by = By::read(by).ok_or_else(bad)?,
                _ => return Err(bad()),
            }
        }
        Ok(limit)
    }

    /// Reads all that were given on one line; each has the name of the option, and a number from the
    /// second on.
    pub fn read_all<'a>(
        option: &'static str,
        texts: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<Self>, ConfigError> {
        let mut limits: Vec<Self> = Vec::new();
        for text in texts {
            if limits.len() == LIMITS_OF_CLIENTS_MAX {
                let most = LIMITS_OF_CLIENTS_MAX;
                return Err(ConfigError {
                    option,
                    value: shown(text),
                    fault: Fault::TooManyRates { most },
                });
            }
            limits.push(Self::read(option, &numbered(option, limits.len()), text)?);
        }
        Ok(limits)
    }
}

impl By {
    /// Reads `address`, `user`, or a field: `field:x-api-key`, or only its name.
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "address" => Some(Self::Address),
            "user" => Some(Self::User),
            field => {
                let name = field.strip_prefix(FIELD).unwrap_or(field);
                let name = HeaderName::from_bytes(name.as_bytes());
                name.ok().map(Self::Field)
            }
        }
    }
}

/// What stands before the name of a field.
const FIELD: &str = "field:";

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => f.write_str("address"),
            Self::User => f.write_str("user"),
            Self::Field(name) => write!(f, "{FIELD}{name}"),
        }
    }
}

/// Whether a limit may be called so: it stands between quotes in a field.
pub(crate) fn is_name(text: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    (1..=NAME_BYTES_MAX).contains(&text.len()) && text.bytes().all(is_fit)
}

/// Reads a number of requests: at once, or in hand.
pub(crate) fn requests(text: &str) -> Result<u32, Fault> {
    let example = || "20".to_owned();
    let number = number(text).ok_or_else(|| Fault::BadCount { example: example() })?;
    within(number, |number| number.to_string())
}

/// Digits alone; what is too large for a number is the largest.
fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

fn within(number: u64, write: impl Fn(u32) -> String) -> Result<u32, Fault> {
    let (least, most) = REQUESTS;
    let told = || (write(least), write(most));
    match u32::try_from(number) {
        Ok(number) if number < least => {
            let (least, most) = told();
            Err(Fault::TooSmall { least, most })
        }
        Ok(number) if number <= most => Ok(number),
        _ => {
            let (least, most) = told();
            Err(Fault::TooLarge { least, most })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ClientLimit, Fault> {
        ClientLimit::parse("limit", text)
    }

    #[test]
    fn a_rate_is_requests_in_a_time() {
        for (text, requests, period, burst) in [
            ("10/s", 10, Period::Second, None),
            ("600/min", 600, Period::Minute, None),
            ("600/m", 600, Period::Minute, None),
            ("1000/h", 1000, Period::Hour, None),
            ("1/d", 1, Period::Day, None),
            (" 10 / s , burst=20", 10, Period::Second, Some(20)),
            ("1000000/s,burst=1", 1_000_000, Period::Second, Some(1)),
        ] {
            let limit = read(text).unwrap();
            let rate = Rate { requests, period };
            assert_eq!((limit.rate, limit.burst), (Some(rate), burst), "{text}");
            assert_eq!(limit.by, By::Address);
        }
        let key = By::Field(HeaderName::from_static("x-api-key"));
        for (text, by, written) in [
            ("X-Api-Key", key.clone(), "field:x-api-key"),
            ("field:X-Api-Key", key, "field:x-api-key"),
            ("user", By::User, "user"),
            ("address", By::Address, "address"),
            (
                "field:user",
                By::Field(HeaderName::from_static("user")),
                "field:user",
            ),
        ] {
            let limit = read(&format!("5/s,by={text},burst=7")).unwrap();
            assert_eq!((&limit.by, limit.burst), (&by, Some(7)));
            assert_eq!(limit.by.to_string(), written);
        }
    }

    #[test]
    fn what_is_shown_can_be_typed() {
        for text in ["10/s", "600/min", "1000/h", "1/d"] {
            assert_eq!(Rate::read(text).unwrap().write(), text);
        }
    }

    #[test]
    fn a_limit_of_a_file_limits_something_and_has_a_name_of_its_own() {
        let mut limits = SiteLimits::default();
        let rate = || ClientLimit {
            rate: Rate::read("1/s").ok(),
            ..ClientLimit::default()
        };
        let nothing = limits.add(ClientLimit::default());
        assert_eq!(nothing, Err(("path", Fault::BadLimit { case: "nothing" })));
        let burst = limits.add(ClientLimit {
            burst: Some(1),
            ..ClientLimit::default()
        });
        assert_eq!(burst, Err(("burst", Fault::BadLimit { case: "burst" })));
        limits.add(rate()).unwrap();
        limits.add(rate()).unwrap();
        let again = limits.add(ClientLimit {
            name: "limit-2".to_owned(),
            ..rate()
        });
        assert_eq!(again, Err(("name", Fault::BadLimit { case: "name-twice" })));
        limits.requests_per_address = Some(3);
        limits.body_bytes_max = Some(4);
        limits.bandwidth = NonZeroU64::new(5);
        let all = limits.all();
        let names: Vec<&str> = all.iter().map(|limit| limit.name.as_str()).collect();
        let expected = [
            "limit",
            "limit-2",
            "requests-per-address",
            "bandwidth",
            "body-bytes-max",
        ];
        assert_eq!(names, expected);
        let numbers = (all[2].concurrent, all[3].bandwidth, all[4].body_bytes_max);
        assert_eq!(numbers, (Some(3), NonZeroU64::new(5), Some(4)));
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in [
            "", "10", "10/", "/s", "ten/s", "10/week", "-1/s", "1.5/s", "10 s",
        ] {
            assert_eq!(read(text), Err(Fault::BadRequestRate), "{text}");
        }
        for text in [
            "10/s,",
            "10/s,20",
            "10/s,burst",
            "10/s,burst=",
            "10/s,by=",
            "10/s,by=a b",
            "10/s,by=field:",
        ] {
            let part = text.split_once(',').unwrap().1.to_owned();
            assert_eq!(read(text), Err(Fault::BadRatePart { part }), "{text}");
        }
        let bounds = |least: &str, most: &str| (least.to_owned(), most.to_owned());
        let (least, most) = bounds("1/h", "1000000/h");
        assert_eq!(read("0/h"), Err(Fault::TooSmall { least, most }));
        let (least, most) = bounds("1/s", "1000000/s");
        assert_eq!(
            read("99999999999999999999/s"),
            Err(Fault::TooLarge { least, most })
        );
        let (least, most) = bounds("burst=1", "burst=1000000");
        assert_eq!(read("1/s,burst=0"), Err(Fault::TooSmall { least, most }));
    }

    #[test]
    fn several_limits_have_names_of_their_own_and_are_so_many() {
        let limits = ClientLimit::read_all("rate-limit", ["1/s", "2/s"].into_iter()).unwrap();
        let names: Vec<&str> = limits.iter().map(|limit| limit.name.as_str()).collect();
        assert_eq!(names, ["rate-limit", "rate-limit-2"]);
        let most = LIMITS_OF_CLIENTS_MAX;
        let error = ClientLimit::read_all("rate-limit", std::iter::repeat_n("1/s", most + 1));
        assert_eq!(error.unwrap_err().fault, Fault::TooManyRates { most });
    }
}
