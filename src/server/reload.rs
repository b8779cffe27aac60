//! Reads the settings anew while the server runs.
//!
//! Law: a mistake changes nothing. Everything that can fail is done first; then the sites, the terms of
//! TLS and the doors are replaced, in an order in which no request finds half of it. Connections stay;
//! what is being answered goes on as it began. What cannot change while the server runs is said.

use std::path::PathBuf;
use std::sync::Arc;

use super::assemble::{House, limit_addresses, terms};
use super::control::{Control, NextSocket};
use super::doors::{Bound, Doors};
use super::following::Found;
use super::places::NextTerms;
use super::sites::Plan;
use super::watching::{BoundForWatchers, Watching};
use super::{StartError, logs, restart};
use crate::clock;
use crate::config::Settings;
use crate::observe::{AccessLogs, Notice, OpenedLogs};
use crate::tasks;

/// Where the settings come from, to be asked again.
///
/// What is wrong is said in the language of this code; otherwise in that of the settings.
pub trait Source: Send + Sync {
    /// Reads them; or what is wrong with them.
    fn read(&self, language: Option<&str>) -> Result<Settings, Complaint>;

    /// Why these cannot be applied.
    fn complaint(
        &self,
        settings: &Settings,
        error: &StartError,
        language: Option<&str>,
    ) -> Complaint;

    /// Says it where this server says what goes wrong.
    fn tell(&self, complaint: &Complaint);

    /// What was looked at for the last reading, whatever came of it, as it was then.
    fn found(&self) -> Found;

    /// The files they are read from; none: there is nothing to read anew.
    fn files(&self) -> Vec<PathBuf>;
}

/// What is wrong with settings, in words.
#[derive(Clone, Debug, Default)]
pub struct Complaint {
    /// The words.
    pub text: String,
    /// Whether its lines are to stay as they are.
    pub is_laid_out: bool,
}

/// What stands open to the world, beside the house itself.
pub(super) struct Outside {
    pub(super) doors: Doors,
    pub(super) watching: Watching,
    pub(super) control: Control,
    pub(super) logs: AccessLogs,
    /// The settings of the start, which decide what cannot change.
    pub(super) started: Settings,
}

/// Reads the settings and applies them; the number of the new generation, or what is wrong with them, in
/// the language of whoever asks.
pub(super) async fn reload(
    source: &Arc<dyn Source>,
    house: &Arc<House>,
    outside: &mut Outside,
    current: &mut Settings,
    language: Option<&str>,
) -> Result<u32, String> {
    let next = match prepare(source, house, outside, current, language).await {
        Ok(next) => next,
        Err(told) => {
            house.journal.notice(Notice::NotReloaded);
            return Err(told);
        }
    };
    let has_ids = next.settings.logs.names_requests;
    if let Err(error) = outside.logs.change(next.logs, has_ids) {
        let error = StartError::Runtime(error);
        house.journal.notice(Notice::NotReloaded);
        return Err(complain(source, language, |language| {
            Some(source.complaint(&next.settings, &error, language))
        }));
    }
    limit_addresses(&house.door, &next.settings);
    let number = house.sites.now().number.wrapping_add(1);
    let found = next.sites.take_effect(&house.ground).into_iter();
    let found: Vec<_> = found.map(|found| found.numbered(number)).collect();
    let places = &house.places;
    places.replace(&next.settings, &found, next.terms, &house.journal);
    let now = clock::now();
    house.registry.generation_begins(number.into(), now);
    outside.doors.open(house, next.bound);
    outside.doors.close_others(&next.settings);
    let watching = &mut outside.watching;
    watching.open(&next.settings, house, next.watched);
    watching.change(&next.settings);
    outside.control.change(house, next.control).await;
    *current = next.settings;
    house.journal.notice(Notice::Reloaded {
        generation: number.into(),
        sites: current.sites.len() as u64 + 1,
    });
    for key in restart::needed(&outside.started, current) {
        house.journal.notice(Notice::NeedsRestart { key });
    }
    Ok(number)
}

/// Everything that can fail, done.
struct Next {
    settings: Settings,
    sites: Plan,
    terms: NextTerms,
    bound: Vec<Bound>,
    watched: Vec<BoundForWatchers>,
    control: NextSocket,
    logs: OpenedLogs,
}

/// Says what is wrong where the server says such things; the same for whoever asks.
fn complain(
    source: &Arc<dyn Source>,
    language: Option<&str>,
    complaint: impl Fn(Option<&str>) -> Option<Complaint>,
) -> String {
    let own = complaint(None).unwrap_or_default();
    source.tell(&own);
    let asked = language.and_then(|language| complaint(Some(language)));
    asked.unwrap_or(own).text
}

/// What was to be done fell: a bug of ours.
const FELL: &str = "panicked";

async fn prepare(
    source: &Arc<dyn Source>,
    house: &Arc<House>,
    outside: &Outside,
    current: &Settings,
    language: Option<&str>,
) -> Result<Next, String> {
    let (asked, built) = (source.clone(), house.clone());
    let reader = language.map(str::to_owned);
    let plan = current.tls_plan();
    let opener = outside.logs.opener();
    let may_print = restart::may_print(&outside.started);
    let made = tasks::blocking(move || {
        let settings = asked.read(None).map_err(|complaint| {
            let again = |language: Option<&str>| match language {
                None => Some(complaint.clone()),
                // If it was mended meanwhile, the next reading finds it so.
                language => asked.read(language).err(),
            };
            complain(&asked, reader.as_deref(), again)
        })?;
        let make = || {
            let sites = built.ground.draw_up(&settings)?;
            let are_fresh = built.places.are_fresh();
            let terms = if are_fresh && settings.tls_plan() == plan {
                NextTerms::Same
            } else {
                NextTerms::New(terms(&settings)?)
            };
            let logs = opener.open(&logs::wanted(&settings, &built.journal, may_print))?;
            Ok((sites, terms, logs))
        };
        match make() {
            Ok((sites, terms, logs)) => Ok((settings, sites, terms, logs)),
            Err(error) => Err(complain(&asked, reader.as_deref(), |language| {
                Some(asked.complaint(&settings, &error, language))
            })),
        }
    });
    let made = made.await.unwrap_or_else(|| Err(FELL.to_owned()));
    let (settings, sites, terms, logs) = made?;
    let rest = async {
        let bound = outside.doors.bind_missing(&settings).await?;
        let watched = outside.watching.bind_missing(&settings).await?;
        let control = outside.control.next(&settings.control, house).await?;
        Ok((bound, watched, control))
    };
    match rest.await {
        Ok((bound, watched, control)) => Ok(Next {
            settings,
            sites,
            terms,
            bound,
            watched,
            control,
            logs,
        }),
        Err(error) => Err(complain(source, language, |language| {
            Some(source.complaint(&settings, &error, language))
        })),
    }
}
