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
    settings: ControlSettings,
    serving: watch::Sender<Serving>,
    commands: mpsc::Receiver<Command>,
    /// Kept, so that the other end never closes while no socket is open.
    orders: mpsc::Sender<Command>,
    open: Option<OpenSocket>,
}

/// A socket that people may ask at.
struct OpenSocket {
    /// Ends it when it goes.
    stop: oneshot::Sender<()>,
    /// The task that has it.
    porter: Tasks,
}

/// What is to become of the control socket.
pub(super) enum NextSocket {
    /// It stays.
    Same,
    /// There is another one, or none.
    Other(ControlSettings, Option<ControlSocket>),
}

impl Control {
    /// Lets people ask this house, if they are to. A socket that was not asked for by name is not worth
    /// failing for.
    pub(super) async fn open(
        settings: &ControlSettings,
        house: &House,
        serving: Serving,
    ) -> Result<Self, StartError> {
        let (orders, commands) = mpsc::channel(COMMANDS_MAX);
        let mut control = Self {
            settings: settings.clone(),
            serving: watch::Sender::new(serving),
            commands,
            orders,
            open: None,
        };
        control.open = open(settings, house)
            .await?
            .map(|socket| control.let_in(house, socket));
        Ok(control)
    }

    /// Opens the socket of these settings, if it is another one.
    pub(super) async fn next(
        &self,
        settings: &ControlSettings,
        house: &House,
    ) -> Result<NextSocket, StartError> {
        if *settings == self.settings {
            return Ok(NextSocket::Same);
        }
        let socket = open(settings, house).await?;
        Ok(NextSocket::Other(settings.clone(), socket))
    }

    /// From here on people ask there. Who is being answered at the one before is answered.
    pub(super) async fn change(&mut self, house: &House, next: NextSocket) {
        let NextSocket::Other(settings, socket) = next else {
            return;
        };
        self.settings = settings;
        let next = socket.map(|socket| self.let_in(house, socket));
        if let Some(before) = std::mem::replace(&mut self.open, next) {
            before.close().await;
        }
    }

    fn let_in(&self, house: &House, socket: ControlSocket) -> OpenSocket {
        let (stop, stopped) = oneshot::channel();
        let porter = Tasks::new();
        let inside = Inside {
            journal: house.journal.clone(),
            registry: house.registry.clone(),
            serving: self.serving.subscribe(),
            commands: self.orders.clone(),
        };
        porter.spawn(async move {
            tokio::select! {
                () = serve(socket, Arc::new(inside), Tasks::new()) => {}
                // With the socket its file goes.
                _ = stopped => {}
            }
        });
        OpenSocket { stop, porter }
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
        if let Some(open) = self.open {
            open.close().await;
        }
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

impl OpenSocket {
    /// Nobody can ask there any more, and its file goes.
    async fn close(self) {
        drop(self.stop);
        self.porter.all_ended().await;
    }
}

/// Opens the socket; that one which nobody named cannot be opened, is said and no more.
async fn open(
    settings: &ControlSettings,
    house: &House,
) -> Result<Option<ControlSocket>, StartError> {
    match ControlSocket::open(settings).await {
        Ok(socket) => Ok(socket),
        Err(error) if matches!(settings, ControlSettings::At(_)) => Err(start_error(error)),
        Err(error) => {
            let errno = errno_of(&error.trouble);
            house.journal.notice(Notice::NoControlSocket { errno });
            Ok(None)
        }
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
