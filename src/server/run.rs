//! From the start to the last word.

use std::num::NonZero;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::io::Errno;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::assemble::{House, assemble};
use super::face::{self, Face};
use super::guest::Guest;
use super::limits::{
    BLOCKING_THREAD_KEPT, BLOCKING_THREADS_MAX, DESCRIPTORS_LEAST, HOUSEKEEPING_PERIOD,
    STOP_TIMEOUT,
};
use super::listeners::{Opened, WhenTaken};
use super::{StartError, browser, code, listeners, memory, served, trust};
use crate::clock;
use crate::config::{Colour, LogFormat, Mount, MountPoint, Serve, Settings};
use crate::driving::Witness;
use crate::net::{Arrival, Listener, accept_until, raise_limit};
use crate::observe::{
    Besides, Colours, Format, Mounted, Notice, Opening, Order, Printer, State, Style,
};
use crate::tasks::{self, Tasks};

/// Serves until it is told to stop.
pub fn run(settings: &Settings) -> Result<(), StartError> {
    let workers = std::thread::available_parallelism().map_or(1, NonZero::get);
    enough_to_start(workers)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .max_blocking_threads(BLOCKING_THREADS_MAX)
        .thread_keep_alive(BLOCKING_THREAD_KEPT)
        .thread_name("hello")
        .enable_io()
        .enable_time()
        .build()
        .map_err(StartError::Runtime)?;
    let served = runtime.block_on(serve(settings, workers));
    // A thread that still waits for a disk is not waited for.
    runtime.shutdown_background();
    served
}

/// The runtime panics where the system gives it no descriptor or no thread: so they are asked for
/// beforehand, where it can be said.
fn enough_to_start(workers: usize) -> Result<(), StartError> {
    if raise_limit() < DESCRIPTORS_LEAST {
        return Err(StartError::Runtime(Errno::MFILE.into()));
    }
    let (done, wait) = std::sync::mpsc::channel::<()>();
    let wait = Arc::new(Mutex::new(wait));
    let threads: Result<Vec<_>, _> = (0..workers)
        .map(|_| {
            let wait = wait.clone();
            tasks::thread("hello-trial", move || {
                // Ends when the other end is dropped, with or without a thread after this one.
                let _ = wait.lock().map(|wait| wait.recv());
            })
        })
        .collect();
    drop(done);
    for thread in threads.map_err(StartError::Runtime)? {
        let _ = thread.join();
    }
    Ok(())
}

async fn serve(settings: &Settings, workers: usize) -> Result<(), StartError> {
    let screen = face::screen(&settings.output)?;
    let house = Arc::new(assemble(settings, workers)?);
    let when_taken = WhenTaken::of(settings);
    let Opened {
        listeners,
        signposts,
        moved,
    } = listeners::open(&settings.listen, &settings.redirect_http, when_taken).await?;
    let sealed_port = listeners
        .iter()
        .find_map(|listener| Some(listener.address()?.port()));
    let mut signals = Signals::new().map_err(StartError::Runtime)?;
    for (taken, port) in moved {
        house.journal.notice(Notice::NextPort { taken, port });
    }
    if let Some(tight) = memory::too_tight(settings.site.files.memory_bytes_max) {
        house.journal.notice(tight);
    }
    let opening = opening(settings, &house, [&*listeners, &*signposts]).await;
    let mut urls = opening.machine.iter().chain(&opening.network);
    let page = urls.find(|url| url.starts_with("http")).cloned();
    let face = if let Some(screen) = screen {
        // One for here and those for others: there is one line for all of them.
        let urls = opening.machine.into_iter().take(1);
        let urls = urls.chain(opening.network).collect();
        face::view(screen, settings, &house, urls)?
    } else {
        Face::Printer(start_printer(settings, &house, opening)?)
    };
    if let Some(desktop) = &settings.open {
        browser::open(desktop, page.as_deref(), &house.journal);
    }

    let (stop, stopped) = watch::channel(false);
    let doors = Tasks::new();
    let purposes = { listeners.into_iter() }
        .map(|listener| (listener, Purpose::Site))
        .chain(
            { signposts.into_iter() }.map(|listener| (listener, Purpose::Redirect(sealed_port))),
        );
    for (listener, purpose) in purposes {
        let (house, mut stopped) = (house.clone(), stopped.clone());
        doors.spawn(async move {
            let stop = async move {
                // An error means that the other end is gone, which is a stop as well.
                let _ = stopped.wait_for(|stop| *stop).await;
            };
            accept_until(stop, &listener, &house.door, |arrival| {
                welcome(&house, purpose, arrival);
            })
            .await;
        });
    }

    code::give_back();
    tokio::select! {
        () = signals.next() => {}
        () = keep_house(&house) => {}
    }
    let _ = stop.send(true);
    drain(settings.drain_timeout, &house, &doors, &mut signals).await;

    face.stop();
    Ok(())
}

/// Now and then closes files that were deleted while they were kept open: until then they hold
/// their place on the disk. Never ends.
async fn keep_house(house: &House) {
    loop {
        tokio::time::sleep(HOUSEKEEPING_PERIOD).await;
        let sites = house.room.sites.held();
        let _ = tasks::blocking(move || sites.close_deleted()).await;
    }
}

/// What a listener is there for.
#[derive(Clone, Copy)]
enum Purpose {
    /// The site.
    Site,
    /// To tell the way to the site in private, at this port.
    Redirect(Option<u16>),
}

/// Gives a connection a task of its own.
fn welcome(house: &House, purpose: Purpose, arrival: Arrival) {
    let now = clock::now();
    let enter = |peer| {
        let live = house.registry.enter(peer, now);
        house.journal.accepted(live.id, peer, now);
        Witness::new(live, house.journal.clone())
    };
    let room = house.room.clone();
    match arrival {
        Arrival::Welcome(socket, peer, permit) => {
            let guest = Guest::new(socket, enter(peer), permit, room);
            match (purpose, &house.terms) {
                (Purpose::Redirect(port), _) => house.connections.spawn(guest.redirect(port)),
                (Purpose::Site, None) => house.connections.spawn(guest.serve_in_clear()),
                (Purpose::Site, Some(terms)) => {
                    guest.enter(State::Handshaking);
                    house.connections.spawn(guest.serve(terms.clone()));
                }
            }
        }
        Arrival::NoRoom(socket, peer, permit) => {
            let guest = Guest::new(socket, enter(peer), permit, room);
            // From the start: who is shown out is not idle, and closing it would make no room.
            guest.enter(State::Answering);
            match (purpose, &house.terms) {
                (Purpose::Redirect(_), _) | (Purpose::Site, None) => {
                    house.connections.spawn(guest.refuse_in_clear());
                }
                (Purpose::Site, Some(terms)) => {
                    house.connections.spawn(guest.refuse(terms.clone()));
                }
            }
        }
    }
}

/// Lets answers in flight finish, as long as they may take and nobody loses patience.
///
/// The doors end once they have let in everybody who waited; who comes in hears the order too.
async fn drain(patience: Duration, house: &House, doors: &Tasks, signals: &mut Signals) {
    let (_, busy) = house.registry.counts();
    if busy > 0 {
        house.journal.notice(Notice::Draining { busy: busy as u64 });
    }
    house.registry.order_everyone(Order::Drain);
    let all_ended = async {
        doors.all_ended().await;
        house.connections.all_ended().await;
    };
    tokio::select! {
        () = all_ended => return,
        () = tokio::time::sleep(patience) => {}
        () = signals.next() => {}
    }
    house.registry.order_everyone(Order::Stop);
    let _ = tokio::time::timeout(STOP_TIMEOUT, house.connections.all_ended()).await;
}

/// What is told at the start.
async fn opening(
    settings: &Settings,
    house: &House,
    [site, signposts]: [&[Listener]; 2],
) -> Opening {
    let spoken = [(site, listeners::scheme(settings)), (signposts, "http")];
    let own_name = listeners::own_name(site).await;
    let has_start_page = |at: &MountPoint| house.room.sites.now().has_start_page(at);
    let (path, mounts) = match &settings.site.serve {
        Serve::Nothing | Serve::BuiltIn | Serve::Authority(_) => (None, Vec::new()),
        Serve::Path(path) => (Some(path.display().to_string()), Vec::new()),
        Serve::Mounts(mounts) => {
            let mounted = |mount: &Mount| Mounted {
                start: served::start_of(mount),
                path: mount.path.display().to_string(),
                has_start_page: has_start_page(&mount.at),
            };
            (None, mounts.iter().map(mounted).collect())
        }
    };
    Opening {
        path,
        has_start_page: has_start_page(&MountPoint::start()),
        mounts,
        folders: served::folders(settings),
        shared: settings.share.then(|| served::shared(settings)),
        is_drawn: settings.output.is_drawn,
        besides: besides(settings),
        ..listeners::opening(spoken, &settings.listen, own_name.as_deref())
    }
}

fn start_printer(
    settings: &Settings,
    house: &House,
    opening: Opening,
) -> Result<Printer, StartError> {
    let output = &settings.output;
    let format = match (output.quiet, output.format) {
        (true, _) => Format::Quiet,
        (false, LogFormat::Text) => Format::Lines,
        (false, LogFormat::Json) => Format::Json,
    };
    let style = Style {
        format,
        language: output.text_language(),
        greeting_language: output.greeting_language,
        colours: match output.colour {
            Colour::Auto => Colours::OnTerminals,
            Colour::Always => Colours::Always,
            Colour::Never => Colours::Never,
        },
        columns: output.columns.map(usize::from),
        has_hints: !settings.site.files.hint_files.is_empty(),
    };
    let (journal, registry) = (house.journal.clone(), house.registry.clone());
    Printer::start(journal, registry, style, opening).map_err(StartError::Runtime)
}

/// What is to be said beside the addresses.
fn besides(settings: &Settings) -> Option<Besides> {
    match (&settings.site.serve, settings.tls.local_authority()) {
        (Serve::Authority(folder), _) => {
            trust::sum_of(folder).map(|sum| Besides::ForPhones { sum })
        }
        (_, Some(folder)) if !trust::is_trusted(folder) => Some(Besides::NotTrusted),
        _ => None,
    }
}

/// The signals that ask us to stop.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
