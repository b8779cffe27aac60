//! What is told to machines that watch this one: its metrics, whether it lives, whether it is ready.
//!
//! Law: a page of a stranger must not read it. The name that was asked for has to be one that no stranger can
//! have point here (DNS rebinding), and no other site may have asked. Who may reach the address at all is
//! the operator's to say (`--metrics`).

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};

use super::Reached;
use super::files::path::FilePath;
use crate::exchange::{Answer, Body, FieldList, Reason, Request, Response, host_of};
use crate::observe::Metrics;
use crate::site::guard::onlooker;
use crate::tasks;

/// Metrics, and the two answers that balancers ask for.
pub(crate) struct Watched {
    metrics: Arc<Metrics>,
    /// Names that the operator gave us, in small letters.
    names: Vec<String>,
}

impl Watched {
    pub(crate) fn new(metrics: Arc<Metrics>, names: &[String]) -> Self {
        let names = names.iter().map(|name| name.to_ascii_lowercase());
        Self {
            metrics,
            names: names.collect(),
        }
    }

    pub(crate) fn reach(&self, request: &Request<'_>) -> Reached {
        Reached::Answer(match self.judge(request) {
            Err(reason) => Err(reason),
            Ok(()) => match FilePath::decode(request.path)
                .as_ref()
                .map(FilePath::as_bytes)
            {
                Ok(b"/metrics") => return self.tell(),
                Ok(b"/live") => Ok(said(StatusCode::OK, "live\n")),
                Ok(b"/ready") if self.metrics.readiness().is_ready() => {
                    Ok(said(StatusCode::OK, "ready\n"))
                }
                Ok(b"/ready") => Ok(said(StatusCode::SERVICE_UNAVAILABLE, "not ready\n")),
                Ok(_) => Err(Reason::NoSuchFile),
                Err(reason) => Err(*reason),
            },
        })
    }

    fn judge(&self, request: &Request<'_>) -> Result<(), Reason> {
        let authority = request.authority.unwrap_or_default();
        let host = host_of(authority);
        let is_ours = |name: &String| host.eq_ignore_ascii_case(name.as_bytes());
        if !onlooker::is_no_strangers(host) && !self.names.iter().any(is_ours) {
            return Err(Reason::Misdirected);
        }
        if onlooker::is_from_another_site(request, authority) {
            return Err(Reason::OtherSite);
        }
        Ok(())
    }

    /// Made where waiting is allowed: it walks over every connection.
    fn tell(&self) -> Reached {
        let metrics = self.metrics.clone();
        Reached::Patient(Box::pin(async move {
            let told = tasks::blocking(move || metrics.text()).await;
            Answer::Final(match told {
                Some(text) => response(StatusCode::OK, OPEN_METRICS, text.into()),
                None => said(StatusCode::SERVICE_UNAVAILABLE, "stopping\n"),
            })
        }))
    }
}

/// OpenMetrics 1.0.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

fn said(status: StatusCode, text: &'static str) -> Response {
    response(
        status,
        "text/plain; charset=utf-8",
        Bytes::from_static(text.as_bytes()),
    )
}

fn response(status: StatusCode, content_type: &'static str, content: Bytes) -> Response {
    let mut fields = FieldList::new();
    fields.add(CONTENT_TYPE, HeaderValue::from_static(content_type));
    // What was true a moment ago is what nobody asks for.
    fields.add(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Response::new(status, fields, Body::Bytes(content))
}
