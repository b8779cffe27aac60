//! Whether a request is for a name that its connection was made for.

use crate::exchange::{Reason, Request, Response};

/// Refuses what came on a connection for another name: with another certificate the client might
/// not have been let in, or might not have come. It is told to ask again on a new one.
///
/// # Spec
/// RFC 9110 §7.4, §15.5.20 (421).
pub(crate) fn judge(request: &Request<'_>) -> Option<Result<Response, Reason>> {
    (!passes(request)).then_some(Err(Reason::Misdirected))
}

/// Whether it has nothing to say.
#[inline]
pub(crate) fn passes(request: &Request<'_>) -> bool {
    !request.is_misdirected
}
