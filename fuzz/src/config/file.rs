//! Text becomes settings, or errors with places that are there; it never takes more than its share.

use std::cell::Cell;
use std::io;
use std::path::Path;

use hello::config::file::{self, Disk, Failure, Place, Sources};

/// Each file that is asked for says the same, until there have been many.
struct Echo<'a> {
    bytes: &'a [u8],
    reads: Cell<usize>,
}

const READS_MAX: usize = 64;

impl Disk for Echo<'_> {
    fn read(&self, _path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
        self.reads.set(self.reads.get() + 1);
        if self.reads.get() > READS_MAX {
            return Err(io::ErrorKind::NotFound.into());
        }
        let most = usize::try_from(bytes_max).unwrap_or(usize::MAX);
        Ok(self.bytes[..self.bytes.len().min(most)].to_vec())
    }

    fn names(&self, _folder: &Path, _names_max: usize) -> io::Result<Vec<String>> {
        Ok(vec!["a.toml".to_owned(), "b.toml".to_owned()])
    }
}

/// Holds for any bytes.
pub fn check(bytes: &[u8]) {
    let disk = Echo {
        bytes,
        reads: Cell::new(0),
    };
    match file::read(Path::new("hello.toml"), &disk, Path::new("/authority")) {
        Ok(read) => {
            for place in read.origins.values() {
                is_there(&read.sources, *place);
            }
            // What is shown of it has a value or none, and never fails.
            file::show(&read.settings, &mut |path, _| assert!(!path.is_empty()));
        }
        Err(Failure::Wrong(wrong)) => {
            assert!(!wrong.errors.is_empty());
            for error in &wrong.errors {
                is_there(&wrong.sources, error.place);
                assert!(!error.fault.key().is_empty());
                let _ = error.fault.args();
            }
        }
        Err(Failure::Unread(_)) => assert!(std::str::from_utf8(bytes).is_err()),
    }
}

fn is_there(sources: &Sources, place: Place) {
    let source = sources.of(place);
    let (start, line) = source.line(source.line_of(place.start));
    assert!(start <= place.start && place.start <= place.end);
    assert!(place.start <= start + line.len() + 2, "{place:?}");
    assert!(place.end <= source.text.len(), "{place:?}");
}
