//! What is told to a machine that watches many servers: numbers, in the text of OpenMetrics.
//!
//! Law: metrics keep nothing themselves. They are read where things are counted anyway, when they are asked
//! for: in the journal's tallies, the registry, the caches. And no label has a value that a client can
//! choose, so there are never more series than the table times the sites.

mod readiness;
mod table;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::{Registry as Registered, Unit};

pub use readiness::Readiness;
pub use table::{METRICS, Metric, MetricKind};

use crate::clock;
use crate::exchange::Ending;
use crate::i18n::{Language, text as text_of};
use crate::observe::events::{Kind, Protocol, Totals};
use crate::observe::journal::{Journal, OTHER_SITES, SiteTally, TOOK_BOUNDS_US, Tally};
use crate::observe::limits::{LOOKED_AT_MAX, SITES_TOLD_MAX};
use crate::observe::live::{Registry, State};

/// What is kept of files, and how often that was enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheCounts {
    /// Answers from what was kept.
    pub hits: u64,
    /// Answers for which the disk was asked.
    pub misses: u64,
    /// Bytes in memory.
    pub bytes: u64,
    /// Files in memory.
    pub files: u64,
    /// Files kept open.
    pub open_files: u64,
}

/// The metrics of a running server.
pub struct Metrics {
    journal: Arc<Journal>,
    registry: Arc<Registry>,
    caches: Box<dyn Fn() -> CacheCounts + Send + Sync>,
    readiness: Arc<Readiness>,
    language: Language,
    started: SystemTime,
}

impl Metrics {
    /// Those of this journal and this registry; `caches` tells what is kept of files.
    /// What the journal counts for them it counts since [`Journal::begin_tally`].
    pub fn new(
        (journal, registry): (Arc<Journal>, Arc<Registry>),
        caches: impl Fn() -> CacheCounts + Send + Sync + 'static,
        readiness: Arc<Readiness>,
        language: Language,
    ) -> Self {
        let since = clock::now().saturating_duration_since(journal.started());
        Self {
            started: clock::wall() - since,
            journal,
            registry,
            caches: Box::new(caches),
            readiness,
            language,
        }
    }

    /// Whether who asks may be sent here.
    pub fn readiness(&self) -> &Readiness {
        &self.readiness
    }

    /// All of them, as they are now. Walks over every connection: not for a worker.
    pub fn text(&self) -> String {
        let mut registered = Registered::default();
        registered.register_collector(Box::new(self.facts()));
        let mut out = String::new();
        // Writing into memory cannot fail.
        let _ = text::encode(&mut out, &registered);
        out
    }

    fn facts(&self) -> Facts {
        let mut states = [0; STATES.len()];
        let mut place = 0;
        loop {
            place = self.registry.visit(place, LOOKED_AT_MAX, |live| {
                let state = live.state();
                if let Some(known) = STATES.iter().position(|known| *known == state) {
                    states[known] += 1;
                }
            });
            if place == 0 {
                break;
            }
        }
        Facts {
            states,
            totals: self.journal.totals(),
            tally: self.journal.tally(),
            bytes: self.registry.bytes(),
            cache: (self.caches)(),
            is_ready: self.readiness.is_ready(),
            started: self.started,
            sites: self.journal.sites().names(),
            language: self.language,
        }
    }
}

/// The states, in the order of a connection's life.
const STATES: [State; 7] = [
    State::Accepted,
    State::Handshaking,
    State::Waiting,
    State::Reading,
    State::Answering,
    State::Sending,
    State::Draining,
];

/// What statuses are called, by their first digit; the first is that there was none.
const CLASSES: [&str; 6] = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"];

/// What came of reading the settings anew.
const OUTCOMES: [&str; 2] = ["applied", "refused"];

/// Everything that is told, read at one moment.
#[derive(Debug)]
struct Facts {
    states: [u64; STATES.len()],
    totals: Totals,
    tally: Tally,
    bytes: (u64, u64),
    cache: CacheCounts,
    is_ready: bool,
    started: SystemTime,
    /// What sites are called, by their numbers.
    sites: Vec<Arc<str>>,
    language: Language,
}

impl Collector for Facts {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        for metric in &METRICS {
            let help = text_of(self.language, &metric.help_key());
            let kind = match metric.kind {
                MetricKind::Counter => MetricType::Counter,
                MetricKind::Gauge => MetricType::Gauge,
                MetricKind::Histogram => MetricType::Histogram,
                MetricKind::Info => MetricType::Info,
            };
            let unit = metric.unit.map(|unit| Unit::Other(unit.to_owned()));
            let out = encoder.encode_descriptor(metric.name, &help, unit.as_ref(), kind)?;
            self.write(metric, out)?;
        }
        Ok(())
    }
}

impl Facts {
    fn write(&self, metric: &Metric, mut out: MetricEncoder<'_>) -> fmt::Result {
        let (totals, tally) = (&self.totals, &self.tally);
        match metric.name {
            "hello_build" => out.encode_info(&[("version", env!("CARGO_PKG_VERSION"))]),
            "hello_start_time" => {
                let since_1970 = self.started.duration_since(UNIX_EPOCH);
                let started = since_1970.unwrap_or(Duration::ZERO).as_secs_f64();
                out.encode_gauge(&started)
            }
            "hello_ready" => out.encode_gauge(&i64::from(self.is_ready)),
            "hello_connections_accepted" => counter(out, totals.connections),
            "hello_connections" => {
                for (state, count) in STATES.iter().zip(self.states) {
                    let labels = [("state", state.name())];
                    out.encode_family(&labels)?.encode_gauge(&gauge(count))?;
                }
                Ok(())
            }
            "hello_connections_ended" => {
                for ending in Ending::ALL {
                    let labels = [("ending", ending.name())];
                    counter(out.encode_family(&labels)?, totals.endings[ending.index()])?;
                }
                Ok(())
            }
            "hello_exchanges" => self.each_site(|site, tally| {
                for protocol in Protocol::ALL {
                    let counts = tally.exchanges[protocol.index()];
                    for (class, count) in CLASSES.iter().zip(counts) {
                        let labels = [
                            ("site", site),
                            ("protocol", protocol.name()),
                            ("status", class),
                        ];
                        counter(out.encode_family(&labels)?, count)?;
                    }
                }
                Ok(())
            }),
            "hello_exchange" => self.each_site(|site, tally| {
                let labels = [("site", site)];
                histogram(out.encode_family(&labels)?, tally)
            }),
            "hello_content" => self.each_site(|site, tally| {
                let labels = [("site", site)];
                counter(out.encode_family(&labels)?, tally.content_bytes)
            }),
            "hello_exchanges_broken" => counter(out, tally.broken),
            "hello_requests_refused" => counter(out, tally.refused),
            "hello_limits_refused" => counter(out, totals.limited),
            "hello_limits_would_refuse" => counter(out, totals.shadowed),
            "hello_reloads" => {
                for (outcome, count) in OUTCOMES.iter().zip(tally.reloads) {
                    let labels = [("outcome", *outcome)];
                    counter(out.encode_family(&labels)?, count)?;
                }
                Ok(())
            }
            "hello_received" => counter(out, self.bytes.0),
            "hello_sent" => counter(out, self.bytes.1),
            "hello_cache_hits" => counter(out, self.cache.hits),
            "hello_cache_misses" => counter(out, self.cache.misses),
            "hello_cache" => out.encode_gauge(&gauge(self.cache.bytes)),
            "hello_cache_files" => out.encode_gauge(&gauge(self.cache.files)),
            "hello_cache_open_files" => out.encode_gauge(&gauge(self.cache.open_files)),
            "hello_journal_dropped" => {
                for (kind, name) in Kind::ALL {
                    let labels = [("kind", name)];
                    counter(out.encode_family(&labels)?, totals.dropped[kind as usize])?;
                }
                Ok(())
            }
            "hello_log_lines_lost" => counter(out, totals.lost_lines),
            // A test holds the table against this list.
            _ => Ok(()),
        }
    }

    /// Every site, those that nobody has asked anything of included, and those that a reload took away:
    /// what was counted stays counted. Those that are too many are told together.
    fn each_site(&self, mut write: impl FnMut(&str, &SiteTally) -> fmt::Result) -> fmt::Result {
        let nothing = SiteTally::default();
        for (number, site) in self.sites.iter().take(SITES_TOLD_MAX).enumerate() {
            write(site, self.tally.sites.get(number).unwrap_or(&nothing))?;
        }
        match self.tally.sites.get(SITES_TOLD_MAX) {
            Some(others) => write(OTHER_SITES, others),
            None => Ok(()),
        }
    }
}

fn counter(mut out: MetricEncoder<'_>, count: u64) -> fmt::Result {
    out.encode_counter::<NoLabelSet, u64, f64>(&count, None)
}

fn gauge(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn histogram(mut out: MetricEncoder<'_>, tally: &SiteTally) -> fmt::Result {
    let seconds = |us| Duration::from_micros(us).as_secs_f64();
    let bounds = TOOK_BOUNDS_US.iter().map(|bound| seconds(*bound));
    let bounds = bounds.chain([f64::INFINITY]);
    let buckets: Vec<(f64, u64)> = bounds.zip(tally.took).collect();
    let count = tally.took.iter().sum();
    out.encode_histogram::<NoLabelSet>(seconds(tally.took_us), count, &buckets, None)
}

#[cfg(test)]
mod tests;
