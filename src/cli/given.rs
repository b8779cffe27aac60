//! What was given on the command line becomes settings.
//!
//! Law: no side effects. The grammar has been checked by then ([`super::options`]); here stands what
//! options mean together, and each value is read by the room [`crate::config`].

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::complain;
use super::effective::Said;
use super::environment::Environment;
use super::misuse::{Misuse, SERVING_ELSEWHERE};
use super::options;
use super::variables::{self, Variables};
use crate::config::file::{Beside, Configuration, Layer, Piece, Spoken};
use crate::config::listen::DEFAULT_PORT;
use crate::config::{
    self, AccessEntry, AccessLog, AccessSettings, Addresses, CertificateFiles, Changes,
    ClientCertificate, ClientField, ClientLimit, Colour, ConfigError, ControlSettings, Desktop,
    FileSettings, Freshness, Hidden, LineFormat, Links, ListFolders, ListenAddress, LogCompression,
    LogConditions, LogFormat, LogPlace, LogSettings, Network, OutputSettings, OwnType, PageNames,
    ProxySettings, Readers, Realm, Serve, ServedError, Settings, SiteSettings, TlsSettings,
    TlsVersion, TraceSettings, Unknown, limits,
};
use crate::control::client::Whom;
use crate::exchange::Origin;
use crate::i18n::{Language, shown};

/// Options that mean nothing without another one.
const NEEDS: [(&str, &str); 5] = [
    ("redirect-http", "https"),
    ("hsts", "https"),
    ("tls-min", "https"),
    ("client-ca", "https"),
    ("client-cert", "client-ca"),
];

/// Options that mean nothing where there is no access log.
const OF_ACCESS_LOGS: [&str; 9] = [
    "access-log-format",
    "access-log-mask",
    "access-log-status",
    "access-log-path",
    "access-log-slow",
    "access-log-compression",
    "access-log-size-max",
    "access-log-age-max",
    "access-log-keep",
];

/// Options that cannot be given together: one says what the other denies; a picture stands among lines
/// for people.
const EXCLUDES: [(&str, &str); 6] = [
    ("list", "no-list"),
    ("qr", "tui"),
    ("qr", "quiet"),
    ("qr", "log"),
    ("access-log", "log"),
    ("access-log", "tui"),
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
    let has_files = !settings.configuration.is_empty();
    let is_named = given.all("path").next().is_some();
    if is_named {
        settings.site.serve = given.serve()?;
    }
    if let Some(on) = given.flag("answer-probes") {
        settings.site.answer_probes = on;
    }
    given.listen(&mut settings)?;
    given.control(&mut settings.control, environment)?;
    settings.service = environment.service.clone();
    settings.share = given.is_given("share");
    settings.next_port = given.is_given("next-port");
    settings.watch = given.is_given("watch");
    if settings.watch && !has_files {
        let (option, needs) = ("watch", "config");
        return Err(Misuse::Needs { option, needs }.into());
    }
    settings.open = given.is_given("open").then(|| Desktop {
        has_display: environment.has_display,
        is_administrator: environment.places.is_administrator,
        path: environment.places.path.clone(),
    });
    given.files(&mut settings.site.files)?;
    given.refuse_what_needs_a_folder(&settings.site)?;
    given.tls(&mut settings, environment)?;
    given.access(&mut settings.site.access)?;
    given.proxies(&mut settings.proxies)?;
    given.trace(&mut settings.trace)?;
    given.output(&mut settings.output, asked, environment)?;
    // A folder of the file is listed as the file says, and one that is said in its words as they say.
    let is_beside = |key| file.is_some_and(|file| file.beside(key).is_some());
    let is_of_file = !is_named && (has_files || is_beside("serve")) || is_beside("list");
    given.lists(&mut settings, is_of_file);
    let rates = ClientLimit::read_all("rate-limit", given.texts("rate-limit"))?;
    if !rates.is_empty() {
        let origin = given.origin("rate-limit", None);
        let rates = rates.into_iter().map(|rate| ClientLimit {
            origin: origin.clone(),
            ..rate
        });
        settings.site.limits.limits = rates.collect();
    }
    if let Some(on) = given.flag("shadow-limits") {
        settings.clients.is_shadow = on;
    }
    limits::apply(&mut settings, |option| given.text(option))?;
    for option in ["requests-per-address", "bandwidth", "body-bytes-max"] {
        let origin = given.origin(option, file);
        let origins = &mut settings.site.limits.origins;
        origins.extend(origin.map(|origin| (option, origin)));
    }
    given.logs(&mut settings.logs)?;
    let metrics = ListenAddress::read_all("metrics", given.all("metrics"))?;
    if !metrics.is_empty() {
        settings.metrics = metrics;
    }
    settings.share_limits();
    Ok(settings)
}

/// The keys of the file that an option says something of.
pub(super) fn keys_of(option: &'static str) -> impl Iterator<Item = String> {
    let (key, further) = match option {
        "set" => (None, None),
        "path" => (Some("serve"), None),
        "type" => (Some("types"), None),
        "share" => (Some("list"), Some("listen")),
        "no-list" => (Some("list"), None),
        "no-compression" => (Some("compression"), None),
        "rate-limit" => (Some("limit"), None),
        option => (Some(option), None),
    };
    let within = limits::find(option).map_or("", |_| "limits.");
    { key.into_iter().chain(further) }.map(move |key| format!("{within}{key}"))
}

/// The paths of keys that an option says something of, in whichever table of a list they stand.
fn paths_of(option: &'static str, has_log: bool) -> Vec<String> {
    match (option, option.strip_prefix("access-log")) {
        ("users" | "realm" | "allow" | "deny" | "link-key", _) => {
            vec![format!("access[].{option}")]
        }
        ("rate-limit", _) => vec!["limit[]".to_owned()],
        (_, Some("")) => vec!["access-log[].to".to_owned()],
        (_, Some(key)) if limits::find(option).is_none() => {
            // The logs of a file are as that says.
            let path = format!("access-log[].{}", key.trim_start_matches('-'));
            has_log.then_some(path).into_iter().collect()
        }
        _ => keys_of(option).collect(),
    }
}

/// An option as it is typed; the path has no name.
fn as_written(option: &str) -> String {
    match option {
        "path" => option.to_owned(),
        option => format!("--{option}"),
    }
}

/// What was given, by the name of its option.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    /// The words that were typed.
    line: &'a ArgMatches,
    /// What counts where they say nothing.
    variables: &'a Variables,
}

impl<'a> Given<'a> {
    /// By words alone.
    pub(super) fn of(line: &'a ArgMatches) -> Self {
        let variables = Variables::NONE;
        Self { line, variables }
    }

    /// By words, and by variables where those say nothing.
    pub(super) fn with(line: &'a ArgMatches, variables: &'a Variables) -> Self {
        Self { line, variables }
    }

    pub(super) fn text(&self, option: &str) -> Option<&'a str> {
        let typed = self.line.get_one::<String>(option).map(String::as_str);
        typed.or_else(|| self.variables.text(option))
    }

    /// Whether something is so, if that is said.
    pub(super) fn flag(&self, option: &str) -> Option<bool> {
        let is_typed = self.line.get_flag(option);
        is_typed
            .then_some(true)
            .or_else(|| self.variables.flag(option))
    }

    /// What options say, by the paths of keys.
    pub(super) fn said(&self) -> BTreeMap<String, Said> {
        let mut said = BTreeMap::new();
        for option in options::with_variables() {
            let by = if self.is_typed(option) {
                Said::Typed(option)
            } else if let Some(variable) = self.variable_of(option) {
                Said::InVariable(variable)
            } else {
                continue;
            };
            for key in paths_of(option, self.is_given("access-log")) {
                // Of two that mean one key, what was typed counts.
                let is_new = !matches!(said.get(&key), Some(Said::Typed(_)));
                if is_new || matches!(by, Said::Typed(_)) {
                    said.insert(key, by.clone());
                }
            }
        }
        said
    }

    /// What was said beside the file: pieces in its words, and the keys that options say.
    pub(super) fn beside(&self) -> Beside {
        let mut pieces = Vec::new();
        let mut add = |name: String, layer, text: &str| {
            let text = text.to_owned();
            pieces.push(Piece { name, layer, text });
        };
        if let Some(text) = self.variables.text("set") {
            add(variables::name("set"), Layer::Variable, text);
        }
        let typed: Vec<&String> = { self.line.get_many("set") }
            .into_iter()
            .flatten()
            .collect();
        for (n, text) in typed.iter().enumerate() {
            let name = match typed.len() {
                1 => "--set".to_owned(),
                _ => format!("--set #{}", n + 1),
            };
            add(name, Layer::Line, text);
        }
        let mut spoken = Vec::new();
        for option in options::with_variables() {
            let (is_typed, variable) = (self.is_typed(option), self.variables.has(option));
            let typed = is_typed.then(|| (Layer::Line, as_written(option)));
            let said = variable.then(|| (Layer::Variable, variables::name(option)));
            for (layer, written) in typed.into_iter().chain(said) {
                spoken.extend(keys_of(option).map(|key| Spoken {
                    key,
                    layer,
                    written: written.clone(),
                }));
            }
        }
        let options = spoken;
        Beside { pieces, options }
    }

    /// Where an option of a limit was said: as it is typed, its variable, or the line of the file.
    fn origin(&self, option: &str, file: Option<&Configuration>) -> Option<Origin> {
        let typed = self.is_typed(option).then(|| format!("--{option}"));
        if let Some(said) = typed.or_else(|| self.variable_of(option)) {
            let (file, line) = (said.into(), 0);
            return Some(Origin { file, line });
        }
        let file = file?;
        let place = *file.origins.get(&format!("limits.{option}"))?;
        let source = file.sources.of(place);
        Some(Origin {
            file: source.name.clone(),
            line: u32::try_from(source.told_line_of(place.start)).unwrap_or(0),
        })
    }

    /// The variable that says something, if no word does.
    pub(super) fn variable_of(&self, option: &str) -> Option<String> {
        let is_said = !self.is_typed(option) && self.variables.said().any(|said| said == option);
        is_said.then(|| variables::name(option))
    }

    /// The running server that is meant: the process of a number, or whoever has a socket.
    pub(super) fn whom(&self) -> Result<Whom, ConfigError> {
        let Some(value) = self.all("control").next() else {
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

    fn control(
        &self,
        control: &mut ControlSettings,
        environment: &Environment,
    ) -> Result<(), ConfigError> {
        if let Some(value) = self.all("control").next() {
            *control = ControlSettings::read(value)?;
        }
        if let ControlSettings::InFolders(folders) = control {
            *folders = environment.places.runtime.sockets();
        }
        Ok(())
    }

    pub(super) fn texts(&self, option: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let typed = self.line.get_many::<String>(option);
        let typed: Vec<&'a str> = typed.into_iter().flatten().map(String::as_str).collect();
        let said = self.variables.all(option).iter();
        let values = if typed.is_empty() {
            said.filter_map(|value| value.to_str()).collect()
        } else {
            typed
        };
        values.into_iter()
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
            quiet: self.flag("quiet").unwrap_or(output.quiet),
            full_screen: self.is_given("tui"),
            is_drawn: self.is_given("qr"),
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

    /// Whether an option is there.
    fn is_given(&self, option: &str) -> bool {
        self.is_typed(option) || self.variables.has(option)
    }

    /// Whether it is among the words; `hello trust` knows fewer.
    pub(super) fn is_typed(&self, option: &str) -> bool {
        let is_known = self.line.try_contains_id(option).is_ok();
        is_known && self.line.value_source(option) == Some(ValueSource::CommandLine)
    }

    /// Two options of which each makes the other mean nothing.
    fn refuse_what_excludes(&self) -> Result<(), Misuse> {
        let log_is_for_programs = self.text("log") == Some("json");
        for (option, other) in EXCLUDES {
            let is_there = |option| match option {
                "log" => log_is_for_programs,
                // Only what is written to standard output is in anybody's way.
                "access-log" => self.all("access-log").any(|place| place == "-"),
                option => self.is_given(option),
            };
            // What was typed counts before a variable that says otherwise.
            let one_is_typed = self.is_typed(option) != self.is_typed(other);
            let is_choice = (option, other) == ("list", "no-list");
            if is_there(option) && is_there(other) && !(is_choice && one_is_typed) {
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
        let typed = self.line.get_many::<OsString>(option);
        let typed: Vec<&'a OsString> = typed.into_iter().flatten().collect();
        let values = if typed.is_empty() {
            self.variables.all(option).iter().collect()
        } else {
            typed
        };
        values.into_iter().map(OsString::as_os_str)
    }

    /// One of two, as an option says; what it says nothing of stays.
    fn choose<T>(&self, option: &str, setting: &mut T, yes: T, no: T) {
        match self.flag(option) {
            Some(true) => *setting = yes,
            Some(false) => *setting = no,
            None => {}
        }
    }

    /// How a folder is served; what is not given stays.
    fn files(&self, files: &mut FileSettings) -> Result<(), ConfigError> {
        self.choose(
            "spa",
            &mut files.unknown,
            Unknown::StartPage,
            Unknown::NotFound,
        );
        let (clean, plain) = (PageNames::Clean, PageNames::WithExtension);
        self.choose("clean-urls", &mut files.page_names, clean, plain);
        let (forever, ask) = (Freshness::HashedForEver, Freshness::AskFirst);
        self.choose("immutable", &mut files.freshness, forever, ask);
        let (anybody, own) = (Readers::Anybody, Readers::SameOrigin);
        self.choose("cors", &mut files.readers, anybody, own);
        let (followed, untold) = (Changes::Followed, Changes::Untold);
        self.choose("live", &mut files.changes, followed, untold);
        self.choose("hidden", &mut files.hidden, Hidden::Served, Hidden::Kept);
        self.choose("no-compression", &mut files.compression, false, true);
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

    /// What is logged; how files are put away has been read by then.
    fn logs(&self, logs: &mut LogSettings) -> Result<(), Wrong> {
        if !self.is_given("access-log") && logs.access.is_empty() {
            let mut meaningless =
                { OF_ACCESS_LOGS.into_iter() }.filter(|option| self.is_given(option));
            if let Some(option) = meaningless.next() {
                let needs = "access-log";
                return Err(Misuse::Needs { option, needs }.into());
            }
        }
        if let Some(names) = self.flag("request-id") {
            logs.names_requests = names;
        }
        if let Some(value) = self.text("access-log-compression") {
            logs.rotation.compression = LogCompression::read(value)?;
        }
        let format = self.text("access-log-format").unwrap_or("combined");
        let format = LineFormat::read("access-log-format", format)?;
        let statuses = self.text("access-log-status");
        let path = self.text("access-log-path");
        let slow = self.text("access-log-slow");
        let only = LogConditions {
            statuses: statuses.map_or(Ok(Vec::new()), |value| {
                LogConditions::read_statuses("access-log-status", value)
            })?,
            path: { path.map(|value| LogConditions::read_path("access-log-path", value)) }
                .transpose()?,
            slow: { slow.map(|value| LogConditions::read_slow("access-log-slow", value)) }
                .transpose()?,
        };
        let log = |place| AccessLog {
            place: LogPlace::read(place),
            format: format.clone(),
            rotation: logs.rotation,
            addresses: if self.flag("access-log-mask") == Some(true) {
                Addresses::Masked
            } else {
                Addresses::Whole
            },
            only: only.clone(),
        };
        if self.is_given("access-log") {
            logs.access = self.all("access-log").map(log).collect();
        }
        Ok(())
    }

    /// To whom folders are listed: as was said, and otherwise where only this machine can ask.
    fn lists(&self, settings: &mut Settings, is_of_file: bool) {
        let lists = &mut settings.site.files.list_folders;
        let is_asked = self.is_given("list") || self.is_given("share");
        let is_typed = self.is_typed("list") && !self.is_typed("no-list");
        if self.is_given("no-list") && !is_typed || self.flag("list") == Some(false) {
            *lists = ListFolders::ToNobody;
        } else if is_asked {
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
    fn tls(&self, settings: &mut Settings, environment: &Environment) -> Result<(), Wrong> {
        let of_a_site = { settings.sites.iter() }.any(|site| !site.tls.certificates.is_empty());
        let tls = &mut settings.tls;
        let certificates = self.certificates()?;
        if !certificates.is_empty() {
            tls.certificates = certificates;
        }
        if let Some(on) = self.flag("https") {
            tls.authority = on.then(|| environment.places.authority());
        }
        let authorities: Vec<PathBuf> = self.all("client-ca").map(Into::into).collect();
        if !authorities.is_empty() {
            tls.client_authorities = authorities;
        }
        for (option, needs) in NEEDS {
            let is_there = match needs {
                "https" => tls.is_spoken() || of_a_site,
                _ => !tls.client_authorities.is_empty(),
            };
            if self.is_given(option) && !is_there {
                return Err(Misuse::Needs { option, needs }.into());
            }
        }
        if let Some(value) = self.text("tls-min") {
            tls.least_version = TlsVersion::read(value)?;
        }
        if let Some(value) = self.text("client-cert") {
            tls.client_certificate = Some(ClientCertificate::read(value)?);
        }
        if let Some(value) = self.text("hsts") {
            tls.hsts = Some(TlsSettings::read_hsts(value)?);
        }
        Ok(())
    }

    /// Who may come in. What is given counts for every path, whatever else a file says of it.
    fn access(&self, access: &mut AccessSettings) -> Result<(), Wrong> {
        let users: Option<PathBuf> = self.all("users").next().map(Into::into);
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
        if let Some(realm) = self.text("realm") {
            let realm = Realm::read(realm)?;
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
        if let Some(is_so) = self.flag("proxy-protocol") {
            proxies.speaks_proxy_protocol = is_so;
        }
        let needs = "trusted-proxy";
        for option in ["client-field", "proxy-protocol"] {
            if self.is_given(option) && proxies.trusted.is_empty() {
                return Err(Misuse::Needs { option, needs }.into());
            }
        }
        Ok(())
    }

    /// Whose requests are traced; what is not given stays.
    fn trace(&self, trace: &mut TraceSettings) -> Result<(), Wrong> {
        let mut wanted = TraceSettings::default();
        for text in self.texts("trace") {
            wanted.add("trace", text)?;
        }
        if !wanted.wanted.is_empty() {
            trace.wanted = wanted.wanted;
        }
        let timing = self.networks("server-timing")?;
        if !timing.is_empty() {
            trace.timing = timing;
        }
        Ok(())
    }

    fn networks(&self, option: &'static str) -> Result<Vec<Network>, ConfigError> {
        // Bytes that are no text become what no network contains, and are refused with it.
        let values: Vec<_> = self.all(option).map(OsStr::to_string_lossy).collect();
        Network::read_all(option, values.iter().map(AsRef::as_ref))
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
            let mut values = self.line.get_raw(name).into_iter().flatten();
            if values.any(swallowed) {
                let option = format!("--{name}");
                return Err(Misuse::MissingValue { option });
            }
        }
        Ok(())
    }
}
