//! Why a setting cannot be used.

use thiserror::Error;

use super::limits::Limit;
use super::pattern::PatternFault;
use crate::i18n::{Args, shown};

/// A setting that cannot be used: which one, what stands there, and what is wrong with it.
///
/// The sentences are `error-CODE` and `hint-CODE` of the catalogues.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("--{option} {value}: {}", fault.code())]
pub struct ConfigError {
    /// The option, without its dashes.
    pub option: &'static str,
    /// What was given, fit to be shown ([`shown`]).
    pub value: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What can be wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A number where a time was expected: seconds or milliseconds?
    DurationWithoutUnit,
    /// Not a duration.
    BadDuration,
    /// Not a size.
    BadSize,
    /// `KB`, which has two meanings.
    AmbiguousSize {
        /// The same number with a unit of one meaning.
        meant: String,
    },
    /// Not a number of bytes per second.
    BadRate,
    /// Not a whole number.
    BadCount {
        /// A number that would do.
        example: String,
    },
    /// Below the least that makes sense.
    TooSmall {
        /// The least.
        least: String,
        /// The most.
        most: String,
    },
    /// Above the most that makes sense.
    TooLarge {
        /// The least.
        least: String,
        /// The most.
        most: String,
    },
    /// A part that would be larger than the whole it belongs to.
    PartOverWhole {
        /// The option of the whole.
        whole: &'static str,
        /// The whole.
        whole_value: String,
    },
    /// Not one of the few words that are understood.
    BadChoice {
        /// The words.
        choices: &'static str,
    },
    /// Not an address in any form we know.
    BadAddress,
    /// What stands after the colon is not a port.
    BadPort {
        /// What stands there.
        port: String,
    },
    /// A colon, and then no port.
    MissingPort,
    /// An IPv6 address whose port cannot be told from its groups.
    Ipv6WithoutBrackets,
    /// A URL; the address in it is a part.
    UrlAsAddress {
        /// Host and port of the URL.
        address: String,
    },
    /// A path that does not say it is a socket.
    PathAsAddress,
    /// Longer than the kernel's `sockaddr_un` holds.
    SocketPathTooLong {
        /// Bytes in the path.
        bytes: usize,
        /// Bytes that fit.
        most: usize,
    },
    /// The same address as another one.
    ListenTwice,
    /// Not the name of a file, but a path or nothing.
    BadFileName,
    /// Not an extension with a type.
    BadType,
    /// Nothing that addresses could begin with.
    BadMountName,
    /// A mount of nothing: `docs=`.
    MountWithoutPath,
    /// Two mounts in one place.
    MountTwice {
        /// The place.
        at: String,
    },
    /// Neither an address nor a network.
    BadNetwork,
    /// An address with the length of a network: was the one meant, or the other?
    NetworkOfAnAddress {
        /// The network that the address is in.
        network: String,
        /// The address alone.
        address: String,
    },
    /// More networks in one list than there may be.
    TooManyNetworks {
        /// How many there may be.
        most: usize,
    },
    /// More names of clients in one list than there may be.
    TooManyClientNames {
        /// How many there may be.
        most: usize,
    },
    /// What no certificate is for: nothing, or a name with a star.
    BadClientName,
    /// What not every browser shows alike.
    BadRealm,
    /// A field that no log knows.
    UnknownLogField {
        /// As it was written.
        field: String,
        /// What may have been meant.
        similar: Option<&'static str>,
    },
    /// A brace without its other half.
    LoneBrace,
    /// Neither the name of a format nor a text with fields.
    BadLogFormat {
        /// The format that may have been meant.
        similar: Option<&'static str>,
    },
    /// Not statuses.
    BadStatuses,
    /// Not a path, or one with a star in its middle.
    BadPathPattern,
    /// Not a number of requests in a time.
    BadRequestRate,
    /// Not what can be said of a rate.
    BadRatePart {
        /// What stands there.
        part: String,
    },
    /// More limits of clients than there may be.
    TooManyRates {
        /// How many there may be.
        most: usize,
    },
    /// A limit of clients that cannot be.
    BadLimit {
        /// Why: `nothing`, `burst`, `name` or `name-twice`.
        case: &'static str,
    },
    /// A path that means nothing, or a target that leads nowhere.
    Pattern(PatternFault),
    /// Not a status that can stand here.
    BadStatus {
        /// What can: `answer`, `error` or `range`.
        case: &'static str,
    },
    /// Not a method that hello knows.
    BadMethod,
    /// A field that cannot be.
    BadField {
        /// Why: `name`, `value` or `untouchable`.
        case: &'static str,
    },
    /// Not an origin as browsers send it.
    BadWebOrigin,
    /// Keys of one table that do not go together.
    BadRule {
        /// How: `two-actions`, `no-action`, `needs`, `no-change`, `cache-beside-others` or
        /// `credentials-for-anybody`.
        case: &'static str,
        /// The other key, if there is one.
        other: &'static str,
    },
    /// More mounts than there may be.
    TooManyMounts {
        /// How many there may be.
        most: usize,
    },
    /// Nothing that addresses could begin with, where a path is written.
    BadMountPath,
    /// A path of no letters.
    EmptyPath,
    /// Not the name of a host.
    BadHost {
        /// What it is instead: `port`, `everybody`, `letters` or `other`.
        case: &'static str,
    },
}

impl Fault {
    /// The stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::DurationWithoutUnit => "duration-without-unit",
            Self::BadDuration => "bad-duration",
            Self::BadSize => "bad-size",
            Self::AmbiguousSize { .. } => "ambiguous-size",
            Self::BadRate => "bad-rate",
            Self::BadCount { .. } => "bad-count",
            Self::TooSmall { .. } => "too-small",
            Self::TooLarge { .. } => "too-large",
            Self::PartOverWhole { .. } => "part-over-whole",
            Self::BadChoice { .. } => "bad-choice",
            Self::BadAddress => "bad-address",
            Self::BadPort { .. } => "bad-port",
            Self::MissingPort => "missing-port",
            Self::Ipv6WithoutBrackets => "ipv6-without-brackets",
            Self::UrlAsAddress { .. } => "url-as-address",
            Self::PathAsAddress => "path-as-address",
            Self::SocketPathTooLong { .. } => "socket-path-too-long",
            Self::ListenTwice => "listen-twice",
            Self::BadFileName => "bad-file-name",
            Self::BadType => "bad-type",
            Self::BadMountName => "bad-mount-name",
            Self::MountWithoutPath => "mount-without-path",
            Self::MountTwice { .. } => "mount-twice",
            Self::BadNetwork => "bad-network",
            Self::NetworkOfAnAddress { .. } => "network-of-an-address",
            Self::TooManyNetworks { .. } => "too-many-networks",
            Self::TooManyClientNames { .. } => "too-many-client-names",
            Self::BadClientName => "bad-client-name",
            Self::BadRealm => "bad-realm",
            Self::UnknownLogField { similar: None, .. } => "unknown-log-field",
            Self::UnknownLogField { .. } => "misspelt-log-field",
            Self::LoneBrace => "lone-brace",
            Self::BadLogFormat { .. } => "bad-log-format",
            Self::BadStatuses => "bad-statuses",
            Self::BadPathPattern => "bad-path-pattern",
            Self::TooManyMounts { .. } => "too-many-mounts",
            Self::BadRequestRate => "bad-request-rate",
            Self::BadRatePart { .. } => "bad-rate-part",
            Self::TooManyRates { .. } => "too-many-rates",
            Self::BadLimit { .. } => "bad-limit",
            Self::Pattern(_) => "bad-pattern",
            Self::BadStatus { .. } => "bad-status",
            Self::BadMethod => "bad-method",
            Self::BadField { .. } => "bad-field",
            Self::BadWebOrigin => "bad-web-origin",
            Self::BadRule { .. } => "bad-rule",
            Self::BadMountPath => "bad-mount-path",
            Self::EmptyPath => "empty-path",
            Self::BadHost { .. } => "bad-host",
        }
    }
}

impl ConfigError {
    /// An error of a limit.
    pub(crate) fn limit(limit: &Limit, value: &str, fault: Fault) -> Self {
        Self {
            option: limit.option,
            value: shown(value),
            fault,
        }
    }

    /// The stable word for what is wrong.
    pub fn code(&self) -> &'static str {
        self.fault.code()
    }

    /// What the sentences are told of the command line: `given` is the option with its value, as it was
    /// typed, and `name` the option alone.
    pub fn args(&self) -> Args<'_> {
        let given = format!("--{} {}", self.option, self.value);
        self.tell(given, |option| format!("--{option}"))
    }

    /// The same of a variable.
    pub fn args_of_variable(&self, variable: &str) -> Args<'_> {
        let given = format!("{variable}={}", self.value);
        let own = self.option;
        self.tell(given, |option| match option {
            option if option == own => variable.to_owned(),
            option => format!("--{option}"),
        })
    }

    /// The same of a file: the key with its value, as it may be written, and the key alone.
    pub fn args_in_file(&self) -> Args<'_> {
        let given = format!("{} = \"{}\"", self.option, self.value);
        self.tell(given, str::to_owned)
    }

    fn tell(&self, given: String, name: impl Fn(&str) -> String) -> Args<'_> {
        let args = Args::new()
            .with("given", given)
            .with("name", name(self.option))
            .with("option", self.option)
            .with("value", self.value.as_str());
        match &self.fault {
            Fault::AmbiguousSize { meant } => args.with("meant", meant.as_str()),
            Fault::BadCount { example } => args.with("example", example.as_str()),
            Fault::TooSmall { least, most } | Fault::TooLarge { least, most } => args
                .with("least", least.as_str())
                .with("most", most.as_str()),
            Fault::PartOverWhole { whole, whole_value } => args
                .with("whole", name(whole))
                .with("whole_value", whole_value.as_str()),
            Fault::BadChoice { choices } => args.with("choices", *choices),
            Fault::BadLogFormat { similar } => args.with("similar", similar.unwrap_or("none")),
            Fault::BadPort { port } => args.with("port", port.as_str()),
            Fault::UrlAsAddress { address } => args.with("address", address.as_str()),
            Fault::SocketPathTooLong { bytes, most } => args
                .with("bytes", bytes.to_string())
                .with("most", most.to_string()),
            Fault::MountTwice { at } => args.with("at", at.as_str()),
            Fault::TooManyMounts { most }
            | Fault::TooManyRates { most }
            | Fault::TooManyNetworks { most }
            | Fault::TooManyClientNames { most } => args.with("most", *most),
            Fault::UnknownLogField { field, similar } => args
                .with("field", field.as_str())
                .with("similar", similar.unwrap_or_default()),
            Fault::BadRatePart { part } => args.with("part", part.as_str()),
            Fault::NetworkOfAnAddress { network, address } => args
                .with("network", network.as_str())
                .with("address", address.as_str()),
            Fault::Pattern(fault) => {
                let name = match fault {
                    PatternFault::NameTwice(name) | PatternFault::UnknownName(name) => name,
                    _ => "",
                };
                args.with("case", fault.code()).with("name", shown(name))
            }
            Fault::BadHost { case }
            | Fault::BadLimit { case }
            | Fault::BadStatus { case }
            | Fault::BadField { case } => args.with("case", *case),
            Fault::BadRule { case, other } => args.with("case", *case).with("other", *other),
            Fault::BadMethod
            | Fault::BadWebOrigin
            | Fault::DurationWithoutUnit
            | Fault::BadDuration
            | Fault::BadSize
            | Fault::BadRate
            | Fault::BadRequestRate
            | Fault::BadAddress
            | Fault::MissingPort
            | Fault::Ipv6WithoutBrackets
            | Fault::PathAsAddress
            | Fault::ListenTwice
            | Fault::BadFileName
            | Fault::BadType
            | Fault::BadMountName
            | Fault::BadNetwork
            | Fault::BadRealm
            | Fault::BadClientName
            | Fault::LoneBrace
            | Fault::BadStatuses
            | Fault::BadPathPattern
            | Fault::BadMountPath
            | Fault::EmptyPath
            | Fault::MountWithoutPath => args,
        }
    }
}
