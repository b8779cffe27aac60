//! The server's side of the control socket: lets in whoever may ask, hears one question of each, and
//! answers it.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::UnixStream;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use super::limits::{
    ACCEPT_PAUSE, CLIENTS_MAX, CLOSE_PERIOD, CLOSE_TIMEOUT, COMMAND_TIMEOUT, GATHERED_BYTES_MAX,
    REQUEST_BYTES_MAX, REQUEST_TIMEOUT, TAKE_TIMEOUT, TRACED_MAX, TRIAL_TIMEOUT, WATCH_PERIOD,
    WATCHED_MAX,
};
use super::protocol::{Ask, Connection, Error, Place, Reply, Request, TotalsTold, VERSION};
use super::report;
use super::socket::ControlSocket;
use super::wire::Told;
use crate::clock;
use crate::config::Traced;
use crate::observe::{
    Audience, Batch, Journal, Kind, Notice, Order, Registry, Subscription, Tracer, WhenFull,
};
use crate::tasks::Tasks;

/// What a server lets be seen of itself, and through what it can be told something.
pub struct Inside {
    /// What happens.
    pub journal: Arc<Journal>,
    /// What lives.
    pub registry: Arc<Registry>,
    /// What is served where, as it is now.
    pub serving: watch::Receiver<Serving>,
    /// Orders for the server's main loop.
    pub commands: mpsc::Sender<Command>,
}

/// What is served where, under one configuration.
#[derive(Clone, Debug, Default)]
pub struct Serving {
    /// The number of the configuration, counted from 1.
    pub generation: u64,
    /// Whether the server has been told to stop.
    pub is_draining: bool,
    /// What.
    pub places: Vec<Place>,
    /// Where, as programs are told it.
    pub listening: Vec<String>,
}

impl Serving {
    /// The word for what the server is doing.
    pub(super) fn state(&self) -> &'static str {
        if self.is_draining {
            "draining"
        } else {
            "serving"
        }
    }
}

/// A configuration that was read anew.
#[derive(Debug)]
pub struct Renewed {
    /// Its number.
    pub generation: u64,
    /// Keys that say something else than at the start, and count from the next one on.
    pub needs_restart: Vec<&'static str>,
}

/// An order that is carried out where signals are heard.
#[derive(Debug)]
pub enum Command {
    /// To read the configuration anew.
    Reload {
        /// The language of what is said if that fails, as its code; nothing if nobody cares.
        language: Option<String>,
        /// How it went.
        done: oneshot::Sender<Result<Renewed, Refused>>,
    },
    /// To try the configuration on what was asked last.
    Try {
        /// How many requests at most; nothing: as many as are worth it.
        last: Option<usize>,
        /// As above.
        language: Option<String>,
        /// What is to be said, the sum last.
        done: oneshot::Sender<Result<Vec<Reply>, Refused>>,
    },
}

/// Why an order was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The stable word, which `hello help` explains.
    pub error: &'static str,
    /// In words, where the word does not say it all.
    pub text: String,
}

impl Refused {
    /// A refusal that its word says all about.
    pub fn of(error: &'static str) -> Self {
        let text = String::new();
        Self { error, text }
    }

    /// A configuration that was to be tried and cannot be used, for the reasons in these lines.
    pub fn untried(text: String) -> Self {
        let error = "not-tried";
        Self { error, text }
    }

    /// A configuration that was read anew and cannot be used, for the reasons in these lines.
    pub fn because(text: String) -> Self {
        let error = "not-reloaded";
        Self { error, text }
    }
}

/// Answers whoever asks, until it is dropped. Every client is a task among `clients`.
pub async fn serve(socket: ControlSocket, inside: Arc<Inside>, clients: Tasks) {
    loop {
        let Ok((stream, _)) = socket.listener.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let inside = inside.clone();
        let has_room = clients.running() < CLIENTS_MAX;
        let client = Client::new(stream);
        if has_room {
            clients.spawn(async move {
                // Whoever asked has gone: nobody is left to be told.
                let _ = client.attend(&inside).await;
            });
        } else {
            let _ = client.refuse("server-busy");
        }
    }
}

/// Bytes heard in one go.
const HEARD_BYTES: usize = 1 << 10;

/// Whoever is at the other end.
struct Client {
    stream: UnixStream,
    /// What is to be said.
    out: Vec<u8>,
}

impl Client {
    fn new(stream: UnixStream) -> Self {
        let out = Vec::new();
        Self { stream, out }
    }

    /// Says no, if that can be done at once.
    fn refuse(mut self, error: &str) -> io::Result<()> {
        self.gather(&Reply::Error(Error::of(error)));
        self.stream.try_write(&self.out).map(|_| ())
    }

    /// Hears the question and answers it.
    async fn attend(mut self, inside: &Inside) -> io::Result<()> {
        let heard = timeout(REQUEST_TIMEOUT, self.hear()).await;
        let Ok(Some(line)) = heard.map_err(io::Error::from)? else {
            return Ok(());
        };
        let Some(user) = self.user_who_may_ask() else {
            return self.end(Reply::Error(Error::of("not-permitted"))).await;
        };
        let end = match understood(&line) {
            Err(error) => Reply::Error(Error::of(error)),
            Ok(Ask::Status) => {
                self.tell_status(inside);
                Reply::Done {}
            }
            Ok(Ask::Connections) => {
                self.tell_status(inside);
                self.tell_connections(inside).await?;
                Reply::Done {}
            }
            Ok(Ask::Close { connection, now }) => {
                let order = if now { Order::Stop } else { Order::Drain };
                close(inside, connection, order, user).await
            }
            Ok(Ask::Reload { language }) => reload(inside, language).await,
            Ok(Ask::Try { last, language }) => self.tell_trial(inside, last, language).await?,
            Ok(Ask::Watch) => {
                self.tell_status(inside);
                return self.let_watch(inside).await;
            }
            Ok(Ask::Trace { what, for_ms }) => self.let_trace(inside, &what, for_ms).await?,
        };
        self.end(end).await
    }

    /// The user at the other end, if it is ours or root.
    fn user_who_may_ask(&self) -> Option<u32> {
        let user = self.stream.peer_cred().ok()?.uid();
        (user == 0 || user == rustix::process::geteuid().as_raw()).then_some(user)
    }

    /// One line; `None` if its end does not come, or not soon enough.
    async fn hear(&self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        loop {
            self.stream.readable().await?;
            let mut part = [0; HEARD_BYTES];
            match self.stream.try_read(&mut part) {
                Ok(0) => return Ok(None),
                Ok(count) => line.extend_from_slice(&part[..count]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                Err(error) => return Err(error),
            }
            if let Some(end) = line.iter().position(|byte| *byte == b'\n') {
                line.truncate(end);
                return Ok(Some(line));
            }
            if line.len() > REQUEST_BYTES_MAX {
                // Longer than any question: it is not understood.
                return Ok(Some(line));
            }
        }
    }

    fn gather(&mut self, reply: &Reply) {
        let before = self.out.len();
        // Writing into memory cannot fail; half a line must not be left if it did.
        if serde_json::to_writer(&mut self.out, reply).is_ok() {
            self.out.push(b'\n');
        } else {
            self.out.truncate(before);
        }
    }

    /// Says what was gathered, for as long as the other end takes it.
    async fn say(&mut self) -> io::Result<()> {
        let mut said = 0;
        while said < self.out.len() {
            timeout(TAKE_TIMEOUT, self.stream.writable()).await??;
            match self.stream.try_write(&self.out[said..]) {
                Ok(count) => said += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        self.out.clear();
        Ok(())
    }

    async fn say_if_much(&mut self) -> io::Result<()> {
        if self.out.len() >= GATHERED_BYTES_MAX {
            self.say().await?;
        }
        Ok(())
    }

    async fn end(mut self, reply: Reply) -> io::Result<()> {
        self.gather(&reply);
        self.say().await
    }

    fn tell_status(&mut self, inside: &Inside) {
        self.gather(&Reply::Status(report::status(inside, clock::now())));
        let serving = inside.serving.borrow().clone();
        for address in serving.listening {
            self.gather(&Reply::Listening { address });
        }
        for place in serving.places {
            self.gather(&Reply::Place(place));
        }
    }

    async fn tell_connections(&mut self, inside: &Inside) -> io::Result<()> {
        let (mut place, mut told) = (Some(0), Vec::new());
        while let Some(from) = place {
            place = report::connections(&inside.registry, from, clock::now(), &mut told);
            for connection in told.drain(..) {
                self.gather(&Reply::Connection(connection));
            }
            self.say_if_much().await?;
        }
        Ok(())
    }

    /// Tells what trying the configuration came to; answers the last line.
    async fn tell_trial(
        &mut self,
        inside: &Inside,
        last: Option<usize>,
        language: Option<String>,
    ) -> io::Result<Reply> {
        let order = |done| Command::Try {
            last,
            language,
            done,
        };
        let mut told = match carried_out(inside, TRIAL_TIMEOUT, order).await {
            Ok(told) => told,
            Err(error) => return Ok(error),
        };
        let end = told.pop().unwrap_or(Reply::Done {});
        for reply in told {
            self.gather(&reply);
            self.say_if_much().await?;
        }
        Ok(end)
    }

    /// Tells how requests are answered, until the other end goes; the last line, if the time is over first.
    /// It is over as soon as this is dropped.
    async fn let_trace(
        &mut self,
        inside: &Inside,
        what: &[String],
        for_ms: Option<u64>,
    ) -> io::Result<Reply> {
        let wanted = match traced(what) {
            Ok(wanted) => wanted,
            Err(error) => return Ok(Reply::Error(Error::of(error))),
        };
        let Some((tracer, mut reader)) = inside.journal.trace(wanted) else {
            return Ok(Reply::Error(Error::of("too-many-tracers")));
        };
        self.tell_status(inside);
        let end = for_ms.and_then(|ms| clock::now().checked_add(Duration::from_millis(ms)));
        let mut batch = Batch::default();
        loop {
            // What is asked before the end is told, so the time is looked at first.
            let left = end.map(|end| end.saturating_duration_since(clock::now()));
            reader.take(&mut batch);
            self.tell_traced(&tracer, &batch, inside.journal.started())
                .await?;
            self.say().await?;
            if left == Some(Duration::ZERO) {
                return Ok(Reply::Done {});
            }
            let pause = left.map_or(WATCH_PERIOD, |left| left.min(WATCH_PERIOD));
            if timeout(pause, self.hear()).await.is_ok() {
                // It has left, or says more than there is to say.
                return Ok(Reply::Done {});
            }
        }
    }

    /// Tells those requests of a batch that were traced for one who traces, and how many may be missing.
    async fn tell_traced(
        &mut self,
        tracer: &Tracer,
        batch: &Batch,
        started: Instant,
    ) -> io::Result<()> {
        for record in &batch.records {
            if let Some(told) = Told::of_traced(record, batch, started, tracer) {
                self.gather(&Reply::Event(told));
                self.say_if_much().await?;
            }
        }
        let dropped = batch.dropped[Kind::Request as usize];
        if dropped > 0 {
            let word = Kind::ALL[Kind::Request as usize].1.to_owned();
            self.gather(&Reply::Dropped {
                events: BTreeMap::from([(word, dropped)]),
            });
        }
        Ok(())
    }

    /// Tells everything as it happens, until the other end goes.
    async fn let_watch(mut self, inside: &Inside) -> io::Result<()> {
        let journal = &inside.journal;
        let mut watching = Watching {
            reader: journal.subscribe(Audience::Everything, WhenFull::TurnPage),
            started: journal.started(),
            batch: Batch::default(),
            known: BTreeMap::new(),
            totals: None,
        };
        loop {
            watching.look(inside, &mut self);
            self.say().await?;
            if timeout(WATCH_PERIOD, self.hear()).await.is_ok() {
                // It has left, or says more than there is to say.
                return Ok(());
            }
        }
    }
}

/// What is to be traced, if it is understood.
fn traced(what: &[String]) -> Result<Vec<Traced>, &'static str> {
    if what.is_empty() || what.len() > TRACED_MAX {
        return Err("bad-request");
    }
    let read = |text: &String| Traced::read("trace", text);
    { what.iter().map(read) }
        .collect::<Result<_, _>>()
        .map_err(|_| "bad-request")
}

/// What one who watches has been told.
struct Watching {
    reader: Subscription,
    started: Instant,
    batch: Batch,
    /// The connections that live, by number, without what merely grows with time.
    known: BTreeMap<u64, Connection>,
    /// Nothing before the first look.
    totals: Option<TotalsTold>,
}

impl Watching {
    /// Gathers what is new.
    fn look(&mut self, inside: &Inside, client: &mut Client) {
        self.reader.take(&mut self.batch);
        for record in &self.batch.records {
            if let Some(told) = Told::of(record, &self.batch, self.started) {
                client.gather(&Reply::Event(told));
            }
        }
        let dropped = self.batch.dropped;
        if dropped.iter().any(|count| *count > 0) {
            let events = Kind::ALL.into_iter().map(|(kind, name)| {
                let count = dropped[kind as usize];
                (name.to_owned(), count)
            });
            client.gather(&Reply::Dropped {
                events: events.collect(),
            });
        }
        self.tell_changes(inside, client);
        let totals = TotalsTold::of(&inside.journal.totals());
        if self.totals.as_ref() != Some(&totals) {
            client.gather(&Reply::Totals(totals.clone()));
            self.totals = Some(totals);
        }
    }

    /// What has become of the connections.
    fn tell_changes(&mut self, inside: &Inside, client: &mut Client) {
        let (mut now, mut place) = (Vec::new(), Some(0));
        while let Some(from) = place
            && now.len() < WATCHED_MAX
        {
            place = report::connections(&inside.registry, from, clock::now(), &mut now);
        }
        now.truncate(WATCHED_MAX);
        let before = std::mem::take(&mut self.known);
        for connection in now {
            let facts = timeless(&connection);
            if before.get(&connection.connection) != Some(&facts) {
                client.gather(&Reply::Connection(connection));
            }
            self.known.insert(facts.connection, facts);
        }
        for connection in before.into_keys() {
            if !self.known.contains_key(&connection) {
                client.gather(&Reply::Gone { connection });
            }
        }
    }
}

/// A connection without what merely grows with time.
fn timeless(connection: &Connection) -> Connection {
    let mut facts = connection.clone();
    (facts.age_ms, facts.state_ms) = (0, 0);
    for asked in &mut facts.running {
        asked.took_ms = 0;
    }
    facts
}

/// What a line asks for, or the word for what is wrong with it.
fn understood(line: &[u8]) -> Result<Ask, &'static str> {
    if let Ok(request) = serde_json::from_slice::<Request>(line)
        && request.control == VERSION
    {
        return Ok(request.ask);
    }
    // A later version may ask for what this one cannot even read.
    let version = serde_json::from_slice::<serde_json::Value>(line);
    let version = version.ok().and_then(|line| line.get("control")?.as_u64());
    match version {
        Some(version) if version != u64::from(VERSION) => Err("other-control-version"),
        _ => Err("bad-request"),
    }
}

/// Has a connection end, and says so in the journal.
async fn close(inside: &Inside, id: u64, order: Order, user: u32) -> Reply {
    let Some(live) = inside.registry.find(id) else {
        return Reply::Error(Error::of("no-such-connection"));
    };
    let notice = Notice::CloseAsked {
        connection: id,
        user,
    };
    inside.journal.notice(notice);
    live.single_out(order);
    let gone = async {
        while !live.is_gone() {
            tokio::time::sleep(CLOSE_PERIOD).await;
        }
    };
    let is_gone = timeout(CLOSE_TIMEOUT, gone).await.is_ok();
    Reply::Closed {
        connection: id,
        state: (!is_gone).then(|| live.state().name().to_owned()),
    }
}

/// Hands on the order to read the configuration anew.
async fn reload(inside: &Inside, language: Option<String>) -> Reply {
    let order = |done| Command::Reload { language, done };
    match carried_out(inside, COMMAND_TIMEOUT, order).await {
        Ok(renewed) => Reply::Reloaded {
            generation: renewed.generation,
            needs_restart: { renewed.needs_restart.iter() }
                .map(|key| (*key).to_owned())
                .collect(),
        },
        Err(error) => error,
    }
}

/// Hands an order on to the main loop, and waits for what comes of it; otherwise what to say instead.
async fn carried_out<T>(
    inside: &Inside,
    patience: Duration,
    order: impl FnOnce(oneshot::Sender<Result<T, Refused>>) -> Command,
) -> Result<T, Reply> {
    let (done, wait) = oneshot::channel();
    let busy = || Reply::Error(Error::of("server-busy"));
    if inside.commands.try_send(order(done)).is_err() {
        return Err(busy());
    }
    match timeout(patience, wait).await {
        Ok(Ok(Ok(done))) => Ok(done),
        Ok(Ok(Err(Refused { error, text }))) => Err(Reply::Error(Error {
            error: error.to_owned(),
            text,
        })),
        // It stops, or takes very long.
        Ok(Err(_)) | Err(_) => Err(busy()),
    }
}
