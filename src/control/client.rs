//! The asking side: finds the servers that run, asks one, and reads what it says.
//!
//! Law: a server is trusted as little as a client is: its lines have a length, its answers an end, and
//! it may take only so long. What it says of strangers is made fit to be shown by whoever shows it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{Mode, OFlags};

use super::limits::{ANSWER_TIMEOUT, LINE_BYTES_MAX, LINES_MAX, SERVERS_MAX};
use super::protocol::{Ask, Connection, Error, Place, Reply, Request, Status, Tried};
use super::socket::SUFFIX;

/// Which server is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// The one that runs; there is only one.
    TheOne,
    /// The process of this number.
    Process(u32),
    /// The one with this socket.
    At(PathBuf),
}

/// Why no server could be asked.
#[derive(Debug)]
pub enum Unasked {
    /// None runs; sought here.
    NoServer {
        /// The folders.
        folders: Vec<PathBuf>,
    },
    /// Nobody listens at this socket.
    NobodyAt {
        /// Its path.
        path: PathBuf,
    },
    /// Several run, and none was named.
    Several {
        /// Their sockets.
        paths: Vec<PathBuf>,
    },
    /// It belongs to somebody else.
    NotPermitted {
        /// Its socket.
        path: PathBuf,
    },
    /// It says nothing, or nothing that we understand.
    NoAnswer {
        /// Its socket.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It will not.
    Refused(Error),
}

/// How a server is, what it serves where, and its connections if they were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// How it is.
    pub status: Status,
    /// Where it listens.
    pub listening: Vec<String>,
    /// What it serves.
    pub places: Vec<Place>,
    /// Its connections, in the order of its registry.
    pub connections: Vec<Connection>,
}

/// A server that was found.
#[derive(Debug)]
pub struct Server {
    path: PathBuf,
}

/// Finds the server that is meant, in the folders where sockets may be.
pub fn find(whom: &Whom, folders: &[PathBuf]) -> Result<Server, Unasked> {
    if let Whom::At(path) = whom {
        connect(path)?;
        return Ok(Server { path: path.clone() });
    }
    let mut closed = None;
    let mut found: Vec<PathBuf> = Vec::new();
    for path in folders.iter().flat_map(|folder| sockets_in(folder)) {
        if let Whom::Process(pid) = whom
            && pid_of(&path) != Some(*pid)
        {
            continue;
        }
        match connect(&path) {
            Ok(_) => found.push(path),
            Err(Unasked::NotPermitted { path }) => closed = closed.or(Some(path)),
            // Left behind by one that fell.
            Err(_) => {}
        }
    }
    match (&found[..], closed) {
        ([_], _) => {}
        ([], Some(path)) => return Err(Unasked::NotPermitted { path }),
        ([], None) => {
            let folders = folders.to_vec();
            return Err(Unasked::NoServer { folders });
        }
        _ => return Err(Unasked::Several { paths: found }),
    }
    Ok(Server {
        path: found.swap_remove(0),
    })
}

/// The process that a socket is named after.
pub fn pid_of(path: &Path) -> Option<u32> {
    let name = path.file_name()?.to_str()?.strip_suffix(SUFFIX)?;
    name.split('-').next()?.parse().ok()
}

/// Sockets in a folder; of very many some.
fn sockets_in(folder: &Path) -> Vec<PathBuf> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let Ok(open) = rustix::fs::open(folder, flags, Mode::empty()) else {
        return Vec::new();
    };
    let Ok(entries) = rustix::fs::Dir::read_from(&open) else {
        return Vec::new();
    };
    let names = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        let name = entry.file_name().to_str().ok()?;
        name.ends_with(SUFFIX).then(|| folder.join(name))
    });
    let mut paths: Vec<PathBuf> = names.take(SERVERS_MAX).collect();
    paths.sort_by_key(|path| (pid_of(path), path.clone()));
    paths
}

fn connect(path: &Path) -> Result<UnixStream, Unasked> {
    let owned = || path.to_owned();
    let stream = UnixStream::connect(path).map_err(|source| match source.kind() {
        io::ErrorKind::PermissionDenied => Unasked::NotPermitted { path: owned() },
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => {
            Unasked::NobodyAt { path: owned() }
        }
        _ => Unasked::NoAnswer {
            path: owned(),
            source,
        },
    })?;
    let timed = { stream.set_read_timeout(Some(ANSWER_TIMEOUT)) }
        .and_then(|()| stream.set_write_timeout(Some(ANSWER_TIMEOUT)));
    timed.map_err(|source| Unasked::NoAnswer {
        path: owned(),
        source,
    })?;
    Ok(stream)
}

impl Server {
    /// Its socket.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Asks it something. The answer is heard line by line.
    pub fn ask(&self, ask: Ask) -> Result<Answer, Unasked> {
        let failed = |source| self.no_answer(source);
        let mut stream = connect(&self.path)?;
        let line = serde_json::to_string(&Request::new(ask));
        let line = line.map_err(io::Error::from).map_err(failed)? + "\n";
        match stream.write_all(line.as_bytes()) {
            // It may have said no without hearing the question: what it said can be read.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            written => written.map_err(failed)?,
        }
        Ok(Answer {
            path: self.path.clone(),
            lines: BufReader::new(stream),
            count: 0,
        })
    }

    /// How it is; with its connections, if that is what is asked.
    pub fn report(&self, ask: Ask) -> Result<Report, Unasked> {
        let mut answer = self.ask(ask)?;
        let mut report = Report::default();
        loop {
            match answer.hear()? {
                Some(Reply::Status(status)) => report.status = status,
                Some(Reply::Listening { address }) => report.listening.push(address),
                Some(Reply::Place(place)) => report.places.push(place),
                Some(Reply::Connection(connection)) => report.connections.push(connection),
                Some(Reply::Done {}) => return Ok(report),
                Some(Reply::Error(error)) => return Err(self.refused(error)),
                Some(_) => {}
                None => return Err(self.no_answer(io::ErrorKind::UnexpectedEof.into())),
            }
        }
    }

    /// Has it do something, and hears how that went.
    pub fn order(&self, ask: Ask) -> Result<Reply, Unasked> {
        let mut answer = self.ask(ask)?;
        // It may take its time.
        answer.be_patient_for(None)?;
        loop {
            match answer.hear()? {
                Some(Reply::Error(error)) => return Err(self.refused(error)),
                Some(Reply::Unknown) => {}
                Some(reply) => return Ok(reply),
                None => return Err(self.no_answer(io::ErrorKind::UnexpectedEof.into())),
            }
        }
    }

    /// Has it try its configuration: what it tells, and the sum.
    pub fn trial(&self, ask: Ask) -> Result<(Vec<Reply>, Tried), Unasked> {
        let mut answer = self.ask(ask)?;
        // It may take its time.
        answer.be_patient_for(None)?;
        let mut replies = Vec::new();
        loop {
            match answer.hear()? {
                Some(Reply::Tried(tried)) => return Ok((replies, tried)),
                Some(Reply::Error(error)) => return Err(self.refused(error)),
                Some(reply) => replies.push(reply),
                None => return Err(self.no_answer(io::ErrorKind::UnexpectedEof.into())),
            }
        }
    }

    /// It said no.
    pub fn refused(&self, error: Error) -> Unasked {
        match &*error.error {
            "not-permitted" => Unasked::NotPermitted {
                path: self.path.clone(),
            },
            _ => Unasked::Refused(error),
        }
    }

    fn no_answer(&self, source: io::Error) -> Unasked {
        Unasked::NoAnswer {
            path: self.path.clone(),
            source,
        }
    }
}

/// What a server says, line by line.
pub struct Answer {
    path: PathBuf,
    lines: BufReader<UnixStream>,
    count: usize,
}

impl Answer {
    /// How long the next line may take to come; `None`: as long as it likes.
    pub fn be_patient_for(&self, patience: Option<Duration>) -> Result<(), Unasked> {
        let set = self.lines.get_ref().set_read_timeout(patience);
        set.map_err(|source| self.failed(source))
    }

    /// The next line; `None` after the last.
    pub fn hear(&mut self) -> Result<Option<Reply>, Unasked> {
        self.count += 1;
        if self.count > LINES_MAX {
            return Err(self.failed(io::ErrorKind::FileTooLarge.into()));
        }
        self.hear_of_many()
    }

    /// The same, where nothing is kept of what was said before.
    pub fn hear_of_many(&mut self) -> Result<Option<Reply>, Unasked> {
        let mut line = Vec::new();
        let most = u64::try_from(LINE_BYTES_MAX).unwrap_or(u64::MAX);
        let read = self.lines.by_ref().take(most).read_until(b'\n', &mut line);
        read.map_err(|source| self.failed(source))?;
        if line.is_empty() {
            return Ok(None);
        }
        let reply = serde_json::from_slice(&line).map_err(|error| self.failed(error.into()))?;
        Ok(Some(reply))
    }

    /// A handle that ends the conversation from another thread.
    pub fn hang_up_handle(&self) -> io::Result<UnixStream> {
        self.lines.get_ref().try_clone()
    }

    fn failed(&self, source: io::Error) -> Unasked {
        Unasked::NoAnswer {
            path: self.path.clone(),
            source,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    fn folder(names: &[&str]) -> (tempfile::TempDir, Vec<UnixListener>) {
        let folder = tempfile::tempdir().unwrap();
        let bind = |name: &&str| UnixListener::bind(folder.path().join(name)).unwrap();
        let listeners = names.iter().map(bind).collect();
        (folder, listeners)
    }

    #[test]
    fn the_one_that_runs_is_found_and_those_that_fell_are_not() {
        let (folder, mut listeners) = folder(&["7.sock", "12.sock", "readme"]);
        let folders = [folder.path().join("missing"), folder.path().to_owned()];
        let Err(Unasked::Several { paths }) = find(&Whom::TheOne, &folders) else {
            panic!("there are two");
        };
        let pids: Vec<_> = paths.iter().map(|path| pid_of(path)).collect();
        assert_eq!(pids, [Some(7), Some(12)]);
        let named = find(&Whom::Process(12), &folders).unwrap();
        assert_eq!(named.path(), folder.path().join("12.sock"));
        listeners.remove(0);
        let only = find(&Whom::TheOne, &folders).unwrap();
        assert_eq!(only.path(), folder.path().join("12.sock"));
        let gone = find(&Whom::At(folder.path().join("7.sock")), &folders);
        assert!(matches!(gone, Err(Unasked::NobodyAt { .. })));
        listeners.clear();
        let nobody = find(&Whom::TheOne, &folders);
        assert!(matches!(nobody, Err(Unasked::NoServer { .. })));
    }

    #[test]
    fn a_line_without_an_end_is_given_up() {
        let (folder, listeners) = folder(&["1.sock"]);
        let server = find(&Whom::TheOne, &[folder.path().to_owned()]).unwrap();
        let mut answer = server.ask(Ask::Status).unwrap();
        // The first was the look whether anybody is there.
        let _ = listeners[0].accept().unwrap();
        let (mut stream, _) = listeners[0].accept().unwrap();
        let writer = crate::tasks::thread("endless", move || {
            let _ = stream.write_all(&vec![b'a'; 2 * LINE_BYTES_MAX]);
        });
        assert!(matches!(answer.hear(), Err(Unasked::NoAnswer { .. })));
        drop(answer);
        writer.unwrap().join().unwrap();
    }
}
