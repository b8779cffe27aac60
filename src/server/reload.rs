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
use super::places::NextTerms;
use super::watching::{BoundForWatchers, Watching};
use super::{StartError, logs, restart};
use crate::config::Settings;
use crate::observe::{AccessLogs, Notice, OpenedLogs};
use crate::site::Generation;
use crate::tasks;

/// Where the settings come from, to be asked again.
pub trait Source: Send + Sync {
    /// Reads them; a mistake has been told to the person when this returns, and comes back as text.
    fn read(&self) -> Result<Settings, String>;

    /// Tells the person why these cannot be applied, and gives that back.
    fn complain(&self, settings: &Settings, error: &StartError) -> String;

    /// The files they are read from; none: there is nothing to read anew.
    fn files(&self) -> Vec<PathBuf>;
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

/// Reads the settings and applies them; the number of the new generation, or what is wrong with them.
pub(super) async fn reload(
    source: &Arc<dyn Source>,
    house: &Arc<House>,
    outside: &mut Outside,
    current: &mut Settings,
) -> Result<u32, String> {
    let next = prepare(source, house, outside, current).await;
    let Some(next) = next else {
        return fail(house, "panicked".to_owned());
    };
    let next = match next {
        Ok(next) => next,
        Err(told) => return fail(house, told),
    };
    let has_ids = next.settings.logs.names_requests;
    if let Err(error) = outside.logs.change(next.logs, has_ids) {
        let error = StartError::Runtime(error);
        return fail(house, source.complain(&next.settings, &error));
    }
    limit_addresses(&house.door, &next.settings);
    let number = house.sites.now().number.wrapping_add(1);
    let found = next.found.into_iter();
    let found: Vec<_> = found.map(|found| found.numbered(number)).collect();
    let places = &house.places;
    places.replace(&next.settings, &found, next.terms, &house.journal);
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

fn fail(house: &House, told: String) -> Result<u32, String> {
    house.journal.notice(Notice::NotReloaded);
    Err(told)
}

/// Everything that can fail, done.
struct Next {
    settings: Settings,
    found: Vec<Generation>,
    terms: NextTerms,
    bound: Vec<Bound>,
    watched: Vec<BoundForWatchers>,
    control: NextSocket,
    logs: OpenedLogs,
}

/// `None`: it fell.
async fn prepare(
    source: &Arc<dyn Source>,
    house: &Arc<House>,
    outside: &Outside,
    current: &Settings,
) -> Option<Result<Next, String>> {
    let (asked, built) = (source.clone(), house.clone());
    let plan = current.tls_plan();
    let opener = outside.logs.opener();
    let may_print = restart::may_print(&outside.started);
    let made = tasks::blocking(move || {
        let settings = asked.read()?;
        let make = || {
            let found = built.ground.build(&settings)?;
            let are_fresh = built.places.are_fresh();
            let terms = if are_fresh && settings.tls_plan() == plan {
                NextTerms::Same
            } else {
                NextTerms::New(terms(&settings)?)
            };
            let logs = opener.open(&logs::wanted(&settings, &built.journal, may_print))?;
            Ok((found, terms, logs))
        };
        match make() {
            Ok((found, terms, logs)) => Ok((settings, found, terms, logs)),
            Err(error) => Err(asked.complain(&settings, &error)),
        }
    });
    let (settings, found, terms, logs) = match made.await? {
        Ok(made) => made,
        Err(told) => return Some(Err(told)),
    };
    let rest = async {
        let bound = outside.doors.bind_missing(&settings).await?;
        let watched = outside.watching.bind_missing(&settings).await?;
        let control = outside.control.next(&settings.control, house).await?;
        Ok((bound, watched, control))
    };
    match rest.await {
        Ok((bound, watched, control)) => Some(Ok(Next {
            settings,
            found,
            terms,
            bound,
            watched,
            control,
            logs,
        })),
        Err(error) => Some(Err(source.complain(&settings, &error))),
    }
}
