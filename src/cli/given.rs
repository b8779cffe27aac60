//! What was given on the command line becomes settings.
//!
//! Law: no side effects. The grammar has been checked by then ([`super::options`]); here stands what
//! options mean together, and each value is read by the room [`crate::config`].

use std::cmp::Ordering;
use std::ffi::{OsStr, OsString};

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::complain;
use super::environment::Environment;
use super::misuse::{Misuse, SERVING_ELSEWHERE};
use super::options;
use crate::config::listen::DEFAULT_PORT;
use crate::config::{
    self, AccessEntry, AccessSettings, CertificateFiles, Changes, ClientCertificate, ClientField,
    Colour, ConfigError, Desktop, FileSettings, Freshness, Hidden, Links, ListFolders,
    ListenAddress, LogFormat, Network, OutputSettings, OwnType, PageNames, ProxySettings, Readers,
    Realm, Serve, ServedError, Settings, SiteSettings, TlsSettings, TlsVersion, Unknown, limits,
};
use crate::i18n::{Language, shown};

/// Options that mean nothing without another one.
const NEEDS: [(&str, &str); 8] = [
    ("realm", "users"),
    ("client-field", "trusted-proxy"),
    ("proxy-protocol", "trusted-proxy"),
    ("redirect-http", "https"),
    ("hsts", "https"),
    ("tls-min", "https"),
    ("client-ca", "https"),
    ("client-cert", "client-ca"),
];

/// Options that cannot be given together: one says what the other denies; a picture stands among lines
/// for people.
const EXCLUDES: [(&str, &str); 4] = [
    ("list", "no-list"),
    ("qr", "tui"),
    ("qr", "quiet"),
    ("qr", "log"),
];

/// What stands in the place of two hyphens where a text was pasted from elsewhere.
const LONG_DASHES: [char; 3] = ['—', '–', '―'];

/// What is wrong with it: the line as a whole, or the value of an option.
pub(super) enum Wrong {
    Line(Misuse),
    Value(ConfigError),
}

impl From<ConfigError> for Wrong {
    fn from(error: ConfigError) -> Self {
        Self::Value(error)
    }
}

impl From<Misuse> for Wrong {
    fn from(misuse: Misuse) -> Self {
        Self::Line(misuse)
    }
}

/// The settings that were asked for; what was not given is as usual, or as the surroundings say.
pub(super) fn settings(
    given: &Given<'_>,
    language: Option<Language>,
    environment: &Environment,
) -> Result<Settings, Wrong> {
    given.refuse_swallowed_options()?;
    given.refuse_what_excludes()?;
    if let Some(value) = given.text("lang") {
        config::language(value)?;
    }
    let mut settings = Settings {
        site: SiteSettings {
            serve: given.serve()?,
            answer_probes: given.0.get_flag("answer-probes"),
            ..SiteSettings::default()
        },
        listen: given.listen()?,
        redirect_http: ListenAddress::read_all("redirect-http", given.all("redirect-http"))?,
        share: given.0.get_flag("share"),
        next_port: given.0.get_flag("next-port"),
        open: given.0.get_flag("open").then(|| Desktop {
            has_display: environment.has_display,
            is_administrator: environment.places.is_administrator,
            path: environment.places.path.clone(),
        }),
        output: OutputSettings {
            quiet: given.0.get_flag("quiet"),
            full_screen: given.0.get_flag("tui"),
            is_drawn: given.0.get_flag("qr"),
            colour: environment.colour,
            columns: environment.columns,
            ..OutputSettings::in_language(language)
        },
        ..Settings::default()
    };
    given.files(&mut settings.site.files)?;
    given.refuse_what_needs_a_folder()?;
    given.refuse_what_needs_another()?;
    settings.tls = given.tls()?;
    settings.site.access = given.access()?;
    settings.proxies = given.proxies()?;
    if given.0.get_flag("https") {
        settings.tls.authority = Some(environment.places.authority());
    }
    if let Some(value) = given.text("log") {
        settings.output.format = LogFormat::read(value)?;
    }
    if let Some(value) = given.text("color") {
        settings.output.colour = Colour::read(value)?;
    }
    settings.site.files.list_folders = given.lists(&settings.listen);
    limits::apply(&mut settings, |option| given.text(option))?;
    Ok(settings)
}

/// What was given, by the name of its option.
pub(super) struct Given<'a>(pub(super) &'a ArgMatches);

impl<'a> Given<'a> {
    pub(super) fn text(&self, option: &str) -> Option<&'a str> {
        self.0.get_one::<String>(option).map(String::as_str)
    }

    fn listen(&self) -> Result<Vec<ListenAddress>, Wrong> {
        let mut addresses = ListenAddress::read_all("listen", self.all("listen"))?;
        if self.is_given("share") {
            return self.everywhere();
        }
        if addresses.is_empty() {
            addresses.push(ListenAddress::default());
        }
        Ok(addresses)
    }

    /// Every network, at the ports that were given without an address. An address says who is let in,
    /// and so does `--share`: both cannot count.
    fn everywhere(&self) -> Result<Vec<ListenAddress>, Wrong> {
        let ports: Option<Vec<u16>> = self.all("listen").map(ListenAddress::bare_port).collect();
        let Some(mut ports) = ports else {
            let (option, other) = ("share", "listen");
            return Err(Misuse::Excludes { option, other }.into());
        };
        if ports.is_empty() {
            ports.push(DEFAULT_PORT);
        }
        Ok(ports.into_iter().map(ListenAddress::EveryNetwork).collect())
    }

    /// Whether an option is there; `hello trust` knows fewer.
    fn is_given(&self, option: &str) -> bool {
        self.0.value_source(option) == Some(ValueSource::CommandLine)
    }

    /// Two options of which each makes the other mean nothing.
    fn refuse_what_excludes(&self) -> Result<(), Misuse> {
        let log_is_for_programs = self.text("log") == Some("json");
        for (option, other) in EXCLUDES {
            let is_there = |option| match option {
                "log" => log_is_for_programs,
                option => self.is_given(option),
            };
            if is_there(option) && is_there(other) {
                return Err(Misuse::Excludes { option, other });
            }
        }
        Ok(())
    }

    /// Nothing of how folders are served concerns the built-in site.
    fn refuse_what_needs_a_folder(&self) -> Result<(), Misuse> {
        if self.all("path").next().is_some() {
            return Ok(());
        }
        let mut meaningless = options::of_folders().filter(|option| self.is_given(option));
        match meaningless.next() {
            Some(option) => Err(Misuse::NeedsFolder { option }),
            None => Ok(()),
        }
    }

    pub(super) fn all(&self, option: &str) -> impl Iterator<Item = &'a OsStr> + Clone + use<'a> {
        let values = self.0.get_many::<OsString>(option);
        values.into_iter().flatten().map(OsString::as_os_str)
    }

    /// How a folder is served; what is not given stays.
    fn files(&self, files: &mut FileSettings) -> Result<(), ConfigError> {
        let is_given = |option| self.0.get_flag(option);
        if is_given("spa") {
            files.unknown = Unknown::StartPage;
        }
        if is_given("clean-urls") {
            files.page_names = PageNames::Clean;
        }
        if is_given("immutable") {
            files.freshness = Freshness::HashedForEver;
        }
        if is_given("cors") {
            files.readers = Readers::Anybody;
        }
        if is_given("live") {
            files.changes = Changes::Followed;
        }
        if is_given("hidden") {
            files.hidden = Hidden::Served;
        }
        if is_given("no-compression") {
            files.compression = false;
        }
        if let Some(value) = self.text("links") {
            files.links = Links::read(value)?;
        }
        let indexes = self.all("index").map(config::index);
        let indexes = indexes.collect::<Result<Vec<_>, _>>()?;
        if !indexes.is_empty() {
            files.indexes = indexes;
        }
        files.hint_files = self.all("hints").map(Into::into).collect();
        files.types = self
            .all("type")
            .map(OwnType::read)
            .collect::<Result<_, _>>()?;
        Ok(())
    }

    /// To whom folders are listed: as was said, and otherwise where only this machine can ask.
    fn lists(&self, listen: &[ListenAddress]) -> ListFolders {
        if self.0.get_flag("no-list") {
            ListFolders::ToNobody
        } else if self.0.get_flag("list") || self.is_given("share") {
            // Who shares a folder wants it to be seen.
            ListFolders::ToEverybody
        } else if listen.iter().all(ListenAddress::is_local) {
            ListFolders::ToThisMachine
        } else {
            ListFolders::ToNobody
        }
    }

    /// Options that mean nothing without another one.
    fn refuse_what_needs_another(&self) -> Result<(), Misuse> {
        for (option, needs) in NEEDS {
            let is_there = match needs {
                "https" => self.0.get_flag("https") || self.0.contains_id("cert"),
                needs => self.is_given(needs),
            };
            if self.is_given(option) && !is_there {
                return Err(Misuse::Needs { option, needs });
            }
        }
        Ok(())
    }

    /// Who may come in.
    fn access(&self) -> Result<AccessSettings, Wrong> {
        let realm = self.once("realm")?;
        let entry = AccessEntry {
            path: None,
            users: self.once("users")?.map(Into::into),
            realm: match realm {
                Some(realm) => Realm::read(&realm.to_string_lossy())?,
                None => Realm::default(),
            },
            allow: self.networks("allow")?,
            deny: self.networks("deny")?,
            link_keys: self.all("link-key").map(Into::into).collect(),
        };
        let entries = if entry.is_open() {
            Vec::new()
        } else {
            vec![entry]
        };
        Ok(AccessSettings { entries })
    }

    /// How it is known who comes.
    fn proxies(&self) -> Result<ProxySettings, Wrong> {
        Ok(ProxySettings {
            trusted: self.networks("trusted-proxy")?,
            client_field: match self.text("client-field") {
                Some(value) => ClientField::read(value)?,
                None => ClientField::default(),
            },
            speaks_proxy_protocol: self.0.get_flag("proxy-protocol"),
        })
    }

    fn networks(&self, option: &'static str) -> Result<Vec<Network>, ConfigError> {
        // Bytes that are no text become what no network contains, and are refused with it.
        let values: Vec<_> = self.all(option).map(OsStr::to_string_lossy).collect();
        Network::read_all(option, values.iter().map(AsRef::as_ref))
    }

    /// The value of an option that is there once, in whatever bytes.
    fn once(&self, option: &'static str) -> Result<Option<&'a OsStr>, Misuse> {
        let mut values = self.all(option);
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(Misuse::OptionTwice {
                option: format!("--{option}"),
            }),
            (value, None) => Ok(value),
        }
    }

    fn tls(&self) -> Result<TlsSettings, Wrong> {
        let mut tls = TlsSettings {
            certificates: self.certificates()?,
            client_authorities: self.all("client-ca").map(Into::into).collect(),
            ..TlsSettings::default()
        };
        if let Some(value) = self.text("tls-min") {
            tls.least_version = TlsVersion::read(value)?;
        }
        if let Some(value) = self.text("client-cert") {
            tls.client_certificate = ClientCertificate::read(value)?;
        }
        if let Some(value) = self.text("hsts") {
            tls.hsts = Some(TlsSettings::read_hsts(value)?);
        }
        Ok(tls)
    }

    /// The first `--cert` with the first `--key`, and so on.
    fn certificates(&self) -> Result<Vec<CertificateFiles>, Misuse> {
        let (certificates, keys) = (self.all("cert"), self.all("key"));
        let missing = match certificates.clone().count().cmp(&keys.clone().count()) {
            Ordering::Less => "cert",
            Ordering::Equal => {
                let pairs = certificates
                    .zip(keys)
                    .map(|(certificate, key)| CertificateFiles {
                        certificate: certificate.into(),
                        key: key.into(),
                    });
                return Ok(pairs.collect());
            }
            Ordering::Greater => "key",
        };
        Err(Misuse::Unpaired { missing })
    }

    fn serve(&self) -> Result<Serve, Wrong> {
        self.refuse_long_dashes()?;
        let mut mounts = config::mounts(self.all("path")).map_err(|error| match error {
            ServedError::SecondPath(_) if self.begins_like_elsewhere() => {
                Wrong::Line(self.no_such_command())
            }
            ServedError::EmptyPath => Wrong::Line(Misuse::EmptyPath),
            ServedError::SecondPath(value) => Wrong::Line(Misuse::SecondPath { value }),
            ServedError::Mount(error) => Wrong::Value(error),
        })?;
        Ok(match &mut mounts[..] {
            [] => Serve::BuiltIn,
            [only] if only.at.is_start() => Serve::Path(std::mem::take(&mut only.path)),
            _ => Serve::Mounts(mounts),
        })
    }

    /// `serve ./dist`, as other tools have it.
    fn begins_like_elsewhere(&self) -> bool {
        let first = self.all("path").next();
        first.is_some_and(|first| SERVING_ELSEWHERE.iter().any(|word| first == *word))
    }

    fn no_such_command(&self) -> Misuse {
        let words: Vec<&OsStr> = self.all("path").collect();
        let (word, rest) = words.split_at(words.len().min(1));
        Misuse::NoSuchCommand {
            word: shown(&complain::typed(word)),
            rest: shown(&complain::typed(rest)),
        }
    }

    /// `—https`: what editors and chats make of two hyphens. As a path it is written `./—https`.
    fn refuse_long_dashes(&self) -> Result<(), Misuse> {
        for word in self.all("path") {
            let word = word.to_string_lossy();
            let name = word.trim_start_matches(LONG_DASHES);
            let name = name.split('=').next().unwrap_or_default();
            if name.len() < word.len()
                && word.starts_with(LONG_DASHES)
                && let Some(similar) = options::in_small_letters(&format!("--{name}"))
            {
                let option = shown(&word);
                return Err(Misuse::UnknownOptionSimilar { option, similar });
            }
        }
        Ok(())
    }

    /// `--listen --quiet`: the grammar takes the second for the value of the first.
    fn refuse_swallowed_options(&self) -> Result<(), Misuse> {
        let swallowed =
            |value: &OsStr| value.is_empty() || value.as_encoded_bytes().starts_with(b"--");
        for name in options::with_values() {
            let mut values = self.0.get_raw(name).into_iter().flatten();
            if values.any(swallowed) {
                let option = format!("--{name}");
                return Err(Misuse::MissingValue { option });
            }
        }
        Ok(())
    }
}
