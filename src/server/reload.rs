//! Reads the settings anew while the server runs.
//!
//! Law: a mistake changes nothing. Everything that can fail is done first; then the sites, the terms of
//! TLS and the doors are replaced, in an order in which no request finds half of it. Connections stay;
//! what is being answered goes on as it began.

use std::path::PathBuf;
use std::sync::Arc;

use super::StartError;
use super::assemble::{House, limit_addresses, terms};
use super::doors::{Bound, Doors};
use super::places::NextTerms;
use crate::config::Settings;
use crate::observe::Notice;
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

/// Reads the settings and applies them; the number of the new generation, or what is wrong with them.
pub(super) async fn reload(
    source: &Arc<dyn Source>,
    house: &Arc<House>,
    doors: &mut Doors,
    current: &mut Settings,
) -> Result<u32, String> {
    let next = prepare(source, house, doors, current).await;
    let Some(next) = next else {
        return fail(house, "panicked".to_owned());
    };
    let next = match next {
        Ok(next) => next,
        Err(told) => return fail(house, told),
    };
    limit_addresses(&house.door, &next.settings);
    let number = house.sites.now().number.wrapping_add(1);
    let found = next.found.into_iter();
    let found: Vec<_> = found.map(|found| found.numbered(number)).collect();
    let places = &house.places;
    places.replace(&next.settings, &found, next.terms, &house.journal);
    doors.open(house, next.bound);
    doors.close_others(&next.settings);
    *current = next.settings;
    house.journal.notice(Notice::Reloaded {
        generation: number.into(),
        sites: current.sites.len() as u64 + 1,
    });
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
}

/// `None`: it fell.
async fn prepare(
    source: &Arc<dyn Source>,
    house: &Arc<House>,
    doors: &Doors,
    current: &Settings,
) -> Option<Result<Next, String>> {
    let (asked, built) = (source.clone(), house.clone());
    let plan = current.tls_plan();
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
            Ok((found, terms))
        };
        match make() {
            Ok((found, terms)) => Ok((settings, found, terms)),
            Err(error) => Err(asked.complain(&settings, &error)),
        }
    });
    let (settings, found, terms) = match made.await? {
        Ok(made) => made,
        Err(told) => return Some(Err(told)),
    };
    match doors.bind_missing(&settings).await {
        Ok(bound) => Some(Ok(Next {
            settings,
            found,
            terms,
            bound,
        })),
        Err(error) => Some(Err(source.complain(&settings, &error))),
    }
}
