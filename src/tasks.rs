//! The only file that spawns, so that draining can wait and nothing runs unknown.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tokio::sync::Notify;

/// Counts tasks of one kind and lets somebody wait until the last has ended.
#[derive(Clone, Default)]
pub struct Tasks(Arc<Count>);

#[derive(Default)]
struct Count {
    running: AtomicUsize,
    ended: Notify,
}

impl Tasks {
    /// Nothing runs yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs `work` on the runtime and counts it until it ends, however it ends.
    pub fn spawn<F>(&self, work: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.0.running.fetch_add(1, Ordering::AcqRel);
        let running = Running(self.0.clone());
        #[expect(clippy::disallowed_methods, reason = "this is the one place")]
        tokio::spawn(Counted {
            work,
            _running: running,
        });
    }

    /// How many run now.
    pub fn running(&self) -> usize {
        self.0.running.load(Ordering::Acquire)
    }

    /// Waits until none runs.
    pub async fn all_ended(&self) {
        loop {
            let mut ended = std::pin::pin!(self.0.ended.notified());
            ended.as_mut().enable();
            if self.running() == 0 {
                return;
            }
            ended.await;
        }
    }
}

pin_project! {
    /// Work that is counted. Not an async block around it: that would hold the work twice.
    struct Counted<F> {
        #[pin]
        work: F,
        _running: Running,
    }
}

impl<F: Future<Output = ()>> Future for Counted<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().work.poll(cx)
    }
}

struct Running(Arc<Count>);

impl Drop for Running {
    fn drop(&mut self) {
        if self.0.running.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.ended.notify_waiters();
        }
    }
}

/// Runs something that may wait for a disk, on the pool of threads kept for that.
///
/// The pool is bounded (`BLOCKING_THREADS_MAX` in `src/server/limits.rs`); further work waits its
/// turn, at most one piece for each connection. `None` if the work panicked or the runtime is
/// going away: the caller answers 500.
pub async fn blocking<T, F>(work: F) -> Option<T>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    let handle = tokio::task::spawn_blocking(work);
    handle.await.ok()
}

/// Runs something that takes its time on the same pool, and waits for nothing; whoever calls bounds
/// how much there is of it. Whether it will run: not where there is no runtime.
pub fn in_background<F>(work: F) -> bool
where
    F: FnOnce() + Send + 'static,
{
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return false;
    };
    runtime.spawn_blocking(work);
    true
}

/// Starts a named thread of its own, for work that may block for as long as it likes.
pub fn thread<F>(name: &str, work: F) -> io::Result<std::thread::JoinHandle<()>>
where
    F: FnOnce() + Send + 'static,
{
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waiting_ends_when_the_last_task_has_ended() {
        let tasks = Tasks::new();
        let (go, wait) = tokio::sync::oneshot::channel::<()>();
        tasks.spawn(async move {
            let _ = wait.await;
        });
        assert_eq!(tasks.running(), 1);
        go.send(()).unwrap();
        tasks.all_ended().await;
        assert_eq!(tasks.running(), 0);
    }

    #[tokio::test]
    async fn blocking_work_that_panics_is_a_none() {
        assert_eq!(blocking(|| 7).await, Some(7));
        let quiet = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| ()));
        let answer: Option<()> = blocking(|| panic!("planted")).await;
        std::panic::set_hook(quiet);
        assert_eq!(answer, None);
    }
}
