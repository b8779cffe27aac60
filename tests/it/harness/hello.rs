//! A running server, and everything it has said.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitStatus;
use std::sync::mpsc::Receiver;

use rustix::process::{Pid, Signal};
use tempfile::TempDir;

use super::launch::lines_of;
use super::process::Process;
use super::{Client, Event, Launch, PATIENCE, Reply, folder};

/// A server whose journal is read, stopped when it is dropped.
pub struct Hello {
    process: Process,
    url: String,
    journal: Receiver<String>,
    seen: RefCell<Vec<Event>>,
    /// The last client of [`Hello::say`].
    last: RefCell<String>,
    /// What is served, for as long as it is.
    folders: Vec<TempDir>,
}

/// What is left of a server that has ended.
pub struct Ended {
    pub status: ExitStatus,
    pub events: Vec<Event>,
}

impl Hello {
    /// Serves a folder with these files.
    pub fn serving(files: &[(&str, &str)]) -> Self {
        Self::serving_with(&[], files)
    }

    /// The same, with options.
    pub fn serving_with(options: &[&str], files: &[(&str, &str)]) -> Self {
        let folder = folder(files);
        let mut hello = Self::start(options, folder.path());
        hello.folders.push(folder);
        hello
    }

    /// Serves a path with these options.
    pub fn start(options: &[&str], path: &Path) -> Self {
        Launch::new().folder(path).args(options).start()
    }

    pub fn of(mut process: Process) -> Self {
        let journal = lines_of(process.take_stdout());
        let mut hello = Self {
            process,
            url: String::new(),
            journal,
            seen: RefCell::default(),
            last: RefCell::default(),
            folders: Vec::new(),
        };
        let first = hello.until(|event| event.is("listening"));
        first.text("address").clone_into(&mut hello.url);
        hello
    }

    /// Where it listens, as it says itself; the first of several addresses.
    pub fn address(&self) -> SocketAddr {
        let address = self.url.split_once("://");
        let address = address.and_then(|(_, address)| address.parse().ok());
        address.expect("it listens on TCP")
    }

    /// The folder that [`Hello::serving`] made.
    pub fn folder(&self) -> &Path {
        self.folders
            .first()
            .expect("it serves a folder of its own")
            .path()
    }

    pub fn pid(&self) -> Pid {
        self.process.pid()
    }

    /// Memory that is really there, bytes.
    pub fn resident_bytes(&self) -> usize {
        let status = format!("/proc/{}/status", self.pid().as_raw_nonzero());
        let status = std::fs::read_to_string(status).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
        kib.and_then(|kib| kib.parse::<usize>().ok())
            .expect("Linux tells the resident size")
            << 10
    }

    /// Memory that it alone has written to, bytes.
    pub fn private_bytes(&self) -> usize {
        let rollup = format!("/proc/{}/smaps_rollup", self.pid().as_raw_nonzero());
        let rollup = std::fs::read_to_string(rollup).expect("it runs");
        let dirty = { rollup.lines() }.find_map(|line| line.strip_prefix("Private_Dirty:"));
        let kib = dirty.and_then(|line| line.trim().strip_suffix(" kB"));
        kib.and_then(|kib| kib.parse::<usize>().ok())
            .expect("Linux tells what is dirty")
            << 10
    }

    pub fn connect(&self) -> Client {
        Client::of(self.address())
    }

    /// Says something on a connection of its own, and hears one answer; and the end, if the answer
    /// announces it.
    pub fn say(&self, bytes: impl AsRef<[u8]>) -> Reply {
        let mut client = self.connect();
        *self.last.borrow_mut() = client.name();
        client.send(bytes);
        let reply = client.reply();
        if reply.says_close() {
            client.end();
            reply.and_closed()
        } else {
            reply
        }
    }

    pub fn get(&self, target: &str) -> Reply {
        self.say(super::get(target))
    }

    /// Something that has happened, if the journal has told it by now.
    pub fn seen(&self, wanted: impl Fn(&Event) -> bool) -> Option<Event> {
        let mut seen = self.seen.borrow_mut();
        seen.extend(self.journal.try_iter().map(|line| Event::of_line(&line)));
        seen.iter().find(|event| wanted(event)).cloned()
    }

    /// Waits until something has happened (it may have happened already).
    pub fn until(&self, wanted: impl Fn(&Event) -> bool) -> Event {
        self.until_count(1, wanted).swap_remove(0)
    }

    /// Waits until something has happened so many times.
    pub fn until_count(&self, count: usize, wanted: impl Fn(&Event) -> bool) -> Vec<Event> {
        let mut seen = self.seen.borrow_mut();
        let mut found: Vec<Event> = { seen.iter() }.filter(|e| wanted(e)).cloned().collect();
        while found.len() < count {
            let Ok(line) = self.journal.recv_timeout(PATIENCE) else {
                let last = &seen[seen.len().saturating_sub(40)..];
                panic!(
                    "it happened {} times, not {count}. The journal (end): {last:#?}\n{}",
                    found.len(),
                    self.process.complaints()
                );
            };
            let event = Event::of_line(&line);
            if wanted(&event) {
                found.push(event.clone());
            }
            seen.push(event);
        }
        found
    }

    /// The number the journal gave to a client's connection.
    pub fn number_of(&self, client: &str) -> u64 {
        self.until(|event| event.is("accepted") && event.text("peer") == client)
            .number("connection")
    }

    /// The end of a client's connection.
    pub fn end_of(&self, client: &str) -> Event {
        let number = self.number_of(client);
        self.until(|event| event.is("ended") && event.number("connection") == number)
    }

    /// The word for the end of a client's connection.
    pub fn ending_of(&self, client: &str) -> String {
        in_words(&self.end_of(client))
    }

    /// The word for the end of the last connection of [`Hello::say`].
    pub fn last_ending(&self) -> String {
        self.ending_of(&self.last.borrow())
    }

    pub fn send_signal(&self, signal: Signal) {
        self.process.send_signal(signal);
    }

    /// Asks it to stop, and waits for the end.
    pub fn stop(self) -> Ended {
        self.send_signal(Signal::TERM);
        self.ended()
    }

    /// Waits for the end, which has been asked for.
    pub fn ended(mut self) -> Ended {
        let (status, complaints) = self.process.ended();
        let mut events = self.seen.take();
        events.extend(self.journal.iter().map(|line| Event::of_line(&line)));
        assert!(!complaints.contains("panicked"), "{complaints}");
        Ended { status, events }
    }
}

/// The word for an end; a refusal says which.
pub fn in_words(ended: &Event) -> String {
    match ended.text("refusal") {
        "" => ended.text("ending").to_owned(),
        refusal => format!("{} {refusal}", ended.text("ending")),
    }
}
