//! What is decided at the start and stays: told when settings are read anew, for it would be missed in
//! silence.

use super::logs;
use crate::config::Settings;

/// A key, and whether two settings agree on it.
type Fixed = (&'static str, fn(&Settings, &Settings) -> bool);

/// Each such key, with what holds it.
const FIXED: [Fixed; 7] = [
    // The face: lines are begun, columns counted, a terminal is taken.
    ("log", |a, b| a.output.format == b.output.format),
    ("quiet", |a, b| a.output.quiet == b.output.quiet),
    ("lang", |a, b| {
        a.output.language == b.output.language
            && a.output.greeting_language == b.output.greeting_language
    }),
    ("color", |a, b| a.output.colour == b.output.colour),
    // Standard output is the face's or a log's.
    ("access-log", |a, b| {
        let is_free = |settings: &Settings| settings.output.quiet;
        is_free(a) || logs::has_output(a) == logs::has_output(b)
    }),
    // Descriptors are shared out once, and places with them.
    ("limits.max-connections", |a, b| {
        a.connections.max == b.connections.max
    }),
    ("limits.open-files-max", |a, b| {
        a.site.files.open_files_max == b.site.files.open_files_max
    }),
];

/// The keys on which settings differ from those of the start, and that need another one to count.
pub(super) fn needed<'a>(
    started: &'a Settings,
    now: &'a Settings,
) -> impl Iterator<Item = &'static str> + use<'a> {
    let differ = FIXED.iter().filter(|(_, agree)| !agree(started, now));
    differ.map(|(key, _)| *key)
}

/// Whether requests may be told on standard output.
pub(super) fn may_print(started: &Settings) -> bool {
    started.output.quiet || logs::has_output(started)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{AccessLog, Colour, LogFormat, language};

    #[test]
    fn each_key_is_told_as_long_as_it_differs_from_the_start() {
        type Change = fn(&mut Settings);
        let started = Settings::default();
        let changes: [(&str, Change); FIXED.len()] = [
            ("log", |s| s.output.format = LogFormat::Json),
            ("quiet", |s| s.output.quiet = true),
            ("lang", |s| s.output.language = language("ru").ok()),
            ("color", |s| s.output.colour = Colour::Never),
            ("access-log", |s| s.logs.access.push(AccessLog::default())),
            ("limits.max-connections", |s| s.connections.max = Some(7)),
            ("limits.open-files-max", |s| s.site.files.open_files_max = 7),
        ];
        for (key, change) in changes {
            let mut now = started.clone();
            change(&mut now);
            assert_eq!(needed(&started, &now).collect::<Vec<_>>(), [key]);
            assert_eq!(needed(&now, &now).count(), 0);
        }
    }

    #[test]
    fn a_log_on_standard_output_comes_only_where_nothing_else_is_printed() {
        let mut printing = Settings::default();
        assert!(!may_print(&printing));
        printing.output.quiet = true;
        assert!(may_print(&printing));
        let mut logging = printing.clone();
        logging.logs.access.push(AccessLog::default());
        assert_eq!(needed(&printing, &logging).count(), 0);
    }
}
