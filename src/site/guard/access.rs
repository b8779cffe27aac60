//! Everything that decides who may come in, made of its settings.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::address::Gate;
use super::followed::Followed;
use super::password::{BadUser, Guesses, Hashing, Passwords, Verified};
use super::signature::{LinkKey, Links};
use super::{Denial, Judged};
use crate::config::pattern::{Pattern, canonical};
use crate::config::{AccessEntry, AccessSettings, ClientCertificate, ClientProof};
use crate::exchange::{Origin, Reason, Request, Scheme};
use crate::observe::{Journal, REDACTED};
use crate::site::limits::{LINK_KEY_BYTES_MAX, LINK_KEYS_MAX, USERS_BYTES_MAX};
use crate::site::trace::{Hang, HangsOn, Trace, Untraced};

/// Who may come in. The first entry that means a path decides, and each part of it has to let the request
/// pass.
pub(crate) struct Access {
    entries: Vec<Entry>,
    /// Whether an entry means some paths and not others.
    has_paths: bool,
    /// What clients have to prove, and to whom, where somebody vouches for them.
    proof: Option<ClientProof>,
}

/// Who may come in where.
struct Entry {
    path: Option<Pattern>,
    gate: Gate,
    /// What a client's certificate has to be for, if it needs one; nothing: it does not matter.
    names: Option<Vec<Box<str>>>,
    links: Option<Links>,
    passwords: Option<Passwords>,
    /// Whether it lets everybody pass.
    is_open: bool,
    /// As it was said.
    settings: AccessEntry,
}

/// What is counted about those who come, whatever the settings are: it outlives them.
#[derive(Clone)]
pub struct AccessState {
    guesses: Arc<Guesses>,
    hashing: Arc<Hashing>,
}

impl Default for AccessState {
    fn default() -> Self {
        Self {
            guesses: Arc::new(Guesses::new()),
            hashing: Arc::new(Hashing::new()),
        }
    }
}

/// A file that says who may come in, and that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {trouble}", path.display())]
pub struct AccessError {
    /// Which.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub trouble: AccessTrouble,
}

/// What can be wrong with it.
#[derive(Debug, thiserror::Error)]
pub enum AccessTrouble {
    /// It cannot be read, or is too long.
    #[error("cannot be read: {0}")]
    Unreadable(#[source] io::Error),
    /// A line of a file of users.
    #[error("line {}: {}", .0.line, .0.fault.code())]
    User(BadUser),
    /// What is in it is too short for a key.
    #[error("too short for a key")]
    ShortKey,
    /// One key more than there may be.
    #[error("too many keys")]
    TooManyKeys,
    /// The system has no randomness.
    #[error("no randomness")]
    NoRandomness,
}

impl AccessTrouble {
    /// The stable word for it, which `hello help` explains.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "access-unreadable",
            Self::User(_) => "users-unusable",
            Self::ShortKey => "link-key-too-short",
            Self::TooManyKeys => "too-many-link-keys",
            Self::NoRandomness => "no-randomness",
        }
    }

    /// The line that it is about.
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::User(bad) => Some(bad.line),
            Self::Unreadable(_) | Self::ShortKey | Self::TooManyKeys | Self::NoRandomness => None,
        }
    }
}

/// Reads the files that are named, as a start would. May wait for a disk.
pub fn try_out(settings: &AccessSettings) -> Result<(), AccessError> {
    let journal = Arc::new(Journal::new(1));
    let never = Duration::MAX;
    Access::begin(settings, None, never, &AccessState::default(), &journal).map(|_| ())
}

impl Access {
    /// Reads the files that are named; `None`: everybody may come. May wait for a disk.
    pub(crate) fn begin(
        settings: &AccessSettings,
        proof: Option<ClientProof>,
        look_again_after: Duration,
        state: &AccessState,
        journal: &Arc<Journal>,
    ) -> Result<Option<Self>, AccessError> {
        let is_required = |proof: &ClientProof| proof.certificate == ClientCertificate::Required;
        let is_required = proof.as_ref().is_some_and(is_required);
        if settings.entries.iter().all(AccessEntry::is_open) && !is_required {
            return Ok(None);
        }
        let mut files = Files {
            look_again_after,
            users: HashMap::new(),
            keys: HashMap::new(),
        };
        let entries = settings.entries.iter();
        let entries = entries.map(|entry| Entry::begin(entry, &mut files, state, journal));
        Ok(Some(Self {
            has_paths: settings.entries.iter().any(|entry| entry.path.is_some()),
            entries: entries.collect::<Result<_, _>>()?,
            proof,
        }))
    }

    /// Who decides about a path, as it was sent.
    fn entry_for(&self, path: &[u8]) -> Option<&Entry> {
        if !self.has_paths {
            return self.entries.first();
        }
        let path = canonical(path);
        let means = |entry: &&Entry| {
            { entry.path.as_ref() }.is_none_or(|pattern| pattern.catch(&path).is_some())
        };
        self.entries.iter().find(means)
    }

    /// Whether a path, as it was sent, is not for everybody.
    pub(crate) fn guards(&self, path: &[u8]) -> bool {
        self.entry_for(path).is_some_and(|entry| !entry.is_open)
    }

    /// Whether a password is asked for at a path.
    pub(crate) fn asks_for_passwords(&self, path: &[u8]) -> bool {
        let entry = self.entry_for(path);
        entry.is_some_and(|entry| entry.passwords.is_some())
    }

    /// Who asks, if the password of the request has been found right; nobody on his word alone.
    pub(crate) fn user(&self, request: &Request<'_>) -> Option<String> {
        let passwords = self.entry_for(request.path)?.passwords.as_ref()?;
        passwords.user(request)
    }

    /// Whether a request may pass by its address. Changes nothing, like all that judges.
    pub(crate) fn judge_address(&self, request: &Request<'_>, trace: &impl Trace) -> Judged {
        let entry = self.entry_for(request.path);
        entry.map_or(Judged::Passed, |entry| entry.judge_address(request, trace))
    }

    /// Whether it may pass by the certificate that was shown when its connection was made.
    pub(crate) fn judge_proof(&self, request: &Request<'_>, trace: &impl Trace) -> Judged {
        let entry = self.entry_for(request.path);
        Judged::of(self.unproven(request, entry, trace))
    }

    /// Why a request may not pass by its certificate, where one is needed for these names.
    ///
    /// # Spec
    /// RFC 9110 §7.4, §15.5.20: where certificates of others were asked for, or none, because the
    /// connection was made for another site or under settings that are gone, the client is told to come
    /// on another one (421).
    fn unproven(
        &self,
        request: &Request<'_>,
        entry: Option<&Entry>,
        trace: &impl Trace,
    ) -> Option<Reason> {
        let names = entry.and_then(|entry| entry.names.as_deref());
        let (authorities, is_required): (&[PathBuf], _) = match &self.proof {
            Some(proof) => (
                &proof.authorities,
                proof.certificate == ClientCertificate::Required,
            ),
            None => (&[], false),
        };
        let names = names.or(is_required.then_some(&[]))?;
        let supposed = trace.suppose(|| Hang {
            on: HangsOn::Certificate,
            origin: entry.and_then(|entry| entry.settings.origin.clone()),
            question: format!("certificate {authorities:?} {names:?}"),
        });
        if let Some(is_right) = supposed {
            return (!is_right).then_some(Reason::ClientCertMissing);
        }
        if request.scheme == Scheme::Http {
            return Some(Reason::ClientCertMissing);
        }
        let proof = request
            .proof
            .filter(|proof| proof.was_asked_for(authorities));
        let Some(proof) = proof else {
            return Some(Reason::Misdirected);
        };
        match proof.client() {
            None => Some(Reason::ClientCertMissing),
            Some(client) if names.is_empty() || client.are_among(names) => None,
            Some(_) => Some(Reason::ClientNotAllowed),
        }
    }

    /// Whether it may pass by its link.
    pub(crate) fn judge_link(
        &self,
        request: &Request<'_>,
        now: SystemTime,
        trace: &impl Trace,
    ) -> Judged {
        let entry = self.entry_for(request.path);
        entry.map_or(Judged::Passed, |entry| {
            entry.judge_link(request, now, trace)
        })
    }

    /// Whether it may pass by its password.
    pub(crate) fn judge_password(&self, request: &Request<'_>, trace: &impl Trace) -> Judged {
        let entry = self.entry_for(request.path);
        entry.map_or(Judged::Passed, |entry| entry.judge_password(request, trace))
    }

    /// Where it stands who may come to a path.
    pub(crate) fn origin_for(&self, path: &[u8]) -> Option<&Origin> {
        self.entry_for(path)?.settings.origin.as_ref()
    }

    /// Whether it may pass to other paths than it asked for: who decides about those is asked about the
    /// same request.
    pub(crate) fn judge_detour<'p>(
        &self,
        request: &Request<'_>,
        paths: impl Iterator<Item = &'p [u8]>,
        now: SystemTime,
        trace: &impl Trace,
    ) -> Judged {
        for entry in self.others(request, paths) {
            let judged = { entry.judge_address(request, trace) }
                .and(|| Judged::of(self.unproven(request, Some(entry), trace)))
                .and(|| entry.judge_link(request, now, trace))
                .and(|| entry.judge_password(request, trace));
            if !matches!(judged, Judged::Passed) {
                return judged;
            }
        }
        Judged::Passed
    }

    /// Why a request may not pass by its link, with all the time it takes; `None`: it may.
    pub(crate) async fn wait_for_link(&self, request: &Request<'_>) -> Option<Denial> {
        let links = self.entry_for(request.path)?.links.as_ref()?;
        links.wait(request).await
    }

    /// The same by its password.
    pub(crate) async fn wait_for_password(&self, request: &Request<'_>) -> Option<Denial> {
        let passwords = self.entry_for(request.path)?.passwords.as_ref()?;
        passwords.wait(request).await
    }

    /// The same for other paths than it asked for.
    pub(crate) async fn wait_for_detour(
        &self,
        request: &Request<'_>,
        paths: &[&[u8]],
    ) -> Option<Denial> {
        for entry in self.others(request, paths.iter().copied()) {
            if let Some(reason) = entry.gate.judge(request.peer) {
                return Some(reason.into());
            }
            if let Some(reason) = self.unproven(request, Some(entry), &Untraced) {
                return Some(reason.into());
            }
            if let Some(links) = &entry.links
                && let Some(denial) = links.wait(request).await
            {
                return Some(denial);
            }
            if let Some(passwords) = &entry.passwords
                && let Some(denial) = passwords.wait(request).await
            {
                return Some(denial);
            }
        }
        None
    }

    /// Who decides about these paths, but for who has decided about the one that was asked for.
    fn others<'s, 'p>(
        &'s self,
        request: &Request<'_>,
        paths: impl Iterator<Item = &'p [u8]>,
    ) -> impl Iterator<Item = &'s Entry> {
        let own = self.entry_for(request.path);
        let others = paths.filter_map(|path| self.entry_for(path));
        others.filter(move |entry| own.is_none_or(|own| !std::ptr::eq(own, *entry)))
    }
}

impl Entry {
    fn begin(
        settings: &AccessEntry,
        files: &mut Files,
        state: &AccessState,
        journal: &Arc<Journal>,
    ) -> Result<Self, AccessError> {
        let error = |path: &PathBuf, trouble| AccessError {
            path: path.clone(),
            trouble,
        };
        let passwords = match &settings.users {
            None => None,
            Some(path) => {
                let counted = (state.guesses.clone(), state.hashing.clone());
                let users = files.users(path)?;
                let passwords = Passwords::new(users, &settings.realm, counted, journal.clone());
                Some(passwords.ok_or_else(|| error(path, AccessTrouble::NoRandomness))?)
            }
        };
        if let Some(path) = settings.link_keys.get(LINK_KEYS_MAX) {
            return Err(error(path, AccessTrouble::TooManyKeys));
        }
        let keys = settings.link_keys.iter().map(|path| files.key(path));
        let keys: Vec<_> = keys.collect::<Result<_, _>>()?;
        Ok(Self {
            path: settings.path.clone(),
            gate: Gate::new(settings.allow.clone(), settings.deny.clone()),
            names: { settings.needs_certificate }.then(|| settings.client_names.clone()),
            links: (!keys.is_empty()).then(|| Links::new(keys, journal.clone())),
            passwords,
            is_open: settings.is_open(),
            settings: settings.clone(),
        })
    }

    fn judge_address(&self, request: &Request<'_>, trace: &impl Trace) -> Judged {
        let AccessEntry { allow, deny, .. } = &self.settings;
        let is_for_all = allow.is_empty() && deny.is_empty();
        if !(trace.knows_client() || is_for_all) {
            let question = || format!("address {allow:?} {deny:?}");
            match trace.suppose(|| self.hang(HangsOn::Client, question())) {
                Some(true) => return Judged::Passed,
                Some(false) => return Judged::of(Some(Reason::AddressNotAllowed)),
                None => {}
            }
        }
        Judged::of(self.gate.judge(request.peer))
    }

    fn judge_link(&self, request: &Request<'_>, now: SystemTime, trace: &impl Trace) -> Judged {
        let Some(links) = &self.links else {
            return Judged::Passed;
        };
        let keys = &self.settings.link_keys;
        let question = || format!("link {keys:?}");
        let mut query = request.query.unwrap_or_default().windows(REDACTED.len());
        let is_passed = trace.is_on()
            && query.any(|part| part == REDACTED)
            && trace.suppose(|| self.hang(HangsOn::Signature, question())) == Some(true);
        if is_passed {
            return Judged::Passed;
        }
        links.judge(request, now)
    }

    fn judge_password(&self, request: &Request<'_>, trace: &impl Trace) -> Judged {
        let Some(passwords) = &self.passwords else {
            return Judged::Passed;
        };
        let AccessEntry { users, realm, .. } = &self.settings;
        let question = || format!("password {users:?} {realm:?}");
        if trace.suppose(|| self.hang(HangsOn::Password, question())) == Some(true) {
            return Judged::Passed;
        }
        passwords.judge(request)
    }

    fn hang(&self, on: HangsOn, question: String) -> Hang {
        let origin = self.settings.origin.clone();
        Hang {
            on,
            origin,
            question,
        }
    }
}

/// Files that are named, each read once however often it is.
struct Files {
    look_again_after: Duration,
    users: HashMap<PathBuf, Arc<Followed<Verified>>>,
    keys: HashMap<PathBuf, Arc<Followed<LinkKey>>>,
}

impl Files {
    fn users(&mut self, path: &PathBuf) -> Result<Arc<Followed<Verified>>, AccessError> {
        let again = self.look_again_after;
        once(&mut self.users, path, || {
            Followed::begin(path, USERS_BYTES_MAX, again, Verified::read)
        })
    }

    fn key(&mut self, path: &PathBuf) -> Result<Arc<Followed<LinkKey>>, AccessError> {
        let again = self.look_again_after;
        once(&mut self.keys, path, || {
            Followed::begin(path, LINK_KEY_BYTES_MAX, again, LinkKey::of_file)
        })
    }
}

fn once<T>(
    known: &mut HashMap<PathBuf, Arc<T>>,
    path: &PathBuf,
    read: impl FnOnce() -> Result<T, AccessError>,
) -> Result<Arc<T>, AccessError> {
    if let Some(known) = known.get(path) {
        return Ok(known.clone());
    }
    let new = Arc::new(read()?);
    known.insert(path.clone(), new.clone());
    Ok(new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::FilePath;

    fn of_admin() -> Access {
        let entry = |path: &str, deny| AccessEntry {
            path: Some(Pattern::read(path).unwrap()),
            deny: vec![deny],
            ..AccessEntry::default()
        };
        let settings = AccessSettings {
            entries: vec![entry("/admin/*", crate::config::Network::Unix)],
        };
        let journal = Arc::new(Journal::new(1));
        let state = AccessState::default();
        let access = Access::begin(&settings, None, Duration::MAX, &state, &journal);
        access.unwrap().unwrap()
    }

    /// Whatever a path is written like: if it leads into a folder, who guards the folder is asked.
    #[test]
    fn no_way_of_writing_a_path_leads_past_its_guard() {
        let access = of_admin();
        let pieces = [
            "/",
            "//",
            "admin",
            "%61dmin",
            "a%64min",
            "%61%64%6D%69n",
            "ADMIN",
            "page",
            "%2f",
            "%2F",
            ".",
            "..",
            "%2e",
            "%2E%2e",
            "%00",
            "%",
            "%6",
            "\\",
            ";x",
            " ",
            "\u{442}",
            "?",
            "*",
        ];
        let mut led = 0;
        let count = pieces.len();
        for number in 0..count * count * count {
            let words = [
                number / count / count,
                number / count % count,
                number % count,
            ];
            let path = format!("/{}", words.map(|word| pieces[word]).concat());
            let Ok(decoded) = FilePath::decode(path.as_bytes()) else {
                continue;
            };
            let below = decoded.below_root();
            let first = below
                .split(|byte| *byte == b'/')
                .find(|name| !name.is_empty());
            if first == Some(b"admin") {
                led += 1;
                assert!(access.entry_for(path.as_bytes()).is_some(), "{path}");
            }
        }
        assert!(led > 40, "{led}");
    }
}
