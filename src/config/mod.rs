//! Turns text into typed settings, or into an error a person can act on.
//!
//! Law: no side effects. Nothing here opens, resolves or asks the system; `server` does.
//!
//! Numbers with units are read in [`quantity`], addresses in [`listen`]; every limit and
//! deadline is a row of [`limits`].

mod access;
mod access_log;
pub(crate) mod clients;
mod control;
mod error;
pub mod file;
mod files;
mod hints;
mod hosts;
pub mod limits;
pub mod listen;
mod mounts;
mod networks;
pub mod pattern;
mod places;
pub mod quantity;
pub mod routing;
mod service;
mod site;
mod tls;
mod trace;

#[cfg(test)]
mod corpus_tests;
#[cfg(test)]
pub(crate) mod golden;
#[cfg(test)]
mod limits_page;

use std::borrow::Cow;
use std::path::PathBuf;
use std::time::Duration;

pub use access::{
    AccessEntry, AccessSettings, CLIENT_NAMES_MAX, ClientField, LINK_TIME, ProxySettings,
    REALM_BYTES_MAX, Realm, link_time,
};
pub use access_log::{
    AccessLog, Addresses, LineFormat, LinePart, LogCompression, LogConditions, LogField, LogPath,
    LogPlace, LogSettings, Rotation,
};
pub use clients::{
    By, ClientLimit, ClientSettings, LIMITS_OF_CLIENTS_MAX, Period, Rate, SiteLimits,
};
pub use control::ControlSettings;
pub use error::{ConfigError, Fault};
pub(crate) use files::index;
pub use files::{
    Changes, FileSettings, Freshness, Hidden, Links, ListFolders, OwnType, PageNames, Readers,
    Unknown,
};
pub use hello_http1::Limits as Http1Settings;
pub use hints::{BadHint, HintFault, Hints};
pub use hosts::{HostFound, HostTable};
pub use listen::ListenAddress;
pub(crate) use mounts::mount_meant_by;
pub use mounts::{MOUNTS_MAX, Mount, MountPoint, ServedError, mounts};
pub use networks::{NETWORKS_MAX, Network};
pub use places::{Others, PlaceSettings};
pub use service::ServiceSettings;
pub use site::{HostName, SiteSettings};
pub use tls::{
    CertificateFiles, ClientCertificate, ClientProof, SitePlan, SiteTls, TlsPlan, TlsSettings,
    TlsVersion,
};
pub use trace::{TraceSettings, Traced, trace_time};

use crate::i18n::{Language, shown};

/// Everything a person may decide. Each room takes its own part, never the whole.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The files that they come from, the first of which was named; none: from none.
    pub configuration: Vec<PathBuf>,
    /// What answers whoever asks for a name that no other site has; usually all there is.
    pub site: SiteSettings,
    /// Sites with names of their own.
    pub sites: Vec<SiteSettings>,
    /// Where to listen; nowhere, if every site has addresses of its own.
    pub listen: Vec<ListenAddress>,
    /// Where nothing is spoken but the way to the same page over TLS.
    pub redirect_http: Vec<ListenAddress>,
    /// Whether others were asked in, so that it is said what that means.
    pub share: bool,
    /// Whether the next free port is taken where one is taken.
    pub next_port: bool,
    /// Whether the files that these come from are followed, and read anew when they change.
    pub watch: bool,
    /// Where a browser is opened at the start; `None`: nowhere.
    pub open: Option<Desktop>,
    /// Where a running server can be asked what it does.
    pub control: ControlSettings,
    /// What whoever started us wants, and has handed over.
    pub service: ServiceSettings,
    /// What is printed, and in which language.
    pub output: OutputSettings,
    /// What is logged of requests.
    pub logs: LogSettings,
    /// Where metrics are told; nothing: nowhere.
    pub metrics: Vec<ListenAddress>,
    /// How long we go on as before once we are asked to stop, but for saying that we are not ready.
    pub drain_delay: Duration,
    /// How long answers in flight may take to finish once we are asked to stop.
    pub drain_timeout: Duration,
    /// How many connections, and how they are let go.
    pub connections: ConnectionSettings,
    /// How it is known who comes, where others pass requests on.
    pub proxies: ProxySettings,
    /// Whose requests have their walk written down.
    pub trace: TraceSettings,
    /// Who we are, where what is said is private.
    pub tls: TlsSettings,
    /// What one client is, and may have.
    pub clients: ClientSettings,
    /// What an HTTP/1.1 connection may cost.
    pub http1: Http1Settings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            configuration: Vec::new(),
            site: SiteSettings::default(),
            sites: Vec::new(),
            listen: vec![ListenAddress::default()],
            redirect_http: Vec::new(),
            share: false,
            next_port: false,
            watch: false,
            open: None,
            control: ControlSettings::InFolders(Vec::new()),
            service: ServiceSettings::default(),
            output: OutputSettings::default(),
            logs: LogSettings::default(),
            metrics: Vec::new(),
            drain_delay: Duration::ZERO,
            drain_timeout: Duration::from_secs(30),
            connections: ConnectionSettings::default(),
            proxies: ProxySettings::default(),
            trace: TraceSettings::default(),
            tls: TlsSettings::default(),
            clients: ClientSettings::default(),
            http1: Http1Settings::default(),
        }
    }
}

impl Settings {
    /// What a site of these settings is called ([`SiteSettings::name`]), and no other of them: where hosts
    /// have a site at one address and another elsewhere, the address is said, too.
    pub fn name_of<'s>(&self, site: &'s SiteSettings) -> Cow<'s, str> {
        let name = site.name();
        let (Some(host), Some(address)) = (site.hosts.first(), site.listen.first()) else {
            return name;
        };
        let named_alike = { self.sites.iter() }.filter(|other| other.hosts.first() == Some(host));
        if named_alike.count() > 1 {
            return format!("{name} {address}").into();
        }
        name
    }

    /// What handshakes depend on, of the server and of its sites.
    pub fn tls_plan(&self) -> TlsPlan {
        let sites = self.sites.iter().map(|site| SitePlan {
            hosts: site.hosts.clone(),
            certificates: site.tls.certificates.clone(),
            client: own_client_proof(site),
        });
        TlsPlan {
            server: self.tls.clone(),
            client: self.server_client_proof(),
            sites: sites.collect(),
            places: self.places().into_iter().map(|place| place.sites).collect(),
        }
    }

    /// What clients of a site have to prove, and to whom; `None`: nothing.
    pub fn client_proof(&self, site: &SiteSettings) -> Option<ClientProof> {
        own_client_proof(site).or_else(|| self.server_client_proof())
    }

    /// That of sites that name no authorities.
    fn server_client_proof(&self) -> Option<ClientProof> {
        let of_server = |site: &&SiteSettings| site.tls.client_authorities.is_empty();
        let mut sites = [&self.site]
            .into_iter()
            .chain(&self.sites)
            .filter(of_server);
        let asked_below = sites.any(|site| site.access.asks_for_certificates());
        let wish = self.tls.client_certificate;
        ClientProof::of(&self.tls.client_authorities, wish, asked_below)
    }

    /// Every address that is listened on for the sites, and whether TLS is spoken there.
    pub fn spoken(&self) -> Vec<(&ListenAddress, bool)> {
        let (places, plan) = (self.places(), self.tls_plan());
        let is_sealed = |address: &ListenAddress| {
            let place = { places.iter() }.position(|place| place.addresses.contains(address));
            plan.is_spoken_at(place.unwrap_or(0))
        };
        let addresses = self.addresses().into_iter();
        addresses
            .map(|address| (address, is_sealed(address)))
            .collect()
    }

    /// Whether TLS is spoken at all.
    pub fn speaks_tls(&self) -> bool {
        let has_own = |site: &SiteSettings| !site.tls.certificates.is_empty();
        self.tls.is_spoken() || self.sites.iter().any(has_own)
    }

    /// What files may cost, and what is said of all clients, is decided once, for all sites.
    pub fn share_limits(&mut self) {
        let shared = &self.site.files;
        for site in &mut self.sites {
            site.files = FileSettings {
                memory_file_bytes_max: shared.memory_file_bytes_max,
                memory_bytes_max: shared.memory_bytes_max,
                open_files_max: shared.open_files_max,
                look_again_after: shared.look_again_after,
                ..std::mem::take(&mut site.files)
            };
            let limits = &self.site.limits;
            site.limits.requests_per_address = limits.requests_per_address;
            site.limits.bandwidth = limits.bandwidth;
            site.limits.body_bytes_max = limits.body_bytes_max;
            site.limits.origins.clone_from(&limits.origins);
        }
    }
}

/// That of a site that names authorities.
fn own_client_proof(site: &SiteSettings) -> Option<ClientProof> {
    let (wish, asked_below) = (
        site.tls.client_certificate,
        site.access.asks_for_certificates(),
    );
    ClientProof::of(&site.tls.client_authorities, wish, asked_below)
}

/// What is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Serve {
    /// Nothing: nobody asked for has a site here.
    Nothing,
    /// The small site inside the program.
    BuiltIn,
    /// A folder, or a single file.
    Path(PathBuf),
    /// Folders and files under prefixes; at least one.
    Mounts(Vec<Mount>),
    /// The certificate of the local authority in this folder, for phones to take.
    Authority(PathBuf),
}

/// What opens a browser for the person who started us, as far as the surroundings tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desktop {
    /// Whether there is a display to show one on.
    pub has_display: bool,
    /// Whether we are the administrator, as whom none is opened.
    pub is_administrator: bool,
    /// Folders of programs.
    pub path: String,
}

impl Serve {
    /// What was named on the disk, as it was typed; `None` if nothing was.
    pub fn as_typed(&self) -> Option<String> {
        match self {
            Self::Nothing | Self::BuiltIn | Self::Authority(_) => None,
            Self::Path(path) => Some(path.display().to_string()),
            Self::Mounts(mounts) => {
                let words: Vec<String> = mounts.iter().map(Mount::as_typed).collect();
                Some(words.join(" "))
            }
        }
    }
}

/// What is printed, and in which language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputSettings {
    /// For people or for programs.
    pub format: LogFormat,
    /// Whether connections and requests go unmentioned.
    pub quiet: bool,
    /// Whether the terminal shows the full-screen view instead of lines.
    pub full_screen: bool,
    /// Whether the best address is drawn, to point a phone at.
    pub is_drawn: bool,
    /// Where there are colours.
    pub colour: Colour,
    /// Columns of a terminal that does not tell them itself.
    pub columns: Option<u16>,
    /// The language asked for; `None` if the locale names none (texts are English then).
    pub language: Option<Language>,
    /// The language of the line that greets a connection. Where no language is asked for it
    /// stays in the words of the program this one grew from.
    pub greeting_language: Language,
}

impl Default for OutputSettings {
    fn default() -> Self {
        Self::in_language(None)
    }
}

impl OutputSettings {
    /// The usual output in the language asked for, if any.
    pub fn in_language(language: Option<Language>) -> Self {
        Self {
            format: LogFormat::Text,
            quiet: false,
            full_screen: false,
            is_drawn: false,
            colour: Colour::Auto,
            columns: None,
            language,
            greeting_language: language.unwrap_or(Language::Russian),
        }
    }

    /// The language of every text but the greeting.
    pub fn text_language(&self) -> Language {
        self.language.unwrap_or(Language::English)
    }
}

/// The form of the lines on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Sentences, for people.
    Text,
    /// One object per line, for programs.
    Json,
}

impl LogFormat {
    /// The words [`LogFormat::read`] understands.
    pub const CHOICES: &'static str = "text, json";

    /// Reads `text` or `json`.
    pub fn read(value: &str) -> Result<Self, ConfigError> {
        match value {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(bad_choice("log", value, Self::CHOICES)),
        }
    }
}

/// Where there are colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// On terminals.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

impl Colour {
    /// The words [`Colour::read`] understands.
    pub const CHOICES: &'static str = "auto, always, never";

    /// Reads `auto`, `always` or `never`.
    pub fn read(value: &str) -> Result<Self, ConfigError> {
        match value {
            "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            _ => Err(bad_choice("color", value, Self::CHOICES)),
        }
    }
}

/// The words [`language`] understands.
pub const LANGUAGE_CHOICES: &str = "en, ru";

/// Reads a language: `en`, `ru`, or a longer tag such as `ru-RU`.
pub fn language(value: &str) -> Result<Language, ConfigError> {
    Language::of_tag(value).ok_or_else(|| bad_choice("lang", value, LANGUAGE_CHOICES))
}

fn bad_choice(option: &'static str, value: &str, choices: &'static str) -> ConfigError {
    ConfigError {
        option,
        value: shown(value),
        fault: Fault::BadChoice { choices },
    }
}

/// How many connections, and how they are let go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionSettings {
    /// Most connections at once; `None`: as many as the limit of open files and half of the memory allow.
    pub max: Option<usize>,
    /// How long we read on before a close that could become a reset and overtake the answer
    /// (RFC 9112 §9.6). Reason: one lost packet of the answer, and its repetition. At the limit:
    /// closed all the same.
    pub linger_timeout: Duration,
    /// How long neither side may say anything where another protocol is spoken. Reason: whoever
    /// means to stay says something now and then, and the other machine may have gone without a
    /// word. At the limit: the connection is closed, or its stream reset.
    pub tunnel_timeout: Duration,
}

impl Default for ConnectionSettings {
    fn default() -> Self {
        Self {
            max: None,
            linger_timeout: Duration::from_secs(2),
            tunnel_timeout: Duration::from_hours(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choices_are_the_words_that_are_understood() {
        for word in LogFormat::CHOICES.split(", ") {
            assert!(LogFormat::read(word).is_ok(), "{word}");
        }
        for word in Colour::CHOICES.split(", ") {
            assert!(Colour::read(word).is_ok(), "{word}");
        }
        let codes = Language::ALL.map(Language::code).join(", ");
        assert_eq!(LANGUAGE_CHOICES, codes);
        assert!(LogFormat::read("JSON").is_err());
        assert!(language("de").is_err());
        assert!(language("C").is_err());
    }

    #[test]
    fn without_a_language_texts_are_english_and_the_greeting_is_russian() {
        let output = OutputSettings::default();
        assert_eq!(output.text_language(), Language::English);
        assert_eq!(output.greeting_language, Language::Russian);
        let english = OutputSettings::in_language(Some(Language::English));
        assert_eq!(english.greeting_language, Language::English);
    }
}
