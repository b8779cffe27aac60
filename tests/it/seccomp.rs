//! A kernel that says no: system calls that fail in a thread and in whatever it starts.

use rustix::io::Errno;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};

/// Does something where these system calls (by number) fail with this error.
///
/// A filter cannot be taken off a thread, and passes on to its children; so the work is done in a
/// thread of its own.
pub fn where_calls_fail<T: Send>(
    calls: &[i64],
    error: Errno,
    work: impl FnOnce() -> T + Send,
) -> T {
    let rules = calls.iter().map(|call| (*call, Vec::new())).collect();
    let answer = SeccompAction::Errno(error.raw_os_error().unsigned_abs());
    let architecture = std::env::consts::ARCH.try_into();
    let filter = SeccompFilter::new(
        rules,
        SeccompAction::Allow,
        answer,
        architecture.expect("a machine that filters know"),
    );
    let program: BpfProgram = filter.and_then(BpfProgram::try_from).expect("a filter");
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            apply_filter(&program).expect("this kernel has seccomp");
            work()
        });
        match thread.join() {
            Ok(outcome) => outcome,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
