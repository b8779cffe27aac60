//! Whether what a file says fits together, and what follows from it.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::path::Path;

use super::error::FileFault;
use super::keys::{Draft, Files};
use super::read::Findings;
use super::source::Place;
use super::table::{Needs, quoted};
use crate::config::{
    CertificateFiles, ConfigError, Fault, HostName, ListenAddress, Serve, Settings, SiteSettings,
    limits,
};

/// The settings of a draft. What does not fit together is refused.
pub(super) fn finish(mut draft: Draft, authority: &Path, findings: &mut Findings) -> Settings {
    refuse_what_is_alone(findings);
    pair_all(&mut draft, findings);
    let mut settings = draft.settings;
    if let Some(folder) = &mut settings.tls.authority {
        authority.clone_into(folder);
    }
    refuse_parts_over_wholes(&mut settings, findings);
    refuse_unproven(&settings, findings);
    served(&mut settings.site, "serve", findings);
    for (n, site) in settings.sites.iter_mut().enumerate() {
        refuse_without_files(site, n, findings);
        served(site, &format!("site[{n}].serve"), findings);
    }
    if !settings.sites.is_empty() && !is_said(findings, "serve") {
        settings.site.serve = Serve::Nothing;
    }
    // Where every site has an address of its own, none is left for those that have not.
    let have_own = { settings.sites.iter() }.all(|site| !site.listen.is_empty());
    let is_of_sites = matches!(settings.site.serve, Serve::Nothing);
    if have_own && is_of_sites && !is_said(findings, "listen") {
        settings.listen.clear();
    }
    refuse_second_hosts(&settings, findings);
    refuse_second_listeners(&settings, findings);
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
        let is_there = |name: &&str| is_said(findings, name);
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

/// Whether the file has a key; of certificates, that a site has one will do.
fn is_said(findings: &Findings, name: &str) -> bool {
    let of_a_site = |path: &String| path.starts_with("site[") && path.ends_with("].cert");
    findings.origins.contains_key(name)
        || findings.said.contains(name)
        || name == "cert" && findings.origins.keys().any(of_a_site)
}

/// Certificates of clients come from somebody, and are shown where TLS is spoken.
fn refuse_unproven(settings: &Settings, findings: &mut Findings) {
    if findings.is_broken {
        return;
    }
    let mut alone = Vec::new();
    let is_spoken = is_said(findings, "cert") || is_said(findings, "https");
    let sites = settings.sites.iter().enumerate();
    let sites = sites.map(|(n, site)| (format!("site[{n}]."), site));
    for (within, site) in [(String::new(), &settings.site)].into_iter().chain(sites) {
        let own = site.tls.client_authorities.len();
        if !within.is_empty() && own == 0 {
            alone.push((format!("{within}client-cert"), "client-cert", "client-ca"));
        }
        if !within.is_empty() && own > 0 && !is_spoken {
            alone.push((format!("{within}client-ca"), "client-ca", "cert"));
        }
        let is_typed = findings.said.contains("client-ca");
        if own + settings.tls.client_authorities.len() > 0 || is_typed {
            continue;
        }
        let entries = site.access.entries.iter().enumerate();
        for (m, _) in entries.filter(|(_, entry)| entry.needs_certificate) {
            for key in ["client-cert", "client-name"] {
                alone.push((format!("{within}access[{m}].{key}"), key, "client-ca"));
            }
        }
    }
    for (path, key, needs) in alone {
        let key = key.to_owned();
        if let Some(place) = findings.origins.get(&path).copied() {
            findings.refuse(place, FileFault::KeyAlone { key, needs });
        }
    }
}

/// The server's certificates, and those of each site.
fn pair_all(draft: &mut Draft, findings: &mut Findings) {
    let own = std::mem::take(&mut draft.files);
    draft.settings.tls.certificates = pair(own, "", findings);
    let of_sites = std::mem::take(&mut draft.of_sites);
    for (n, (site, files)) in draft.settings.sites.iter_mut().zip(of_sites).enumerate() {
        site.tls.certificates = pair(files, &format!("site[{n}]."), findings);
    }
}

/// The first certificate with the first key, and so on.
fn pair(files: Files, within: &str, findings: &mut Findings) -> Vec<CertificateFiles> {
    let Files { certificates, keys } = files;
    let (missing, there) = match certificates.len().cmp(&keys.len()) {
        Ordering::Less => ("cert", "key"),
        Ordering::Greater => ("key", "cert"),
        Ordering::Equal => {
            let pairs = certificates.into_iter().zip(keys);
            let pairs = pairs.map(|(certificate, key)| CertificateFiles { certificate, key });
            return pairs.collect();
        }
    };
    let path = |key: &str| format!("{within}{key}");
    if !findings.is_broken
        && is_whole(findings, &[&path("cert"), &path("key")])
        && let Some(place) = findings.origins.get(&path(there)).copied()
    {
        findings.refuse(place, FileFault::Unpaired { missing });
    }
    Vec::new()
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

/// A host is one site's wherever it is asked for.
fn refuse_second_hosts(settings: &Settings, findings: &mut Findings) {
    let sites = &settings.sites;
    let mut taken: HashMap<&HostName, Vec<(usize, Place)>> = HashMap::new();
    for (n, site) in sites.iter().enumerate() {
        let path = |m: usize| format!("site[{n}].host[{m}]");
        for (m, host) in site.hosts.iter().enumerate() {
            let Some(place) = findings.origins.get(&path(m)).copied() else {
                continue;
            };
            let before = taken.entry(host).or_default();
            let same = before
                .iter()
                .find(|(other, _)| meet(settings, &sites[*other], site));
            if let Some((_, before)) = same {
                let host = host.as_str().to_owned();
                let fault = FileFault::HostTwice { host };
                findings.refuse_beside(place, Some(*before), fault);
            }
            before.push((n, place));
        }
        let key = format!("site[{n}].host");
        let is_there = findings.origins.contains_key(&key);
        let whole = if is_there {
            &key
        } else {
            &key[..key.len() - ".host".len()]
        };
        let place = findings.origins.get(whole).copied();
        let may_be_all = site.hosts.is_empty() && (is_there || site.listen.is_empty());
        if let (true, false, true, Some(place)) = (
            may_be_all,
            findings.is_broken,
            !is_there || is_whole(findings, &[&key]),
            place,
        ) {
            let fault = FileFault::MissingKey {
                key: "host",
                example: quoted("example.com"),
            };
            findings.refuse(place, fault);
        }
    }
}

/// Whether two sites answer at the same address.
fn meet(settings: &Settings, one: &SiteSettings, other: &SiteSettings) -> bool {
    let at = |site: &SiteSettings| {
        if site.listen.is_empty() {
            settings.listen.clone()
        } else {
            site.listen.clone()
        }
    };
    let is_of_server = one.listen.is_empty() && other.listen.is_empty();
    is_of_server || at(one).iter().any(|address| at(other).contains(address))
}

/// Addresses of sites do not get in each other's way, and one site alone is for all other hosts.
fn refuse_second_listeners(settings: &Settings, findings: &mut Findings) {
    let serves_others = !matches!(settings.site.serve, Serve::Nothing);
    let addresses = settings.addresses();
    let mut for_all: Vec<&ListenAddress> = Vec::new();
    if serves_others {
        for_all.extend(&settings.listen);
    }
    for (n, site) in settings.sites.iter().enumerate() {
        for (m, address) in site.listen.iter().enumerate() {
            let place = findings
                .origins
                .get(&format!("site[{n}].listen[{m}]"))
                .copied();
            let Some(place) = place else { continue };
            let is_in_the_way =
                |other: &&ListenAddress| address.collides(other) && address != *other;
            if addresses.iter().any(is_in_the_way) {
                let error = ConfigError {
                    option: "listen",
                    value: address.to_string(),
                    fault: Fault::ListenTwice,
                };
                findings.refuse(place, FileFault::Value(error));
            } else if site.hosts.is_empty() && for_all.contains(&address) {
                let address = address.to_string();
                findings.refuse(place, FileFault::OthersTwice { address });
            }
        }
        if site.hosts.is_empty() {
            for_all.extend(&site.listen);
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
