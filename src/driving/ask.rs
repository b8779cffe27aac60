//! Asking the site, whatever protocol the question came in.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

use http::StatusCode;

use crate::exchange::{Reason, Reply, Request, Response};
use crate::i18n::Language;
use crate::site::Site;

/// A future answer, or the word that our own code failed while making it.
type Later<'a> = Pin<Box<dyn Future<Output = Response> + Send + 'a>>;

/// Asks the site, and catches it if it falls: a bug ends one exchange, not the server.
pub(crate) fn ask<'a>(site: &'a Site, request: Request<'a>) -> Reply<'a> {
    match catch_unwind(AssertUnwindSafe(|| site.respond(request))) {
        Ok(Reply::Now(response)) => Reply::Now(response),
        Ok(Reply::Later(future)) => Reply::Later(Box::pin(caught(site, future, request))),
        Err(_panic) => Reply::Now(panicked(site, &request)),
    }
}

async fn caught(site: &Site, mut future: Later<'_>, request: Request<'_>) -> Response {
    poll_fn(
        |cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(poll) => poll,
            Err(_panic) => Poll::Ready(panicked(site, &request)),
        },
    )
    .await
}

fn panicked(site: &Site, request: &Request<'_>) -> Response {
    let language = Language::accepted(request.field("accept-language"));
    let reason = Reason::Panicked;
    site.refuse(StatusCode::INTERNAL_SERVER_ERROR, reason.name(), language)
        .because(reason)
}
