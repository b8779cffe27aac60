//! The keys of hello.toml.
//!
//! To add one, add a row here and its sentence `key-NAME` to the catalogues; see `table.rs`.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

use super::access::{self, ACCESS, PROXIES, TRACE};
use super::client_limits::CLIENT_LIMITS;
use super::logs::LOG;
use super::rules::ROUTING;
use super::table::{
    Declared, Form, Key, Kind, Needs, Part, Parts, Table, Word, adding_up, in_files, needing,
};
use crate::config::limits::{LIMITS, Limit};
use crate::config::quantity::Unit;
use crate::config::{
    self, AccessLog, Changes, ClientCertificate, Colour, ConfigError, ControlSettings, Fault,
    Freshness, Hidden, HostName, LANGUAGE_CHOICES, Links, ListFolders, ListenAddress, LogFormat,
    Mount, MountPoint, OutputSettings, OwnType, PageNames, Readers, Serve, Settings, SiteSettings,
    TlsSettings, TlsVersion, Unknown,
};
use crate::i18n::{Language, shown};

/// What is read into. What belongs together in the settings and apart in the file waits here.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    /// Everything else.
    pub settings: Settings,
    /// Files to be read as well.
    pub(super) include: Vec<(String, super::Place)>,
    /// The server's certificates.
    pub(super) files: Files,
    /// The same of each site.
    pub(super) of_sites: Vec<Files>,
}

/// Certificates and keys, each in the order they stand there.
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    pub(super) certificates: Vec<PathBuf>,
    pub(super) keys: Vec<PathBuf>,
}

/// A site, as it is read.
#[derive(Clone, Debug, Default)]
struct SiteDraft {
    site: SiteSettings,
    files: Files,
}

impl Draft {
    fn tls(&mut self) -> &mut TlsSettings {
        &mut self.settings.tls
    }
}

/// The keys of the file itself.
pub(super) static SERVER: Table<Draft> = Table {
    name: "",
    keys: &[
        in_files(adding_up(Key::texts(
            "include",
            Form::PathPattern,
            "sites/*.toml",
            |_| Value::Null,
            |_| {},
            |draft, word| {
                draft.include.push((word.text.to_owned(), word.place));
                Ok(())
            },
        ))),
        Key::texts(
            "listen",
            Form::Address,
            "0.0.0.0:80",
            |draft| texts(&draft.settings.listen),
            |draft| draft.settings.listen.clear(),
            |draft, word| listen(&mut draft.settings.listen, "listen", word),
        ),
        needing(
            TLS,
            Key::texts(
                "redirect-http",
                Form::Address,
                "0.0.0.0:80",
                |draft| texts(&draft.settings.redirect_http),
                |draft| draft.settings.redirect_http.clear(),
                |draft, word| listen(&mut draft.settings.redirect_http, "redirect-http", word),
            ),
        ),
        Key::texts(
            "cert",
            Form::Path,
            "fullchain.pem",
            |draft| {
                paths(
                    draft
                        .settings
                        .tls
                        .certificates
                        .iter()
                        .map(|pair| &pair.certificate),
                )
            },
            |draft| draft.files.certificates.clear(),
            |draft, word| path(word, "cert").map(|path| draft.files.certificates.push(path)),
        ),
        Key::texts(
            "key",
            Form::Path,
            "privkey.pem",
            |draft| paths(draft.settings.tls.certificates.iter().map(|pair| &pair.key)),
            |draft| draft.files.keys.clear(),
            |draft, word| path(word, "key").map(|path| draft.files.keys.push(path)),
        ),
        Key::flag(
            "https",
            |draft| draft.settings.tls.authority.is_some(),
            // Which folder it is, is known where all is put together.
            |draft, on| draft.tls().authority = on.then(PathBuf::new),
        ),
        needing(
            TLS,
            Key::text(
                "hsts",
                Form::Duration,
                "180d",
                |draft| duration(draft.settings.tls.hsts),
                |draft, word| {
                    draft.tls().hsts = Some(TlsSettings::read_hsts(word.text)?);
                    Ok(())
                },
            ),
        ),
        needing(
            TLS,
            Key::text(
                "tls-min",
                Form::Choice(TlsVersion::CHOICES),
                "1.3",
                |draft| {
                    json!(match draft.settings.tls.least_version {
                        TlsVersion::Tls12 => "1.2",
                        TlsVersion::Tls13 => "1.3",
                    })
                },
                |draft, word| {
                    draft.tls().least_version = TlsVersion::read(word.text)?;
                    Ok(())
                },
            ),
        ),
        needing(
            TLS,
            Key::texts(
                "client-ca",
                Form::Path,
                "clients.pem",
                |draft| paths(&draft.settings.tls.client_authorities),
                |draft| draft.tls().client_authorities.clear(),
                |draft, word| {
                    path(word, "client-ca").map(|path| draft.tls().client_authorities.push(path))
                },
            ),
        ),
        needing(
            Needs::One(&["client-ca"]),
            Key::text(
                "client-cert",
                Form::Choice(ClientCertificate::CHOICES),
                "optional",
                |draft| {
                    let plan = draft.settings.tls_plan();
                    let wish = draft.settings.tls.client_certificate;
                    let certificate = plan.client.map(|client| client.certificate).or(wish);
                    json!(certificate.unwrap_or(ClientCertificate::Required).word())
                },
                |draft, word| {
                    draft.tls().client_certificate = Some(ClientCertificate::read(word.text)?);
                    Ok(())
                },
            ),
        ),
        Key::text(
            "control",
            Form::Path,
            "/run/hello/web.sock",
            |draft| match &draft.settings.control {
                ControlSettings::Off => json!("off"),
                ControlSettings::InFolders(_) => Value::Null,
                ControlSettings::At(path) => paths([path]),
            },
            |draft, word| {
                draft.settings.control = match word.text {
                    "off" => ControlSettings::Off,
                    _ => ControlSettings::read(path(word, "control")?.as_os_str())?,
                };
                Ok(())
            },
        ),
        Key::text(
            "log",
            Form::Choice(LogFormat::CHOICES),
            "json",
            |draft| {
                json!(match draft.settings.output.format {
                    LogFormat::Text => "text",
                    LogFormat::Json => "json",
                })
            },
            |draft, word| {
                draft.settings.output.format = LogFormat::read(word.text)?;
                Ok(())
            },
        ),
        Key::flag(
            "quiet",
            |draft| draft.settings.output.quiet,
            |draft, on| draft.settings.output.quiet = on,
        ),
        Key::text(
            "lang",
            Form::Choice(LANGUAGE_CHOICES),
            "ru",
            |draft| {
                draft
                    .settings
                    .output
                    .language
                    .map_or(Value::Null, |l| json!(l.code()))
            },
            |draft, word| {
                let language = config::language(word.text)?;
                draft.settings.output = OutputSettings {
                    language: Some(language),
                    greeting_language: language,
                    ..draft.settings.output.clone()
                };
                Ok(())
            },
        ),
        Key::text(
            "color",
            Form::Choice(Colour::CHOICES),
            "never",
            |draft| {
                json!(match draft.settings.output.colour {
                    Colour::Auto => "auto",
                    Colour::Always => "always",
                    Colour::Never => "never",
                })
            },
            |draft, word| {
                draft.settings.output.colour = Colour::read(word.text)?;
                Ok(())
            },
        ),
        Key::flat(&Part {
            table: &PROXIES,
            of: |draft: &Draft| &draft.settings.proxies,
            of_mut: |draft: &mut Draft| &mut draft.settings.proxies,
        }),
        Key::flat(&Part {
            table: &TRACE,
            of: |draft: &Draft| &draft.settings.trace,
            of_mut: |draft: &mut Draft| &mut draft.settings.trace,
        }),
        Key::flat(&Part {
            table: &ANY_SITE,
            of: |draft: &Draft| &draft.settings.site,
            of_mut: |draft: &mut Draft| &mut draft.settings.site,
        }),
        Key::part(
            "limits",
            &Part {
                table: &LIMITS_TABLE,
                of: |draft: &Draft| &draft.settings,
                of_mut: |draft: &mut Draft| &mut draft.settings,
            },
        ),
        Key::flag(
            "shadow-limits",
            |draft| draft.settings.clients.is_shadow,
            |draft, on| draft.settings.clients.is_shadow = on,
        ),
        Key::texts(
            "metrics",
            Form::Address,
            "127.0.0.1:9180",
            |draft| texts(&draft.settings.metrics),
            |draft| draft.settings.metrics.clear(),
            |draft, word| listen(&mut draft.settings.metrics, "metrics", word),
        ),
        Key::flag(
            "request-id",
            |draft| draft.settings.logs.names_requests,
            |draft, on| draft.settings.logs.names_requests = on,
        ),
        Key::parts(
            "access-log",
            &Parts {
                table: &LOG,
                count: |draft: &Draft| draft.settings.logs.access.len(),
                clear: |draft: &mut Draft| draft.settings.logs.access.clear(),
                nth: |draft: &Draft, n| draft.settings.logs.access[n].clone(),
                push: |draft: &mut Draft, log: AccessLog, _| {
                    draft.settings.logs.access.push(log);
                    Ok(())
                },
            },
        ),
        in_files(Key::parts(
            "site",
            &Parts {
                table: &SITE,
                count: |draft: &Draft| draft.settings.sites.len(),
                clear: |draft: &mut Draft| draft.settings.sites.clear(),
                nth: |draft: &Draft, n| SiteDraft {
                    site: draft.settings.sites[n].clone(),
                    files: Files::default(),
                },
                push: |draft: &mut Draft, read: SiteDraft, origin| {
                    draft.settings.sites.push(SiteSettings {
                        origin: Some(origin.clone()),
                        ..read.site
                    });
                    draft.of_sites.push(read.files);
                    Ok(())
                },
            },
        )),
    ],
};

/// TLS has to be spoken.
const TLS: Needs = Needs::One(&["cert", "https"]);

/// The keys of `[[site]]`.
static SITE: Table<SiteDraft> = Table {
    name: "site",
    keys: &[
        Key::texts(
            "host",
            Form::Host,
            "example.com",
            |draft| {
                let hosts: Vec<&str> = draft.site.hosts.iter().map(HostName::as_str).collect();
                one_or_list(hosts)
            },
            |draft| draft.site.hosts.clear(),
            |draft, word| {
                let host = HostName::read(word.text).ok_or_else(|| ConfigError {
                    option: "host",
                    value: shown(word.text),
                    fault: Fault::BadHost {
                        case: instead_of_host(word.text),
                    },
                })?;
                draft.site.hosts.push(host);
                Ok(())
            },
        ),
        Key::texts(
            "listen",
            Form::Address,
            "127.0.0.1:8081",
            |draft| texts(&draft.site.listen),
            |draft| draft.site.listen.clear(),
            |draft, word| listen(&mut draft.site.listen, "listen", word),
        ),
        Key::texts(
            "cert",
            Form::Path,
            "example.com.pem",
            |draft| {
                let pairs = draft.site.tls.certificates.iter();
                paths(pairs.map(|pair| &pair.certificate))
            },
            |draft| draft.files.certificates.clear(),
            |draft, word| path(word, "cert").map(|path| draft.files.certificates.push(path)),
        ),
        Key::texts(
            "key",
            Form::Path,
            "example.com.key",
            |draft| paths(draft.site.tls.certificates.iter().map(|pair| &pair.key)),
            |draft| draft.files.keys.clear(),
            |draft, word| path(word, "key").map(|path| draft.files.keys.push(path)),
        ),
        Key::texts(
            "client-ca",
            Form::Path,
            "team.pem",
            |draft| paths(&draft.site.tls.client_authorities),
            |draft| draft.site.tls.client_authorities.clear(),
            |draft, word| {
                let path = path(word, "client-ca")?;
                draft.site.tls.client_authorities.push(path);
                Ok(())
            },
        ),
        Key::text(
            "client-cert",
            Form::Choice(ClientCertificate::CHOICES),
            "optional",
            |draft| {
                let wish = draft.site.tls.client_certificate;
                json!(wish.map(ClientCertificate::word))
            },
            |draft, word| {
                let wish = ClientCertificate::read(word.text)?;
                draft.site.tls.client_certificate = Some(wish);
                Ok(())
            },
        ),
        Key::flat(&Part {
            table: &ANY_SITE,
            of: |draft: &SiteDraft| &draft.site,
            of_mut: |draft: &mut SiteDraft| &mut draft.site,
        }),
        Key::parts(
            "access-log",
            &Parts {
                table: &LOG,
                count: |draft: &SiteDraft| draft.site.logs.len(),
                clear: |draft: &mut SiteDraft| draft.site.logs.clear(),
                nth: |draft: &SiteDraft, n| draft.site.logs[n].clone(),
                push: |draft: &mut SiteDraft, log: AccessLog, _| {
                    draft.site.logs.push(log);
                    Ok(())
                },
            },
        ),
    ],
};

/// The keys of any site: at the top of the file they make the one for hosts that no other has.
static ANY_SITE: Table<SiteSettings> = Table {
    name: "",
    keys: &[
        Key::parts(
            "access",
            &Parts {
                table: &ACCESS,
                count: |site: &SiteSettings| site.access.entries.len(),
                clear: |site: &mut SiteSettings| site.access.entries.clear(),
                nth: |site: &SiteSettings, n| site.access.entries[n].clone(),
                push: |site: &mut SiteSettings, entry, origin| access::push(site, entry, origin),
            },
        ),
        Key::of(
            "serve",
            "\"./public\"",
            Kind::Map {
                names: Form::MountPoint,
                form: Form::Path,
                may_be_one: true,
                get: served,
                clear: |site| site.serve = Serve::Mounts(Vec::new()),
                add: serve,
            },
        ),
        needing(
            FOLDER,
            Key::texts(
                "index",
                Form::FileName,
                "home.html",
                |site| {
                    one_or_list(
                        site.files
                            .indexes
                            .iter()
                            .map(|name| name.to_string_lossy())
                            .collect(),
                    )
                },
                |site| site.files.indexes.clear(),
                |site, word| {
                    let name = config::index(OsStr::new(word.text))?;
                    site.files.indexes.push(name);
                    Ok(())
                },
            ),
        ),
        needing(
            FOLDER,
            Key::flag(
                "list",
                |site| site.files.list_folders == ListFolders::ToEverybody,
                |site, on| {
                    site.files.list_folders = if on {
                        ListFolders::ToEverybody
                    } else {
                        ListFolders::ToNobody
                    };
                },
            ),
        ),
        needing(
            FOLDER,
            Key::flag(
                "spa",
                |site| site.files.unknown == Unknown::StartPage,
                |site, on| {
                    site.files.unknown = if on {
                        Unknown::StartPage
                    } else {
                        Unknown::NotFound
                    };
                },
            ),
        ),
        needing(
            FOLDER,
            Key::flag(
                "clean-urls",
                |site| site.files.page_names == PageNames::Clean,
                |site, on| {
                    site.files.page_names = if on {
                        PageNames::Clean
                    } else {
                        PageNames::WithExtension
                    };
                },
            ),
        ),
        needing(
            FOLDER,
            Key::flag(
                "immutable",
                |site| site.files.freshness == Freshness::HashedForEver,
                |site, on| {
                    site.files.freshness = if on {
                        Freshness::HashedForEver
                    } else {
                        Freshness::AskFirst
                    };
                },
            ),
        ),
        needing(
            FOLDER,
            Key::flag(
                "cors",
                |site| site.files.readers == Readers::Anybody,
                |site, on| {
                    site.files.readers = if on {
                        Readers::Anybody
                    } else {
                        Readers::SameOrigin
                    };
                },
            ),
        ),
        needing(
            FOLDER,
            Key::flag(
                "compression",
                |site| site.files.compression,
                |site, on| site.files.compression = on,
            ),
        ),
        needing(
            FOLDER,
            Key::flag(
                "hidden",
                |site| site.files.hidden == Hidden::Served,
                |site, on| site.files.hidden = if on { Hidden::Served } else { Hidden::Kept },
            ),
        ),
        needing(
            FOLDER,
            Key::text(
                "links",
                Form::Choice(Links::CHOICES),
                "none",
                |site| {
                    json!(match site.files.links {
                        Links::NotFollowed => "none",
                        Links::Inside => "inside",
                        Links::Anywhere => "anywhere",
                    })
                },
                |site, word| {
                    site.files.links = Links::read(word.text)?;
                    Ok(())
                },
            ),
        ),
        needing(
            FOLDER,
            Key::of(
                "types",
                "{ md = \"text/markdown\" }",
                Kind::Map {
                    names: Form::Extension,
                    form: Form::MediaType,
                    may_be_one: false,
                    get: |site| {
                        let types = site.files.types.iter().map(|own| {
                            let value = own.content_type.to_str().unwrap_or_default();
                            (own.extension.clone(), json!(value))
                        });
                        Value::Object(types.collect())
                    },
                    clear: |site| site.files.types.clear(),
                    add: |site, name, word| {
                        let name = name.map_or("", |name| name.text);
                        let both = format!("{name}={}", word.text);
                        let own =
                            OwnType::read(OsStr::new(&both)).map_err(|error| ConfigError {
                                option: "types",
                                ..error
                            })?;
                        site.files.types.push(own);
                        Ok(())
                    },
                },
            ),
        ),
        needing(
            FOLDER,
            Key::texts(
                "hints",
                Form::Path,
                "hints.txt",
                |site| paths(&site.files.hint_files),
                |site| site.files.hint_files.clear(),
                |site, word| path(word, "hints").map(|path| site.files.hint_files.push(path)),
            ),
        ),
        needing(
            FOLDER,
            Key::flag(
                "live",
                |site| site.files.changes == Changes::Followed,
                |site, on| {
                    site.files.changes = if on {
                        Changes::Followed
                    } else {
                        Changes::Untold
                    };
                },
            ),
        ),
        Key::flag(
            "answer-probes",
            |site| site.answer_probes,
            |site, on| site.answer_probes = on,
        ),
        Key::flat(&Part {
            table: &ROUTING,
            of: |site: &SiteSettings| site,
            of_mut: |site: &mut SiteSettings| site,
        }),
        Key::flat(&Part {
            table: &CLIENT_LIMITS,
            of: |site: &SiteSettings| site,
            of_mut: |site: &mut SiteSettings| site,
        }),
    ],
};

/// Something has to be served.
const FOLDER: Needs = Needs::Served;

/// The keys of `[limits]`: the table of limits.
static LIMITS_TABLE: Table<Settings> = Table {
    name: "limits",
    keys: &LIMIT_KEYS,
};

static LIMIT_KEYS: [Key<Settings>; LIMITS.len()] = {
    let mut keys = [const { Key::flag("", |_| false, |_, _| {}) }; LIMITS.len()];
    let mut n = 0;
    while n < LIMITS.len() {
        let kind = Kind::Limit {
            limit: &LIMITS[n],
            get: limit,
            set: |settings, limit, text| limit.apply(settings, text),
        };
        keys[n] = Key::of(LIMITS[n].option, "", kind);
        n += 1;
    }
    keys
};

/// All keys, with the values they have in an empty file.
pub fn declared() -> Vec<Declared> {
    SERVER.declared(&Draft::default())
}

fn limit(settings: &Settings, limit: &Limit) -> Value {
    match limit.value(settings) {
        None => Value::Null,
        Some(text) if limit.unit == Unit::Count => {
            text.parse::<u64>().map_or(Value::Null, Value::from)
        }
        Some(text) => Value::from(text),
    }
}

fn listen(
    addresses: &mut Vec<ListenAddress>,
    option: &'static str,
    word: &Word<'_>,
) -> Result<(), ConfigError> {
    ListenAddress::add(addresses, option, OsStr::new(word.text), word.folder)
}

pub(super) fn path(word: &Word<'_>, option: &'static str) -> Result<PathBuf, ConfigError> {
    if word.text.is_empty() {
        let (value, fault) = (String::new(), Fault::EmptyPath);
        return Err(ConfigError {
            option,
            value,
            fault,
        });
    }
    Ok(word.path())
}

fn serve(
    site: &mut SiteSettings,
    name: Option<&Word<'_>>,
    word: &Word<'_>,
) -> Result<(), ConfigError> {
    let path = path(word, "serve")?;
    let Some(name) = name else {
        site.serve = Serve::Path(path);
        return Ok(());
    };
    let Serve::Mounts(mounts) = &mut site.serve else {
        return Ok(());
    };
    let wrong = |fault| ConfigError {
        option: "serve",
        value: shown(name.text),
        fault,
    };
    let at = MountPoint::of_path(name.text).ok_or_else(|| wrong(Fault::BadMountPath))?;
    Mount::add(mounts, at, path).map_err(wrong)
}

fn served(site: &SiteSettings) -> Value {
    match &site.serve {
        Serve::Nothing | Serve::BuiltIn | Serve::Authority(_) => Value::Null,
        Serve::Path(path) => json!(path.to_string_lossy()),
        Serve::Mounts(mounts) => {
            let mounts = mounts.iter().map(|mount| {
                let at = String::from_utf8_lossy(mount.at.as_bytes()).into_owned();
                let at = if at.is_empty() { "/".to_owned() } else { at };
                (at, json!(mount.path.to_string_lossy()))
            });
            Value::Object(mounts.collect())
        }
    }
}

/// What stands where the name of a host belongs.
fn instead_of_host(text: &str) -> &'static str {
    if text == "*" {
        "everybody"
    } else if text.contains(['/', ':']) {
        "port"
    } else if !text.is_ascii() {
        "letters"
    } else {
        "other"
    }
}

fn texts(addresses: &[ListenAddress]) -> Value {
    one_or_list(addresses.iter().map(ToString::to_string).collect())
}

pub(super) fn paths<'a>(paths: impl IntoIterator<Item = &'a PathBuf>) -> Value {
    let paths = paths.into_iter();
    one_or_list(paths.map(|path| path.to_string_lossy()).collect())
}

/// One stands alone.
pub(super) fn one_or_list<T: Into<Value>>(mut texts: Vec<T>) -> Value {
    match texts.len() {
        0 => Value::Null,
        1 => texts.pop().map_or(Value::Null, Into::into),
        _ => Value::Array(texts.into_iter().map(Into::into).collect()),
    }
}

/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;

fn duration(duration: Option<Duration>) -> Value {
    let Some(duration) = duration else {
        return Value::Null;
    };
    let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    Value::from(match milliseconds / DAY_MS {
        days if days > 0 && milliseconds % DAY_MS == 0 => format!("{days}d"),
        _ => Unit::Duration.write(milliseconds),
    })
}

/// The language the file asks for, if it does.
pub(super) fn language(draft: &Draft) -> Option<Language> {
    draft.settings.output.language
}
