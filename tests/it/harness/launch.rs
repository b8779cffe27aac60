//! How the program is started.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};

use super::{Hello, PATIENCE};

/// The program that is tested.
const HELLO: &str = env!("CARGO_BIN_EXE_hello");

/// A command line and an environment, not yet run.
pub struct Launch(Command);

impl Launch {
    /// `hello`, in a locale that names no language.
    pub fn new() -> Self {
        Self::of(Command::new(HELLO))
    }

    /// `hello` as a shell would start it that runs `script` first (such as `ulimit -n 64`).
    pub fn after(script: &str) -> Self {
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("{script}; exec \"$0\" \"$@\""));
        shell.arg(HELLO);
        Self::of(shell)
    }

    fn of(mut command: Command) -> Self {
        for variable in ["LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"] {
            command.env_remove(variable);
        }
        command.stdin(Stdio::null());
        Self(command)
    }

    pub fn env(mut self, variable: &str, value: &str) -> Self {
        self.0.env(variable, value);
        self
    }

    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.0.args(args);
        self
    }

    pub fn folder(self, path: &Path) -> Self {
        self.args([path])
    }

    /// Starts it on a port that the system chooses, with its journal read as it is written.
    pub fn start(self) -> Hello {
        Hello::of(self.args(["--log", "json", "--listen", "127.0.0.1:0"]))
    }

    /// Starts it with the journal read, on the addresses given in the arguments.
    pub fn start_where_told(self) -> Hello {
        Hello::of(self.args(["--log", "json"]))
    }

    /// Runs it to its end, which has to come by itself.
    pub fn output(mut self) -> Output {
        self.0.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = self.0.spawn().expect("hello was built");
        let (tell, told) = channel();
        hello::tasks::thread("output", move || {
            let _ = tell.send(child.wait_with_output());
        })
        .unwrap();
        let output = told.recv_timeout(PATIENCE).expect("hello ends by itself");
        output.unwrap()
    }

    /// Starts it; what it prints is the caller's to read.
    pub fn spawn(mut self) -> Child {
        self.0.stdout(Stdio::piped()).stderr(Stdio::piped());
        self.0.spawn().expect("hello was built")
    }
}

/// Sends on each line of a stream, from a thread of its own.
pub fn lines_of(stream: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (tell, told) = channel();
    hello::tasks::thread("lines", move || {
        for line in BufReader::new(stream).lines() {
            let Ok(line) = line else { return };
            if tell.send(line).is_err() {
                return;
            }
        }
    })
    .unwrap();
    told
}
