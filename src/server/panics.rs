//! A panic is a bug of ours, and a client may be able to repeat it: the reports of the first are worth
//! reading, those of the next million fill a disk.

use std::sync::{Mutex, PoisonError};

use crate::clock;
use crate::observe::Restraint;

/// From here on no more panics are reported on standard error than is worth reading. They are counted in
/// any case, where they end an exchange.
pub(super) fn restrain() {
    let restraint = Mutex::new(Restraint::default());
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let allowed = {
            let mut restraint = restraint.lock().unwrap_or_else(PoisonError::into_inner);
            restraint.allows(clock::now())
        };
        if allowed.is_some() {
            before(info);
        }
    }));
}
