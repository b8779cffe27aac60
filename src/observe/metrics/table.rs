//! The metrics there are, one row each.
//!
//! Law: names and labels are a promise, for dashboards and alarms are made of them. The table of
//! `docs/metrics.md` is made of this one, and `packaging/grafana/hello.json` is held against it.

/// A metric: what it is called, what it counts, what it is told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name, without its unit.
    pub name: &'static str,
    /// Its unit, which follows the name.
    pub unit: Option<&'static str>,
    /// What kind of a number it is.
    pub kind: MetricKind,
    /// What its series are told apart by; every value is one of ours.
    pub labels: &'static [&'static str],
}

/// What kind of a number a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// How many were how large.
    Histogram,
    /// No number, but words.
    Info,
}

/// The table, in the order it is told.
pub static METRICS: [Metric; 23] = [
    row("hello_build", MetricKind::Info).by(&["version"]),
    row("hello_start_time", MetricKind::Gauge).in_unit("seconds"),
    row("hello_ready", MetricKind::Gauge),
    row("hello_connections_accepted", MetricKind::Counter),
    row("hello_connections", MetricKind::Gauge).by(&["state"]),
    row("hello_connections_ended", MetricKind::Counter).by(&["ending"]),
    row("hello_exchanges", MetricKind::Counter).by(&["site", "protocol", "status"]),
    row("hello_exchange", MetricKind::Histogram)
        .in_unit("seconds")
        .by(&["site"]),
    row("hello_content", MetricKind::Counter)
        .in_unit("bytes")
        .by(&["site"]),
    row("hello_exchanges_broken", MetricKind::Counter),
    row("hello_requests_refused", MetricKind::Counter),
    row("hello_limits_refused", MetricKind::Counter),
    row("hello_limits_would_refuse", MetricKind::Counter),
    row("hello_reloads", MetricKind::Counter).by(&["outcome"]),
    row("hello_received", MetricKind::Counter).in_unit("bytes"),
    row("hello_sent", MetricKind::Counter).in_unit("bytes"),
    row("hello_cache_hits", MetricKind::Counter),
    row("hello_cache_misses", MetricKind::Counter),
    row("hello_cache", MetricKind::Gauge).in_unit("bytes"),
    row("hello_cache_files", MetricKind::Gauge),
    row("hello_cache_open_files", MetricKind::Gauge),
    row("hello_journal_dropped", MetricKind::Counter).by(&["kind"]),
    row("hello_log_lines_lost", MetricKind::Counter),
];

const fn row(name: &'static str, kind: MetricKind) -> Metric {
    Metric {
        name,
        unit: None,
        kind,
        labels: &[],
    }
}

impl Metric {
    const fn in_unit(mut self, unit: &'static str) -> Self {
        self.unit = Some(unit);
        self
    }

    const fn by(mut self, labels: &'static [&'static str]) -> Self {
        self.labels = labels;
        self
    }

    /// The key of the sentence that says what it is.
    pub fn help_key(&self) -> String {
        format!("metric-{}", self.name)
    }

    /// Its name with its unit.
    pub fn full_name(&self) -> String {
        match self.unit {
            Some(unit) => format!("{}_{unit}", self.name),
            None => self.name.to_owned(),
        }
    }

    /// What its samples are called.
    pub fn samples(&self) -> Vec<String> {
        let ends: &[&str] = match self.kind {
            MetricKind::Counter => &["_total"],
            MetricKind::Gauge => &[""],
            MetricKind::Histogram => &["_bucket", "_sum", "_count"],
            MetricKind::Info => &["_info"],
        };
        let name = self.full_name();
        ends.iter().map(|end| format!("{name}{end}")).collect()
    }
}
