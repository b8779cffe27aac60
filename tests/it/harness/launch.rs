//! How the program is started.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::mpsc::{Receiver, channel};

use super::process::Process;
use super::{FullScreen, Hello, Terminal};

/// The program that is tested.
pub(super) const HELLO: &str = env!("CARGO_BIN_EXE_hello");

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

    /// A command that is `hello`, in a locale that names no language.
    pub fn of(mut command: Command) -> Self {
        for variable in [
            "LC_ALL",
            "LC_MESSAGES",
            "LANG",
            "LANGUAGE",
            "CLICOLOR_FORCE",
            "RUNTIME_DIRECTORY",
            "NOTIFY_SOCKET",
            "WATCHDOG_USEC",
        ] {
            command.env_remove(variable);
        }
        // Where its control socket is: not among those of servers that are no tests.
        command.env("XDG_RUNTIME_DIR", env!("CARGO_TARGET_TMPDIR"));
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

    /// Starts it in this folder.
    pub fn inside(mut self, folder: &Path) -> Self {
        self.0.current_dir(folder);
        self
    }

    pub fn folder(self, path: &Path) -> Self {
        self.args([path])
    }

    /// Starts it on a port that the system chooses, and reads its journal.
    pub fn start(self) -> Hello {
        self.args(["--listen", "127.0.0.1:0"]).start_where_told()
    }

    /// Starts it on the addresses given in the arguments, and reads its journal.
    pub fn start_where_told(mut self) -> Hello {
        let has_own = self.0.get_args().any(|argument| argument == "--cert");
        if super::Protocol::spoken().is_private() && !has_own {
            let (_, pair) = &*super::private::USUAL;
            self = self.args(pair.options());
        }
        Hello::of(self.args(["--log", "json"]).spawn())
    }

    /// Starts it on a port that the system chooses, and reads its lines.
    pub fn show(self) -> Terminal {
        Terminal::showing(self)
    }

    /// Starts the full-screen view in a terminal of this size.
    pub fn full_screen(self, columns: u16, lines: u16) -> FullScreen {
        let launch = self.args(["--tui"]);
        FullScreen::of(columns, lines, |terminal| Process::on(terminal, launch.0))
    }

    /// Starts it in a terminal of this size, as it is.
    pub fn on_screen(self, columns: u16, lines: u16) -> FullScreen {
        FullScreen::of(columns, lines, |terminal| Process::on(terminal, self.0))
    }

    /// Starts it; what it prints is the caller's to read.
    pub fn spawn(self) -> Process {
        Process::of(self.0)
    }

    /// Starts it; what it prints goes into this file.
    pub fn spawn_printing_to(self, file: File) -> Process {
        Process::printing_to(self.0, file.into())
    }

    /// Starts it as a service manager does that hands over a socket of this name, at descriptor 3.
    pub fn handed(socket: OwnedFd, name: &str, args: &[&str]) -> Process {
        let script = format!(
            "exec 3<&0 </dev/null; export LISTEN_FDS=1 LISTEN_PID=$$ LISTEN_FDNAMES={name}"
        );
        let launch = Self::after(&script).args(args).args(["--log", "json"]);
        Process::given(socket, launch.0)
    }

    /// Runs it to its end, which has to come by itself. Answers what was printed and complained.
    pub fn output(self) -> (ExitStatus, String, String) {
        let mut process = self.spawn();
        let printed = lines_of(process.take_stdout());
        let (status, complaints) = process.ended();
        let printed: Vec<String> = printed.iter().collect();
        (status, printed.join("\n"), complaints)
    }
}

/// Sends on each line of a stream, from a thread of its own.
pub fn lines_of(stream: impl Read + Send + 'static) -> Receiver<String> {
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
