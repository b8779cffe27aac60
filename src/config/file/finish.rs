//! Whether what a file says fits together, and what follows from it.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::path::Path;

use super::error::FileFault;
use super::keys::Draft;
use super::read::Findings;
use super::source::Place;
use super::table::{Needs, quoted};
use crate::config::{
    CertificateFiles, ConfigError, Fault, HostName, Serve, Settings, SiteSettings, limits,
};

/// The settings of a draft. What does not fit together is refused.
pub(super) fn finish(mut draft: Draft, authority: &Path, findings: &mut Findings) -> Settings {
    refuse_what_is_alone(findings);
    pair(&mut draft, findings);
    let mut settings = draft.settings;
    if let Some(folder) = &mut settings.tls.authority {
        authority.clone_into(folder);
    }
    refuse_parts_over_wholes(&mut settings, findings);
    refuse_second_hosts(&settings.sites, findings);
    served(&mut settings.site, "serve", findings);
    for (n, site) in settings.sites.iter_mut().enumerate() {
        refuse_without_files(site, n, findings);
        served(site, &format!("site[{n}].serve"), findings);
    }
    if !settings.sites.is_empty() && !findings.origins.contains_key("serve") {
        settings.site.serve = Serve::Nothing;
    }
    settings.share_limits();
    settings
}

/// A site needs something that it serves, unless it decides by rules.
fn refuse_without_files(site: &mut SiteSettings, n: usize, findings: &mut Findings) {
    let path = |key: &str| format!("site[{n}].{key}");
    if findings.origins.contains_key(&path("serve")) {
        return;
    }
    site.serve = Serve::Nothing;
    if findings.is_broken {
        return;
    }
    let of_files = super::declared().into_iter();
    for key in of_files.filter(|key| key.needs == Needs::Served) {
        if let Some(place) = findings.origins.get(&path(key.name)).copied() {
            let fault = FileFault::KeyAlone {
                key: key.name.to_owned(),
                needs: "serve",
            };
            findings.refuse(place, fault);
        }
    }
    let decides = !site.routing.rules.is_empty() || site.routing.canonical_host.is_some();
    let whole = findings.origins.get(&format!("site[{n}]")).copied();
    if let (false, Some(place)) = (decides, whole) {
        let fault = FileFault::MissingKey {
            key: "serve",
            example: quoted("./public"),
        };
        findings.refuse(place, fault);
    }
}

/// Keys that mean nothing without another one.
fn refuse_what_is_alone(findings: &mut Findings) {
    if findings.is_broken {
        return;
    }
    for key in super::declared() {
        let needed: &[&'static str] = match key.needs {
            Needs::Served => &["serve"],
            Needs::One(needed) => needed,
            Needs::Nothing | Needs::Itself => continue,
        };
        let is_there = |name: &&str| findings.origins.contains_key(*name);
        let (Some(place), false) = (
            findings.origins.get(key.name).copied(),
            needed.iter().any(is_there),
        ) else {
            continue;
        };
        let fault = FileFault::KeyAlone {
            key: key.name.to_owned(),
            needs: needed[0],
        };
        findings.refuse(place, fault);
    }
}

/// The first certificate with the first key, and so on.
fn pair(draft: &mut Draft, findings: &mut Findings) {
    let (certificates, keys) = (&mut draft.certificates, &mut draft.keys);
    let (missing, there) = match certificates.len().cmp(&keys.len()) {
        Ordering::Less => ("cert", "key"),
        Ordering::Greater => ("key", "cert"),
        Ordering::Equal => {
            let pairs = certificates.drain(..).zip(keys.drain(..));
            let pairs = pairs.map(|(certificate, key)| CertificateFiles { certificate, key });
            draft.settings.tls.certificates.extend(pairs);
            return;
        }
    };
    if findings.is_broken || !is_whole(findings, &["cert", "key"]) {
        return;
    }
    if let Some(place) = findings.origins.get(there).copied() {
        findings.refuse(place, FileFault::Unpaired { missing });
    }
}

/// Whether nothing is wrong with these keys so far.
fn is_whole(findings: &Findings, keys: &[&str]) -> bool {
    let places: Vec<Place> = { keys.iter() }
        .filter_map(|key| findings.origins.get(*key).copied())
        .collect();
    !{ findings.errors.iter() }.any(|error| {
        let at = error.place;
        { places.iter() }
            .any(|place| place.file == at.file && (place.start..place.end).contains(&at.start))
    })
}

/// Limits that lie within another: one that is not said shrinks with its whole.
fn refuse_parts_over_wholes(settings: &mut Settings, findings: &mut Findings) {
    let path = |option: &str| format!("limits.{option}");
    let is_said = |option: &str| findings.origins.contains_key(&path(option));
    let wrong = limits::settle_parts(settings, is_said);
    for error in wrong {
        if let Some(place) = findings.origins.get(&path(error.option)).copied() {
            findings.refuse(place, FileFault::Value(error));
        }
    }
}

/// A host is one site's.
fn refuse_second_hosts(sites: &[SiteSettings], findings: &mut Findings) {
    let mut taken: HashMap<&HostName, Place> = HashMap::new();
    for (n, site) in sites.iter().enumerate() {
        let path = |m: usize| format!("site[{n}].host[{m}]");
        for (m, host) in site.hosts.iter().enumerate() {
            let Some(place) = findings.origins.get(&path(m)).copied() else {
                continue;
            };
            match taken.get(host) {
                Some(before) => {
                    let host = host.as_str().to_owned();
                    let fault = FileFault::HostTwice { host };
                    findings.refuse_beside(place, Some(*before), fault);
                }
                None => {
                    taken.insert(host, place);
                }
            }
        }
        let key = format!("site[{n}].host");
        let whole = findings.origins.get(&key).copied();
        if let (true, true, Some(place)) =
            (site.hosts.is_empty(), is_whole(findings, &[&key]), whole)
        {
            let fault = FileFault::MissingKey {
                key: "host",
                example: quoted("example.com"),
            };
            findings.refuse(place, fault);
        }
    }
}

/// A folder at the start alone is a folder; nothing at all is a mistake.
fn served(site: &mut SiteSettings, key: &str, findings: &mut Findings) {
    let Serve::Mounts(mounts) = &mut site.serve else {
        return;
    };
    match &mut mounts[..] {
        [] if !findings.is_broken && is_whole(findings, &[key]) => {
            let error = ConfigError {
                option: "serve",
                value: String::new(),
                fault: Fault::EmptyPath,
            };
            if let Some(place) = findings.origins.get(key).copied() {
                findings.refuse(place, FileFault::Value(error));
            }
        }
        [only] if only.at.is_start() => site.serve = Serve::Path(std::mem::take(&mut only.path)),
        _ => {}
    }
}
