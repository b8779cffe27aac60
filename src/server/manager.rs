//! Tells the service manager how we are: ready, reloading, stopping, alive (systemd's `sd_notify`).
//!
//! Law: alive means that every worker does its work, not that a timer still runs. A worker is one that
//! is parked, or has done something since the last look; and a task that is given to the runtime comes
//! to its end. Otherwise nothing is said, and the manager does what it was told to do.
//!
//! Ours, and not a library's: the one that was looked at knows no abstract sockets, which containers and
//! managers of single users hand out (`docs/decisions.md`).

use std::convert::Infallible;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixDatagram;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
use tokio::runtime::{Handle, RuntimeMetrics};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::assemble::House;
use super::limits::{MANAGER_TIMEOUT, STATUS_PERIOD, WATCHDOG_SHARE};
use crate::clock;
use crate::config::{OutputSettings, ServiceSettings, Settings};
use crate::observe::service_in_words;
use crate::tasks::Tasks;

/// The manager, or nobody.
pub(super) struct Manager {
    socket: Option<UnixDatagram>,
    watchdog: Option<Duration>,
    output: OutputSettings,
    is_stopping: AtomicBool,
}

impl Manager {
    /// The one that the surroundings name. If it cannot be reached there is nobody to be told.
    pub(super) fn of(settings: &Settings) -> Self {
        let ServiceSettings {
            notify, watchdog, ..
        } = &settings.service;
        Self {
            socket: notify.as_deref().and_then(|path| connected(path).ok()),
            watchdog: *watchdog,
            output: settings.output.clone(),
            is_stopping: AtomicBool::new(false),
        }
    }

    /// All doors are open.
    pub(super) fn ready(&self, house: &House) {
        self.say(&format!("READY=1\n{}", self.status(house)));
    }

    /// The settings are being read anew; [`Manager::ready`] says when that is over.
    pub(super) fn reloading(&self) {
        let now = clock::monotonic_us();
        self.say(&format!("RELOADING=1\nMONOTONIC_USEC={now}\n"));
    }

    /// We have been told to stop.
    pub(super) fn stopping(&self, house: &House) {
        self.is_stopping.store(true, Ordering::Relaxed);
        self.say(&format!("STOPPING=1\n{}", self.status(house)));
    }

    /// Tells how we are, and that we are alive, for as long as we are. Never ends.
    pub(super) async fn keep_told(&self, house: &House) -> Infallible {
        if self.socket.is_none() {
            return std::future::pending().await;
        }
        let watchdog = self.watchdog.map(|period| period / WATCHDOG_SHARE);
        let period = watchdog.map_or(STATUS_PERIOD, |period| period.min(STATUS_PERIOD));
        let metrics = Handle::current().metrics();
        let (mut workers, tasks) = (Workers::default(), Tasks::new());
        let mut told = String::new();
        loop {
            tokio::time::sleep(period).await;
            let alive = workers.are_alive(&metrics) && comes_to_an_end(&tasks, period).await;
            if alive && watchdog.is_some() {
                self.say("WATCHDOG=1\n");
            }
            let status = self.status(house);
            if status != told {
                self.say(&status);
                told = status;
            }
        }
    }

    fn status(&self, house: &House) -> String {
        let language = self.output.text_language();
        let is_stopping = self.is_stopping.load(Ordering::Relaxed);
        let (open, totals) = (house.registry.open(), house.journal.totals());
        let words = service_in_words(language, is_stopping, open as u64, totals.requests);
        format!("STATUS={words}\n")
    }

    fn say(&self, lines: &str) {
        if let Some(socket) = &self.socket {
            // It may have gone; nobody else is to be told.
            let _ = socket.send(lines.as_bytes());
        }
    }
}

/// A socket to the manager: a path, or with `@` a name that is none.
fn connected(name: &OsStr) -> io::Result<UnixDatagram> {
    let address = match name.as_bytes() {
        #[cfg(target_os = "linux")]
        [b'@', rest @ ..] => SocketAddrUnix::new_abstract_name(rest)?,
        path => SocketAddrUnix::new(path)?,
    };
    let (family, kind) = (AddressFamily::UNIX, SocketType::DGRAM);
    let socket = rustix::net::socket_with(family, kind, SocketFlags::CLOEXEC, None)?;
    rustix::net::connect(&socket, &address)?;
    let socket = UnixDatagram::from(socket);
    socket.set_write_timeout(Some(MANAGER_TIMEOUT))?;
    Ok(socket)
}

/// Whether a task that is given to the runtime now is done in time.
async fn comes_to_an_end(tasks: &Tasks, period: Duration) -> bool {
    let (done, wait) = oneshot::channel();
    tasks.spawn(async move {
        let _ = done.send(());
    });
    matches!(timeout(period, wait).await, Ok(Ok(())))
}

/// What every worker had done at the last look: how often it parked and went on, and how long it was
/// busy.
#[derive(Default)]
struct Workers(Vec<(u64, Duration)>);

impl Workers {
    /// Whether each is parked, or has done something since the last look. The first look finds all alive.
    fn are_alive(&mut self, metrics: &RuntimeMetrics) -> bool {
        let now: Vec<(u64, Duration)> = (0..metrics.num_workers())
            .map(|worker| {
                let parks = metrics.worker_park_unpark_count(worker);
                (parks, metrics.worker_total_busy_duration(worker))
            })
            .collect();
        let before = std::mem::replace(&mut self.0, now);
        let mut pairs = before.iter().zip(&self.0);
        // An odd number: it has parked, and has not gone on.
        pairs.all(|(before, now)| now.0 % 2 == 1 || before != now)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_worker_that_does_nothing_but_wait_is_found_and_the_others_are_alive() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_time()
            .build()
            .unwrap();
        let metrics = runtime.handle().metrics();
        let mut workers = Workers::default();
        assert!(workers.are_alive(&metrics));
        let (begun, wait) = mpsc::channel();
        let (go_on, stuck) = mpsc::channel::<()>();
        runtime.block_on(async {
            Tasks::new().spawn(async move {
                begun.send(()).unwrap();
                let _ = stuck.recv();
            });
        });
        wait.recv().unwrap();
        workers.are_alive(&metrics);
        assert!(!workers.are_alive(&metrics), "one of them hangs");
        drop(go_on);
        let patience = clock::now() + Duration::from_secs(20);
        while !workers.are_alive(&metrics) {
            assert!(clock::now() < patience, "it goes on, and is alive again");
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_runtime_that_does_nothing_is_alive() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_time()
            .build()
            .unwrap();
        let metrics = runtime.handle().metrics();
        let mut workers = Workers::default();
        let period = Duration::from_secs(20);
        assert!(runtime.block_on(comes_to_an_end(&Tasks::new(), period)));
        // Both have parked by and by, and then stay so.
        let patience = clock::now() + period;
        while (0..2).any(|worker| metrics.worker_park_unpark_count(worker).is_multiple_of(2)) {
            assert!(clock::now() < patience, "they park");
            std::thread::yield_now();
        }
        assert!(workers.are_alive(&metrics) && workers.are_alive(&metrics));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_manager_without_a_path_is_reached() {
        use std::os::linux::net::SocketAddrExt;
        use std::os::unix::net::SocketAddr;

        let name = format!("hello-test-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(name.as_bytes()).unwrap();
        let manager = UnixDatagram::bind_addr(&address).unwrap();
        let socket = connected(format!("@{name}").as_ref()).unwrap();
        socket.send(b"READY=1\n").unwrap();
        let mut heard = [0; 32];
        let count = manager.recv(&mut heard).unwrap();
        assert_eq!(&heard[..count], b"READY=1\n");
    }
}
