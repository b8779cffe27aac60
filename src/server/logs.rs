//! Which access logs are wanted, and whose requests each of them tells of.

use crate::config::{AccessLog, LogPlace, Settings};
use crate::observe::{Journal, WantedLog};

/// All logs of these settings. A site's own take its requests from those that are for all. Without
/// `may_print` none goes to standard output.
pub(super) fn wanted<'a>(
    settings: &'a Settings,
    journal: &Journal,
    may_print: bool,
) -> Vec<WantedLog<'a>> {
    let common = settings.logs.access.iter().map(|log| (log, None));
    let own = settings.sites.iter().flat_map(|site| {
        let number = journal.sites().of(&settings.name_of(site));
        site.logs.iter().map(move |log| (log, Some(number)))
    });
    common
        .chain(own)
        .filter(|(log, _)| may_print || log.place != LogPlace::StandardOutput)
        .collect()
}

/// Whether one of them goes to standard output.
pub(super) fn has_output(settings: &Settings) -> bool {
    all(settings).any(|log| log.place == LogPlace::StandardOutput)
}

/// All of them, whoever they tell of.
pub(super) fn all(settings: &Settings) -> impl Iterator<Item = &AccessLog> {
    let own = settings.sites.iter().flat_map(|site| &site.logs);
    settings.logs.access.iter().chain(own)
}
