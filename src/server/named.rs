//! Looks for everything that settings name: paths, certificates, addresses (`hello check`).
//!
//! Law: all of it is looked at, whatever is wrong before. Nothing is served and nothing is left behind.

use std::path::Path;

use super::checkup::Trouble;
use super::listeners::{self, WhenTaken};
use super::{Facts, StartError, hints, logs};
use crate::clock;
use crate::config::{ClientCertificate, ClientProof, FileSettings, Serve, Settings, SiteSettings};
use crate::observe::AccessLogs;
use crate::site::{FileCache, Site};
use crate::tls::{Authority, Certificates, ClientAuthorities, strangers, unnamed};

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// Sites.
    pub sites: usize,
    /// Addresses to listen on.
    pub addresses: usize,
    /// Certificates with their keys.
    pub certificates: usize,
    /// Addresses that somebody has: perhaps a hello with these very settings.
    pub taken: Vec<String>,
    /// Hosts that no certificate names, where one is shown.
    pub unnamed: Vec<String>,
    /// What cannot be used, as it is named.
    pub troubles: Vec<(String, Trouble)>,
}

/// Looks for all of it.
pub fn look_for_all(settings: &Settings) -> Found {
    let mut found = Found::default();
    let of_nobody = matches!(settings.site.serve, Serve::Nothing);
    found.sites = settings.sites.len() + usize::from(!of_nobody);
    for site in [&settings.site].into_iter().chain(&settings.sites) {
        found.look_for_files(site);
    }
    found.look_for_certificates(settings);
    found.look_for_logs(settings);
    found.look_for_addresses(settings);
    found
}

impl Found {
    fn refuse(&mut self, name: &Path, error: impl Into<StartError>) {
        self.refuse_named(name.to_string_lossy().into_owned(), error.into());
    }

    fn refuse_named(&mut self, name: String, error: StartError) {
        let facts = Facts::about(&error);
        self.troubles.push((name, Box::new((error, facts))));
    }

    fn look_for_files(&mut self, site: &SiteSettings) {
        let paths: Vec<&Path> = match &site.serve {
            Serve::Nothing | Serve::BuiltIn | Serve::Authority(_) => Vec::new(),
            Serve::Path(path) => vec![path],
            Serve::Mounts(mounts) => mounts.iter().map(|mount| &*mount.path).collect(),
        };
        let nothing = FileCache::new(0, 0).into();
        for path in paths {
            if let Err(error) = Site::of_path(path, &site.files, &nothing) {
                self.refuse(path, error);
            }
        }
        for path in &site.files.hint_files {
            let one = FileSettings {
                hint_files: vec![path.clone()],
                ..site.files.clone()
            };
            if let Err(error) = hints::read(&one) {
                self.refuse(path, error);
            }
        }
    }

    fn look_for_certificates(&mut self, settings: &Settings) {
        let (tls, now) = (&settings.tls, clock::wall());
        let of_sites = settings
            .sites
            .iter()
            .flat_map(|site| &site.tls.certificates);
        for pair in tls.certificates.iter().chain(of_sites) {
            self.certificates += 1;
            let look_again_after = settings.site.files.look_again_after;
            let read = Certificates::read(std::slice::from_ref(pair), look_again_after, now);
            if let Err(error) = read {
                let path = if error.is_about_key() {
                    &pair.key
                } else {
                    &pair.certificate
                };
                self.refuse(path, error);
            }
        }
        let plan = settings.tls_plan();
        for site in &plan.sites {
            for error in strangers(site, now) {
                let path = error.certificate.clone();
                self.refuse(&path, error);
            }
        }
        self.unnamed = unnamed(&plan, now);
        if let Some(folder) = tls.local_authority()
            && let Err(error) = Authority::try_out(folder, now)
        {
            self.refuse(folder, error);
        }
        let of_sites = { settings.sites.iter() }.flat_map(|site| &site.tls.client_authorities);
        for path in tls.client_authorities.iter().chain(of_sites) {
            let one = ClientProof {
                authorities: vec![path.clone()],
                certificate: ClientCertificate::Required,
            };
            if let Err(error) = ClientAuthorities::read(Some(&one)) {
                self.refuse(path, error);
            }
        }
    }

    fn look_for_logs(&mut self, settings: &Settings) {
        for log in logs::all(settings) {
            if let Err(error) = AccessLogs::try_out(log) {
                self.refuse_named(log.place.to_string(), error.into());
            }
        }
    }

    /// Listens on every address for a moment, on all of them at once as a server would.
    fn look_for_addresses(&mut self, settings: &Settings) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => return self.refuse_named(String::new(), StartError::Runtime(error)),
        };
        runtime.block_on(async {
            let mut kept = Vec::new();
            let own = settings.addresses().into_iter();
            let sites = own.chain(&settings.redirect_http);
            for address in sites.chain(&settings.metrics) {
                self.addresses += 1;
                let opened =
                    listeners::open_one(address, WhenTaken::Fail, &kept, &mut Vec::new()).await;
                match opened {
                    Ok(opened) => kept.push(opened),
                    Err(error) if IN_USE.contains(&error.key()) => {
                        self.taken.push(address.to_string());
                    }
                    Err(error) => self.refuse_named(address.to_string(), error),
                }
            }
        });
    }
}

/// The keys of an address that somebody has.
const IN_USE: [&str; 2] = ["port-in-use", "socket-in-use"];
