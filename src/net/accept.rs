//! Takes connections from a listener, whatever the system says; makes room when there is none.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::limits::{
    ACCEPT_PAUSE_MAX, ACCEPT_PAUSE_MIN, BACKLOG, PASSED_OVER_MAX, REFUSALS_MAX, SHED_PATIENCE,
    SHED_SHARE,
};
use super::permits::{OfAddress, PerAddress};
use super::{Listener, Permit, Permits, Transport};
use crate::exchange::Peer;
use crate::observe::{Journal, Notice, Registry, Standing};

/// What all listeners share: how many connections there may be, and who is here.
pub struct Door {
    permits: Permits,
    per_address: PerAddress,
    /// Places for connections that are only told 503.
    refusals: Permits,
    registry: Arc<Registry>,
    journal: Arc<Journal>,
    spare: Box<dyn Fn() + Send + Sync>,
    crowded: AtomicBool,
    crowd: Mutex<Crowd>,
}

/// What happened since there was no room, to be said once.
#[derive(Default)]
struct Crowd {
    shed: u64,
    refused: u64,
}

/// Where connections come from: a listener, or in tests a script.
pub trait Source {
    /// The next connection.
    fn accept(&self) -> impl Future<Output = io::Result<(Transport, Peer)>> + Send;
}

impl Source for Listener {
    async fn accept(&self) -> io::Result<(Transport, Peer)> {
        Self::accept(self).await
    }
}

/// A connection that came.
pub enum Arrival {
    /// There is room for it.
    Welcome(Transport, Peer, Permit, Standing),
    /// There is none, and nobody is idle: it is to be told 503.
    NoRoom(Transport, Peer, Permit),
    /// Its address has as many as it may: it is to be closed.
    TooMany(Transport, Peer),
}

impl Door {
    /// A door with this many places.
    ///
    /// `spare` gives back descriptors that are only kept to be quick; asked for when the system
    /// has none left.
    pub fn new(
        connections: usize,
        registry: Arc<Registry>,
        journal: Arc<Journal>,
        spare: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        Self {
            spare: Box::new(spare),
            permits: Permits::new(connections),
            per_address: PerAddress::default(),
            refusals: Permits::new(REFUSALS_MAX),
            registry,
            journal,
            crowded: AtomicBool::new(false),
            crowd: Mutex::default(),
        }
    }

    /// How many connections each address may have.
    pub fn per_address(&self) -> &PerAddress {
        &self.per_address
    }

    /// Finds a place for a connection, or tells it that there is none.
    async fn admit(&self, socket: Transport, peer: Peer, arrived: &mut impl FnMut(Arrival)) {
        // First: who has enough of them makes nobody go.
        let (of_address, standing) = match self.per_address.take(&peer) {
            OfAddress::LetIn(place, standing) => (place, standing),
            OfAddress::TooMany => {
                arrived(Arrival::TooMany(socket, peer));
                return;
            }
        };
        match self.place().await {
            Some(permit) => {
                let permit = permit.with(of_address);
                arrived(Arrival::Welcome(socket, peer, permit, standing));
            }
            None => {
                if let Some(permit) = self.refusals.try_take() {
                    arrived(Arrival::NoRoom(socket, peer, permit));
                }
            }
        }
    }

    /// A place for a connection: free, made free by closing idle ones, or none.
    async fn place(&self) -> Option<Permit> {
        if let Some(permit) = self.permits.try_take() {
            self.note_room();
            return Some(permit);
        }
        loop {
            let shed = self.registry.shed_longest_idle(self.batch());
            if shed == 0 {
                // A place may have become free while we looked.
                let permit = self.permits.try_take();
                self.note_crowd(0, u64::from(permit.is_none()));
                return permit;
            }
            self.note_crowd(shed as u64, 0);
            // Those told to go do so at once, unless a request came in at the same moment.
            if let Ok(permit) = tokio::time::timeout(SHED_PATIENCE, self.permits.take()).await {
                return Some(permit);
            }
        }
    }

    /// How many connections are shed at once.
    fn batch(&self) -> usize {
        (self.permits.limit() / SHED_SHARE).max(1)
    }

    fn note_crowd(&self, shed: u64, refused: u64) {
        let mut crowd = self.crowd.lock().unwrap_or_else(PoisonError::into_inner);
        crowd.shed += shed;
        crowd.refused += refused;
        if !self.crowded.swap(true, Ordering::Relaxed) {
            self.journal.notice(Notice::Crowded {
                limit: self.permits.limit() as u64,
            });
        }
    }

    /// Says that it is over once a good part of the places is free: not at every free place, or
    /// the two sentences would alternate as long as the crowd lasts.
    fn note_room(&self) {
        if !self.crowded.load(Ordering::Relaxed) {
            return;
        }
        let enough = (self.permits.limit() / 16 + 1).min(self.permits.limit() - 1);
        if self.permits.free() >= enough && self.crowded.swap(false, Ordering::Relaxed) {
            let mut crowd = self.crowd.lock().unwrap_or_else(PoisonError::into_inner);
            let over = std::mem::take(&mut *crowd);
            self.journal.notice(Notice::CrowdOver {
                shed: over.shed,
                refused: over.refused,
            });
        }
    }
}

/// Accepts until `stop`, and then once more everything that waits: closing a listener must not
/// drop its queue. `arrived` takes each connection.
///
/// Errors do not end it: an error that concerns one connection is passed over, one that concerns
/// the system (no descriptors, no memory) is waited out, and said once.
pub async fn accept_until<S: Source>(
    stop: impl Future<Output = ()>,
    source: &S,
    door: &Door,
    mut arrived: impl FnMut(Arrival),
) {
    let mut stop = std::pin::pin!(stop);
    let mut trouble = Trouble::default();
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = source.accept() => accepted,
        };
        match accepted {
            Ok((socket, peer)) => {
                trouble.is_over(door);
                // Not interrupted by `stop`: who has been accepted is answered.
                door.admit(socket, peer, &mut arrived).await;
            }
            Err(error) => tokio::select! {
                () = &mut stop => break,
                () = trouble.wait_out(&error, door) => {}
            },
        }
    }
    for _ in 0..BACKLOG {
        tokio::select! {
            biased;
            accepted = source.accept() => match accepted {
                Ok((socket, peer)) => door.admit(socket, peer, &mut arrived).await,
                Err(error) if concerns_one_connection(&error) => {}
                Err(_) => return,
            },
            () = std::future::ready(()) => return,
        }
    }
}

/// A streak of failures to accept.
#[derive(Default)]
struct Trouble {
    failures: u64,
    passed_over: u32,
    pause: Duration,
}

impl Trouble {
    async fn wait_out(&mut self, error: &io::Error, door: &Door) {
        if concerns_one_connection(error) && self.passed_over < PASSED_OVER_MAX {
            self.passed_over += 1;
            return;
        }
        if self.failures == 0 {
            let errno = error.raw_os_error().unwrap_or(0);
            door.journal.notice(Notice::AcceptFails { errno });
        }
        self.failures += 1;
        door.registry.shed_longest_idle(door.batch());
        (door.spare)();
        self.pause = (self.pause * 2).clamp(ACCEPT_PAUSE_MIN, ACCEPT_PAUSE_MAX);
        tokio::time::sleep(self.pause).await;
    }

    fn is_over(&mut self, door: &Door) {
        self.passed_over = 0;
        if self.failures > 0 {
            door.journal.notice(Notice::AcceptWorks {
                failures: self.failures,
            });
            *self = Self::default();
        }
    }
}

/// Whether only the connection at the head of the queue failed: the next may be tried at once.
///
/// Linux passes on errors of the connection itself (accept(2), "Error handling"); EPERM is a
/// firewall's word about one client.
fn concerns_one_connection(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let Some(errno) = Errno::from_io_error(error) else {
        return false;
    };
    matches!(
        errno,
        Errno::CONNABORTED
            | Errno::PERM
            | Errno::PROTO
            | Errno::NETDOWN
            | Errno::NOPROTOOPT
            | Errno::HOSTDOWN
            | Errno::NONET
            | Errno::HOSTUNREACH
            | Errno::OPNOTSUPP
            | Errno::NETUNREACH
            | Errno::INTR
            | Errno::TIMEDOUT
            | Errno::CONNRESET
    )
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use rustix::io::Errno;
    use std::os::fd::OwnedFd;

    use super::*;
    use crate::net::Family;
    use crate::observe::{Audience, Batch, Event, WhenFull};

    /// Accepts what a script says, then waits forever.
    struct Script(Mutex<VecDeque<Result<OwnedFd, Errno>>>);

    impl Source for Script {
        async fn accept(&self) -> io::Result<(Transport, Peer)> {
            let next = self.0.lock().unwrap().pop_front();
            match next {
                Some(Ok(socket)) => Ok((Transport::accepted(socket, Family::Unix), Peer::Unix)),
                Some(Err(errno)) => Err(errno.into()),
                None => std::future::pending().await,
            }
        }
    }

    fn notices(journal: &Arc<Journal>) -> Vec<Notice> {
        let mut batch = Batch::default();
        let mut reader = journal.subscribe(Audience::Notices, WhenFull::DropNewest);
        reader.take(&mut batch);
        let notice = |event| {
            if let Event::Notice(notice) = event {
                Some(notice)
            } else {
                None
            }
        };
        batch
            .records
            .iter()
            .filter_map(|record| notice(record.event))
            .collect()
    }

    #[tokio::test(start_paused = true)]
    async fn whatever_the_system_says_the_next_connection_is_accepted() {
        let journal = Arc::new(Journal::new(1));
        let spared = Arc::new(AtomicBool::new(false));
        let spare = spared.clone();
        let spare = move || spare.store(true, Ordering::Relaxed);
        let door = Door::new(4, Arc::new(Registry::new()), journal.clone(), spare);
        let (_client, server) = std::os::unix::net::UnixStream::pair().unwrap();
        let hard = [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM];
        let soft = [Errno::CONNABORTED, Errno::PERM];
        let script = hard
            .into_iter()
            .chain(soft)
            .map(Err)
            .chain([Ok(server.into())]);
        let script = Script(Mutex::new(script.collect()));
        let (arrive, arrived) = tokio::sync::oneshot::channel();
        let mut arrive = Some(arrive);
        let accepting = accept_until(std::future::pending(), &script, &door, |arrival| {
            let welcome = matches!(arrival, Arrival::Welcome(..));
            arrive
                .take()
                .expect("one arrival")
                .send(welcome)
                .expect("somebody listens");
        });
        tokio::select! {
            () = accepting => unreachable!("accepting never ends"),
            welcome = arrived => assert!(welcome.unwrap()),
        }
        assert!(spared.load(Ordering::Relaxed), "descriptors were asked for");
        let said = [
            Notice::AcceptFails {
                errno: Errno::MFILE.raw_os_error(),
            },
            Notice::AcceptWorks { failures: 4 },
        ];
        assert_eq!(
            notices(&journal),
            said,
            "said once, and once when it is over"
        );
    }

    #[tokio::test]
    async fn whoever_waits_when_we_stop_is_accepted_even_behind_one_that_gave_up() {
        let door = Door::new(
            4,
            Arc::new(Registry::new()),
            Arc::new(Journal::new(1)),
            || (),
        );
        let (_client, server) = std::os::unix::net::UnixStream::pair().unwrap();
        let queue = [Err(Errno::CONNABORTED), Ok(server.into())];
        let script = Script(Mutex::new(queue.into()));
        let mut arrivals = 0;
        accept_until(std::future::ready(()), &script, &door, |_| arrivals += 1).await;
        assert_eq!(arrivals, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_for_a_place_when_we_stop_is_not_dropped() {
        let registry = Arc::new(Registry::new());
        let door = Door::new(1, registry.clone(), Arc::new(Journal::new(1)), || ());
        let taken = door.permits.try_take();
        let _idle = registry.enter(Peer::Unix, crate::clock::now());
        let (_client, server) = std::os::unix::net::UnixStream::pair().unwrap();
        let script = Script(Mutex::new([Ok(server.into())].into()));
        let mut arrivals = 0;
        let stop = tokio::time::sleep(SHED_PATIENCE / 2);
        accept_until(stop, &script, &door, |_| arrivals += 1).await;
        assert_eq!(arrivals, 1);
        drop(taken);
    }

    /// A sandbox may answer EPERM for ever without taking anything from the queue.
    #[tokio::test(start_paused = true)]
    async fn an_error_that_never_ends_is_waited_for_not_spun_on() {
        let journal = Arc::new(Journal::new(1));
        let door = Door::new(4, Arc::new(Registry::new()), journal.clone(), || ());
        let errors = (0..PASSED_OVER_MAX + 3).map(|_| Err(Errno::PERM)).collect();
        let script = Script(Mutex::new(errors));
        let begun = tokio::time::Instant::now();
        let accepting = accept_until(std::future::pending(), &script, &door, |_| ());
        let all_seen = std::future::poll_fn(|_| {
            let left = script.0.lock().unwrap().len();
            if left == 0 {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        });
        tokio::select! {
            () = accepting => unreachable!("accepting never ends"),
            () = all_seen => {}
        }
        assert!(
            begun.elapsed() >= ACCEPT_PAUSE_MIN,
            "the last three were paused for"
        );
        assert_eq!(notices(&journal).len(), 1);
    }

    #[test]
    fn what_concerns_one_connection_is_told_from_what_concerns_the_system() {
        for errno in [Errno::CONNABORTED, Errno::PERM, Errno::PROTO] {
            assert!(concerns_one_connection(&io::Error::from(errno)), "{errno}");
        }
        for errno in [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM] {
            assert!(!concerns_one_connection(&io::Error::from(errno)), "{errno}");
        }
    }
}
