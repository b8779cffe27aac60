//! Reads the settings anew while the server runs.
//!
//! Law: a mistake changes nothing. Everything that can fail is done first; then the sites, the terms of
//! TLS and the doors are replaced, in an order in which no request finds half of it. Connections stay;
//! what is being answered goes on as it began.

use std::path::PathBuf;
use std::sync::Arc;

use super::StartError;
use super::assemble::{House, limit_addresses, room, terms};
use super::doors::{Bound, Doors};
use crate::config::Settings;
use crate::observe::Notice;
use crate::site::Generation;
use crate::tasks;
use crate::tls::Terms;

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
    house.room.store(Arc::new(room(
        &next.settings,
        house.sites.clone(),
        house.journal.clone(),
    )));
    limit_addresses(&house.door, &next.settings);
    if let NextTerms::New(terms) = next.terms {
        house.terms.store(terms);
    }
    let number = house.sites.replace(next.generation);
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
    generation: Generation,
    terms: NextTerms,
    bound: Vec<Bound>,
}

/// How TLS is spoken from here on.
enum NextTerms {
    /// As before: what clients can resume stays, too.
    Same,
    /// So, or not at all.
    New(Option<Arc<Terms>>),
}

/// `None`: it fell.
async fn prepare(
    source: &Arc<dyn Source>,
    house: &Arc<House>,
    doors: &Doors,
    current: &Settings,
) -> Option<Result<Next, String>> {
    let (asked, built) = (source.clone(), house.clone());
    let tls = current.tls.clone();
    let made = tasks::blocking(move || {
        let settings = asked.read()?;
        let make = || {
            let generation = built.ground.build(&settings)?;
            let terms = if settings.tls == tls {
                NextTerms::Same
            } else {
                NextTerms::New(terms(&settings)?)
            };
            Ok((generation, terms))
        };
        match make() {
            Ok((generation, terms)) => Ok((settings, generation, terms)),
            Err(error) => Err(asked.complain(&settings, &error)),
        }
    });
    let (settings, generation, terms) = match made.await? {
        Ok(made) => made,
        Err(told) => return Some(Err(told)),
    };
    match doors.bind_missing(&settings).await {
        Ok(bound) => Some(Ok(Next {
            settings,
            generation,
            terms,
            bound,
        })),
        Err(error) => Some(Err(source.complain(&settings, &error))),
    }
}
