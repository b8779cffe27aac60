//! From the start to the last word.

use std::num::NonZero;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::io::Errno;

use super::assemble::{House, assemble};
use super::control::{self, Control};
use super::doors::{Bound, Doors, Purpose};
use super::face::{self, Face};
use super::guest::Guest;
use super::handed::{self, Beside, Handed};
use super::limits::{BLOCKING_THREAD_KEPT, BLOCKING_THREADS_MAX, DESCRIPTORS_LEAST, STOP_TIMEOUT};
use super::listeners::{Opened, WhenTaken};
use super::manager::Manager;
use super::places::Place;
use super::reload::{Outside, Source};
use super::steward::{Signals, Steward};
use super::watching::Watching;
use super::{
    StartError, browser, code, doors, listeners, logs, memory, panics, reaper, served, trust,
};
use crate::clock;
use crate::config::{Mount, MountPoint, Serve, Settings};
use crate::driving::Witness;
use crate::exchange::Ending;
use crate::net::{Arrival, Listener, raise_limit};
use crate::observe::{
    AccessLogs, Besides, Mounted, Notice, Opening, Order, Readiness, Standing, State,
};
use crate::site::Introduction;
use crate::tasks::{self, Tasks};

/// Serves until it is told to stop; told to read the settings anew, it asks their source.
pub fn run(settings: &Settings, source: Arc<dyn Source>) -> Result<(), StartError> {
    let workers = workers();
    panics::restrain();
    // Before there is any thread.
    let handed = Handed::take(&settings.service.handed)?;
    enough_to_start(workers)?;
    let addresses = handed.addresses();
    let settings = &handed::beside(&addresses, settings.clone());
    let source: Arc<dyn Source> = Arc::new(Beside {
        handed: addresses,
        source,
    });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .max_blocking_threads(BLOCKING_THREADS_MAX)
        .thread_keep_alive(BLOCKING_THREAD_KEPT)
        .thread_name("hello")
        .enable_io()
        .enable_time()
        .build()
        .map_err(StartError::Runtime)?;
    let served = runtime.block_on(serve(settings, source, workers, handed));
    // A thread that still waits for a disk is not waited for.
    runtime.shutdown_background();
    served
}

/// As many as there are cores for us.
pub(super) fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
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

async fn serve(
    settings: &Settings,
    source: Arc<dyn Source>,
    workers: usize,
    handed: Handed,
) -> Result<(), StartError> {
    let (mut steward, face, readiness) = open(settings, source, workers, handed).await?;
    code::give_back();
    let (manager, house) = (Manager::of(settings), steward.house.clone());
    manager.ready(&house);
    let life = async {
        steward.keep(&manager).await;
        manager.stopping(&house);
        close(steward, face, &readiness).await;
    };
    tokio::select! {
        () = life => {}
        // Beside whatever else is waited for: who looks at us must not take that for a hang.
        never = manager.keep_told(&house) => match never {},
    }
    Ok(())
}

/// Builds the house and opens it. Whatever can fail is done before anybody is let in.
async fn open(
    settings: &Settings,
    source: Arc<dyn Source>,
    workers: usize,
    mut handed: Handed,
) -> Result<(Steward, Face, Arc<Readiness>), StartError> {
    let screen = face::screen(&settings.output)?;
    let house = Arc::new(assemble(settings, workers)?);
    if !source.files().is_empty() {
        house.journal.remember();
    }
    let when_taken = WhenTaken::of(settings);
    let Opened {
        listeners,
        signposts,
        moved,
        each,
    } = listeners::open(
        &settings.addresses(),
        &settings.redirect_http,
        when_taken,
        &mut handed,
    )
    .await?;
    let signals = Signals::new().map_err(StartError::Runtime)?;
    let mut access_logs = AccessLogs::new(&house.journal);
    let opened_logs =
        { access_logs.opener() }.open(&logs::wanted(settings, &house.journal, true))?;
    let readiness = Arc::new(Readiness::default());
    let watching = Watching::new(settings, &house, readiness.clone());
    let watched = watching.bind_missing(settings).await?;
    reaper::begin();
    for (taken, port) in moved {
        house.journal.notice(Notice::NextPort { taken, port });
    }
    if let Some(tight) = memory::too_tight(settings.site.files.memory_bytes_max) {
        house.journal.notice(tight);
    }
    let opening = opening(settings, &house, (&listeners, &signposts, &each)).await;
    let serving = control::serving(settings, FIRST_GENERATION, &opening.listening);
    let control = Control::open(&settings.control, &house, serving).await?;
    let mut urls = opening.machine.iter().chain(&opening.network);
    let page = urls.find(|url| url.starts_with("http")).cloned();
    let face = Face::begin(screen, settings, &house, opening)?;
    // Behind the face, or it would not hear what was said before.
    access_logs
        .change(opened_logs, settings.logs.names_requests)
        .map_err(StartError::Runtime)?;
    if let Some(desktop) = &settings.open {
        browser::open(desktop, page.as_deref(), &house.journal);
    }

    let mut outside = Outside {
        doors: Doors::default(),
        watching,
        control,
        logs: access_logs,
        started: settings.clone(),
    };
    let mut all = listeners.into_iter().chain(signposts);
    let bound = doors::wanted(settings)
        .zip(each)
        .map(|((address, purpose), count)| Bound {
            address: address.clone(),
            purpose,
            listeners: all.by_ref().take(count).collect(),
        });
    outside.doors.open(&house, bound.collect());
    readiness.set(true);
    outside.watching.open(settings, &house, watched);
    Ok((
        Steward::new(house, source, outside, signals),
        face,
        readiness,
    ))
}

/// Closes the house: the doors first, the last words last.
async fn close(steward: Steward, face: Face, readiness: &Readiness) {
    let Steward {
        house,
        outside,
        mut signals,
        current,
        ..
    } = steward;
    let Outside {
        mut doors,
        watching,
        control,
        logs,
        ..
    } = outside;
    control.drains();
    readiness.set(false);
    delay(current.drain_delay, &house, &mut signals).await;
    doors.close();
    drain(current.drain_timeout, &house, &doors.porters, &mut signals).await;
    control.close().await;
    watching.end().await;
    // Before the last lines, which tell what they lost.
    logs.stop();
    face.stop();
}

/// Goes on for a while though we are asked to stop, so that whoever asks whether we are ready hears it
/// before the doors close. Asked once more, we wait no longer.
async fn delay(delay: Duration, house: &House, signals: &mut Signals) {
    if delay.is_zero() {
        return;
    }
    let delay_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
    house.journal.notice(Notice::NotReady { delay_ms });
    tokio::select! {
        () = tokio::time::sleep(delay) => {}
        () = signals.stop() => {}
    }
}

/// The number of the configuration that a server starts with.
const FIRST_GENERATION: u64 = 1;

/// Gives a connection a task of its own.
///
/// Through a door that only tells the way, the way is to this port.
pub(super) fn welcome(
    house: &House,
    place: &Place,
    (purpose, sealed_port): (Purpose, Option<u16>),
    arrival: Arrival,
) {
    let now = clock::now();
    let enter = |peer, standing| {
        let live = house.registry.enter(peer, now);
        house.journal.accepted_as(standing, live.id, peer, now);
        Witness::new(live, house.journal.clone())
    };
    let (room, terms) = (place.room.load_full(), place.terms.load_full());
    let (socket, peer, permit, standing, has_room) = match arrival {
        Arrival::Welcome(socket, peer, permit, standing) => (socket, peer, permit, standing, true),
        Arrival::NoRoom(socket, peer, permit) => (socket, peer, permit, Standing::Welcome, false),
        Arrival::TooMany(socket, peer) => {
            // Closed before it is told, for whoever hears of it may come again at once.
            drop(socket);
            enter(peer, Standing::Welcome).ended(Ending::TooManyOfAddress, now, None);
            return;
        }
    };
    let is_introduced = house.sites.now().introduction(&peer) != Introduction::None;
    let guest = Guest::new(socket, enter(peer, standing), permit, room);
    if !has_room {
        // From the start: who is shown out is not idle, and closing it would make no room.
        guest.enter(State::Answering);
    }
    let connections = &house.connections;
    if is_introduced {
        let door = house.door.clone();
        connections.spawn(async move {
            let Some(guest) = Box::pin(guest.introduced(&door)).await else {
                return;
            };
            match (purpose, terms, has_room) {
                (Purpose::Redirect, _, true) => guest.redirect(sealed_port).await,
                (Purpose::Sites, None, true) => guest.serve_in_clear().await,
                (Purpose::Sites, Some(terms), true) => {
                    guest.enter(State::Handshaking);
                    guest.serve(terms).await;
                }
                (Purpose::Redirect, _, false) | (Purpose::Sites, None, false) => {
                    guest.refuse_in_clear().await;
                }
                (Purpose::Sites, Some(terms), false) => guest.refuse(terms).await,
            }
        });
        return;
    }
    match (purpose, terms, has_room) {
        (Purpose::Redirect, _, true) => connections.spawn(guest.redirect(sealed_port)),
        (Purpose::Sites, None, true) => connections.spawn(guest.serve_in_clear()),
        (Purpose::Sites, Some(terms), true) => {
            guest.enter(State::Handshaking);
            connections.spawn(guest.serve(terms));
        }
        (Purpose::Redirect, _, false) | (Purpose::Sites, None, false) => {
            connections.spawn(guest.refuse_in_clear());
        }
        (Purpose::Sites, Some(terms), false) => connections.spawn(guest.refuse(terms)),
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
        () = signals.stop() => {}
    }
    house.registry.order_everyone(Order::Stop);
    let _ = tokio::time::timeout(STOP_TIMEOUT, house.connections.all_ended()).await;
}

/// What is told at the start.
async fn opening(
    settings: &Settings,
    house: &House,
    (site, signposts, each): (&[Listener], &[Listener], &[usize]),
) -> Opening {
    let mut rest = site;
    let mut spoken = Vec::new();
    for ((_, is_sealed), count) in settings.spoken().into_iter().zip(each) {
        let (here, others) = rest.split_at(*count);
        spoken.push((here, listeners::scheme(is_sealed)));
        rest = others;
    }
    spoken.push((signposts, "http"));
    let own_name = listeners::own_name(site).await;
    let has_start_page = |at: &MountPoint| house.sites.now().has_start_page(at);
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
        configuration: { settings.configuration.first() }
            .map(|file| file.to_string_lossy().into_owned()),
        sites: sites_alone(settings),
        ..listeners::opening(&spoken, &settings.listen, own_name.as_deref())
    }
}

/// How many sites there are, where there is nothing for hosts that none of them has.
fn sites_alone(settings: &Settings) -> usize {
    match settings.site.serve {
        Serve::Nothing => settings.sites.len(),
        _ => 0,
    }
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
