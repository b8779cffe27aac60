//! Tries out beforehand whether serving would work: the facts of `hello doctor`.
//!
//! Law: what is tried is what a start would do (the same path is opened, the same addresses are
//! listened on for a moment), so that the doctor and the server cannot disagree. Nothing is served
//! and nothing is left behind.

use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::fs::{FileType, fstat, fstatvfs};

use super::assemble;
use super::diagnose::{Feature, Whoami, missing_features, unreadable_entries, whoami};
use super::listeners::{self, WhenTaken};
use super::memory::{self, MemoryLimit, memory_bytes, memory_limit};
use super::run;
use super::served::start_of;
use super::{Facts, StartError, logs};
use crate::clock;
use crate::config::{ListenAddress, MountPoint, Serve, Settings};
use crate::net::{Descriptors, raise_limit};
use crate::observe::AccessLogs;
use crate::site::{FileCache, Site, try_out_access};
use crate::tls::Authority;

/// One thing that was looked at, and what was found.
#[derive(Debug)]
pub enum Check {
    /// What is to be served.
    Served {
        /// Below which path, if several are.
        at: Option<String>,
        /// What it is, or why it cannot be.
        outcome: Result<Served, Trouble>,
    },
    /// An address to listen on: where it would.
    Listen {
        /// As it was given.
        wanted: String,
        /// The addresses, or why not.
        outcome: Result<Listens, Trouble>,
    },
    /// The certificates that were given, and how many they are.
    Certificates(Result<usize, Trouble>),
    /// The local authority.
    Authority(Result<Vouching, Trouble>),
    /// The files that say who may come in, and how many they are.
    Access(Result<usize, Trouble>),
    /// The access logs, and how many they are.
    Logs(Result<usize, Trouble>),
    /// Who we are.
    User(Whoami),
    /// How many files and connections may be open.
    OpenFiles {
        /// Of this process.
        shared: Descriptors,
        /// Connections that were asked for.
        wanted: Option<usize>,
    },
    /// How much memory there may be.
    Memory {
        /// The limit, if there is one.
        limit: Option<MemoryLimit>,
        /// What files may take, bytes.
        files: u64,
        /// Whether that is more than their share.
        is_too_tight: bool,
    },
    /// What of the kernel's is missing.
    Kernel(Vec<Feature>),
    /// What the calendar says.
    Clock(SystemTime),
    /// Where lines go.
    Output(Output),
}

/// An error with what could be found out about it.
pub type Trouble = Box<(StartError, Facts)>;

/// What would be served.
#[derive(Debug, PartialEq, Eq)]
pub enum Served {
    /// The site in the program.
    BuiltIn,
    /// A single file.
    File(PathBuf),
    /// A folder.
    Folder {
        /// Where.
        path: PathBuf,
        /// Names in it.
        entries: usize,
        /// Those of them that we may not read.
        unreadable: Vec<String>,
        /// Whether there is something to see at `/`.
        has_start_page: bool,
    },
}

/// How far the local authority has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vouching {
    /// There is none; the first start makes one.
    NotYet,
    /// There is one, and nobody here believes in it.
    NotTrusted,
    /// There is one, and it is believed.
    Trusted,
}

/// Where it would listen.
#[derive(Debug, PartialEq, Eq)]
pub struct Listens {
    /// The addresses.
    pub urls: Vec<String>,
    /// The port that is taken, and the one taken instead.
    pub moved: Option<(u16, u16)>,
}

/// Where lines go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// A terminal.
    Terminal,
    /// Another program, through a pipe or socket.
    Pipe,
    /// A file, on a disk with so many bytes free.
    File(u64),
    /// A device; or nowhere, if standard output was closed (the standard library opens `/dev/null`
    /// in its place).
    Device,
}

/// Looks at everything a start needs.
pub fn checkup(settings: &Settings) -> Vec<Check> {
    let mut checks = served(settings);
    checks.extend(listens(settings));
    if let Some(folder) = settings.tls.local_authority() {
        let found = Authority::try_out(folder, clock::wall());
        let vouching = found.map(|()| match folder {
            folder if !Authority::is_kept_in(folder) => Vouching::NotYet,
            folder if super::trust::is_trusted(folder) => Vouching::Trusted,
            _ => Vouching::NotTrusted,
        });
        checks.push(Check::Authority(
            vouching.map_err(|error| trouble(error.into())),
        ));
    } else if settings.speaks_tls() {
        let of_sites = settings
            .sites
            .iter()
            .map(|site| site.tls.certificates.len());
        let count = settings.tls.certificates.len() + of_sites.sum::<usize>();
        let terms = assemble::terms(settings).map(|_| count);
        checks.push(Check::Certificates(terms.map_err(trouble)));
    }
    checks.extend(access(settings));
    checks.extend(access_logs(settings));
    checks.push(Check::User(whoami()));
    checks.push(Check::OpenFiles {
        shared: Descriptors::share(
            raise_limit(),
            run::workers(),
            memory_bytes(),
            assemble::connection_bytes(settings),
            settings.connections.max,
            settings.site.files.open_files_max,
        ),
        wanted: settings.connections.max,
    });
    let (limit, files) = (memory_limit(), settings.site.files.memory_bytes_max);
    checks.push(Check::Memory {
        limit,
        files,
        is_too_tight: limit.is_some_and(|limit| memory::is_too_tight(limit.bytes(), files)),
    });
    checks.push(Check::Kernel(missing_features()));
    checks.push(Check::Clock(clock::wall()));
    checks.push(Check::Output(output(std::io::stdout())));
    checks
}

/// Reads the files that say who may come in, if any do.
fn access(settings: &Settings) -> Option<Check> {
    let sites = || [&settings.site].into_iter().chain(&settings.sites);
    let files = { sites().flat_map(|site| &site.access.entries) }
        .map(|entry| entry.link_keys.len() + usize::from(entry.users.is_some()))
        .sum();
    let read = || {
        { sites() }
            .try_for_each(|site| try_out_access(&site.access))
            .map_err(|error| trouble(error.into()))
    };
    (files > 0).then(|| Check::Access(read().map(|()| files)))
}

/// Looks whether the access logs could be opened, if there are any.
fn access_logs(settings: &Settings) -> Option<Check> {
    let count = logs::all(settings).count();
    let opened = { logs::all(settings) }
        .try_for_each(AccessLogs::try_out)
        .map_err(|error| trouble(error.into()));
    (count > 0).then(|| Check::Logs(opened.map(|()| count)))
}

fn trouble(error: StartError) -> Trouble {
    let facts = Facts::about(&error);
    Box::new((error, facts))
}

fn served(settings: &Settings) -> Vec<Check> {
    let check = |at, outcome| Check::Served { at, outcome };
    match &settings.site.serve {
        // The pages in the program are always there.
        Serve::Nothing | Serve::BuiltIn | Serve::Authority(_) => {
            vec![check(None, Ok(Served::BuiltIn))]
        }
        Serve::Path(path) => vec![check(None, served_path(path, settings))],
        Serve::Mounts(mounts) => { mounts.iter() }
            .map(|mount| check(Some(start_of(mount)), served_path(&mount.path, settings)))
            .collect(),
    }
}

fn served_path(path: &Path, settings: &Settings) -> Result<Served, Trouble> {
    let nothing = FileCache::new(0, 0).into();
    let site = Site::of_path(path, &settings.site.files, &nothing)
        .map_err(|error| trouble(error.into()))?;
    Ok(if path.is_dir() {
        let (entries, unreadable) = unreadable_entries(path);
        Served::Folder {
            path: path.to_owned(),
            entries,
            unreadable,
            has_start_page: site.has_start_page(&MountPoint::start()),
        }
    } else {
        Served::File(path.to_owned())
    })
}

/// Listens on every address for a moment, on all of them at once as a server would.
fn listens(settings: &Settings) -> Vec<Check> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            return vec![Check::Listen {
                wanted: String::new(),
                outcome: Err(trouble(StartError::Runtime(error))),
            }];
        }
    };
    let when_taken = WhenTaken::of(settings);
    runtime.block_on(async {
        let (mut checks, mut kept) = (Vec::new(), Vec::new());
        let sites = { settings.spoken().into_iter() }
            .map(|(address, is_sealed)| (address, listeners::scheme(is_sealed), when_taken));
        let of = |when_taken| move |address| (address, "http", when_taken);
        let wanted = sites
            .chain(settings.redirect_http.iter().map(of(when_taken)))
            .chain(settings.metrics.iter().map(of(WhenTaken::Fail)));
        for (address, scheme, when_taken) in wanted {
            let outcome = listen(address, when_taken, scheme, &mut kept).await;
            checks.push(Check::Listen {
                wanted: address.to_string(),
                outcome: outcome.map_err(trouble),
            });
        }
        checks
    })
}

async fn listen(
    address: &ListenAddress,
    when_taken: WhenTaken,
    scheme: &str,
    kept: &mut Vec<Vec<crate::net::Listener>>,
) -> Result<Listens, StartError> {
    let mut moved = Vec::new();
    let opened = listeners::open_one(address, when_taken, kept, &mut moved).await?;
    let urls = listeners::urls(&opened, scheme);
    kept.push(opened);
    Ok(Listens {
        urls,
        moved: moved.pop(),
    })
}

fn output(stdout: impl AsFd) -> Output {
    let Ok(found) = fstat(&stdout) else {
        return Output::Device;
    };
    match FileType::from_raw_mode(found.st_mode) {
        FileType::RegularFile => {
            let free = fstatvfs(&stdout).map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
            free.map_or(Output::Device, Output::File)
        }
        FileType::Fifo | FileType::Socket => Output::Pipe,
        _ if rustix::termios::isatty(&stdout) => Output::Terminal,
        _ => Output::Device,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_lines_go_is_seen() {
        let file = tempfile::tempfile().unwrap();
        assert!(matches!(output(&file), Output::File(_)));
        let (pipe, _other) = std::io::pipe().unwrap();
        assert_eq!(output(&pipe), Output::Pipe);
        let null = std::fs::File::open("/dev/null").unwrap();
        assert_eq!(output(&null), Output::Device);
    }

    #[tokio::test]
    async fn two_addresses_that_collide_are_found_as_a_server_would() {
        let mut kept = Vec::new();
        let any = ListenAddress::Tcp("0.0.0.0:0".parse().unwrap());
        let opened = listen(&any, WhenTaken::Fail, "http", &mut kept)
            .await
            .unwrap();
        assert!(opened.urls[0].starts_with("http://0.0.0.0:"));
        let mut second = kept[0][0].address().unwrap();
        second.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        let second = ListenAddress::Tcp(second);
        let error = listen(&second, WhenTaken::Fail, "http", &mut kept).await;
        assert_eq!(error.unwrap_err().key(), "listen-twice");
    }
}
