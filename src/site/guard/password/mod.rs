//! Asks for a name and a password (RFC 7617).
//!
//! To judge is quick as long as nothing has to be hashed: there is no password, or it has been found
//! right before. Otherwise it has to wait: for its turn, and for a thread that hashes. Unknown names and
//! wrong passwords take the same work, and tries are counted by address before they are made.

mod authorization;
mod guesses;
mod hashing;
mod users;

use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use http::HeaderValue;
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};

use super::access::AccessTrouble;
use super::followed::Followed;
use super::recent::Recent;
use super::{Denial, Judged};
use crate::clock;
use crate::config::Realm;
use crate::exchange::{FieldList, Reason, Request};
use crate::observe::Journal;
use crate::site::limits::{ARGON2_KIB, ARGON2_PASSES, RETRY_AFTER_SECONDS, VERIFIED_MAX};

use authorization::Credentials;
use hashing::Unhashed;
use users::IsKnown;

pub(crate) use guesses::Guesses;
pub(crate) use hashing::Hashing;
pub(crate) use users::Users;
pub use users::{BadUser, UserFault};

/// Guards what is for those who have a password.
pub(crate) struct Passwords {
    users: Arc<Followed<Verified>>,
    challenge: HeaderValue,
    guesses: Arc<Guesses>,
    hashing: Arc<Hashing>,
    journal: Arc<Journal>,
    /// Of this process alone. What it signs says nothing to anybody else.
    key: hmac::Key,
}

/// Users, and what has been found right since their file was read.
pub(crate) struct Verified {
    users: Users,
    right: Mutex<Recent<[u8; 32], ()>>,
}

impl Passwords {
    pub(crate) fn new(
        users: Arc<Followed<Verified>>,
        realm: &Realm,
        (guesses, hashing): (Arc<Guesses>, Arc<Hashing>),
        journal: Arc<Journal>,
    ) -> Option<Self> {
        Some(Self {
            users,
            challenge: challenge(realm)?,
            guesses,
            hashing,
            journal,
            key: hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).ok()?,
        })
    }

    /// The name of whoever asks, if his password is among those that were found right.
    pub(crate) fn user(&self, request: &Request<'_>) -> Option<String> {
        let credentials = authorization::of(request)?;
        let is_right = self.users.now().is_right(&self.seal(&credentials));
        is_right.then_some(credentials.name)
    }

    /// Whether a request may pass. Changes nothing.
    pub(crate) fn judge(&self, request: &Request<'_>) -> Judged {
        if self.users.is_due(request.tick_ms) {
            return Judged::MustWait;
        }
        match self.judge_by_what_is_known(request) {
            Known::Passed => Judged::Passed,
            Known::Denied(denial) => Judged::Denied(denial),
            Known::Unknown(_) => Judged::MustWait,
        }
    }

    /// Looks at the file and hashes, if that has to be. Why the request may not pass; `None`: it may.
    pub(crate) async fn wait(&self, request: &Request<'_>) -> Option<Denial> {
        self.users.look_again(&self.journal).await;
        match self.judge_by_what_is_known(request) {
            Known::Passed => None,
            Known::Denied(denial) => Some(denial),
            Known::Unknown(question) => self.find_out(request, question).await,
        }
    }

    fn judge_by_what_is_known(&self, request: &Request<'_>) -> Known {
        let Some(credentials) = authorization::of(request) else {
            return Known::Denied(self.asking(Reason::PasswordMissing));
        };
        let (verified, seal) = (self.users.now(), self.seal(&credentials));
        if verified.is_right(&seal) {
            return Known::Passed;
        }
        match self.guesses.judge(request.peer, request.tick_ms) {
            Ok(()) => Known::Unknown(Question {
                verified,
                seal,
                credentials,
            }),
            Err(seconds) => Known::Denied(told_to_wait(Reason::TooManyGuesses, seconds)),
        }
    }

    async fn find_out(&self, request: &Request<'_>, question: Question) -> Option<Denial> {
        let Question {
            verified,
            seal,
            credentials: Credentials { name, password },
        } = question;
        let Some((place, is_known)) = verified.users.to_compare(&name, &self.key) else {
            return Some(self.asking(Reason::PasswordWrong));
        };
        if let Err(seconds) = self.guesses.take(request.peer, clock::tick_ms()) {
            return Some(told_to_wait(Reason::TooManyGuesses, seconds));
        }
        let with = verified.clone();
        let hashed = self
            .hashing
            .run(move || with.users.is_right(place, &password));
        match hashed.await {
            Ok(true) if is_known == IsKnown::Yes => {
                self.guesses.give_back(request.peer);
                verified.remember(seal);
                None
            }
            Ok(_) => Some(self.asking(Reason::PasswordWrong)),
            Err(Unhashed::Crowded) => {
                self.guesses.give_back(request.peer);
                Some(told_to_wait(Reason::PasswordsQueue, RETRY_AFTER_SECONDS))
            }
            Err(Unhashed::Failed) => {
                self.guesses.give_back(request.peer);
                Some(told_to_wait(Reason::Panicked, RETRY_AFTER_SECONDS))
            }
        }
    }

    /// What stands for a name and a password among those that were found right: it can be compared, and
    /// says nothing.
    fn seal(&self, credentials: &Credentials) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.key);
        // A colon is in no name.
        for part in [&*credentials.name, ":", &credentials.password] {
            context.update(part.as_bytes());
        }
        let mut seal = [0; 32];
        seal.copy_from_slice(context.sign().as_ref());
        seal
    }

    /// Denied, and asked for another name or password.
    fn asking(&self, reason: Reason) -> Denial {
        let mut fields = FieldList::new();
        fields.add(WWW_AUTHENTICATE, self.challenge.clone());
        Denial { reason, fields }
    }
}

/// What can be said at once.
enum Known {
    Passed,
    Denied(Denial),
    Unknown(Question),
}

/// Whether a password is right, as it can be asked later.
struct Question {
    verified: Arc<Verified>,
    seal: [u8; 32],
    credentials: Credentials,
}

impl Verified {
    /// Reads the bytes of a file of users.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, AccessTrouble> {
        Ok(Self {
            users: Users::read(bytes).map_err(AccessTrouble::User)?,
            right: Mutex::new(Recent::of(VERIFIED_MAX)),
        })
    }

    fn is_right(&self, seal: &[u8; 32]) -> bool {
        let mut right = self.right.lock().unwrap_or_else(PoisonError::into_inner);
        right.get(*seal).is_some()
    }

    fn remember(&self, seal: [u8; 32]) {
        let mut right = self.right.lock().unwrap_or_else(PoisonError::into_inner);
        right.put(seal, ());
    }
}

fn told_to_wait(reason: Reason, seconds: u32) -> Denial {
    let mut fields = FieldList::new();
    fields.add(RETRY_AFTER, HeaderValue::from(seconds));
    Denial { reason, fields }
}

/// # Spec
/// RFC 7617 §2, §2.1 (`charset`), RFC 9110 §5.6.4 (what is quoted in quotes).
fn challenge(realm: &Realm) -> Option<HeaderValue> {
    let realm = realm.as_str().replace('\\', "\\\\").replace('"', "\\\"");
    HeaderValue::try_from(format!("Basic realm=\"{realm}\", charset=\"UTF-8\"")).ok()
}

/// What is written into the file for a password; takes its time. `None`: the system has no randomness.
pub fn hash_password(password: &str) -> Option<String> {
    hashed(password, ARGON2_KIB, ARGON2_PASSES)
}

fn hashed(password: &str, kib: u32, passes: u32) -> Option<String> {
    let params = Params::new(kib, passes, 1, None).ok()?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon2.hash_password(password.as_bytes()).ok()?;
    Some(hash.to_string())
}

#[cfg(test)]
mod tests;
