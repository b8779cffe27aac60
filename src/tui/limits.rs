//! What the view may cost and hold.

use std::time::Duration;

/// Pause between two looks at the journal. Reason: ten pictures a second are movement to a person.
/// A key that is pressed is answered at once.
pub(super) const FRAME: Duration = Duration::from_millis(100);

/// How many times as long as it worked the view rests. Reason: the view then takes a twentieth of
/// one core at most, however much there is to show.
pub(super) const REST_FACTOR: u32 = 19;

/// Longest rest. Reason: a picture older than that is no live view. At the limit: the view takes
/// more than its twentieth.
pub(super) const REST_MAX: Duration = Duration::from_secs(2);

/// Over how long what happens in a second is counted. Reason: shorter, and the numbers cannot be
/// read for their jumping.
pub(super) const PULSE: Duration = Duration::from_secs(1);

/// Counts kept for that. Reason: a second of frames and one more.
pub(super) const PULSE_BEATS_MAX: usize = 12;

/// Answers kept in each list of records. Reason: what fits under each other in a small terminal.
pub(super) const TOP_MAX: usize = 8;

/// Bytes of a request target kept in a list of records. Reason: a line of a wide terminal. At the
/// limit: cut.
pub(super) const TOP_TARGET_BYTES_MAX: usize = 120;

/// Notices of the server that are kept. Reason: the last is shown, the others stand with the
/// totals. At the limit: the oldest is forgotten.
pub(super) const NOTICES_MAX: usize = 8;

/// Changes of files among them. Reason: the last is what one looks for. At the limit: the oldest is
/// forgotten.
pub(super) const CHANGES_NOTED_MAX: usize = 3;

/// Characters of a filter. Reason: longer than any address. At the limit: further ones are ignored.
pub(super) const FILTER_CHARS_MAX: usize = 64;

/// Bytes of a key's sequence. Reason: the longest that terminals send has eight. At the limit: it
/// is thrown away.
pub(super) const KEY_BYTES_MAX: usize = 32;

/// Messages of panics held back until the screen is a normal one again. Reason: the first says
/// what is wrong. At the limit: further ones are only counted in the journal, as `panicked`.
pub(super) const PANICS_MAX: usize = 16;

/// Columns of the smallest terminal that shows anything. Reason: a number, an address and a state.
pub(super) const COLUMNS_MIN: u16 = 40;

/// Lines of the smallest terminal that shows anything. Reason: numbers, three connections and how
/// to quit.
pub(super) const LINES_MIN: u16 = 8;

/// How long the view may take to say goodbye. Reason: the time a person takes to wonder. At the
/// limit: the terminal gets its settings back without it.
pub(super) const FAREWELL_TIMEOUT: Duration = Duration::from_secs(1);

/// How long a notice of the server stands on top. Reason: long enough to be read by somebody who looks
/// now and then. After that: with the totals.
pub(super) const NEWS_AFTER: Duration = Duration::from_secs(30);
