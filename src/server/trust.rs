//! Puts the local authority into the stores of this machine, and takes it away: `hello trust`.

use std::fs;
use std::path::{Path, PathBuf};

use super::StartError;
use crate::clock;
use crate::tls::{Authority, AuthorityCard};
use crate::trust::{Anchor, Outcome, Place, Wish, go_through, is_believed};
pub use crate::trust::{Machine, Outcome as StoreOutcome, Person, Place as Store, Step};

/// What was done with an authority.
#[derive(Debug)]
pub struct Done {
    /// Its name; empty, if there was none to take away.
    pub name: String,
    /// Where it is kept.
    pub folder: PathBuf,
    /// Whether it was made just now.
    pub is_new: bool,
    /// Its stores.
    pub steps: Vec<Step>,
    /// Its own files that were deleted.
    pub deleted: Vec<PathBuf>,
}

/// Has the machine believe in the authority that is kept in a folder, which is made if there is none.
pub fn trust(machine: &Machine, folder: &Path) -> Result<Done, StartError> {
    let owner = machine.person.ids.map(|(user, _)| user);
    let (authority, is_new) = match Authority::find_of(folder, owner, clock::wall())? {
        Some(found) => (found, false),
        None => (Authority::in_folder(folder, clock::wall())?, true),
    };
    let anchor = anchor(authority.card(), authority.show(folder)?);
    let steps = go_through(machine, &anchor, Wish::Trust);
    let in_browsers = |step: &Step| {
        matches!(step.place, Place::Chromium(_) | Place::Firefox(_))
            && matches!(step.outcome, Outcome::Done | Outcome::Already)
    };
    if steps.iter().any(in_browsers) {
        authority.note_browsers(folder)?;
    }
    Ok(Done {
        name: anchor.name,
        folder: folder.to_owned(),
        is_new,
        steps,
        deleted: Vec::new(),
    })
}

/// The name of the authority that is kept in a folder, if there is one that can be read.
pub fn name_of(machine: &Machine, folder: &Path) -> Option<String> {
    let owner = machine.person.ids.map(|(user, _)| user);
    let found = Authority::find_of(folder, owner, clock::wall());
    Some(found.ok()??.card().name)
}

/// Has the machine believe in it no longer, and deletes it, unless a store has to be tried again.
pub fn remove(machine: &Machine, folder: &Path) -> Result<Done, StartError> {
    let owner = machine.person.ids.map(|(user, _)| user);
    // What is broken or has expired is deleted all the same: then its name is not known any more.
    let found = Authority::find_of(folder, owner, clock::wall())
        .ok()
        .flatten();
    let (name, steps) = match found {
        None => Default::default(),
        Some(found) => {
            let anchor = anchor(found.card(), PathBuf::new());
            let steps = go_through(machine, &anchor, Wish::Remove);
            (anchor.name, steps)
        }
    };
    let is_to_be_repeated = { steps.iter() }
        .any(|step| matches!(step.outcome, Outcome::NoTool { .. } | Outcome::Failed(_)));
    let deleted = if is_to_be_repeated {
        // Without it nobody would know any more what to look for in the stores.
        Vec::new()
    } else {
        Authority::forget(folder)?
    };
    Ok(Done {
        name,
        folder: folder.to_owned(),
        is_new: false,
        steps,
        deleted,
    })
}

/// The sum of the certificate of the authority that is kept in a folder.
pub(super) fn sum_of(folder: &Path) -> Option<String> {
    let found = Authority::find(folder, clock::wall());
    Some(found.ok()??.card().sum)
}

/// Whether somebody here believes in the authority that is kept in a folder: the system, or browsers
/// that were told to.
pub(super) fn is_trusted(folder: &Path) -> bool {
    let found = Authority::find(folder, clock::wall()).ok().flatten();
    let is_known = |found: Authority| is_believed(Path::new("/"), &found.card().tag);
    Authority::is_noted(folder) || found.is_some_and(is_known)
}

/// Whether an authority is kept in a folder, readable or not.
pub fn is_kept_in(folder: &Path) -> bool {
    Authority::is_kept_in(folder)
}

/// The home of a user.
pub fn home_of(user: u32) -> Option<PathBuf> {
    let table = fs::read_to_string("/etc/passwd").ok()?;
    table.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        let is_it = fields.get(2)?.parse() == Ok(user);
        is_it.then(|| fields.get(5).map(PathBuf::from))?
    })
}

fn anchor(card: AuthorityCard, file: PathBuf) -> Anchor {
    Anchor {
        name: card.name,
        tag: card.tag,
        pem: card.pem,
        file,
    }
}
