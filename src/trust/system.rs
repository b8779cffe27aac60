//! The system's store, which curl, wget and most programs read.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Anchor, Machine, Outcome, Place, Step, Wish, in_words, quoted, run};

/// How a family of systems keeps the authorities that its administrator adds.
pub(super) struct Family {
    /// Where, from the top.
    folder: &'static str,
    /// The program that reads them anew, with its words.
    update: &'static [&'static str],
    /// The words to add where something was taken away: without them its links would stay behind.
    after_removal: &'static [&'static str],
    /// What installs `certutil` there.
    pub(super) install_certutil: &'static str,
}

/// The folder tells the family. A system may have those of several; the first that is there counts,
/// and the one that all but Debian have for others is last.
const FAMILIES: [Family; 4] = [
    // Fedora, Red Hat and their kin.
    Family {
        folder: "etc/pki/ca-trust/source/anchors",
        update: &["update-ca-trust", "extract"],
        after_removal: &[],
        install_certutil: "sudo dnf install nss-tools",
    },
    // Arch and its kin.
    Family {
        folder: "etc/ca-certificates/trust-source/anchors",
        update: &["update-ca-trust"],
        after_removal: &[],
        install_certutil: "sudo pacman -S nss",
    },
    // openSUSE.
    Family {
        folder: "etc/pki/trust/anchors",
        update: &["update-ca-certificates"],
        after_removal: &[],
        install_certutil: "sudo zypper install mozilla-nss-tools",
    },
    // Debian, Ubuntu and their kin; Alpine.
    Family {
        folder: "usr/local/share/ca-certificates",
        update: &["update-ca-certificates"],
        after_removal: &["--fresh"],
        install_certutil: "sudo apt install libnss3-tools",
    },
];

impl Family {
    /// That of a machine; none if it keeps no authorities.
    pub(super) fn of(machine: &Machine) -> Option<&'static Self> {
        FAMILIES
            .iter()
            .find(|family| machine.at(family.folder).is_dir())
    }

    /// The program that reads the store anew, and its words.
    fn update_words(&self, wish: Wish) -> Vec<&'static str> {
        match wish {
            Wish::Trust => self.update.to_vec(),
            Wish::Remove => [self.update, self.after_removal].concat(),
        }
    }
}

/// Whether a machine's store has an authority with this tag: one look for each family.
pub fn is_believed(root: &Path, tag: &str) -> bool {
    let file = file_name(tag);
    let folders = FAMILIES.iter().map(|family| root.join(family.folder));
    folders
        .into_iter()
        .any(|folder| folder.join(&file).is_file())
}

/// The name of the file there: other programs' are told from ours by it.
fn file_name(tag: &str) -> String {
    format!("hello-{tag}.crt")
}

/// Puts it there, or takes it away.
pub(super) fn step(machine: &Machine, anchor: &Anchor, wish: Wish) -> Step {
    let Some(family) = Family::of(machine) else {
        return Step {
            place: Place::System(None),
            outcome: Outcome::NoStore,
        };
    };
    let path = machine.at(family.folder).join(file_name(&anchor.tag));
    let outcome = outcome(machine, family, anchor, &path, wish);
    Step {
        place: Place::System(Some(path)),
        outcome,
    }
}

fn outcome(
    machine: &Machine,
    family: &Family,
    anchor: &Anchor,
    path: &PathBuf,
    wish: Wish,
) -> Outcome {
    let is_so = match (wish, fs::read(path)) {
        (Wish::Trust, found) => found.is_ok_and(|found| found == anchor.pem.as_bytes()),
        (Wish::Remove, Err(error)) => error.kind() == ErrorKind::NotFound,
        (Wish::Remove, Ok(_)) => false,
    };
    if is_so {
        return Outcome::Already;
    }
    let update = family.update_words(wish);
    if !machine.is_administrator {
        let path = quoted(path);
        return Outcome::ByHand(match wish {
            Wish::Trust => format!(
                "sudo install -m 644 {} {path} && sudo {}",
                quoted(&anchor.file),
                update.join(" ")
            ),
            Wish::Remove => format!("sudo rm {path} && sudo {}", update.join(" ")),
        });
    }
    let Some(program) = machine.program(update[0]) else {
        return Outcome::NoTool {
            tool: update[0],
            install: "",
        };
    };
    let changed = match wish {
        Wish::Trust => write(path, &anchor.pem),
        Wish::Remove => fs::remove_file(path),
    };
    if let Err(error) = changed {
        return Outcome::Failed(in_words(&error));
    }
    match run(&program, &update[1..], "", None) {
        Ok(()) => Outcome::Done,
        Err(said) => Outcome::Failed(said),
    }
}

/// Whole or not at all: the store is read by others at any time.
fn write(path: &Path, pem: &str) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let draft = path.with_extension("new");
    fs::write(&draft, pem)?;
    fs::set_permissions(&draft, fs::Permissions::from_mode(0o644))?;
    fs::rename(&draft, path)
}
