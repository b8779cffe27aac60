//! Who we are: certificates and keys from files, looked at again like any file.
//!
//! A handshake looks at the files if their last look is older than `--look-again-after`, off the
//! worker. New ones count from then on; connections go on as they are. What cannot be used is said
//! once, and what we had stays.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::authority::{Authority, Local, LocalAuthorityError};
use super::choice::Choice;
use super::identity::{self, CertificateError, Identity, Stamp};
use super::limits::MACHINE_LOOK_PERIOD;
use crate::clock;
use crate::config::{CertificateFiles, HostName, TlsPlan};
use crate::observe::{Journal, Notice};
use crate::tasks;

/// The certificates that were given, as they are now.
pub struct Certificates {
    /// Those of the server.
    files: Vec<CertificateFiles>,
    /// Those of sites.
    sites: Vec<OfSite>,
    /// Which sites are found at each place.
    places: Vec<Vec<usize>>,
    /// The paths of all of them for notices, which are no larger than a word.
    paths: Vec<&'static str>,
    /// Instead of files: an authority on this machine, and what it issued.
    local: Option<Local>,
    known: Mutex<Known>,
    /// At each place.
    choices: RwLock<Vec<Arc<Choice>>>,
    look_again_after: Duration,
    /// By [`clock::tick_ms`].
    looked_at_ms: AtomicU64,
    seen: Mutex<Seen>,
}

/// The certificates of a site, and for which hosts.
struct OfSite {
    hosts: Vec<HostName>,
    files: Vec<CertificateFiles>,
}

/// What was read last.
#[derive(Default)]
struct Known {
    server: Vec<Identity>,
    /// In the order of the sites.
    sites: Vec<Vec<Identity>>,
}

/// What the last look found.
#[derive(Default)]
struct Seen {
    stamps: Vec<Stamp>,
    /// These stamps cannot be used; told once they are found a second time, for a certificate and
    /// its key are not replaced at the same moment.
    failed: Option<Failed>,
}

struct Failed {
    stamps: Vec<Stamp>,
    is_told: bool,
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Keys have no business in any output.
        f.debug_struct("Certificates").finish_non_exhaustive()
    }
}

/// The certificates as they are shown at one place.
#[derive(Clone, Debug)]
pub(super) struct AtPlace {
    pub(super) certificates: Arc<Certificates>,
    place: usize,
}

impl AtPlace {
    pub(super) fn new(certificates: Arc<Certificates>, place: usize) -> Self {
        Self {
            certificates,
            place,
        }
    }

    /// As they are now.
    pub(super) fn now(&self) -> Option<Arc<Choice>> {
        self.certificates.at(self.place)
    }
}

impl ResolvesServerCert for AtPlace {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        if let Some(name) = hello.server_name() {
            self.certificates.learn(name);
        }
        self.now()?.for_client(&hello)
    }
}

impl Certificates {
    /// Reads all of them. The first that cannot be used is the error.
    pub fn read(
        files: &[CertificateFiles],
        look_again_after: Duration,
        now: SystemTime,
    ) -> Result<Self, CertificateError> {
        let empty = Self {
            files: files.to_vec(),
            ..Self::none(look_again_after)
        };
        empty.read_files(now)
    }

    /// Beside these, those that sites have of their own.
    pub fn beside(mut self, plan: &TlsPlan, now: SystemTime) -> Result<Self, CertificateError> {
        self.places.clone_from(&plan.places);
        let sites = plan.sites.iter().map(|site| OfSite {
            hosts: site.hosts.clone(),
            files: site.certificates.clone(),
        });
        self.sites = sites.collect();
        self.read_files(now)
    }

    fn none(look_again_after: Duration) -> Self {
        Self {
            files: Vec::new(),
            sites: Vec::new(),
            places: vec![Vec::new()],
            paths: Vec::new(),
            local: None,
            known: Mutex::default(),
            choices: RwLock::default(),
            look_again_after,
            looked_at_ms: AtomicU64::new(clock::tick_ms()),
            seen: Mutex::default(),
        }
    }

    fn read_files(mut self, now: SystemTime) -> Result<Self, CertificateError> {
        let (stamps, identities) = read_all(&self.all_files(), now)?;
        let paths = self.all_files().into_iter().map(|pair| {
            let path = pair.certificate.to_string_lossy().into_owned();
            // As many as were given at the start, and for as long as the program runs.
            &*Box::leak(path.into_boxed_str())
        });
        self.paths = paths.collect();
        self.seen = Mutex::new(Seen {
            stamps,
            failed: None,
        });
        self.put_files(identities);
        Ok(self)
    }

    /// Those of the server, then those of the sites, in their order.
    fn all_files(&self) -> Vec<&CertificateFiles> {
        let of_sites = self.sites.iter().flat_map(|site| &site.files);
        self.files.iter().chain(of_sites).collect()
    }

    /// Whether there is more than one.
    pub(super) fn are_several(&self) -> bool {
        usize::from(self.local.is_some()) + self.all_files().len() > 1
    }

    /// Has a local authority vouch for this machine, as it is called and where it is now.
    pub fn of_authority(
        authority: Authority,
        look_again_after: Duration,
        now: SystemTime,
    ) -> Result<Self, LocalAuthorityError> {
        let (local, identity) = Local::begin(authority, now)?;
        let certificates = Self {
            local: Some(local),
            // The addresses of a machine are not files, and not looked at as often.
            ..Self::none(look_again_after.max(MACHINE_LOOK_PERIOD))
        };
        certificates.put_own(identity);
        Ok(certificates)
    }

    /// A name that a client asks for, if it is one that the local authority learns by being asked.
    fn learn(&self, name: &str) {
        if let Some(local) = &self.local {
            local.learn(name, clock::wall(), |identity| self.put_own(identity));
        }
    }

    /// What the local authority issued counts from now on.
    fn put_own(&self, identity: Identity) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.server = vec![identity];
        self.choose(&known);
    }

    /// What was read of all files counts from now on.
    fn put_files(&self, mut identities: Vec<Identity>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut of_sites = identities.split_off(self.files.len()).into_iter();
        if self.local.is_none() {
            known.server = identities;
        }
        let of_site = |site: &OfSite| of_sites.by_ref().take(site.files.len()).collect();
        known.sites = self.sites.iter().map(of_site).collect();
        self.choose(&known);
    }

    fn choose(&self, known: &Known) {
        let of_site = |n: &usize| {
            let (site, identities) = (self.sites.get(*n)?, known.sites.get(*n)?);
            Some((&site.hosts[..], &identities[..]))
        };
        let at = |sites: &Vec<usize>| {
            let sites = sites.iter().filter_map(of_site);
            Arc::new(Choice::of(&known.server, sites))
        };
        let choices = self.places.iter().map(at).collect();
        *self.choices.write().unwrap_or_else(PoisonError::into_inner) = choices;
    }

    fn at(&self, place: usize) -> Option<Arc<Choice>> {
        let choices = self.choices.read().unwrap_or_else(PoisonError::into_inner);
        choices.get(place).cloned()
    }

    /// Looks at the files if it is time to; one handshake does, the others go on with what there is.
    pub(super) async fn look_again(self: &Arc<Self>, journal: &Arc<Journal>) {
        let now = clock::tick_ms();
        let last = self.looked_at_ms.load(Ordering::Relaxed);
        let pause = u64::try_from(self.look_again_after.as_millis()).unwrap_or(u64::MAX);
        let is_due = now.saturating_sub(last) >= pause;
        let claim = |last| {
            self.looked_at_ms
                .compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed)
        };
        if is_due && claim(last).is_ok() {
            let (certificates, journal) = (self.clone(), journal.clone());
            let look = move || certificates.look(&journal, clock::wall());
            // Without the pool the server is stopping, and what there is will do.
            let _ = tasks::blocking(look).await;
        }
    }

    /// Looks at the files now. May wait for a disk.
    fn look(&self, journal: &Journal, now: SystemTime) {
        if let Some(local) = &self.local {
            local.anew(now, |identity| self.put_own(identity));
        }
        let files = self.all_files();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let found = stamps(&files);
        if found == seen.stamps {
            seen.failed = None;
            return;
        }
        if let Some(failed) = &mut seen.failed
            && failed.stamps == found
            && failed.is_told
        {
            return;
        }
        match read_all(&files, now) {
            Ok((stamps, identities)) => {
                let certificates = identities.len() as u64;
                self.put_files(identities);
                *seen = Seen {
                    stamps,
                    failed: None,
                };
                journal.notice(Notice::CertificatesRenewed { certificates });
            }
            Err(error) => {
                let was_found_before =
                    { seen.failed.as_ref() }.is_some_and(|failed| failed.stamps == found);
                if was_found_before {
                    journal.notice(Notice::CertificateKept {
                        path: self.path_of(&error),
                        error: error.key(),
                    });
                }
                seen.failed = Some(Failed {
                    stamps: found,
                    is_told: was_found_before,
                });
            }
        }
    }

    fn path_of(&self, error: &CertificateError) -> &'static str {
        let files = self.all_files();
        let place = { files.iter() }
            .position(|pair| pair.certificate == error.certificate)
            .unwrap_or(0);
        self.paths.get(place).copied().unwrap_or_default()
    }
}

fn stamps(files: &[&CertificateFiles]) -> Vec<Stamp> {
    let paths = files.iter().flat_map(|pair| [&pair.certificate, &pair.key]);
    paths.map(|path| identity::stamp(path)).collect()
}

/// Reads every pair. The stamps are older than what was read: a change in between is found later.
fn read_all(
    files: &[&CertificateFiles],
    now: SystemTime,
) -> Result<(Vec<Stamp>, Vec<Identity>), CertificateError> {
    let stamps = stamps(files);
    // Those that several sites name are one and the same, and so is a connection for either.
    let mut known: HashMap<&CertificateFiles, Identity> = HashMap::new();
    let mut identities = Vec::with_capacity(files.len());
    for pair in files {
        let identity = match known.get(pair) {
            Some(identity) => identity.clone(),
            None => Identity::read(pair, now)?,
        };
        known.insert(pair, identity.clone());
        identities.push(identity);
    }
    Ok((stamps, identities))
}
