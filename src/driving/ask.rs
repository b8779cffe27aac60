//! Asking the site, whatever protocol the question came in.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

use http::StatusCode;

use crate::exchange::{Reason, Reply, Request, Response};
use crate::i18n::Language;
use crate::site::Generation;

/// Asks the sites, and catches it if it falls: a bug ends one exchange, not the server.
pub(crate) fn ask<'a>(sites: &'a Generation, request: Request<'a>) -> Reply<'a> {
    match catch_unwind(AssertUnwindSafe(|| sites.respond(request))) {
        Ok(Reply::Later(future)) => {
            let asker = asker_of(sites, &request);
            Reply::Later(Box::pin(caught(sites, future, asker)))
        }
        Ok(reply @ (Reply::Now(_) | Reply::Patient(_))) => reply,
        Err(_panic) => Reply::Now(panicked(sites, asker_of(sites, &request))),
    }
}

/// What comes of a future that may fall: the word that our own code failed, if it does.
pub(crate) async fn caught<T: From<Response>>(
    sites: &Generation,
    mut future: Pin<Box<dyn Future<Output = T> + Send + '_>>,
    asker: Asker,
) -> T {
    poll_fn(
        |cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(poll) => poll,
            Err(_panic) => Poll::Ready(panicked(sites, asker).into()),
        },
    )
    .await
}

/// Whoever may have to be told that we failed: the language, and the number of the site that was asked.
pub(crate) type Asker = (Language, u16);

/// Who asks.
pub(crate) fn asker_of(sites: &Generation, request: &Request<'_>) -> Asker {
    let language = Language::accepted(request.field("accept-language"));
    (language, sites.number_for(request.authority))
}

fn panicked(sites: &Generation, (language, site): Asker) -> Response {
    let reason = Reason::Panicked;
    let refusal = sites.refuse(StatusCode::INTERNAL_SERVER_ERROR, reason.name(), language);
    Response { site, ..refusal }.because(reason)
}
