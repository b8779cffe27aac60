//! Which columns there are in a window of some width, and where they stand.
//!
//! Designed at 80 columns. Figures stand at the right edge, so that they are aligned whatever the
//! path; the path has what is left. A narrow window first loses the protocol, then the size; a
//! wide one has a column for remarks. A pipe is as wide as it takes: nothing is cut there, and
//! what is longer than its column moves the rest of its line to the right.
//!
//! ```text
//! #1     GET  /logo.svg                          200   1.2 KiB  0.35 ms  HTTP/1.1
//! ```

/// The columns of one kind of window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Columns of the window; `None` if nothing is cut (a pipe).
    pub(super) width: Option<usize>,
    /// Where the path ends.
    pub(super) path_end: usize,
    /// Whether there is a column for the size of the content.
    pub(super) has_size: bool,
    /// Whether there is a column for the protocol.
    pub(super) has_protocol: bool,
    /// Columns at the right edge for remarks; if there are none, they share those of the path.
    pub(super) remark: usize,
}

/// Columns of `#1` and what stands after it, for three digits.
pub(super) const NUMBER: usize = 4;
/// Where the texts of a connection begin.
pub(super) const TEXT: usize = NUMBER + 1;
/// Where the method of a request begins: below the greeting, further in.
pub(super) const METHOD: usize = TEXT + 2;
/// Columns of a method; a longer one moves the path.
pub(super) const METHOD_WIDTH: usize = 4;
/// Columns of a status.
pub(super) const STATUS_WIDTH: usize = 3;
/// Columns of a size: `1023 KiB`.
pub(super) const SIZE_WIDTH: usize = 8;
/// Columns of a duration: `0.35 ms`, `99999 s`.
pub(super) const TIME_WIDTH: usize = 7;
/// Columns of a protocol: `HTTP/1.1`.
pub(super) const PROTOCOL_WIDTH: usize = 8;
/// Columns between two columns.
pub(super) const GAP: usize = 2;

/// Columns that a path may always have, whatever stands beside it.
pub(super) const PATH_MIN: usize = 16;
/// Columns of a path at most where there are remarks: the eye has to find the status again.
const PATH_MAX: usize = 84;
/// Columns of remarks at least.
const REMARK_MIN: usize = 32;
/// The narrowest window that is designed for; in a narrower one the terminal breaks the lines.
const WIDTH_MIN: usize = 45;
/// From here on there is a column for the size.
const WIDTH_WITH_SIZE: usize = 56;
/// From here on there is a column for the protocol.
const WIDTH_WITH_PROTOCOL: usize = 76;
/// From here on there is a column for remarks.
const WIDTH_WITH_REMARKS: usize = 140;
/// What a pipe is laid out for.
const WIDTH_OF_PIPES: usize = 80;

impl Layout {
    /// The layout for a window of this width, or for a pipe.
    pub(super) fn of(window: Option<usize>) -> Self {
        let width = window.unwrap_or(WIDTH_OF_PIPES).max(WIDTH_MIN);
        let has_size = width >= WIDTH_WITH_SIZE;
        let has_protocol = width >= WIDTH_WITH_PROTOCOL;
        let figures = GAP + STATUS_WIDTH + figures_width(has_size, has_protocol);
        let all = width - figures;
        let (path_end, remark) = if width >= WIDTH_WITH_REMARKS {
            let end = (all - GAP - REMARK_MIN).min(METHOD + METHOD_WIDTH + 1 + PATH_MAX);
            (end, all - end - GAP)
        } else {
            (all, 0)
        };
        Self {
            width: window.map(|_| width),
            path_end,
            has_size,
            has_protocol,
            remark,
        }
    }

    /// Columns of everything to the right of the status.
    pub(super) fn figures(&self) -> usize {
        figures_width(self.has_size, self.has_protocol)
    }

    /// Where the duration ends.
    pub(super) fn time_end(&self) -> usize {
        let protocol = if self.has_protocol {
            GAP + PROTOCOL_WIDTH
        } else {
            0
        };
        self.path_end + GAP + STATUS_WIDTH + self.figures() - protocol
    }
}

fn figures_width(has_size: bool, has_protocol: bool) -> usize {
    let size = if has_size { GAP + SIZE_WIDTH } else { 0 };
    let protocol = if has_protocol {
        GAP + PROTOCOL_WIDTH
    } else {
        0
    };
    size + GAP + TIME_WIDTH + protocol
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_at_the_edge_of_the_window() {
        for width in WIDTH_MIN..=300 {
            let layout = Layout::of(Some(width));
            let remark = if layout.remark > 0 {
                GAP + layout.remark
            } else {
                0
            };
            let end = layout.path_end + GAP + STATUS_WIDTH + layout.figures() + remark;
            assert_eq!(end, width);
            assert!(
                layout.path_end >= METHOD + METHOD_WIDTH + 1 + PATH_MIN,
                "{width}"
            );
        }
    }

    #[test]
    fn a_narrow_window_loses_what_matters_least() {
        let columns = |width| {
            let layout = Layout::of(Some(width));
            (layout.has_size, layout.has_protocol, layout.remark > 0)
        };
        assert_eq!(columns(50), (false, false, false));
        assert_eq!(columns(60), (true, false, false));
        assert_eq!(columns(80), (true, true, false));
        assert_eq!(columns(200), (true, true, true));
        assert_eq!(Layout::of(Some(10)), Layout::of(Some(WIDTH_MIN)));
    }
}
