//! Opens the control socket, and takes what comes through it to the main loop.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};

use super::assemble::House;
use super::{StartError, served};
use crate::config::{ControlSettings, Serve, Settings, SiteSettings};
use crate::control::limits::COMMANDS_MAX;
use crate::control::protocol::Place;
use crate::control::{
    Command, ControlError, ControlSocket, ControlTrouble, Inside, Serving, serve,
};
use crate::net::ListenError;
use crate::observe::Notice;
use crate::tasks::Tasks;

/// The server's end of the control socket.
pub(super) struct Control {
    serving: watch::Sender<Serving>,
    commands: mpsc::Receiver<Command>,
    /// Kept, so that the other end never closes while no socket is open.
    _orders: mpsc::Sender<Command>,
    /// Ends the socket when it goes.
    stop: oneshot::Sender<()>,
    /// The task that has the socket.
    doors: Tasks,
}

impl Control {
    /// Lets people ask this house, if they are to. A socket that was not asked for by name is not worth
    /// failing for.
    pub(super) async fn open(
        settings: &ControlSettings,
        house: &House,
        serving: Serving,
    ) -> Result<Self, StartError> {
        let (tell, serving) = watch::channel(serving);
        let (orders, commands) = mpsc::channel(COMMANDS_MAX);
        let (stop, stopped) = oneshot::channel();
        let doors = Tasks::new();
        let socket = match ControlSocket::open(settings).await {
            Ok(socket) => socket,
            Err(error) if matches!(settings, ControlSettings::At(_)) => {
                return Err(start_error(error));
            }
            Err(error) => {
                let errno = errno_of(&error.trouble);
                house.journal.notice(Notice::NoControlSocket { errno });
                None
            }
        };
        if let Some(socket) = socket {
            let inside = Inside {
                journal: house.journal.clone(),
                registry: house.registry.clone(),
                serving,
                commands: orders.clone(),
            };
            doors.spawn(async move {
                tokio::select! {
                    () = serve(socket, Arc::new(inside), Tasks::new()) => {}
                    // With the socket its file goes.
                    _ = stopped => {}
                }
            });
        }
        Ok(Self {
            serving: tell,
            commands,
            _orders: orders,
            stop,
            doors,
        })
    }

    /// The next order.
    pub(super) async fn command(&mut self) -> Command {
        match self.commands.recv().await {
            Some(command) => command,
            // Never: we hold one end ourselves.
            None => std::future::pending().await,
        }
    }

    /// Closes the socket: nobody can ask any more.
    pub(super) async fn close(self) {
        drop(self.stop);
        self.doors.all_ended().await;
    }

    /// From now on this is served.
    pub(super) fn serves(&self, serving: Serving) {
        self.serving.send_replace(serving);
    }

    /// From now on the server stops.
    pub(super) fn drains(&self) {
        self.serving
            .send_modify(|serving| serving.is_draining = true);
    }
}

/// What these settings serve, at these addresses.
pub(super) fn serving(settings: &Settings, generation: u64, listening: &[String]) -> Serving {
    let sites = std::iter::once(&settings.site).chain(&settings.sites);
    Serving {
        generation,
        is_draining: false,
        places: sites.flat_map(places).collect(),
        listening: listening.to_vec(),
    }
}

fn places(site: &SiteSettings) -> Vec<Place> {
    let places = match &site.serve {
        Serve::Nothing => Vec::new(),
        Serve::BuiltIn | Serve::Authority(_) => vec![("/".to_owned(), None)],
        Serve::Path(path) => vec![("/".to_owned(), Some(path))],
        Serve::Mounts(mounts) => { mounts.iter() }
            .map(|mount| (served::start_of(mount), Some(&mount.path)))
            .collect(),
    };
    let absolute = |path: &PathBuf| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        path.to_string_lossy().into_owned()
    };
    let host = site.hosts.first().map(|host| host.as_str().to_owned());
    let place = |(at, path): (String, Option<&PathBuf>)| Place {
        host: host.clone(),
        at,
        path: path.map(absolute),
    };
    places.into_iter().map(place).collect()
}

fn start_error(ControlError { path, trouble }: ControlError) -> StartError {
    let source = match trouble {
        ControlTrouble::InUse => ListenError::InUse(std::io::ErrorKind::AddrInUse.into()),
        ControlTrouble::PathTaken => ListenError::PathTaken,
        ControlTrouble::FolderOfOthers => {
            ListenError::NotPermitted(std::io::ErrorKind::PermissionDenied.into())
        }
        ControlTrouble::System(source) => source.into(),
    };
    StartError::ListenUnix { path, source }
}

fn errno_of(trouble: &ControlTrouble) -> i32 {
    use rustix::io::Errno;
    let errno = match trouble {
        ControlTrouble::InUse => Errno::ADDRINUSE,
        ControlTrouble::PathTaken => Errno::EXIST,
        ControlTrouble::FolderOfOthers => Errno::PERM,
        ControlTrouble::System(source) => Errno::from_io_error(source).unwrap_or(Errno::IO),
    };
    errno.raw_os_error()
}
