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
use super::following::Found;
use super::sites::Plan;
use crate::clock;
use crate::config::Settings;
use crate::observe::Notice;
use crate::tasks;
use crate::tls::Terms;

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

/// Reads the settings and applies them; the number of the new generation, or what is wrong with them, in
/// the language of whoever asks.
pub(super) async fn reload(
    source: &Arc<dyn Source>,
    house: &Arc<House>,
    doors: &mut Doors,
    current: &mut Settings,
    language: Option<&str>,
) -> Result<u32, String> {
    let next = match prepare(source, house, doors, current, language).await {
        Ok(next) => next,
        Err(told) => {
            house.journal.notice(Notice::NotReloaded);
            return Err(told);
        }
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
    let number = (house.sites).replace(next.sites.take_effect(&house.ground));
    house
        .registry
        .generation_begins(number.into(), clock::now());
    doors.open(house, next.bound);
    doors.close_others(&next.settings);
    *current = next.settings;
    house.journal.notice(Notice::Reloaded {
        generation: number.into(),
        sites: current.sites.len() as u64 + 1,
    });
    Ok(number)
}

/// Everything that can fail, done.
struct Next {
    settings: Settings,
    sites: Plan,
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
    doors: &Doors,
    current: &Settings,
    language: Option<&str>,
) -> Result<Next, String> {
    let (asked, built) = (source.clone(), house.clone());
    let reader = language.map(str::to_owned);
    let tls = current.tls.clone();
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
            // Certificates are looked at again by themselves; who vouches for clients is not.
            let is_same = settings.tls == tls && tls.client_authorities.is_empty();
            let terms = if is_same {
                NextTerms::Same
            } else {
                NextTerms::New(terms(&settings)?)
            };
            Ok((sites, terms))
        };
        match make() {
            Ok((sites, terms)) => Ok((settings, sites, terms)),
            Err(error) => Err(complain(&asked, reader.as_deref(), |language| {
                Some(asked.complaint(&settings, &error, language))
            })),
        }
    });
    let made = made.await.unwrap_or_else(|| Err(FELL.to_owned()));
    let (settings, sites, terms) = made?;
    match doors.bind_missing(&settings).await {
        Ok(bound) => Ok(Next {
            settings,
            sites,
            terms,
            bound,
        }),
        Err(error) => Err(complain(source, language, |language| {
            Some(source.complaint(&settings, &error, language))
        })),
    }
}
