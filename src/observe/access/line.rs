//! One request as a line.
//!
//! Law: pure; makes bytes of a record and of nothing else. Of one request comes one line, whatever the
//! client sent ([`super::text`]).

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::moment::{Moments, micros};
use super::text::{Plain, address, decimal, fraction, json, masked};
use crate::config::{AccessLog, Addresses, LineFormat, LinePart, LogConditions, LogField};
use crate::exchange::Reason;
use crate::observe::events::{Exchange, Said};
use crate::observe::journal::OTHER_SITES;

/// What is told of a request.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    /// When the answer was with the kernel.
    pub(super) at: Instant,
    /// The number of the connection.
    pub(super) connection: u64,
    /// What was asked and answered; nothing of it where no request was understood.
    pub(super) exchange: Option<&'a Exchange>,
    /// What was asked for, without its secrets.
    pub(super) target: &'a [u8],
    /// What the client said of itself.
    pub(super) said: Said<'a>,
    /// The status.
    pub(super) status: u16,
    /// Why, in the journal's word.
    pub(super) reason: Option<&'static str>,
    /// Bytes of content there were to send, if not all of them were.
    pub(super) broken_of: Option<u64>,
}

impl<'a> Told<'a> {
    /// An exchange.
    pub(super) fn of(
        (at, connection): (Instant, u64),
        exchange: &'a Exchange,
        (target, said): (&'a [u8], &'a [u8]),
        broken_of: Option<u64>,
    ) -> Self {
        Self {
            at,
            connection,
            exchange: Some(exchange),
            target,
            said: Said::read(said),
            status: exchange.status,
            reason: exchange.reason.map(Reason::name),
            broken_of,
        }
    }

    fn took(&self) -> Duration {
        self.exchange.map_or(Duration::ZERO, |exchange| {
            self.at.saturating_duration_since(exchange.begun)
        })
    }

    fn took_us(&self) -> u64 {
        micros(self.took())
    }

    fn path(&self) -> &'a [u8] {
        let end = self.target.iter().position(|byte| *byte == b'?');
        &self.target[..end.unwrap_or(self.target.len())]
    }

    fn query(&self) -> Option<&'a [u8]> {
        let question = self.target.iter().position(|byte| *byte == b'?')?;
        Some(&self.target[question + 1..])
    }
}

/// Writes the lines of one log.
pub(super) struct Lines {
    form: Form,
    only: LogConditions,
    addresses: Addresses,
}

enum Form {
    Json,
    Parts(Vec<Part>),
}

enum Part {
    Text(Box<[u8]>),
    Field(LogField, Box<Plain>),
}

/// Names of the sites, by their numbers.
pub(super) type Sites = [Arc<str>];

impl Lines {
    pub(super) fn new(log: &AccessLog) -> Self {
        let part = |part: &LinePart| match part {
            LinePart::Text(text) => Part::Text(text.as_bytes().into()),
            LinePart::Field { field, ends } => Part::Field(*field, Box::new(Plain::within(*ends))),
        };
        Self {
            form: match &log.format {
                LineFormat::Json => Form::Json,
                LineFormat::Parts(parts) => Form::Parts(parts.iter().map(part).collect()),
            },
            only: log.only.clone(),
            addresses: log.addresses,
        }
    }

    /// Appends the line of a request, if the log tells of it. Whether it does.
    pub(super) fn write(
        &self,
        told: &Told<'_>,
        (moments, sites): (&mut Moments, &Sites),
        out: &mut Vec<u8>,
    ) -> bool {
        let is_told = self.only.are_none() || self.only.fit(told.path(), told.status, told.took());
        if !is_told {
            return false;
        }
        let unix_us = moments.unix_us(told.at);
        match &self.form {
            Form::Json => self.write_object(told, unix_us, (moments, sites), out),
            Form::Parts(parts) => {
                for part in parts {
                    match part {
                        Part::Text(text) => out.extend_from_slice(text),
                        Part::Field(field, plain) => {
                            self.write_field(*field, told, unix_us, (moments, sites, plain), out);
                        }
                    }
                }
            }
        }
        out.push(b'\n');
        true
    }

    fn write_field(
        &self,
        field: LogField,
        told: &Told<'_>,
        unix_us: u64,
        (moments, sites, plain): (&mut Moments, &Sites, &Plain),
        out: &mut Vec<u8>,
    ) {
        let exchange = told.exchange;
        let text = |text: Option<&[u8]>, out: &mut Vec<u8>| match text {
            Some(text) if !text.is_empty() => plain.push(text, out),
            _ => out.push(b'-'),
        };
        match field {
            LogField::At => moments.push_rfc3339(unix_us, out),
            LogField::CommonTime => moments.push_common(unix_us, out),
            LogField::Site => text(site(exchange, sites).map(str::as_bytes), out),
            LogField::Client => match told.said.client {
                Some(client) => self.write_address(client, out),
                None => out.push(b'-'),
            },
            LogField::User => text(told.said.user, out),
            LogField::Host => text(told.said.host, out),
            LogField::Method => text(method(exchange), out),
            LogField::Target => text(Some(told.target), out),
            LogField::Path => text(Some(told.path()), out),
            LogField::Query => text(told.query(), out),
            LogField::Version => text(version(exchange), out),
            LogField::Request => match (method(exchange), version(exchange)) {
                (Some(method), Some(version)) => {
                    out.extend_from_slice(method);
                    plain.push(b" ", out);
                    plain.push(told.target, out);
                    plain.push(b" ", out);
                    out.extend_from_slice(version);
                }
                _ => out.push(b'-'),
            },
            LogField::Status => decimal(told.status.into(), out),
            LogField::Reason => text(told.reason.map(str::as_bytes), out),
            LogField::ContentBytes => {
                decimal(exchange.map_or(0, |exchange| exchange.content_bytes), out);
            }
            LogField::Coding => text(coding(exchange), out),
            LogField::TookUs => decimal(told.took_us(), out),
            LogField::TookMs => fraction(told.took_us(), 1000, out),
            LogField::TookS => fraction(told.took_us(), 1_000_000, out),
            LogField::Referer => text(told.said.referer, out),
            LogField::UserAgent => text(told.said.user_agent, out),
            LogField::RequestId => text(told.said.request_id, out),
            LogField::Connection => decimal(told.connection, out),
            LogField::Number => {
                decimal(exchange.map_or(0, |exchange| exchange.number).into(), out);
            }
            LogField::Whole => out.extend_from_slice(match told.broken_of {
                None => b"yes",
                Some(_) => b"no",
            }),
        }
    }

    fn write_address(&self, client: std::net::IpAddr, out: &mut Vec<u8>) {
        match self.addresses {
            Addresses::Whole => address(client, out),
            Addresses::Masked => address(masked(client), out),
        }
    }

    /// Everything there is, in the journal's words. What there is not is left out.
    fn write_object(
        &self,
        told: &Told<'_>,
        unix_us: u64,
        (moments, sites): (&mut Moments, &Sites),
        out: &mut Vec<u8>,
    ) {
        let exchange = told.exchange;
        out.extend_from_slice(b"{\"at\":\"");
        moments.push_rfc3339(unix_us, out);
        out.push(b'"');
        let text = |name: &str, text: Option<&[u8]>, out: &mut Vec<u8>| {
            if let Some(text) = text {
                key(name, out);
                json(text, out);
            }
        };
        let number = |name: &str, number: u64, out: &mut Vec<u8>| {
            key(name, out);
            decimal(number, out);
        };
        text("site", site(exchange, sites).map(str::as_bytes), out);
        if let Some(client) = told.said.client {
            out.extend_from_slice(b",\"client\":\"");
            self.write_address(client, out);
            out.push(b'"');
        }
        text("user", told.said.user, out);
        number("connection", told.connection, out);
        if let Some(exchange) = exchange {
            number("number", exchange.number.into(), out);
        }
        text("method", method(exchange), out);
        text("host", told.said.host, out);
        let target = Some(told.target).filter(|target| !target.is_empty());
        text("target", target, out);
        text("version", version(exchange), out);
        number("status", told.status.into(), out);
        text("reason", told.reason.map(str::as_bytes), out);
        if let Some(exchange) = exchange {
            number("content_bytes", exchange.content_bytes, out);
            text("coding", coding(Some(exchange)), out);
            number("took_us", told.took_us(), out);
        }
        if let Some(of) = told.broken_of {
            number("broken_of", of, out);
        }
        text("referer", told.said.referer, out);
        text("user_agent", told.said.user_agent, out);
        text("request_id", told.said.request_id, out);
        out.push(b'}');
    }
}

fn key(name: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

fn site<'a>(exchange: Option<&Exchange>, sites: &'a Sites) -> Option<&'a str> {
    let number = exchange?.site;
    let name = sites.get(usize::from(number));
    Some(name.map_or(OTHER_SITES, |name| &**name))
}

fn method(exchange: Option<&Exchange>) -> Option<&'static [u8]> {
    exchange.map(|exchange| exchange.method.name().as_bytes())
}

fn version(exchange: Option<&Exchange>) -> Option<&'static [u8]> {
    exchange.map(|exchange| exchange.protocol.name().as_bytes())
}

fn coding(exchange: Option<&Exchange>) -> Option<&'static [u8]> {
    let coding = exchange?.coding?;
    Some(coding.name().as_bytes())
}
