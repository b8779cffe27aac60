//! Who we are: certificates and keys from files, looked at again like any file.
//!
//! A handshake looks at the files if their last look is older than `--look-again-after`, off the
//! worker. New ones count from then on; connections go on as they are. What cannot be used is said
//! once, and what we had stays.

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
use crate::config::CertificateFiles;
use crate::observe::{Journal, Notice};
use crate::tasks;

/// The certificates that were given, as they are now.
pub struct Certificates {
    files: Vec<CertificateFiles>,
    /// The same paths for notices, which are no larger than a word.
    paths: Vec<&'static str>,
    /// Instead of files: an authority on this machine, and what it issued.
    local: Option<Local>,
    choice: RwLock<Arc<Choice>>,
    look_again_after: Duration,
    /// By [`clock::tick_ms`].
    looked_at_ms: AtomicU64,
    seen: Mutex<Seen>,
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

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        if let Some(name) = hello.server_name() {
            self.learn(name);
        }
        self.now().for_client(&hello)
    }
}

impl Certificates {
    /// Reads all of them. The first that cannot be used is the error.
    pub fn read(
        files: &[CertificateFiles],
        look_again_after: Duration,
        now: SystemTime,
    ) -> Result<Self, CertificateError> {
        let (stamps, identities) = read_all(files, now)?;
        let paths = files.iter().map(|pair| {
            let path = pair.certificate.to_string_lossy().into_owned();
            // As many as were given at the start, and for as long as the program runs.
            &*Box::leak(path.into_boxed_str())
        });
        Ok(Self {
            paths: paths.collect(),
            files: files.to_vec(),
            local: None,
            choice: RwLock::new(Arc::new(Choice::of(&identities))),
            look_again_after,
            looked_at_ms: AtomicU64::new(clock::tick_ms()),
            seen: Mutex::new(Seen {
                stamps,
                failed: None,
            }),
        })
    }

    /// Whether there is more than one.
    pub(super) fn are_several(&self) -> bool {
        self.files.len() > 1
    }

    /// Has a local authority vouch for this machine, as it is called and where it is now.
    pub fn of_authority(
        authority: Authority,
        look_again_after: Duration,
        now: SystemTime,
    ) -> Result<Self, LocalAuthorityError> {
        let (local, identity) = Local::begin(authority, now)?;
        Ok(Self {
            files: Vec::new(),
            paths: Vec::new(),
            local: Some(local),
            choice: RwLock::new(Arc::new(Choice::of(&[identity]))),
            // The addresses of a machine are not files, and not looked at as often.
            look_again_after: look_again_after.max(MACHINE_LOOK_PERIOD),
            looked_at_ms: AtomicU64::new(clock::tick_ms()),
            seen: Mutex::default(),
        })
    }

    /// A name that a client asks for, if it is one that the local authority learns by being asked.
    fn learn(&self, name: &str) {
        if let Some(local) = &self.local {
            local.learn(name, clock::wall(), |identity| self.put(&[identity]));
        }
    }

    /// These count from now on.
    fn put(&self, identities: &[Identity]) {
        let choice = Arc::new(Choice::of(identities));
        *self.choice.write().unwrap_or_else(PoisonError::into_inner) = choice;
    }

    pub(super) fn now(&self) -> Arc<Choice> {
        let choice = self.choice.read().unwrap_or_else(PoisonError::into_inner);
        choice.clone()
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
            local.anew(now, |identity| self.put(&[identity]));
            return;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let found = stamps(&self.files);
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
        match read_all(&self.files, now) {
            Ok((stamps, identities)) => {
                self.put(&identities);
                *seen = Seen {
                    stamps,
                    failed: None,
                };
                journal.notice(Notice::CertificatesRenewed {
                    certificates: identities.len() as u64,
                });
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
        let place = { self.files.iter() }
            .position(|pair| pair.certificate == error.certificate)
            .unwrap_or(0);
        self.paths.get(place).copied().unwrap_or_default()
    }
}

fn stamps(files: &[CertificateFiles]) -> Vec<Stamp> {
    let paths = files.iter().flat_map(|pair| [&pair.certificate, &pair.key]);
    paths.map(|path| identity::stamp(path)).collect()
}

/// Reads every pair. The stamps are older than what was read: a change in between is found later.
fn read_all(
    files: &[CertificateFiles],
    now: SystemTime,
) -> Result<(Vec<Stamp>, Vec<Identity>), CertificateError> {
    let stamps = stamps(files);
    let identities = files.iter().map(|pair| Identity::read(pair, now));
    Ok((stamps, identities.collect::<Result<_, _>>()?))
}
