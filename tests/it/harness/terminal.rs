//! A running server as a person sees it: lines in a terminal.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::process::ExitStatus;
use std::sync::mpsc::Receiver;

use rustix::process::Signal;

use super::launch::lines_of;
use super::process::Process;
use super::{Client, Launch, PATIENCE};

/// A server whose lines are read, stopped when it is dropped.
pub struct Terminal {
    pub process: Process,
    address: SocketAddr,
    lines: Receiver<String>,
    seen: RefCell<Vec<String>>,
}

impl Terminal {
    /// Starts it on a port that the system chooses.
    pub fn showing(launch: Launch) -> Self {
        let mut process = launch.args(["--listen", "127.0.0.1:0"]).spawn();
        let lines = lines_of(process.take_stdout());
        let mut terminal = Self {
            process,
            address: SocketAddr::from(([0; 4], 0)),
            lines,
            seen: RefCell::default(),
        };
        let line = terminal.line_with("http://");
        terminal.address = address_in(&line);
        terminal
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn connect(&self) -> Client {
        Client::of(self.address)
    }

    /// Waits for a line with this text in it (it may stand there already).
    pub fn line_with(&self, text: &str) -> String {
        let mut seen = self.seen.borrow_mut();
        if let Some(line) = seen.iter().find(|line| line.contains(text)) {
            return line.clone();
        }
        loop {
            let Ok(line) = self.lines.recv_timeout(PATIENCE) else {
                panic!("no line with {text:?} in {seen:#?}");
            };
            seen.push(line.clone());
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Stops it with a signal; answers how it ended, and all its lines.
    pub fn stop_with(mut self, signal: Signal) -> (ExitStatus, Vec<String>) {
        self.process.send_signal(signal);
        let (status, complaints) = self.process.ended();
        assert!(!complaints.contains("panicked"), "{complaints}");
        let mut lines = self.seen.take();
        lines.extend(self.lines.iter());
        (status, lines)
    }
}

/// The address in a line that says where hello listens.
pub fn address_in(line: &str) -> SocketAddr {
    let address = line.split("http://").nth(1);
    let address = address.and_then(|rest| rest.split([',', ' ', '"']).next());
    let address = address.and_then(|text| text.parse().ok());
    address.unwrap_or_else(|| panic!("no address in {line:?}"))
}
