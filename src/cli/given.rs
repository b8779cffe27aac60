//! What was given on the command line becomes settings.
//!
//! Law: no side effects. The grammar has been checked by then ([`super::options`]); here stands what
//! options mean together, and each value is read by the room [`crate::config`].

use std::cmp::Ordering;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::complain;
use super::environment::Environment;
use super::misuse::{Misuse, SERVING_ELSEWHERE};
use super::options;
use crate::config::file::Configuration;
use crate::config::listen::DEFAULT_PORT;
use crate::config::{
    self, AccessEntry, AccessSettings, CertificateFiles, Changes, ClientCertificate, ClientField,
    Colour, ConfigError, ControlSettings, Desktop, FileSettings, Freshness, Hidden, Links,
    ListFolders, ListenAddress, LogFormat, Network, OutputSettings, OwnType, PageNames,
    ProxySettings, RateLimit, Readers, Realm, Serve, ServedError, Settings, SiteSettings,
    TlsSettings, TlsVersion, Unknown, limits,
};
use crate::control::client::Whom;
use crate::i18n::{Language, shown};

/// Options that mean nothing without another one.
const NEEDS: [(&str, &str); 5] = [
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

/// The settings that were asked for; what was not given is as the file has it, or as usual, or as the
/// surroundings say. `asked` is the language that was asked for.
pub(super) fn settings(
    given: &Given<'_>,
    asked: Option<Language>,
    environment: &Environment,
    file: Option<&Configuration>,
) -> Result<Settings, Wrong> {
    given.refuse_swallowed_options()?;
    given.refuse_what_excludes()?;
    if let Some(value) = given.text("lang") {
        config::language(value)?;
    }
    let mut settings = file.map_or_else(Settings::default, |file| file.settings.clone());
    settings.configuration = file.map_or_else(Vec::new, Configuration::files);
    let is_named = given.all("path").next().is_some();
    if is_named {
        settings.site.serve = given.serve()?;
    }
    settings.site.answer_probes |= given.0.get_flag("answer-probes");
    given.listen(&mut settings)?;
    settings.share = given.0.get_flag("share");
    settings.next_port = given.0.get_flag("next-port");
    settings.control = given.control(environment)?;
    settings.open = given.0.get_flag("open").then(|| Desktop {
        has_display: environment.has_display,
        is_administrator: environment.places.is_administrator,
        path: environment.places.path.clone(),
    });
    given.files(&mut settings.site.files)?;
    given.refuse_what_needs_a_folder(&settings.site)?;
    given.tls(&mut settings.tls, environment)?;
    given.access(&mut settings.site.access)?;
    given.proxies(&mut settings.proxies)?;
    given.output(&mut settings.output, asked, environment)?;
    // A folder of the file is listed as the file says.
    let is_of_file = !is_named && file.is_some();
    given.lists(&mut settings, is_of_file);
    let rates = RateLimit::read_all("rate-limit", given.texts("rate-limit"))?;
    if !rates.is_empty() {
        settings.site.limits.rates = rates;
    }
    settings.clients.is_shadow |= given.0.get_flag("shadow-limits");
    limits::apply(&mut settings, |option| given.text(option))?;
    settings.share_limits();
    Ok(settings)
}

/// What was given, by the name of its option.
pub(super) struct Given<'a>(pub(super) &'a ArgMatches);

impl<'a> Given<'a> {
    pub(super) fn text(&self, option: &str) -> Option<&'a str> {
        self.0.get_one::<String>(option).map(String::as_str)
    }

    /// The running server that is meant: the process of a number, or whoever has a socket.
    pub(super) fn whom(&self) -> Result<Whom, ConfigError> {
        let Some(value) = self.0.get_one::<OsString>("control") else {
            return Ok(Whom::TheOne);
        };
        if let Some(pid) = value.to_str().and_then(|text| text.parse().ok()) {
            return Ok(Whom::Process(pid));
        }
        match ControlSettings::read(value)? {
            ControlSettings::At(path) => Ok(Whom::At(path)),
            // A server that is not to be asked is none.
            _ => Ok(Whom::At("off".into())),
        }
    }

    fn control(&self, environment: &Environment) -> Result<ControlSettings, ConfigError> {
        if let Some(value) = self.0.get_one::<OsString>("control") {
            return ControlSettings::read(value);
        }
        let folders = environment.places.runtime.sockets();
        Ok(ControlSettings::InFolders(folders))
    }

    fn texts(&self, option: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let values = self.0.get_many::<String>(option);
        values.into_iter().flatten().map(String::as_str)
    }

    fn listen(&self, settings: &mut Settings) -> Result<(), Wrong> {
        let addresses = ListenAddress::read_all("listen", self.all("listen"))?;
        if self.is_given("share") {
            settings.listen = self.everywhere()?;
        } else if !addresses.is_empty() {
            settings.listen = addresses;
        }
        let redirect = ListenAddress::read_all("redirect-http", self.all("redirect-http"))?;
        if !redirect.is_empty() {
            settings.redirect_http = redirect;
        }
        Ok(())
    }

    fn output(
        &self,
        output: &mut OutputSettings,
        asked: Option<Language>,
        environment: &Environment,
    ) -> Result<(), ConfigError> {
        let language = asked.or(output.language).or(environment.language);
        *output = OutputSettings {
            format: output.format,
            quiet: output.quiet || self.0.get_flag("quiet"),
            full_screen: self.0.get_flag("tui"),
            is_drawn: self.0.get_flag("qr"),
            colour: match environment.colour {
                Colour::Auto => output.colour,
                colour => colour,
            },
            columns: environment.columns,
            ..OutputSettings::in_language(language)
        };
        if let Some(value) = self.text("log") {
            output.format = LogFormat::read(value)?;
        }
        if let Some(value) = self.text("color") {
            output.colour = Colour::read(value)?;
        }
        Ok(())
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
    fn refuse_what_needs_a_folder(&self, site: &SiteSettings) -> Result<(), Misuse> {
        if matches!(site.serve, Serve::Path(_) | Serve::Mounts(_)) {
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
        let hints: Vec<PathBuf> = self.all("hints").map(Into::into).collect();
        if !hints.is_empty() {
            files.hint_files = hints;
        }
        let types = self.all("type").map(OwnType::read);
        let types = types.collect::<Result<Vec<_>, _>>()?;
        if !types.is_empty() {
            files.types = types;
        }
        Ok(())
    }

    /// To whom folders are listed: as was said, and otherwise where only this machine can ask.
    fn lists(&self, settings: &mut Settings, is_of_file: bool) {
        let lists = &mut settings.site.files.list_folders;
        if self.0.get_flag("no-list") {
            *lists = ListFolders::ToNobody;
        } else if self.0.get_flag("list") || self.is_given("share") {
            // Who shares a folder wants it to be seen.
            *lists = ListFolders::ToEverybody;
        } else if !is_of_file
            && *lists == ListFolders::ToNobody
            && settings.listen.iter().all(ListenAddress::is_local)
        {
            *lists = ListFolders::ToThisMachine;
        }
    }

    /// How TLS is spoken; what is not given stays.
    fn tls(&self, tls: &mut TlsSettings, environment: &Environment) -> Result<(), Wrong> {
        let certificates = self.certificates()?;
        if !certificates.is_empty() {
            tls.certificates = certificates;
        }
        if self.0.get_flag("https") {
            tls.authority = Some(environment.places.authority());
        }
        let authorities: Vec<PathBuf> = self.all("client-ca").map(Into::into).collect();
        if !authorities.is_empty() {
            tls.client_authorities = authorities;
        }
        for (option, needs) in NEEDS {
            let is_there = match needs {
                "https" => tls.is_spoken(),
                _ => !tls.client_authorities.is_empty(),
            };
            if self.0.contains_id(option) && !is_there {
                return Err(Misuse::Needs { option, needs }.into());
            }
        }
        if let Some(value) = self.text("tls-min") {
            tls.least_version = TlsVersion::read(value)?;
        }
        if let Some(value) = self.text("client-cert") {
            tls.client_certificate = ClientCertificate::read(value)?;
        }
        if let Some(value) = self.text("hsts") {
            tls.hsts = Some(TlsSettings::read_hsts(value)?);
        }
        Ok(())
    }

    /// Who may come in. What is given counts for every path, whatever else a file says of it.
    fn access(&self, access: &mut AccessSettings) -> Result<(), Wrong> {
        let users: Option<PathBuf> = self.once("users")?.map(Into::into);
        let (allow, deny) = (self.networks("allow")?, self.networks("deny")?);
        let link_keys: Vec<PathBuf> = self.all("link-key").map(Into::into).collect();
        let given = AccessEntry {
            users,
            allow,
            deny,
            link_keys,
            ..AccessEntry::default()
        };
        if !given.is_open() {
            access.restrict(&given);
        }
        if let Some(realm) = self.once("realm")? {
            let realm = Realm::read(&realm.to_string_lossy())?;
            let (option, needs) = ("realm", "users");
            if access.entries.iter().all(|entry| entry.users.is_none()) {
                return Err(Misuse::Needs { option, needs }.into());
            }
            for entry in &mut access.entries {
                entry.realm = realm.clone();
            }
        }
        Ok(())
    }

    /// How it is known who comes; what is not given stays.
    fn proxies(&self, proxies: &mut ProxySettings) -> Result<(), Wrong> {
        let trusted = self.networks("trusted-proxy")?;
        if !trusted.is_empty() {
            proxies.trusted = trusted;
        }
        if let Some(value) = self.text("client-field") {
            proxies.client_field = ClientField::read(value)?;
        }
        proxies.speaks_proxy_protocol |= self.0.get_flag("proxy-protocol");
        let needs = "trusted-proxy";
        for option in ["client-field", "proxy-protocol"] {
            if self.is_given(option) && proxies.trusted.is_empty() {
                return Err(Misuse::Needs { option, needs }.into());
            }
        }
        Ok(())
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
