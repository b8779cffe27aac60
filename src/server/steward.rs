//! Keeps the house while it stands open: does what signals and the control socket ask, until somebody says
//! that it is enough.

use std::convert::Infallible;
use std::sync::Arc;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::assemble::House;
use super::control;
use super::following::Following;
use super::limits::HOUSEKEEPING_PERIOD;
use super::manager::Manager;
use super::reload::{Outside, Source, reload};
use super::trial::{Trial, Trials};
use crate::config::Settings;
use crate::control::{Command, Refused};
use crate::tasks;

/// Who keeps a house.
pub(super) struct Steward {
    pub(super) house: Arc<House>,
    pub(super) outside: Outside,
    pub(super) signals: Signals,
    /// The settings that count.
    pub(super) current: Settings,
    source: Arc<dyn Source>,
    trials: Trials,
    following: Following,
}

impl Steward {
    /// Of a house that was opened with the settings of the start.
    pub(super) fn new(
        house: Arc<House>,
        source: Arc<dyn Source>,
        outside: Outside,
        signals: Signals,
    ) -> Self {
        let mut steward = Self {
            house,
            signals,
            current: outside.started.clone(),
            outside,
            source,
            trials: Trials::default(),
            following: Following::default(),
        };
        steward.follow();
        steward
    }

    /// Does what is asked, until it is to stop.
    pub(super) async fn keep(&mut self, manager: &Manager) {
        loop {
            let asked = self.next().await;
            let has_files = !self.source.files().is_empty();
            match asked {
                Asked::Stop => return,
                // Without a file there is nothing else that it could mean.
                Asked::Reload if !has_files || is_hung_up() => return,
                Asked::Reopen => self.outside.logs.reopen(),
                Asked::Reload | Asked::Reread => {
                    // On standard error, what is wrong has been told.
                    let _ = self.read_anew(None, manager).await;
                }
                Asked::Command(Command::Reload { done, .. }) if !has_files => {
                    // Whoever asked may have gone.
                    let _ = done.send(Err(Refused::of("nothing-to-reload")));
                }
                Asked::Command(Command::Try { done, .. }) if !has_files => {
                    let _ = done.send(Err(Refused::of("nothing-to-reload")));
                }
                Asked::Command(Command::Reload { language, done }) => {
                    let reloaded = self.read_anew(language.as_deref(), manager).await;
                    let _ = done.send(reloaded.map(u64::from).map_err(Refused::because));
                }
                Asked::Command(Command::Try {
                    last,
                    language,
                    done,
                }) => {
                    let trial = Trial {
                        last,
                        language,
                        current: self.current.clone(),
                    };
                    self.trials.begin(trial, &self.house, &self.source, done);
                }
            }
        }
    }

    /// What is asked for next. Meanwhile the house is tidied.
    async fn next(&mut self) -> Asked {
        tokio::select! {
            asked = self.signals.next() => asked,
            command = self.outside.control.command() => Asked::Command(command),
            () = self.following.changed() => Asked::Reread,
            never = keep_house(&self.house) => match never {},
        }
    }

    /// Reads the settings anew: the number of the new generation, or what is wrong with them, in the language of
    /// whoever asks.
    async fn read_anew(
        &mut self,
        language: Option<&str>,
        manager: &Manager,
    ) -> Result<u32, String> {
        manager.reloading();
        let (outside, current) = (&mut self.outside, &mut self.current);
        let reloaded = reload(&self.source, &self.house, outside, current, language).await;
        self.follow();
        if let Ok(generation) = reloaded {
            let listening = self.outside.doors.urls();
            let serving = control::serving(&self.current, generation.into(), &listening);
            self.outside.control.serves(serving);
        }
        manager.ready(&self.house);
        reloaded
    }

    /// From here on what was read last is followed, if that was asked for at the start.
    fn follow(&mut self) {
        if self.outside.started.watch {
            self.following.follow(self.source.found(), &self.current);
        }
    }
}

/// Now and then closes files that were deleted while they were kept open: until then they hold
/// their place on the disk. Never ends.
async fn keep_house(house: &House) -> Infallible {
    loop {
        tokio::time::sleep(HOUSEKEEPING_PERIOD).await;
        let files = house.ground.files.clone();
        let _ = tasks::blocking(move || files.close_deleted()).await;
    }
}

/// Whether the terminal that we were started in is gone: then nobody means that settings are to be read
/// anew.
fn is_hung_up() -> bool {
    let input = rustix::stdio::stdin();
    let mut asked = [PollFd::new(&input, PollFlags::empty())];
    let answer = poll(&mut asked, Some(&Timespec::default()));
    answer.is_ok() && rustix::termios::isatty(input) && asked[0].revents().contains(PollFlags::HUP)
}

/// The signals that ask us for something.
pub(super) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
    /// Somebody has put the logs away.
    user: Signal,
}

impl Signals {
    pub(super) fn new() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            user: signal(SignalKind::user_defined1())?,
        })
    }

    /// What is asked for next.
    pub(super) async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.interrupt.recv() => Asked::Stop,
            _ = self.terminate.recv() => Asked::Stop,
            _ = self.hangup.recv() => Asked::Reload,
            _ = self.user.recv() => Asked::Reopen,
        }
    }

    /// Stopping is asked for.
    pub(super) async fn stop(&mut self) {
        while !matches!(self.next().await, Asked::Stop) {}
    }
}

/// What is asked for, by a signal or through the control socket.
#[derive(Debug)]
pub(super) enum Asked {
    Stop,
    /// To open the logs anew.
    Reopen,
    /// To read the settings anew.
    Reload,
    /// The same, because their files have changed.
    Reread,
    Command(Command),
}
