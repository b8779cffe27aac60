//! A child process: its end, its complaints, and no trace of it when the test is over.

use std::os::fd::OwnedFd;
use std::process::{ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::PATIENCE;
use super::launch::lines_of;

/// How long a server that is no longer needed may take to say goodbye, before it is told again.
const FAREWELL: Duration = Duration::from_secs(1);

/// A running program, stopped when it is dropped.
pub struct Process {
    pid: Pid,
    stdout: Option<ChildStdout>,
    complaints: Receiver<String>,
    exit: Receiver<ExitStatus>,
    is_over: bool,
}

impl Process {
    pub fn of(command: Command) -> Self {
        Self::printing_to(command, Stdio::piped())
    }

    pub fn printing_to(mut command: Command, stdout: Stdio) -> Self {
        command.stdin(Stdio::null()).stdout(stdout);
        Self::started(command)
    }

    /// A program that is given this as its standard input.
    pub fn given(input: OwnedFd, mut command: Command) -> Self {
        command.stdin(input).stdout(Stdio::piped());
        Self::started(command)
    }

    /// A program that reads from a terminal and writes to it.
    pub fn on(terminal: OwnedFd, mut command: Command) -> Self {
        command.stdin(terminal.try_clone().unwrap());
        command.stdout(terminal);
        Self::started(command)
    }

    fn started(mut command: Command) -> Self {
        command.stderr(Stdio::piped());
        let mut spawned = command.spawn();
        // A program that was copied just now is open for writing in whatever another thread is about to start.
        while { spawned.as_ref() }
            .is_err_and(|error| error.kind() == std::io::ErrorKind::ExecutableFileBusy)
        {
            std::thread::yield_now();
            spawned = command.spawn();
        }
        let mut child = spawned.expect("hello was built");
        let pid = Pid::from_child(&child);
        let stdout = child.stdout.take();
        let complaints = lines_of(child.stderr.take().expect("piped"));
        let (tell, exit) = channel();
        hello::tasks::thread("exit", move || {
            let _ = tell.send(child.wait().expect("a child can be waited for"));
        })
        .unwrap();
        Self {
            pid,
            stdout,
            complaints,
            exit,
            is_over: false,
        }
    }

    /// What it prints, for the caller to read or not.
    pub fn take_stdout(&mut self) -> ChildStdout {
        self.stdout.take().expect("taken once")
    }

    /// What it has complained about since the last time.
    pub fn complaints(&self) -> String {
        let lines: Vec<String> = self.complaints.try_iter().collect();
        lines.join("\n")
    }

    /// Waits for a complaint with this text in it.
    pub fn complaint_with(&self, text: &str) -> String {
        let waited = std::iter::from_fn(|| self.complaints.recv_timeout(PATIENCE).ok());
        let mut waited = waited.filter(|line| line.contains(text));
        waited
            .next()
            .unwrap_or_else(|| panic!("nothing about {text:?}"))
    }

    /// Waits for the next line of complaint.
    pub fn next_complaint(&self) -> String {
        self.complaints
            .recv_timeout(PATIENCE)
            .expect("it complains")
    }

    /// Its number, as the system counts processes.
    pub fn pid(&self) -> Pid {
        self.pid
    }

    pub fn send_signal(&self, signal: Signal) {
        kill_process(self.pid, signal).expect("it runs");
    }

    /// Waits for the end, which has been asked for; answers it with the last complaints.
    pub fn ended(&mut self) -> (ExitStatus, String) {
        let status = self.exit.recv_timeout(PATIENCE).expect("it ends");
        self.is_over = true;
        let lines: Vec<String> = self.complaints.iter().collect();
        (status, lines.join("\n"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        // The second signal cuts off whatever a failed test left under way.
        let status = [FAREWELL, PATIENCE].into_iter().find_map(|patience| {
            let _ = kill_process(self.pid, Signal::TERM);
            self.exit.recv_timeout(patience).ok()
        });
        if status.is_none() {
            let _ = kill_process(self.pid, Signal::KILL);
        }
        if !std::thread::panicking() {
            let complaints = self.complaints();
            assert!(!complaints.contains("panicked"), "{complaints}");
            let well = status.is_some_and(|status| status.success());
            assert!(well, "{status:?} {complaints}");
        }
    }
}
