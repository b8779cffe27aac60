//! A panic while the view has the terminal: no word is lost, and none is written into a picture.

use std::fmt::Display;
use std::io::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, ThreadId};

use super::limits::PANICS_MAX;
use super::terminal::Terminal;

/// What panics said while there was no place to say it.
#[derive(Default)]
pub(super) struct Panics(Mutex<Vec<String>>);

impl Panics {
    /// From now on: a panic of the calling thread, which draws, gives the terminal back and is
    /// reported as ever. Those of other threads wait until it is given back.
    pub(super) fn watch(self: &Arc<Self>, terminal: &Arc<Terminal>) {
        let (panics, terminal) = (self.clone(), Arc::downgrade(terminal));
        let draws = thread::current().id();
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let drawing = terminal.upgrade().filter(|terminal| terminal.is_ours());
            if !panics.keep(drawing.as_deref(), draws, info) {
                before(info);
            }
        }));
    }

    /// Answers whether the panic was kept for later.
    fn keep(&self, drawing: Option<&Terminal>, draws: ThreadId, info: &dyn Display) -> bool {
        let Some(terminal) = drawing else {
            return false;
        };
        if thread::current().id() == draws {
            terminal.leave();
            self.say();
            return false;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < PANICS_MAX {
            kept.push(info.to_string());
        }
        true
    }

    /// Says what was kept, now that there is a place for it.
    pub(super) fn say(&self) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for message in kept.drain(..) {
            let _ = writeln!(std::io::stderr().lock(), "{message}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks;
    use crate::tui::fixture::terminal;

    #[test]
    fn a_panic_elsewhere_waits_until_there_is_a_place_for_it() {
        let (_ours, _theirs, terminal) = terminal();
        terminal.enter().unwrap();
        let panics = Panics::default();
        let elsewhere = tasks::thread("elsewhere", || ()).unwrap().thread().id();
        for _ in 0..PANICS_MAX + 3 {
            assert!(panics.keep(Some(&terminal), elsewhere, &"planted"));
        }
        assert!(terminal.is_ours(), "the picture stays");
        assert_eq!(panics.0.lock().unwrap().len(), PANICS_MAX);
        panics.say();
        assert!(panics.0.lock().unwrap().is_empty());
        assert!(!panics.keep(None, elsewhere, &"planted"), "said as ever");
    }

    #[test]
    fn a_panic_of_the_one_who_draws_is_said_on_the_ordinary_screen() {
        let (_ours, _theirs, terminal) = terminal();
        terminal.enter().unwrap();
        let panics = Panics::default();
        let draws = thread::current().id();
        assert!(!panics.keep(Some(&terminal), draws, &"planted"));
        assert!(!terminal.is_ours());
    }
}
