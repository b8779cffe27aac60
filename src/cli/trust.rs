//! The answer to `hello trust`: what was done, line by line, and what could not be.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::complain;
use super::environment::Places;
use super::stop::Stop;
use crate::config::{ListenAddress, OutputSettings, Serve, Settings, SiteSettings};
use crate::i18n::{Args, Language, shown, text, text_with};
use crate::server::trust::{self, Done, Machine, Person, Step, Store, StoreOutcome};
use crate::server::{Facts, StartError, network_addresses};

/// What `hello trust` is to do.
#[derive(Debug)]
pub struct TrustOrder {
    /// With what.
    pub what: TrustWish,
    /// Where phones are served, if it was said.
    pub listen: Option<Vec<ListenAddress>>,
    /// In which language and colours.
    pub output: OutputSettings,
}

/// What is wished for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrustWish {
    /// To be believed.
    Trust,
    /// To be forgotten.
    Remove,
    /// To be carried to a phone.
    Phone,
}

/// The port that phones are served at, or the next that is free. Reason: beside the usual one, so
/// that both can run.
const PHONE_PORT: u16 = 7879;

/// The exit code where something is left to do.
const EXIT_TO_DO: u8 = 1;

/// Does it, and answers what to say; or what is to be served for phones.
///
/// # Errors
/// The settings to serve with: that is no failure.
pub(super) fn run(order: &TrustOrder, places: &Places) -> Result<Stop, Box<Settings>> {
    let language = order.output.text_language();
    if order.what == TrustWish::Phone {
        return match for_phones(order, places) {
            Some(settings) => Err(Box::new(settings)),
            None => Ok(Stop::complaining(
                complain::without_network().in_full(language),
            )),
        };
    }
    let machine = machine(places);
    let folders = folders(places);
    let done: Result<Vec<Done>, StartError> = { folders.iter() }
        .map(|folder| match order.what {
            TrustWish::Remove => {
                // Said before anything is deleted.
                let name = trust::name_of(&machine, folder);
                say_now(&farewell(language, name, folder));
                trust::remove(&machine, folder)
            }
            _ => trust::trust(&machine, folder),
        })
        .collect();
    Ok(match done {
        Err(error) => {
            let complaint = complain::of_start(&error, &Facts::about(&error));
            Stop::complaining(complaint.in_full(language))
        }
        Ok(done) => Stop {
            exit_code: if done.iter().any(is_left) {
                EXIT_TO_DO
            } else {
                0
            },
            text: report(language, order.what, &done),
            to_stdout: true,
            is_laid_out: true,
        },
    })
}

/// What is served for phones, at the address others reach this machine at; `None` without one.
fn for_phones(order: &TrustOrder, places: &Places) -> Option<Settings> {
    let in_network = || {
        let address = network_addresses().into_iter().next()?;
        Some(vec![ListenAddress::Tcp((address, PHONE_PORT).into())])
    };
    let listen = order.listen.clone().or_else(in_network)?;
    let folder = folders(places).into_iter().next()?;
    Some(Settings {
        site: SiteSettings {
            serve: Serve::Authority(folder),
            ..SiteSettings::default()
        },
        listen,
        next_port: true,
        output: order.output.clone(),
        ..Settings::default()
    })
}

/// Where authorities are. Behind sudo there may be two: that of the person, whose certificate wants
/// to be believed, and the administrator's own.
fn folders(places: &Places) -> Vec<PathBuf> {
    let own = places.authority();
    let person = places.behind.and_then(|(user, _)| trust::home_of(user));
    let persons = person.map(|home| home.join(".local/share/hello"));
    match persons.filter(|folder| trust::is_kept_in(folder)) {
        Some(persons) if trust::is_kept_in(&own) => vec![persons, own],
        Some(persons) => vec![persons],
        None => vec![own],
    }
}

fn machine(places: &Places) -> Machine {
    let person = match places.behind {
        None => Person {
            home: places.home.clone(),
            data: places.data.clone(),
            ids: None,
        },
        Some((user, group)) => Person {
            home: trust::home_of(user),
            data: None,
            ids: Some((user, group)),
        },
    };
    Machine {
        root: "/".into(),
        path: places.path.clone().into(),
        is_administrator: places.is_administrator,
        person,
    }
}

/// Whether somebody has to do something yet.
fn is_left(done: &Done) -> bool {
    let is_done = |step: &Step| {
        matches!(
            step.outcome,
            StoreOutcome::Done | StoreOutcome::Already | StoreOutcome::NoStore
        )
    };
    !done.steps.iter().all(is_done)
}

/// What was done with each authority, without a line break at the end.
fn report(language: Language, wish: TrustWish, all: &[Done]) -> String {
    let mut lines = Vec::new();
    for done in all {
        if wish != TrustWish::Remove {
            lines.push(welcome(language, done));
        }
        for step in &done.steps {
            lines.extend(told(language, wish, step));
        }
        if wish == TrustWish::Remove && done.deleted.is_empty() && !done.name.is_empty() {
            lines.push(with_path(language, "trust-kept", &done.folder));
        }
        for path in &done.deleted {
            lines.push(with_path(language, "trust-deleted", path));
        }
    }
    let has_changed = all.iter().flat_map(|done| &done.steps).any(|step| {
        matches!(step.place, Store::Chromium(_) | Store::Firefox(_))
            && step.outcome == StoreOutcome::Done
    });
    if has_changed {
        lines.push(text(language, "trust-restart"));
    }
    let has_left = all.iter().any(is_left);
    let end = match (wish, has_left) {
        (_, true) => "trust-left",
        (TrustWish::Remove, false) => "trust-removed",
        (_, false) => "trust-all-done",
    };
    lines.push(text(language, end));
    lines.join("\n")
}

/// Which authority it is, and where it is kept.
fn welcome(language: Language, done: &Done) -> String {
    let key = if done.is_new {
        "trust-made"
    } else {
        "trust-found"
    };
    about(language, key, &done.name, &done.folder)
}

/// Which authority is about to be taken away.
fn farewell(language: Language, name: Option<String>, folder: &Path) -> String {
    match name {
        Some(name) => about(language, "trust-forgotten", &name, folder),
        None if trust::is_kept_in(folder) => about(language, "trust-unknown", "", folder),
        None => about(language, "trust-none", "", folder),
    }
}

fn about(language: Language, key: &str, name: &str, folder: &Path) -> String {
    let args = Args::new()
        .with("name", name)
        .with("folder", shown(&folder.to_string_lossy()));
    text_with(language, key, &args)
}

/// Says something before the rest is done. Nobody may be reading; that is no failure.
fn say_now(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// What came of a store: one line, and a command below it, if one is needed.
fn told(language: Language, wish: TrustWish, step: &Step) -> Vec<String> {
    let place = place(language, &step.place);
    let one_of = |[added, removed]: [&'static str; 2]| match wish {
        TrustWish::Remove => removed,
        TrustWish::Trust | TrustWish::Phone => added,
    };
    let args = Args::new().with("place", &*place);
    let say = |key: &str, args: &Args<'_>| format!("  {}", text_with(language, key, args));
    match &step.outcome {
        StoreOutcome::Done => vec![say(one_of(["trust-done-add", "trust-done-remove"]), &args)],
        StoreOutcome::Already => vec![say(
            one_of(["trust-already-add", "trust-already-remove"]),
            &args,
        )],
        StoreOutcome::NoStore => vec![say("trust-no-store", &args)],
        StoreOutcome::ByHand(command) => vec![
            say(one_of(["trust-by-hand-add", "trust-by-hand-remove"]), &args),
            format!("      {}", shown(command)),
        ],
        StoreOutcome::NoTool { tool, install } => {
            let mut lines = vec![say("trust-no-tool", &args.with("tool", *tool))];
            if !install.is_empty() {
                lines.push(format!("      {install}"));
            }
            lines
        }
        StoreOutcome::Failed(said) => vec![say("trust-failed", &args.with("said", shown(said)))],
    }
}

fn place(language: Language, place: &Store) -> String {
    let (key, path) = match place {
        Store::System(path) => ("trust-system", path),
        Store::Chromium(path) => ("trust-chromium", path),
        Store::Firefox(path) => ("trust-firefox", path),
        Store::Windows => ("trust-windows", &None),
    };
    let name = text(language, key);
    match path {
        None => name,
        Some(path) => format!("{name} ({})", shown(&path.to_string_lossy())),
    }
}

fn with_path(language: Language, key: &str, path: &Path) -> String {
    let args = Args::new().with("path", shown(&path.to_string_lossy()));
    format!("  {}", text_with(language, key, &args))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::config::golden;

    fn step(place: Store, outcome: StoreOutcome) -> Step {
        Step { place, outcome }
    }

    /// Every store with every outcome that may be.
    fn steps() -> Vec<Step> {
        let by_hand = |command: &str| StoreOutcome::ByHand(command.to_owned());
        let firefox = || Store::Firefox(Some("/home/me/.mozilla/firefox/a1.default".into()));
        let system = || Store::System(Some("/usr/local/share/hello-0a1b2c3d.crt".into()));
        vec![
            step(system(), StoreOutcome::Done),
            step(
                system(),
                by_hand("sudo rm /a && sudo update-ca-certificates"),
            ),
            step(Store::System(None), StoreOutcome::NoStore),
            step(
                system(),
                StoreOutcome::NoTool {
                    tool: "update-ca-certificates",
                    install: "",
                },
            ),
            step(Store::Chromium(None), StoreOutcome::NoStore),
            step(
                Store::Chromium(Some("/home/me/.pki/nssdb".into())),
                StoreOutcome::Already,
            ),
            step(
                firefox(),
                StoreOutcome::NoTool {
                    tool: "certutil",
                    install: "sudo apt install libnss3-tools",
                },
            ),
            step(
                firefox(),
                StoreOutcome::Failed("locked \u{1b}[2J".to_owned()),
            ),
            step(Store::Windows, by_hand("certutil.exe -user …")),
        ]
    }

    #[test]
    fn what_was_done_reads_well_in_both_languages() {
        let done = |is_new, steps, deleted| Done {
            name: "hello local authority 0a1b2c3d".to_owned(),
            folder: "/home/me/.local/share/hello".into(),
            is_new,
            steps,
            deleted,
        };
        let added = done(true, steps(), Vec::new());
        let same = done(false, steps().drain(..1).collect(), Vec::new());
        let key = PathBuf::from("/home/me/.local/share/hello/authority.pem");
        let by_hand = steps().drain(..2).collect();
        let removed = done(false, by_hand, vec![key]);
        let kept = done(false, steps(), Vec::new());
        let mut page = String::new();
        for language in Language::ALL {
            for (wish, words, done) in [
                (TrustWish::Trust, "", &added),
                (TrustWish::Trust, "", &same),
                (TrustWish::Remove, " --remove", &removed),
                (TrustWish::Remove, " --remove", &kept),
            ] {
                let text = report(language, wish, std::slice::from_ref(done));
                writeln!(page, "$ hello trust{words}").unwrap();
                if wish == TrustWish::Remove {
                    let name = Some(done.name.clone());
                    writeln!(page, "{}", farewell(language, name, &done.folder)).unwrap();
                }
                writeln!(page, "{text}\n").unwrap();
            }
            let nothing = farewell(language, None, Path::new("/nowhere/hello"));
            writeln!(page, "$ hello trust --remove\n{nothing}\n").unwrap();
        }
        assert!(
            !page.contains('\u{1b}'),
            "other programs write nothing to the terminal"
        );
        golden::check("tests/golden/trust.txt", &page);
    }

    #[test]
    fn behind_sudo_stores_are_those_of_the_person() {
        let places = Places {
            home: Some("/root".into()),
            behind: Some((0, 0)),
            is_administrator: true,
            ..Places::default()
        };
        // The administrator is in every table of users.
        let machine = machine(&places);
        assert_eq!(machine.person.home, trust::home_of(0));
        assert_eq!(machine.person.ids, Some((0, 0)));
        let alone = Places {
            behind: None,
            ..places
        };
        assert_eq!(super::machine(&alone).person.ids, None);
    }
}
