//! Buries processes that nobody else will, where we are the first process of a container.
//!
//! A browser that we opened, or somebody who looked in from outside, may leave children behind; the
//! system gives them to process 1, and their numbers are not used again until it has asked how they
//! ended.

use rustix::process::{WaitOptions, getpid, waitpid};
use tokio::signal::unix::{SignalKind, signal};

use crate::tasks::Tasks;

/// Buries them from now on, if we are the first process.
pub(super) fn begin() {
    if !getpid().is_init() {
        return;
    }
    let Ok(mut children) = signal(SignalKind::child()) else {
        return;
    };
    Tasks::new().spawn(async move {
        while children.recv().await.is_some() {
            // One signal may stand for several.
            while let Ok(Some(_)) = waitpid(None, WaitOptions::NOHANG) {}
        }
    });
}
