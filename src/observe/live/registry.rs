//! The connections that live now.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering, fence};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Waker;
use std::time::Instant;

use super::running::{AllRunning, Running, Underway};
use crate::clock;
use crate::exchange::Peer;
use crate::observe::counts::Counter;
use crate::observe::events::{Method, Target};
use crate::observe::limits::GENERATIONS_MAX;

/// What a connection is doing. The words of the whole house: journal, dashboard, docs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// Accepted; not one byte yet.
    Accepted = 0,
    /// Open, with no exchange: waiting for the next request.
    Waiting = 1,
    /// Receiving a request.
    Reading = 2,
    /// The site is at work on the answer.
    Answering = 3,
    /// The peer is taking the answer.
    Sending = 4,
    /// Everything is said; waiting for the peer to see it.
    Draining = 5,
    /// Agreeing on keys, before anything else is said.
    Handshaking = 6,
}

impl State {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Waiting => "waiting",
            Self::Reading => "reading",
            Self::Answering => "answering",
            Self::Sending => "sending",
            Self::Draining => "draining",
            Self::Handshaking => "handshaking",
        }
    }

    /// Whether nothing is lost if the connection is closed now.
    pub fn is_idle(self) -> bool {
        matches!(self, Self::Accepted | Self::Handshaking | Self::Waiting)
    }

    /// The state of this name.
    pub fn named(name: &str) -> Option<Self> {
        (0..=6)
            .map(Self::of_byte)
            .find(|state| state.name() == name)
    }

    fn of_byte(byte: u8) -> Self {
        match byte {
            0 => Self::Accepted,
            1 => Self::Waiting,
            2 => Self::Reading,
            3 => Self::Answering,
            4 => Self::Sending,
            5 => Self::Draining,
            _ => Self::Handshaking,
        }
    }
}

/// What the server wants of a connection. It only ever gets more urgent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Order {
    /// Nothing: carry on.
    Carry = 0,
    /// Close if idle, to make room for others.
    Shed = 1,
    /// Finish what is being answered, then close.
    Drain = 2,
    /// Stop at once.
    Stop = 3,
}

/// A connection as others may see it. Only its own task writes to it; anybody may read.
pub struct Live {
    /// Its number, counted from 1.
    pub id: u64,
    /// Who is at the other end.
    pub peer: Peer,
    /// When it was accepted.
    pub since: Instant,
    /// `clock::tick_ms` of the last change, shifted left by 8, and the state below.
    state: AtomicU64,
    received: AtomicU64,
    sent: AtomicU64,
    requests: AtomicU32,
    order: AtomicU8,
    /// Whether the last order is for this one alone, from somebody who asked us to.
    is_singled_out: AtomicBool,
    is_gone: AtomicBool,
    /// A task's waker stays the same for life, so it is taken once.
    waker: OnceLock<Waker>,
}

impl Live {
    fn new(id: u64, peer: Peer, since: Instant) -> Self {
        Self {
            id,
            peer,
            since,
            state: AtomicU64::new(clock::tick_ms() << 8 | State::Accepted as u64),
            received: AtomicU64::new(0),
            sent: AtomicU64::new(0),
            requests: AtomicU32::new(0),
            order: AtomicU8::new(Order::Carry as u8),
            is_singled_out: AtomicBool::new(false),
            is_gone: AtomicBool::new(false),
            waker: OnceLock::new(),
        }
    }

    /// Enters a state, at a time by [`clock::tick_ms`]: a state lasts, or does not matter.
    pub fn enter(&self, state: State, tick_ms: u64) {
        self.state
            .store(tick_ms << 8 | state as u64, Ordering::Relaxed);
    }

    /// Takes over what is known of it elsewhere: state and its time, requests, bytes received and
    /// sent.
    pub fn reflect(&self, state: State, since_ms: u64, requests: u32, received: u64, sent: u64) {
        self.enter(state, since_ms);
        self.requests.store(requests, Ordering::Relaxed);
        self.received.store(received, Ordering::Relaxed);
        self.sent.store(sent, Ordering::Relaxed);
    }

    /// The state now.
    pub fn state(&self) -> State {
        State::of_byte(self.state.load(Ordering::Relaxed).to_le_bytes()[0])
    }

    /// Since when it is in this state, by [`clock::tick_ms`].
    pub fn state_since_ms(&self) -> u64 {
        self.state.load(Ordering::Relaxed) >> 8
    }

    /// Counts bytes that came.
    fn count_received(&self, bytes: usize) {
        add(&self.received, bytes as u64);
    }

    /// Counts bytes the kernel took.
    fn count_sent(&self, bytes: u64) {
        add(&self.sent, bytes);
    }

    /// Counts a request and answers its number, from 1.
    pub fn count_request(&self) -> u32 {
        let number = self.requests.load(Ordering::Relaxed).wrapping_add(1);
        self.requests.store(number, Ordering::Relaxed);
        number
    }

    /// Bytes received so far.
    pub fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// Bytes sent so far.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Requests so far.
    pub fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Whether it has left the registry: nothing here will change any more.
    pub fn is_gone(&self) -> bool {
        self.is_gone.load(Ordering::Acquire)
    }

    /// Leaves a waker for orders. Called by the task itself, at every wait; only the first counts.
    pub fn hear_orders(&self, waker: &Waker) {
        if self.waker.get().is_none() {
            let _ = self.waker.set(waker.clone());
            // With the fence in `give_order`: either the order finds the waker, or whoever left
            // the waker finds the order. Without the two, both could look too early.
            fence(Ordering::SeqCst);
        }
    }

    /// What the server wants of it.
    pub fn order(&self) -> Order {
        match self.order.load(Ordering::Acquire) {
            0 => Order::Carry,
            1 => Order::Shed,
            2 => Order::Drain,
            _ => Order::Stop,
        }
    }

    /// Wants it to end because somebody asked us to; that is what its end says then. Answers
    /// whether it was not ending anyway.
    pub fn single_out(&self, order: Order) -> bool {
        if self.order() >= order {
            return false;
        }
        self.is_singled_out.store(true, Ordering::Release);
        self.give_order(order);
        true
    }

    /// Whether it was to end because somebody asked us to.
    pub fn is_singled_out(&self) -> bool {
        self.is_singled_out.load(Ordering::Acquire)
    }

    /// Wants something of it, and wakes it. A milder order than the last is ignored.
    pub fn give_order(&self, order: Order) {
        if self.order.fetch_max(order as u8, Ordering::AcqRel) >= order as u8 {
            return;
        }
        fence(Ordering::SeqCst);
        if let Some(waker) = self.waker.get() {
            waker.wake_by_ref();
        }
    }
}

/// One writer, so no read-modify-write instruction is needed.
fn add(counter: &AtomicU64, more: u64) {
    counter.store(counter.load(Ordering::Relaxed) + more, Ordering::Relaxed);
}

/// Every living connection.
#[derive(Default)]
pub struct Registry {
    slots: Mutex<Slots>,
    pub(super) running: AllRunning,
    received: Counter,
    sent: Counter,
    generations: Mutex<Generations>,
}

/// Since when which settings count, the present ones last.
#[derive(Default)]
struct Generations(Vec<(u64, Instant)>);

#[derive(Default)]
struct Slots {
    live: Vec<Option<Arc<Live>>>,
    free: Vec<u32>,
    accepted: u64,
    everyone: Option<Order>,
}

impl Registry {
    /// Nobody yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on what begins goes by settings of this number; what has begun goes on as it was.
    pub fn generation_begins(&self, number: u64, now: Instant) {
        let mut generations = { self.generations.lock() }.unwrap_or_else(PoisonError::into_inner);
        if generations.0.len() == GENERATIONS_MAX {
            generations.0.remove(0);
        }
        generations.0.push((number, now));
    }

    /// The number of the settings that counted then; 1 until the first were read anew.
    pub fn generation_at(&self, moment: Instant) -> u64 {
        let generations = { self.generations.lock() }.unwrap_or_else(PoisonError::into_inner);
        let counted = generations
            .0
            .iter()
            .rev()
            .find(|(_, since)| *since <= moment);
        let before = || generations.0.first().map_or(1, |(first, _)| first - 1);
        counted.map_or_else(before, |(number, _)| *number)
    }

    /// Enters a new connection; the guard takes it out again.
    pub fn enter(self: &Arc<Self>, peer: Peer, now: Instant) -> Entered {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.accepted += 1;
        let live = Live::new(slots.accepted, peer, now);
        self.place(slots, live)
    }

    /// Enters a connection that lives in another process, under its number there.
    pub fn enter_as(self: &Arc<Self>, id: u64, peer: Peer, since: Instant) -> Entered {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        self.place(slots, Live::new(id, peer, since))
    }

    fn place(self: &Arc<Self>, mut slots: MutexGuard<'_, Slots>, live: Live) -> Entered {
        let live = Arc::new(live);
        if let Some(order) = slots.everyone {
            live.give_order(order);
        }
        let slot = if let Some(slot) = slots.free.pop() {
            slots.live[slot as usize] = Some(live.clone());
            slot
        } else {
            slots.live.push(Some(live.clone()));
            u32::try_from(slots.live.len() - 1).expect("connections are limited to a few million")
        };
        Entered {
            live,
            slot,
            registry: self.clone(),
        }
    }

    /// Gives everybody an order, those still to come included.
    pub fn order_everyone(&self, order: Order) {
        let everyone: Vec<Arc<Live>> = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            slots.everyone = Some(order);
            slots.live.iter().flatten().cloned().collect()
        };
        for live in everyone {
            live.give_order(order);
        }
    }

    /// Orders the `count` connections that have been idle for longest to make room. Answers how
    /// many there were.
    pub fn shed_longest_idle(&self, count: usize) -> usize {
        let mut idle: Vec<(u64, Arc<Live>)> = {
            let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            let idle = slots
                .live
                .iter()
                .flatten()
                .filter(|live| live.state().is_idle());
            idle.filter(|live| live.order() == Order::Carry)
                .map(|live| (live.state_since_ms(), live.clone()))
                .collect()
        };
        if idle.len() > count {
            idle.select_nth_unstable_by_key(count, |(since, _)| *since);
            idle.truncate(count);
        }
        for (_, live) in &idle {
            live.give_order(Order::Shed);
        }
        idle.len()
    }

    /// Shows the connections that live in the next `count` places, beginning at a place. Answers
    /// the place to go on from; after the last, the first. Accepting waits meanwhile.
    pub fn visit(&self, from: usize, count: usize, mut see: impl FnMut(&Arc<Live>)) -> usize {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let from = if from < slots.live.len() { from } else { 0 };
        let until = slots.live.len().min(from.saturating_add(count));
        for live in slots.live[from..until].iter().flatten() {
            see(live);
        }
        if until < slots.live.len() { until } else { 0 }
    }

    /// One of those that live.
    pub fn find(&self, id: u64) -> Option<Arc<Live>> {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots
            .live
            .iter()
            .flatten()
            .find(|live| live.id == id)
            .cloned()
    }

    /// Shows the requests of a connection that are being answered, in order.
    pub fn running_on(&self, connection: u64, see: impl FnMut(&Running)) {
        self.running.of(connection, see);
    }

    /// At most `most` of the requests that have been answered since before a moment and still are.
    pub fn running_since_before(&self, moment: Instant, most: usize) -> Vec<Arc<Running>> {
        self.running.since_before(moment, most)
    }

    /// Bytes received and sent on all connections there ever were.
    pub fn bytes(&self) -> (u64, u64) {
        (self.received.sum(), self.sent.sum())
    }

    /// How many live now.
    pub fn open(&self) -> usize {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.live.len() - slots.free.len()
    }

    /// How many live now, and how many of them have an exchange.
    pub fn counts(&self) -> (usize, usize) {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let busy = slots
            .live
            .iter()
            .flatten()
            .filter(|live| !live.state().is_idle())
            .count();
        (slots.live.len() - slots.free.len(), busy)
    }
}

/// A connection's place in the registry; dropping it gives the place back.
pub struct Entered {
    live: Arc<Live>,
    slot: u32,
    registry: Arc<Registry>,
}

impl Entered {
    /// Enters a request among those that run, for as long as the answer is held. Not for what is
    /// answered at once.
    pub fn begin(
        &self,
        number: u32,
        method: Method,
        target: Target<'_>,
        begun: Instant,
    ) -> Underway {
        let running = Running::new(self.live.id, number, method, target, begun);
        AllRunning::enter(self.registry.clone(), running)
    }

    /// Counts bytes that came.
    pub fn count_received(&self, bytes: usize) {
        self.live.count_received(bytes);
        self.registry.received.add(bytes as u64);
    }

    /// Counts bytes the kernel took.
    pub fn count_sent(&self, bytes: u64) {
        self.live.count_sent(bytes);
        self.registry.sent.add(bytes);
    }
}

impl std::ops::Deref for Entered {
    type Target = Live;

    fn deref(&self) -> &Live {
        &self.live
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.live.is_gone.store(true, Ordering::Release);
        let mut slots = self
            .registry
            .slots
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        slots.live[self.slot as usize] = None;
        slots.free.push(self.slot);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_began_under_settings_goes_by_them_however_many_there_were_since() {
        let registry = Registry::new();
        let at = |seconds| clock::now() + Duration::from_secs(seconds);
        let (before, first, second) = (at(99), at(100), at(200));
        assert_eq!(registry.generation_at(first), 1);
        registry.generation_begins(2, first);
        registry.generation_begins(3, second);
        let moments = [before, first, second];
        assert_eq!(
            moments.map(|moment| registry.generation_at(moment)),
            [1, 2, 3]
        );
        for number in 4..4 + GENERATIONS_MAX as u64 {
            registry.generation_begins(number, second + Duration::from_secs(number));
        }
        assert_eq!(registry.generation_at(first), 3, "of those that are known");
    }

    #[test]
    fn the_longest_idle_are_shed_first_and_the_busy_never() {
        let registry = Arc::new(Registry::new());
        let start = clock::now();
        let peers: Vec<Entered> = (0..10).map(|_| registry.enter(Peer::Unix, start)).collect();
        for (n, live) in peers.iter().enumerate() {
            live.enter(State::Waiting, 10 * (10 - n as u64));
        }
        peers[9].enter(State::Sending, 0);
        assert_eq!(registry.shed_longest_idle(3), 3);
        let shed: Vec<usize> = (0..10)
            .filter(|n| peers[*n].order() == Order::Shed)
            .collect();
        assert_eq!(shed, [6, 7, 8]);
        assert_eq!(registry.shed_longest_idle(100), 6);
        assert_eq!(registry.shed_longest_idle(100), 0);
    }

    #[test]
    fn a_place_is_given_back_and_numbers_are_not_used_twice() {
        let registry = Arc::new(Registry::new());
        let now = clock::now();
        let first = registry.enter(Peer::Unix, now);
        assert_eq!(first.id, 1);
        drop(first);
        let second = registry.enter(Peer::Unix, now);
        assert_eq!(second.id, 2);
        assert_eq!(registry.counts(), (1, 0));
        assert_eq!(registry.slots.lock().unwrap().live.len(), 1);
    }

    #[test]
    fn a_long_list_is_visited_in_parts() {
        let registry = Arc::new(Registry::new());
        let now = clock::now();
        let mut peers: Vec<Entered> = (0..5).map(|_| registry.enter(Peer::Unix, now)).collect();
        drop(peers.remove(1));
        let visit = |from| {
            let mut seen = Vec::new();
            let next = registry.visit(from, 3, |live| seen.push(live.id));
            (seen, next)
        };
        assert_eq!(visit(0), (vec![1, 3], 3));
        assert_eq!(visit(3), (vec![4, 5], 0));
        assert_eq!(visit(99), (vec![1, 3], 3), "the list has become shorter");
    }

    #[test]
    fn who_comes_while_we_stop_hears_of_it_too() {
        let registry = Arc::new(Registry::new());
        let before = registry.enter(Peer::Unix, clock::now());
        registry.order_everyone(Order::Drain);
        let after = registry.enter(Peer::Unix, clock::now());
        assert_eq!(
            (before.order(), after.order()),
            (Order::Drain, Order::Drain)
        );
        before.give_order(Order::Shed);
        assert_eq!(
            before.order(),
            Order::Drain,
            "a milder order changes nothing"
        );
    }

    #[test]
    fn a_state_remembers_since_when() {
        let registry = Arc::new(Registry::new());
        let start = clock::now();
        let live = registry.enter(Peer::Unix, start);
        live.enter(State::Sending, 1500);
        assert_eq!(live.state(), State::Sending);
        assert_eq!(live.state_since_ms(), 1500);
    }
}
