//! The text is what Prometheus reads, has every metric of the table, and grows with nothing that a client
//! says. The page and the dashboard name what there is.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::config::golden;
use crate::exchange::Peer;
use crate::observe::events::{Exchange, Method, Target};

fn metrics(sites: &[&str]) -> Metrics {
    let journal = Arc::new(Journal::new(2));
    journal.begin_tally();
    let registry = Arc::new(Registry::new());
    for site in sites {
        journal.sites().of(site);
    }
    let caches = || CacheCounts {
        hits: 7,
        misses: 3,
        bytes: 4096,
        files: 1,
        open_files: 2,
    };
    let readiness = Arc::new(Readiness::default());
    Metrics::new((journal, registry), caches, readiness, Language::English)
}

fn answer(metrics: &Metrics, site: u16, status: u16, took: Duration) {
    let at = clock::now();
    let exchange = Exchange {
        number: 1,
        target: (0, 0),
        said_bytes: 0,
        client_bytes: 0,
        site,
        method: Method::Other,
        protocol: Protocol::Http2,
        status,
        reason: None,
        coding: None,
        lacks_sibling: false,
        shadow: None,
        content_bytes: 100,
        begun: at,
    };
    metrics
        .journal
        .answered(1, at + took, Target::default(), &exchange);
}

/// Samples by name and labels; fails on what is no line of OpenMetrics.
fn samples(text: &str) -> BTreeMap<String, f64> {
    let body = text.strip_suffix("# EOF\n").expect("it ends with its end");
    let lines = body.lines().filter(|line| !line.starts_with('#'));
    let sample = |line: &str| {
        let (series, value) = line.rsplit_once(' ').unwrap();
        (series.to_owned(), value.parse().unwrap())
    };
    lines.map(sample).collect()
}

#[test]
fn every_metric_of_the_table_is_told_with_its_kind_and_its_words() {
    let text = metrics(&["default"]).text();
    let told: BTreeSet<String> = samples(&text)
        .into_keys()
        .map(|series| series.split('{').next().unwrap_or_default().to_owned())
        .collect();
    let expected: BTreeSet<String> = METRICS.iter().flat_map(Metric::samples).collect();
    assert_eq!(told, expected);
    for metric in &METRICS {
        let name = metric.full_name();
        let help = text_of(Language::English, &metric.help_key());
        assert_ne!(help, metric.help_key(), "{name} has no words");
        assert!(text.contains(&format!("# HELP {name} {help}\n")), "{name}");
        let labels = metric.labels.join("=\"");
        if !labels.is_empty() {
            assert!(
                text.contains(&format!("{{{}=\"", metric.labels[0])),
                "{name}"
            );
        }
    }
}

/// As many as there may be are told by their names, whoever is gone by now included.
#[test]
fn more_sites_than_are_told_apart_are_told_together() {
    let names: Vec<String> = (0..SITES_TOLD_MAX + 2).map(|n| format!("s{n}")).collect();
    let metrics = metrics(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let of = |samples: &BTreeMap<String, f64>, site: &str| {
        let series = format!("hello_content_bytes_total{{site=\"{site}\"}}");
        samples.get(&series).copied()
    };
    assert_eq!(of(&samples(&metrics.text()), "other"), None);
    let last = u16::try_from(SITES_TOLD_MAX).unwrap();
    for site in [last - 1, last, last + 1, u16::MAX] {
        answer(&metrics, site, 200, Duration::ZERO);
    }
    let samples = samples(&metrics.text());
    assert_eq!(of(&samples, &names[SITES_TOLD_MAX - 1]), Some(100.0));
    assert_eq!(of(&samples, &names[SITES_TOLD_MAX]), None);
    assert_eq!(of(&samples, "other"), Some(300.0));
    let sites = samples
        .keys()
        .filter(|series| series.starts_with("hello_content_bytes"));
    assert_eq!(sites.count(), SITES_TOLD_MAX + 1);
}

#[test]
fn what_happened_is_counted_by_site_class_and_protocol() {
    let metrics = metrics(&["default", "b.example"]);
    answer(&metrics, 0, 200, Duration::from_micros(50));
    answer(&metrics, 0, 204, Duration::from_micros(51));
    answer(&metrics, 1, 503, Duration::from_mins(1));
    answer(&metrics, 1, 0, Duration::ZERO);
    let now = clock::now();
    let entered = metrics.registry.enter(Peer::Unix, now);
    entered.count_received(12);
    entered.count_sent(34);
    metrics.journal.accepted(1, Peer::Unix, now);
    metrics.journal.lost_lines(5);
    metrics.readiness().set(true);
    let samples = samples(&metrics.text());
    for (series, value) in [
        (
            "hello_exchanges_total{site=\"default\",protocol=\"HTTP/2\",status=\"2xx\"}",
            2.0,
        ),
        (
            "hello_exchanges_total{site=\"b.example\",protocol=\"HTTP/2\",status=\"5xx\"}",
            1.0,
        ),
        (
            "hello_exchanges_total{site=\"b.example\",protocol=\"HTTP/2\",status=\"none\"}",
            1.0,
        ),
        (
            "hello_exchanges_total{site=\"default\",protocol=\"HTTP/1.1\",status=\"2xx\"}",
            0.0,
        ),
        (
            "hello_exchange_seconds_bucket{le=\"0.00005\",site=\"default\"}",
            1.0,
        ),
        (
            "hello_exchange_seconds_bucket{le=\"0.0001\",site=\"default\"}",
            2.0,
        ),
        (
            "hello_exchange_seconds_bucket{le=\"10.0\",site=\"b.example\"}",
            1.0,
        ),
        (
            "hello_exchange_seconds_bucket{le=\"+Inf\",site=\"b.example\"}",
            2.0,
        ),
        ("hello_exchange_seconds_count{site=\"b.example\"}", 2.0),
        ("hello_exchange_seconds_sum{site=\"b.example\"}", 60.0),
        ("hello_content_bytes_total{site=\"default\"}", 200.0),
        ("hello_connections{state=\"accepted\"}", 1.0),
        ("hello_connections_accepted_total", 1.0),
        ("hello_received_bytes_total", 12.0),
        ("hello_sent_bytes_total", 34.0),
        ("hello_cache_bytes", 4096.0),
        ("hello_log_lines_lost_total", 5.0),
        ("hello_ready", 1.0),
    ] {
        assert_eq!(samples.get(series), Some(&value), "{series}: {samples:#?}");
    }
}

#[test]
fn there_are_never_more_series_than_the_table_times_the_sites() {
    let metrics = metrics(&["default"]);
    let before: Vec<String> = samples(&metrics.text()).into_keys().collect();
    for status in [0, 1, 99, 200, 404, 599, 999, u16::MAX] {
        answer(&metrics, 0, status, Duration::ZERO);
    }
    let after: Vec<String> = samples(&metrics.text()).into_keys().collect();
    assert_eq!(before, after);
}

const PAGE: &str = include_str!("../../../docs/metrics.md");
const START: &str =
    "<!-- the table is made of src/observe/metrics/table.rs: UPDATE_GOLDEN=1 cargo test -->\n";
const END: &str = "<!-- end of the table -->\n";

#[test]
fn the_page_of_metrics_tells_those_there_are() {
    let (before, rest) = PAGE.split_once(START).expect("the page has the start mark");
    let (_, after) = rest.split_once(END).expect("the page has the end mark");
    let mut table =
        String::from("| metric | kind | unit | labels | what |\n|---|---|---|---|---|\n");
    for metric in &METRICS {
        let samples = metric.samples();
        let samples: Vec<String> = { samples.iter() }.map(|name| format!("`{name}`")).collect();
        let labels: Vec<String> = { metric.labels.iter() }
            .map(|label| format!("`{label}`"))
            .collect();
        let kind = format!("{:?}", metric.kind).to_lowercase();
        let row = format!(
            "| {} | {kind} | {} | {} | {} |\n",
            samples.join(", "),
            metric.unit.unwrap_or_default(),
            labels.join(", "),
            text_of(Language::English, &metric.help_key()),
        );
        table.push_str(&row);
    }
    golden::check(
        "docs/metrics.md",
        &format!("{before}{START}{table}{END}{after}"),
    );
}

/// The names in a query: what begins with ours.
fn names_in(text: &str) -> BTreeSet<String> {
    let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = text.split(|c| !is_of_a_name(c));
    let ours = words.filter(|word| word.starts_with("hello_"));
    ours.map(str::to_owned).collect()
}

#[test]
fn the_dashboard_shows_what_there_is_and_all_of_it() {
    let dashboard = include_str!("../../../packaging/grafana/hello.json");
    let dashboard: serde_json::Value = serde_json::from_str(dashboard).unwrap();
    let mut shown = BTreeSet::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().unwrap() {
            shown.extend(names_in(target["expr"].as_str().unwrap()));
        }
    }
    let known: BTreeSet<String> = METRICS.iter().flat_map(Metric::samples).collect();
    let unknown: Vec<&String> = shown.difference(&known).collect();
    assert!(unknown.is_empty(), "no such metric: {unknown:?}");
    for metric in &METRICS {
        let is_shown = metric.samples().iter().any(|name| shown.contains(name));
        assert!(is_shown, "{} is on no panel", metric.full_name());
    }
}
