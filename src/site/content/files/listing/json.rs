//! A folder for programs. What the fields mean is in `docs/listing.md`, and stays so.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use tokio::sync::OwnedSemaphorePermit;

use crate::exchange::{Coding, FieldList, Next};
use crate::tasks;

use super::super::coding::encode::Encoder;
use super::super::path::FilePath;
use super::read::{Entry, Facts, Folder, Kind, Names};
use super::write::{push_time, push_way};
use super::{Row, Told};

pub(super) fn fields() -> FieldList {
    let mut fields = FieldList::new();
    fields.add(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    fields
}

/// All of it at once.
pub(super) fn whole(path: &FilePath<'_>, told: &Told<'_>) -> String {
    let mut json = beginning(path, told.is_cut);
    for (place, row) in told.rows.iter().enumerate() {
        push_row(row, place == 0, &mut json);
    }
    json.push_str(END);
    json
}

const END: &str = "\n]}\n";

fn beginning(path: &FilePath<'_>, is_cut: bool) -> String {
    let mut json = "{\"path\":".to_owned();
    push_text(path.as_bytes(), &mut json);
    json.push_str(",\"truncated\":");
    json.push_str(if is_cut { "true" } else { "false" });
    json.push_str(",\"entries\":[");
    json
}

fn push_row(row: &Row<'_>, is_first: bool, json: &mut String) {
    json.push_str(if is_first {
        "\n{\"name\":"
    } else {
        ",\n{\"name\":"
    });
    push_text(row.way, json);
    json.push_str(",\"href\":\"");
    push_way(row.way, json);
    match row.kind {
        Kind::Folder => json.push_str("/\",\"kind\":\"folder\""),
        Kind::File => {
            json.push_str("\",\"kind\":\"file\",\"size\":");
            json.push_str(&row.facts.size.to_string());
        }
    }
    json.push_str(",\"modified\":\"");
    push_time(row.facts.modified, json);
    json.push_str("\"}");
}

/// Bytes as a text in quotes. What is no text becomes U+FFFD: the link has the bytes.
fn push_text(bytes: &[u8], json: &mut String) {
    let text = serde_json::Value::from(String::from_utf8_lossy(bytes));
    json.push_str(&text.to_string());
}

/// A folder that is too large for one piece: what is said of its entries is looked at while it is
/// sent.
pub(super) struct Stream {
    source: Arc<Source>,
    /// How far it has come; `None` at the end, or while the next piece is made.
    at: Option<Place>,
    making: Option<Making>,
    _permit: OwnedSemaphorePermit,
}

type Making = Pin<Box<dyn Future<Output = Option<Option<Piece>>> + Send>>;

/// Where a piece begins.
struct Place {
    /// The entry, and what comes before it if it is the first.
    entry: usize,
    beginning: Option<String>,
    /// What has heard everything before, if it is coded.
    encoder: Option<Encoder>,
}

/// What is told, piece by piece.
pub(super) struct Source {
    pub(super) folder: Folder,
    pub(super) names: Arc<Names>,
    pub(super) entries: Vec<(Entry, Option<Facts>)>,
}

struct Piece {
    content: Vec<u8>,
    /// Where the next one begins.
    next: Option<Place>,
}

impl Stream {
    pub(super) fn new(
        path: &FilePath<'_>,
        source: Source,
        coding: Option<Coding>,
        permit: OwnedSemaphorePermit,
    ) -> io::Result<Self> {
        let first = Place {
            entry: 0,
            beginning: Some(beginning(path, source.names.is_cut)),
            encoder: coding.map(Encoder::new).transpose()?,
        };
        Ok(Self {
            source: Arc::new(source),
            at: Some(first),
            making: None,
            _permit: permit,
        })
    }
}

impl Source {
    /// The entries from a place on; `None`: they cannot be coded.
    ///
    /// What is coded leaves with its piece: who reads along has it as soon as it is known, and the
    /// encoder keeps no more than its window.
    fn piece(&self, from: Place) -> Option<Piece> {
        let (json, next) = self.json(from.entry);
        let json = match from.beginning {
            // The first of all has no comma before it.
            Some(beginning) => beginning + json.strip_prefix(',').unwrap_or(&json),
            None => json,
        };
        let (content, encoder) = match from.encoder {
            None => (json.into_bytes(), None),
            Some(mut encoder) => match next {
                Some(_) => (encoder.encode(json.as_bytes()).ok()?, Some(encoder)),
                None => (encoder.finish(json.as_bytes()).ok()?, None),
            },
        };
        let next = next.map(|entry| Place {
            entry,
            beginning: None,
            encoder,
        });
        Some(Piece { content, next })
    }

    /// The entries from one on, and the place of the next. There is always one before the first
    /// piece's own first, or none at all: the comma goes before all but the very first that is told.
    fn json(&self, from: usize) -> (String, Option<usize>) {
        let mut json = String::with_capacity(PIECE_BYTES + ROW_BYTES_MAX);
        for (place, (entry, facts)) in self.entries.iter().enumerate().skip(from) {
            let way = self.names.name(*entry);
            let Some(facts) = facts.or_else(|| self.folder.look_at(way, *entry)) else {
                continue;
            };
            let row = Row {
                way,
                kind: entry.kind,
                facts,
            };
            push_row(&row, false, &mut json);
            if json.len() >= PIECE_BYTES {
                return (json, Some(place + 1));
            }
        }
        json.push_str(END);
        (json, None)
    }
}

impl crate::exchange::Stream for Stream {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Next> {
        if let Some(from) = self.at.take() {
            let source = self.source.clone();
            self.making = Some(Box::pin(tasks::blocking(move || source.piece(from))));
        }
        let Some(making) = &mut self.making else {
            return Poll::Ready(Next::End(FieldList::new()));
        };
        let made = ready!(making.as_mut().poll(cx));
        self.making = None;
        let Some(Piece { content, next }) = made.flatten() else {
            return Poll::Ready(Next::Failed);
        };
        self.at = next;
        Poll::Ready(Next::Data(Bytes::from(content)))
    }
}

/// A piece is sent when it has so many bytes.
const PIECE_BYTES: usize = 48 << 10;

/// What one entry takes at most, bytes: each byte of its name six times as text, and three times in
/// its link.
const ROW_BYTES_MAX: usize = 9 * 255 + 160;
