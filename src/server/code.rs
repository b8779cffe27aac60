//! Gives back the pages of code that only a start needs: they were read once and would stay in the
//! process's memory for as long as it runs. What is needed again comes again, out of the system's
//! memory of files, at the price of a page fault.
//!
//! With `unsafe`, for `madvise` is: told the wrong pages, it throws away what was written to them.
#![expect(
    unsafe_code,
    reason = "one system call about pages that were never written; no library knows which these are"
)]

use std::ffi::c_void;

use rustix::mm::{Advice, madvise};

/// Gives them back, as far as the system says where they are and that nobody watches: breakpoints are
/// written into code.
pub(super) fn give_back() {
    let read = std::fs::read_to_string;
    let (Ok(maps), Ok(status)) = (read("/proc/self/maps"), read("/proc/self/status")) else {
        return;
    };
    if !status
        .lines()
        .any(|line| line.split_whitespace().eq(["TracerPid:", "0"]))
    {
        return;
    }
    for (start, bytes) in maps.lines().filter_map(code_in) {
        // SAFETY: these pages are a private mapping of a file that cannot be written to by this
        // process (`r-xp`), and never could: the loader maps code so from the beginning, and writes
        // to pages of data alone. Nothing but the file's content is in them, so what is dropped is
        // found again in the file, by the same addresses.
        let _ = unsafe { madvise(start as *mut c_void, bytes, Advice::LinuxDontNeed) };
    }
}

/// Where a line of `maps` (proc(5)) has code out of a file: address and bytes.
fn code_in(line: &str) -> Option<(usize, usize)> {
    let mut words = line.split_ascii_whitespace();
    let (range, rights) = (words.next()?, words.next()?);
    // Offset, device, inode; what is in no file has no path, or a name in brackets.
    let path = words.nth(3)?;
    if rights != "r-xp" || !path.starts_with('/') {
        return None;
    }
    let (start, end) = range.split_once('-')?;
    let [start, end] = [start, end].map(|number| usize::from_str_radix(number, 16).ok());
    Some((start?, end?.checked_sub(start?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_out_of_files_is_found_and_nothing_else() {
        for (line, expected) in [
            (
                "55d0c000-55d0e000 r-xp 00002000 fe:00 42 /usr/bin/hello",
                Some((0x55d0_c000, 0x2000)),
            ),
            (
                "55d0c000-55d0e000 r-xp 00002000 fe:00 42 /a b (deleted)",
                Some((0x55d0_c000, 0x2000)),
            ),
            (
                "55d0c000-55d0e000 r--p 00002000 fe:00 42 /usr/bin/hello",
                None,
            ),
            (
                "55d0c000-55d0e000 rw-p 00002000 fe:00 42 /usr/bin/hello",
                None,
            ),
            (
                "55d0c000-55d0e000 rwxp 00002000 fe:00 42 /usr/bin/hello",
                None,
            ),
            ("7ffc0000-7ffc2000 r-xp 00000000 00:00 0 [vdso]", None),
            ("7ffc0000-7ffc2000 r-xp 00000000 00:00 0", None),
            ("", None),
        ] {
            assert_eq!(code_in(line), expected, "{line}");
        }
    }

    #[test]
    fn what_was_given_back_runs_on() {
        give_back();
        // Through other code than before: formatting, sorting, threads.
        let mut words: Vec<String> = (0..100).rev().map(|n| format!("{n:03}")).collect();
        words.sort();
        let joined = std::thread::scope(|scope| scope.spawn(|| words.join(" ")).join().unwrap());
        assert!(joined.starts_with("000 001") && joined.ends_with("099"));
    }
}
