//! The stores of browsers: databases of NSS, one for Chromium and its kin, one for each profile of
//! Firefox. They are changed by `certutil`, the tool of NSS itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::system::Family;
use super::{Anchor, Machine, Outcome, Person, Place, Step, Wish, run};

/// The file that makes a folder a database.
const DATABASE: &str = "cert9.db";

/// Where Chromium and its kin look, from the home: as always; where the program is packed by snap.
const OF_CHROMIUM: [&str; 2] = [".pki/nssdb", "snap/chromium/current/.pki/nssdb"];

/// Where profiles of Firefox are, from the home: as always; by the rules of XDG; packed by snap; by
/// Flatpak.
const OF_FIREFOX: [&str; 4] = [
    ".mozilla/firefox",
    ".config/mozilla/firefox",
    "snap/firefox/common/.mozilla/firefox",
    ".var/app/org.mozilla.firefox/.mozilla/firefox",
];

/// Programs that read the first of [`OF_CHROMIUM`].
const CHROMIUMS: [&str; 8] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "brave-browser",
    "microsoft-edge",
    "vivaldi",
    "opera",
];

/// The tool of NSS.
const TOOL: &str = "certutil";

/// Puts it into each, or takes it away.
pub(super) fn steps(machine: &Machine, anchor: &Anchor, wish: Wish) -> Vec<Step> {
    let person = &machine.person;
    let Some(home) = &person.home else {
        return Vec::new();
    };
    let chromium = chromiums(machine, home, wish);
    let firefox = profiles(home);
    let tool = machine.program(TOOL);
    let each = |place: fn(Option<PathBuf>) -> Place, folders: Vec<PathBuf>| {
        if folders.is_empty() {
            return vec![Step {
                place: place(None),
                outcome: Outcome::NoStore,
            }];
        }
        let steps = folders.into_iter().map(|folder| Step {
            outcome: match &tool {
                Some(tool) => Database {
                    tool,
                    folder: &folder,
                    person,
                }
                .outcome(anchor, wish),
                None => missing_tool(machine),
            },
            place: place(Some(folder)),
        });
        steps.collect()
    };
    let mut steps = each(Place::Chromium, chromium);
    steps.extend(each(Place::Firefox, firefox));
    steps
}

fn missing_tool(machine: &Machine) -> Outcome {
    Outcome::NoTool {
        tool: TOOL,
        install: Family::of(machine).map_or("", |family| family.install_certutil),
    }
}

/// The databases of Chromium; one that it would make at its first start is named, too, if there is
/// something to be put into it.
fn chromiums(machine: &Machine, home: &Path, wish: Wish) -> Vec<PathBuf> {
    let data = machine.person.data.clone();
    let data = data.unwrap_or_else(|| home.join(".local/share"));
    let mut folders: Vec<PathBuf> = OF_CHROMIUM.map(|folder| home.join(folder)).into();
    folders.push(data.join("pki/nssdb"));
    let usual = folders[0].clone();
    folders.retain(|folder| folder.join(DATABASE).is_file());
    let has_browser = || CHROMIUMS.iter().any(|name| machine.program(name).is_some());
    if folders.is_empty() && wish == Wish::Trust && has_browser() {
        folders.push(usual);
    }
    folders
}

/// The profiles of Firefox that have a database.
fn profiles(home: &Path) -> Vec<PathBuf> {
    let mut found = BTreeSet::new();
    for folder in OF_FIREFOX {
        let entries = fs::read_dir(home.join(folder))
            .into_iter()
            .flatten()
            .flatten();
        found.extend(entries.map(|entry| entry.path()));
    }
    found.retain(|folder| folder.join(DATABASE).is_file());
    found.into_iter().collect()
}

struct Database<'a> {
    tool: &'a Path,
    folder: &'a Path,
    person: &'a Person,
}

impl Database<'_> {
    fn outcome(&self, anchor: &Anchor, wish: Wish) -> Outcome {
        if !self.folder.join(DATABASE).is_file()
            && let Err(said) = self.make()
        {
            return Outcome::Failed(said);
        }
        let name = &*anchor.name;
        let has_it = self.run(&["-L", "-n", name], "").is_ok();
        let changed = match (wish, has_it) {
            (Wish::Trust, true) | (Wish::Remove, false) => return Outcome::Already,
            // Trusted as an authority for servers, and for nothing else.
            (Wish::Trust, false) => self.run(&["-A", "-a", "-t", "C,,", "-n", name], &anchor.pem),
            (Wish::Remove, true) => self.run(&["-D", "-n", name], ""),
        };
        changed.map_or_else(Outcome::Failed, |()| Outcome::Done)
    }

    /// As Chromium does at its first start: for the person alone, without a password.
    fn make(&self) -> Result<(), String> {
        use std::os::unix::fs::{DirBuilderExt, chown};
        let missing: Vec<&Path> = { self.folder.ancestors() }
            .take_while(|folder| !folder.exists())
            .collect();
        for folder in missing.into_iter().rev() {
            let made = fs::DirBuilder::new().mode(0o700).create(folder);
            let owned = made.and_then(|()| match self.person.ids {
                Some((user, group)) => chown(folder, Some(user), Some(group)),
                None => Ok(()),
            });
            owned.map_err(|error| super::in_words(&error))?;
        }
        self.run(&["-N", "--empty-password"], "")
    }

    fn run(&self, words: &[&str], told: &str) -> Result<(), String> {
        let database = format!("sql:{}", self.folder.display());
        let words = [&["-d", &database], words].concat();
        run(self.tool, &words, told, Some(self.person))
    }
}
