//! The keys of who may come in: `[[access]]` of a site, and whose word about others is taken.

use serde_json::{Value, json};

use super::table::{Failed, Form, Key, Needs, Table, Word, naming_some, needing};
use crate::config::access::AccessEntry;
use crate::config::pattern::Pattern;
use crate::config::{
    CLIENT_NAMES_MAX, ClientField, ConfigError, Fault, NETWORKS_MAX, Network, ProxySettings, Realm,
    SiteSettings, TraceSettings,
};
use crate::exchange::Origin;
use crate::i18n::shown;

/// The keys of `[[access]]`.
pub(super) static ACCESS: Table<AccessEntry> = Table {
    name: "access",
    keys: &[
        Key::text(
            "path",
            Form::Pattern,
            "/admin/*",
            |entry| json!(entry.path.as_ref().map(Pattern::as_str)),
            |entry, word| {
                entry.path = Some(super::values::pattern("path", word.text)?);
                Ok(())
            },
        ),
        Key::text(
            "users",
            Form::Path,
            "users.htpasswd",
            |entry| json!(entry.users.as_ref().map(|path| path.to_string_lossy())),
            |entry, word| {
                entry.users = Some(super::keys::path(word, "users")?);
                Ok(())
            },
        ),
        Key::text(
            "realm",
            Form::Text,
            "Staff",
            |entry| json!(entry.users.as_ref().map(|_| entry.realm.as_str())),
            |entry, word| {
                entry.realm = Realm::read(word.text)?;
                Ok(())
            },
        ),
        naming_some(Key::texts(
            "allow",
            Form::Network,
            "192.0.2.0/24",
            |entry| networks(&entry.allow),
            |entry| entry.allow.clear(),
            |entry, word| add(&mut entry.allow, "allow", word),
        )),
        naming_some(Key::texts(
            "deny",
            Form::Network,
            "192.0.2.7",
            |entry| networks(&entry.deny),
            |entry| entry.deny.clear(),
            |entry, word| add(&mut entry.deny, "deny", word),
        )),
        Key::flag(
            "client-cert",
            |entry| entry.needs_certificate,
            |entry, on| entry.needs_certificate = on,
        ),
        naming_some(Key::texts(
            "client-name",
            Form::Text,
            "anna@example.com",
            |entry| {
                let names = entry.client_names.iter();
                super::keys::one_or_list(names.map(ToString::to_string).collect())
            },
            |entry| entry.client_names.clear(),
            |entry, word| {
                let name = client_name(word, entry.client_names.len())?;
                entry.client_names.push(name);
                Ok(())
            },
        )),
        naming_some(Key::texts(
            "link-key",
            Form::Path,
            "links.key",
            |entry| super::keys::paths(&entry.link_keys),
            |entry| entry.link_keys.clear(),
            |entry, word| {
                entry.link_keys.push(super::keys::path(word, "link-key")?);
                Ok(())
            },
        )),
    ],
};

/// Takes one more entry: of what a password is asked for means nothing without passwords.
pub(super) fn push(
    site: &mut SiteSettings,
    mut entry: AccessEntry,
    origin: &Origin,
) -> Result<(), Failed> {
    // Whoever says what a certificate is to be for wants one.
    entry.needs_certificate |= !entry.client_names.is_empty();
    if entry.users.is_none() && entry.realm != Realm::default() {
        let fault = Fault::BadRule {
            case: "needs",
            other: "users",
        };
        let (option, value) = ("realm", "realm".to_owned());
        let error = ConfigError {
            option,
            value,
            fault,
        };
        return Err((option, error));
    }
    let origin = Some(origin.clone());
    site.access.entries.push(AccessEntry { origin, ..entry });
    Ok(())
}

/// What a client may be called, beside so many others.
fn client_name(word: &Word<'_>, others: usize) -> Result<Box<str>, ConfigError> {
    let wrong = |fault| ConfigError {
        option: "client-name",
        value: shown(word.text),
        fault,
    };
    if others == CLIENT_NAMES_MAX {
        let most = CLIENT_NAMES_MAX;
        return Err(wrong(Fault::TooManyClientNames { most }));
    }
    if word.text.is_empty() || word.text.contains('*') {
        return Err(wrong(Fault::BadClientName));
    }
    Ok(word.text.into())
}

/// Whose word about others is taken: keys of the file itself.
pub(super) static PROXIES: Table<ProxySettings> = Table {
    name: "",
    keys: &[
        Key::texts(
            "trusted-proxy",
            Form::Network,
            "10.0.0.0/8",
            |proxies| networks(&proxies.trusted),
            |proxies| proxies.trusted.clear(),
            |proxies, word| add(&mut proxies.trusted, "trusted-proxy", word),
        ),
        needing(
            TRUST,
            Key::text(
                "client-field",
                Form::Choice(ClientField::CHOICES),
                "forwarded",
                |proxies| {
                    json!(match proxies.client_field {
                        ClientField::XForwardedFor => "x-forwarded-for",
                        ClientField::Forwarded => "forwarded",
                    })
                },
                |proxies, word| {
                    proxies.client_field = ClientField::read(word.text)?;
                    Ok(())
                },
            ),
        ),
        needing(
            TRUST,
            Key::flag(
                "proxy-protocol",
                |proxies| proxies.speaks_proxy_protocol,
                |proxies, on| proxies.speaks_proxy_protocol = on,
            ),
        ),
    ],
};

/// Whose requests are traced: keys of the file itself.
pub(super) static TRACE: Table<TraceSettings> = Table {
    name: "",
    keys: &[
        Key::texts(
            "trace",
            Form::Traced,
            "/api/*",
            |trace| {
                let wanted = trace.wanted.iter().map(ToString::to_string);
                super::keys::one_or_list(wanted.collect())
            },
            |trace| trace.wanted.clear(),
            |trace, word| trace.add("trace", word.text),
        ),
        Key::texts(
            "server-timing",
            Form::Network,
            "127.0.0.1",
            |trace| networks(&trace.timing),
            |trace| trace.timing.clear(),
            |trace, word| add(&mut trace.timing, "server-timing", word),
        ),
    ],
};

/// Somebody has to be trusted.
const TRUST: Needs = Needs::One(&["trusted-proxy"]);

pub(super) fn add(
    networks: &mut Vec<Network>,
    option: &'static str,
    word: &Word<'_>,
) -> Result<(), ConfigError> {
    if networks.len() == NETWORKS_MAX {
        return Err(ConfigError {
            option,
            value: shown(word.text),
            fault: Fault::TooManyNetworks { most: NETWORKS_MAX },
        });
    }
    networks.push(Network::read(option, word.text)?);
    Ok(())
}

pub(super) fn networks(networks: &[Network]) -> Value {
    super::keys::one_or_list(networks.iter().map(ToString::to_string).collect())
}
