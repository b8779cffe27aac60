//! What siblings would have saved in a session: `hello compress`, advised by what was sent.
//!
//! Heard from the journal alone: which answers lacked a sibling, how many bytes they had, and how they
//! were coded. What a sibling would have had is not known before somebody makes one, so it is guessed,
//! from below where the same file was sent both ways.
//!
//! Law: bounded, and paid by whoever reads the journal. It says nothing that would not pay.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::exchange::Coding;
use crate::observe::events::{Batch, Event, Exchange, Method, Record};
use crate::observe::limits::{
    ADVICE_MAX, LACKING_FILES_MAX, NAMED_FILES_MAX, SAVED_BYTES_MIN, SAVED_SHARE_MIN,
    SAVING_FILES_MAX,
};

/// A folder that is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedFolder {
    /// What the targets of its files begin with: `/docs/`.
    pub start: String,
    /// Where it lies, wherever one is: an absolute path, as bytes.
    pub path: Box<[u8]>,
}

/// Listens for answers that lacked a sibling.
pub struct Saver {
    folders: Vec<ServedFolder>,
    /// By what their targets and folders come to; a name for each would be a memory of its own.
    files: HashMap<u64, Lacking>,
    /// The names of those that would save most, and what the least of them would have saved when that
    /// was last looked at.
    names: HashMap<u64, Box<[u8]>>,
    least_named: u64,
}

/// What siblings would have saved in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saving {
    /// Where it lies, as bytes.
    pub folder: Box<[u8]>,
    /// Files without a sibling.
    pub files: u64,
    /// Answers with them.
    pub answers: u64,
    /// Bytes of content of these answers.
    pub sent_bytes: u64,
    /// How many of them would not have been sent, about.
    pub saved_bytes: u64,
    /// Those of its files that would have saved most, the most first.
    pub largest: Vec<FileSaving>,
}

/// What siblings would have saved with a single file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSaving {
    /// What it is asked by, as bytes; without a query.
    pub target: Box<[u8]>,
    /// Its size; as it was sent, if it was never sent as it is.
    pub size: u64,
    /// Answers with it.
    pub answers: u64,
    /// How many bytes of them would not have been sent, about.
    pub saved_bytes: u64,
}

/// A file whose answers lacked a sibling.
#[derive(Default)]
struct Lacking {
    /// The place of its folder.
    folder: usize,
    answers: u64,
    /// Bytes sent as they are.
    plain_bytes: u64,
    /// Bytes sent in each coding.
    coded_bytes: [u64; Coding::COUNT],
    /// The largest answer as it is, and the smallest coded one.
    plain_size: u64,
    coded_size: Option<u64>,
}

impl Saver {
    /// Listens for what is sent of these folders.
    pub fn new(folders: &[ServedFolder]) -> Self {
        Self {
            folders: folders.to_vec(),
            files: HashMap::new(),
            names: HashMap::new(),
            least_named: 0,
        }
    }

    /// Hears one event.
    pub fn hear(&mut self, record: &Record, batch: &Batch) {
        if let Event::Answered { exchange } = record.event
            && exchange.lacks_sibling
        {
            self.lacked(&exchange, batch.text_at(exchange.target));
        }
    }

    /// The folders that are worth it, those that save most first.
    pub fn savings(&self) -> Vec<Saving> {
        let mut all: Vec<Saving> = { self.folders.iter() }
            .map(|folder| Saving {
                folder: folder.path.clone(),
                files: 0,
                answers: 0,
                sent_bytes: 0,
                saved_bytes: 0,
                largest: Vec::new(),
            })
            .collect();
        for (key, file) in &self.files {
            let saving = &mut all[file.folder];
            saving.files += 1;
            saving.answers += file.answers;
            saving.sent_bytes += file.sent_bytes();
            saving.saved_bytes += file.saved_bytes();
            if let Some(name) = self.names.get(key) {
                saving.largest.push(file.saving(name));
            }
        }
        for saving in &mut all {
            saving.largest.retain(|file| file.saved_bytes > 0);
            let order = |file: &FileSaving| (Reverse(file.saved_bytes), file.target.clone());
            saving.largest.sort_by_cached_key(order);
            saving.largest.truncate(SAVING_FILES_MAX);
        }
        all.retain(|saving| {
            saving.saved_bytes >= SAVED_BYTES_MIN
                && saving.saved_bytes >= saving.sent_bytes / SAVED_SHARE_MIN
        });
        all.sort_by_key(|saving| Reverse(saving.saved_bytes));
        all.truncate(ADVICE_MAX);
        all
    }

    fn lacked(&mut self, exchange: &Exchange, target: &[u8]) {
        if exchange.method != Method::Get || exchange.status != 200 {
            return;
        }
        let path = target.split(|byte| *byte == b'?').next();
        let path = path.unwrap_or_default();
        // The longest name that fits answers.
        let folder = { self.folders.iter().enumerate() }
            .filter(|(_, folder)| path.starts_with(folder.start.as_bytes()))
            .max_by_key(|(_, folder)| folder.start.len());
        let Some((folder, _)) = folder else {
            return;
        };
        let mut hasher = DefaultHasher::new();
        path.hash(&mut hasher);
        let key = hasher.finish();
        if self.files.len() >= LACKING_FILES_MAX && !self.files.contains_key(&key) {
            return;
        }
        let file = self.files.entry(key).or_default();
        file.folder = folder;
        file.answers += 1;
        match exchange.coding {
            None => {
                file.plain_bytes += exchange.content_bytes;
                file.plain_size = file.plain_size.max(exchange.content_bytes);
            }
            Some(coding) => {
                let bytes = exchange.content_bytes;
                file.coded_bytes[coding.index()] += bytes;
                file.coded_size = Some(file.coded_size.map_or(bytes, |size| size.min(bytes)));
            }
        }
        self.name(key, path);
    }

    /// Keeps the name of a file, if it is one of those that would save most.
    fn name(&mut self, key: u64, path: &[u8]) {
        if self.names.contains_key(&key) {
            return;
        }
        let saved = |key: &u64| self.files.get(key).map_or(0, Lacking::saved_bytes);
        if self.names.len() >= NAMED_FILES_MAX {
            if saved(&key) <= self.least_named {
                return;
            }
            // What is named goes on saving, too.
            let least = self.names.keys().copied().min_by_key(saved);
            let Some(least) = least else {
                return;
            };
            self.least_named = saved(&least);
            if saved(&key) <= self.least_named {
                return;
            }
            self.names.remove(&least);
        }
        self.names.insert(key, path.into());
    }
}

impl Lacking {
    fn saving(&self, name: &[u8]) -> FileSaving {
        FileSaving {
            target: name.into(),
            size: match self.plain_size {
                0 => self.coded_size.unwrap_or(0),
                size => size,
            },
            answers: self.answers,
            saved_bytes: self.saved_bytes(),
        }
    }

    fn sent_bytes(&self) -> u64 {
        self.plain_bytes + self.coded_bytes.iter().sum::<u64>()
    }

    fn saved_bytes(&self) -> u64 {
        let plain = u128::from(self.plain_bytes);
        let of_plain = match self.coded_size {
            // Seen both ways. A sibling is no larger than what was made.
            Some(coded) if self.plain_size > 0 => {
                let saved = self.plain_size.saturating_sub(coded);
                plain * u128::from(saved) / u128::from(self.plain_size)
            }
            _ => plain * PLAIN_SAVES / 1000,
        };
        let of_coded = self.coded_bytes.iter().zip(BEST_SAVES);
        let of_coded: u128 = of_coded
            .map(|(bytes, saves)| u128::from(*bytes) * saves / 1000)
            .sum();
        u64::try_from(of_plain + of_coded).unwrap_or(u64::MAX)
    }
}

/// What compressing a text saves, in thousandths, and what the best effort saves beside what is made
/// while serving, by [`Coding::index`]: the table of `docs/compression.md`.
const PLAIN_SAVES: u128 = 750;
const BEST_SAVES: [u128; Coding::COUNT] = [116, 59, 11];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::events::Protocol;

    fn saver() -> Saver {
        let folder = |start: &str, path: &str| ServedFolder {
            start: start.to_owned(),
            path: path.as_bytes().into(),
        };
        Saver::new(&[
            folder("/", "/srv/site"),
            folder("/docs/", "/srv/docs"),
            folder("/d/", "/srv/d"),
        ])
    }

    fn answer(coding: Option<Coding>, content_bytes: u64) -> Exchange {
        Exchange {
            number: 1,
            target: (0, 0),
            client_bytes: 0,
            said_bytes: 0,
            site: 0,
            method: Method::Get,
            protocol: Protocol::Http2,
            status: 200,
            reason: None,
            coding,
            lacks_sibling: true,
            shadow: None,
            content_bytes,
            begun: crate::clock::now(),
        }
    }

    const MIB: u64 = 1 << 20;

    #[test]
    fn what_a_sibling_would_have_saved_is_guessed_from_what_was_sent() {
        let mut saver = saver();
        // Too large to be compressed while serving.
        for _ in 0..4 {
            saver.lacked(&answer(None, 5 * MIB), b"/data.json?at=1");
        }
        // As it is until it was made: seen both ways.
        saver.lacked(&answer(None, 2 * MIB), b"/app.js");
        for _ in 0..10 {
            saver.lacked(&answer(Some(Coding::Brotli), MIB), b"/app.js");
        }
        let expected = Saving {
            folder: b"/srv/site"[..].into(),
            files: 2,
            answers: 15,
            sent_bytes: 32 * MIB,
            saved_bytes: 15 * MIB + MIB + 10 * MIB * 116 / 1000,
            largest: vec![
                FileSaving {
                    target: b"/data.json"[..].into(),
                    size: 5 * MIB,
                    answers: 4,
                    saved_bytes: 15 * MIB,
                },
                FileSaving {
                    target: b"/app.js"[..].into(),
                    size: 2 * MIB,
                    answers: 11,
                    saved_bytes: MIB + 10 * MIB * 116 / 1000,
                },
            ],
        };
        assert_eq!(saver.savings(), [expected]);
    }

    #[test]
    fn what_would_hardly_pay_is_not_advised() {
        let mut saver = saver();
        for _ in 0..1000 {
            // A hundredth.
            saver.lacked(&answer(Some(Coding::Gzip), MIB), b"/app.js");
        }
        assert!(saver.savings().is_empty());
        saver.lacked(&answer(None, MIB), b"/docs/a.txt");
        assert!(saver.savings().is_empty(), "not yet");
        saver.lacked(&answer(None, MIB), b"/docs/a.txt");
        assert_eq!(saver.savings().len(), 1);
    }

    #[test]
    fn each_folder_is_advised_for_itself_those_first_that_save_most() {
        let mut saver = saver();
        saver.lacked(&answer(None, 2 * MIB), b"/d");
        saver.lacked(&answer(None, 4 * MIB), b"/docs/large.txt");
        saver.lacked(&answer(None, 3 * MIB), b"/d/b.txt");
        let folders: Vec<_> = { saver.savings().into_iter() }
            .map(|saving| saving.folder)
            .collect();
        assert_eq!(
            folders,
            [&b"/srv/docs"[..], b"/srv/d", b"/srv/site"].map(Into::into)
        );
    }

    #[test]
    fn what_sent_no_content_of_a_file_is_passed_over() {
        let mut saver = saver();
        let other = |change: &dyn Fn(&mut Exchange)| {
            let mut exchange = answer(None, 9 * MIB);
            change(&mut exchange);
            exchange
        };
        saver.lacked(&other(&|exchange| exchange.status = 206), b"/a");
        saver.lacked(&other(&|exchange| exchange.method = Method::Head), b"/a");
        assert!(saver.files.is_empty());
        let nowhere = Saver::new(&[]);
        assert!(nowhere.savings().is_empty());
    }

    #[test]
    fn the_files_that_save_most_are_named_whenever_they_come() {
        let mut saver = saver();
        for number in 0..2 * NAMED_FILES_MAX {
            saver.lacked(&answer(None, MIB), format!("/{number}.txt").as_bytes());
        }
        // Late, and soon worth more than all before it.
        for _ in 0..3 {
            saver.lacked(&answer(None, MIB), b"/late.txt");
        }
        for _ in 0..2 {
            saver.lacked(&answer(None, MIB), b"/later.txt");
        }
        // A name for each of them would go on with those that nobody asks for any more.
        assert_eq!(saver.names.len(), NAMED_FILES_MAX);
        let largest = saver.savings().swap_remove(0).largest;
        let told: Vec<_> = { largest.iter() }
            .map(|file| (&*file.target, file.answers))
            .collect();
        assert_eq!(told[..2], [(&b"/late.txt"[..], 3), (b"/later.txt", 2)]);
        assert_eq!(told.len(), SAVING_FILES_MAX);
    }

    #[test]
    fn however_many_files_there_are_little_is_remembered() {
        let mut saver = saver();
        for number in 0..2 * LACKING_FILES_MAX {
            saver.lacked(&answer(None, MIB), format!("/{number}.txt").as_bytes());
        }
        assert_eq!(saver.files.len(), LACKING_FILES_MAX);
        saver.lacked(&answer(None, MIB), b"/0.txt");
        let answers: u64 = saver.files.values().map(|file| file.answers).sum();
        assert_eq!(answers, LACKING_FILES_MAX as u64 + 1);
    }
}
