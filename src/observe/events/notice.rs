//! What a person should know about the server itself.
//!
//! As an object of `--log json` a notice says what it says here: names and fields are part of the
//! schema of `docs/journal.md`, which is stable.

use std::net::SocketAddr;

use serde::{Serialize, Serializer};

/// Something a person should know about the server itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "notice", rename_all = "kebab-case")]
pub enum Notice {
    /// No more connections fit; idle ones are closed to make room. Said once until it is over.
    Crowded {
        /// Connections at most.
        limit: u64,
    },
    /// There is room again.
    CrowdOver {
        /// Idle connections closed meanwhile.
        shed: u64,
        /// Connections answered 503 meanwhile.
        refused: u64,
    },
    /// The system cannot give us another connection (its error number). Said once until over.
    AcceptFails {
        /// The system's error number; what it means, in words, is what programs are told.
        #[serde(rename = "system", serialize_with = "in_words_of_the_system")]
        errno: i32,
    },
    /// Accepting works again.
    AcceptWorks {
        /// How often it failed.
        failures: u64,
    },
    /// A port was taken by somebody else, and another one serves (`--next-port`).
    NextPort {
        /// The port that was asked for.
        taken: u16,
        /// The port that serves.
        port: u16,
    },
    /// A limit of memory may be too small for what may be kept in memory.
    MemoryLimit {
        /// The limit, bytes.
        limit: u64,
        /// What files may take, bytes.
        files: u64,
    },
    /// Certificates were replaced in their files, and new connections get the new ones.
    CertificatesRenewed {
        /// How many there are.
        certificates: u64,
    },
    /// Certificates were replaced by what cannot be used; those we had stay.
    CertificateKept {
        /// The file.
        path: &'static str,
        /// What is wrong, as a key of `hello help`.
        error: &'static str,
    },
    /// A file that says who may come in was replaced, and counts from now on.
    AccessRenewed {
        /// The file.
        path: &'static str,
    },
    /// A file that says who may come in was replaced by what cannot be used; what we had stays.
    AccessKept {
        /// The file.
        path: &'static str,
        /// The line that is wrong; 0 if it is no line.
        #[serde(skip_serializing_if = "is_zero")]
        line: u64,
        /// What is wrong, as a key of `hello help`.
        error: &'static str,
    },
    /// No browser was opened (`--open`).
    NotOpened {
        /// Why not.
        why: NotOpened,
    },
    /// More clients have spent their budget than a limit remembers; who is new passes. Said once for
    /// each limit.
    ClientsForgotten {
        /// How many it remembers.
        remembered: u64,
    },
    /// Changes are looked for, because the system does not tell of them (`--live`).
    LooksForChanges {
        /// Why not, in a word.
        why: &'static str,
    },
    /// Somebody asked us to close a connection (`hello close`).
    CloseAsked {
        /// Which.
        connection: u64,
        /// The number of the user who asked.
        user: u32,
    },
    /// Nobody can ask this server anything, because the control socket could not be opened.
    NoControlSocket {
        /// The system's error number; what it means, in words, is what programs are told.
        #[serde(rename = "system", serialize_with = "in_words_of_the_system")]
        errno: i32,
    },
    /// The settings were read anew, and hold from here on.
    Reloaded {
        /// The number of their generation, from 1.
        generation: u64,
        /// Sites there are.
        sites: u64,
    },
    /// A setting has changed that counts from the next start on.
    NeedsRestart {
        /// Its key.
        key: &'static str,
    },
    /// The settings were read anew and have a mistake: nothing has changed.
    NotReloaded,
    /// A log cannot be written. Said once until it works again.
    LogFails {
        /// Where it goes.
        log: &'static str,
        /// The system's error number; what it means, in words, is what programs are told.
        #[serde(rename = "system", serialize_with = "in_words_of_the_system")]
        errno: i32,
    },
    /// A log can be written again.
    LogWorks {
        /// Where it goes.
        log: &'static str,
        /// Lines lost meanwhile.
        lost: u64,
    },
    /// More happened than logs could be told.
    LogMissed {
        /// Lines lost since this was said last.
        lost: u64,
    },
    /// Metrics are told here.
    Metrics {
        /// Where.
        address: SocketAddr,
    },
    /// Stopping was asked for, and who asks is told so; the doors stay open for a while.
    NotReady {
        /// For so long, milliseconds.
        delay_ms: u64,
    },
    /// Stopping was asked for.
    Draining {
        /// Connections with an answer in flight.
        busy: u64,
    },
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the form that the derived code calls"
)]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Why no browser was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOpened {
    /// It would run as the administrator.
    AsAdministrator,
    /// This machine, or this session, has no display.
    NoDisplay,
    /// None of our addresses is one for browsers.
    NoAddress,
    /// No program here opens browsers.
    NoProgram,
    /// The program that opens browsers failed.
    Failed {
        /// Which.
        program: &'static str,
    },
}

impl NotOpened {
    /// The word that the journal uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::AsAdministrator => "as-administrator",
            Self::NoDisplay => "no-display",
            Self::NoAddress => "no-address",
            Self::NoProgram => "no-program",
            Self::Failed { .. } => "failed",
        }
    }
}

impl Serialize for NotOpened {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the form that the derived code calls"
)]
fn in_words_of_the_system<S: Serializer>(errno: &i32, serializer: S) -> Result<S::Ok, S::Error> {
    let error = std::io::Error::from_raw_os_error(*errno);
    serializer.serialize_str(&error.to_string())
}
