//! What a running server said of itself, as a person reads it. Pure.
//!
//! Law: what strangers sent, and what another process says, passes [`crate::i18n`] before it is part of
//! a line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::help::{GAP, section};
use crate::control::client::{Report, pid_of};
use crate::control::protocol::{Connection, Place};
use crate::exchange::Ending;
use crate::i18n::{
    Args, Language, columns, shell_word, shortened, show_target, shown, text, text_with,
};
use crate::observe::{Progress, State, Units, count_text, kind_in_words, progress_in_words};

/// Rows of the table below the other numbers. Reason: half of a usual terminal. Beyond it:
/// `hello connections` has them all.
const ROWS_MAX: usize = 12;

/// Columns of a peer at least, where room is short: most of an address, and its port.
const PEER_MIN: usize = 15;

/// Columns of a state that has no word here.
const STATE_MAX: usize = 11;

/// Everything, without a line break at the end. `room`: columns of the terminal, if it is one.
pub(super) fn status(language: Language, report: &Report, room: Option<usize>) -> String {
    let mut parts = vec![opening(language, report), counted(language, report)];
    let ended = endings(language, report);
    if !ended.is_empty() {
        parts.push(section(&text(language, "status-ended"), &ended));
    }
    if !report.connections.is_empty() {
        let shown = &newest(&report.connections)[..];
        let (rows, rest) = shown.split_at(shown.len().min(ROWS_MAX));
        let mut part = table(language, rows, room, report.status.generation);
        if !rest.is_empty() {
            let args = Args::new()
                .with("number", count_text(rest.len() as u64))
                .with("n", rest.len());
            part.push('\n');
            part.push_str(&text_with(language, "status-more", &args));
        }
        parts.push(part);
    }
    parts.join("\n\n")
}

/// Every living connection.
pub(super) fn connections(language: Language, report: &Report, room: Option<usize>) -> String {
    if report.connections.is_empty() {
        return text(language, "status-nobody");
    }
    let current = report.status.generation;
    table(language, &newest(&report.connections), room, current)
}

/// Which server it is, and what it serves where.
fn opening(language: Language, report: &Report) -> String {
    let status = &report.status;
    let lasted = Duration::from_millis(status.uptime_ms);
    let args = Args::new()
        .with("version", shown(&status.version))
        .with("pid", status.pid.to_string())
        .with(
            "time",
            Units::of(language).long_duration_text(lasted.as_secs()),
        );
    let key = match &*status.state {
        "draining" => "status-draining",
        _ => "status-serving",
    };
    let mut lines = vec![text_with(language, key, &args)];
    lines.extend({ report.listening.iter() }.map(|address| format!("{GAP}{}", shown(address))));
    let starts: Vec<String> = report.places.iter().map(start).collect();
    let widest = starts.iter().map(|start| columns(start)).max().unwrap_or(0);
    for (start, place) in starts.iter().zip(&report.places) {
        let padding = " ".repeat(widest - columns(start));
        let path = match &place.path {
            Some(path) => shown(path),
            None => text(language, "tui-built-in"),
        };
        lines.push(format!("{GAP}{start}{padding}{GAP}{path}"));
    }
    if status.generation > 1 {
        let args = Args::new().with("generation", count_text(status.generation));
        lines.push(format!(
            "{GAP}{}",
            text_with(language, "status-generation", &args)
        ));
        let older = older(language, report);
        lines.extend(older.iter().map(|line| format!("{GAP}{line}")));
    }
    lines.join("\n")
}

/// What still goes by earlier configurations, and until when.
fn older(language: Language, report: &Report) -> Vec<String> {
    let current = report.status.generation;
    let mut counts: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
    for connection in &report.connections {
        counts.entry(connection.generation).or_default().0 += 1;
        for asked in &connection.running {
            counts.entry(asked.generation).or_default().1 += 1;
        }
    }
    let older = { counts.into_iter() }.filter(|(number, _)| (1..current).contains(number));
    let told = older.flat_map(|(number, (connections, answers))| {
        let told = |key: &str, count: u64| {
            let args = Args::new()
                .with("generation", count_text(number))
                .with("count", count_text(count));
            (count > 0).then(|| text_with(language, key, &args))
        };
        let both = [
            told("status-older-answers", answers),
            told("status-older-connections", connections),
        ];
        both.into_iter().flatten()
    });
    told.collect()
}

/// Where the addresses of a place begin: `/docs/`, `example.com/docs/`.
fn start(place: &Place) -> String {
    let host = place.host.as_deref().unwrap_or_default();
    shown(&format!("{host}{}", place.at))
}

/// How many there are, and were.
fn counted(language: Language, report: &Report) -> String {
    let (status, units) = (&report.status, Units::of(language));
    let counted = |key: &str, count: u64| {
        let args = Args::new()
            .with("events", count)
            .with("count", count_text(count));
        text_with(language, key, &args)
    };
    let args = Args::new()
        .with("n", status.open)
        .with("open", count_text(status.open))
        .with("busy", count_text(status.busy));
    let now = text_with(language, "status-open", &args);
    let args = Args::new()
        .with(
            "connections",
            counted("connections", status.totals.connections),
        )
        .with("requests", counted("requests", status.totals.requests))
        .with("sent", units.size_text(status.totals.content_bytes));
    let ever = text_with(language, "status-totals", &args);
    format!("{now}\n{ever}")
}

/// How connections ended, the most frequent first.
fn endings(language: Language, report: &Report) -> Vec<(String, String)> {
    let totals = report.status.totals.totals();
    let mut ended: Vec<(u64, Ending)> = { Ending::ALL.into_iter() }
        .map(|ending| (totals.endings[ending.index()], ending))
        .filter(|(count, _)| *count > 0)
        .collect();
    ended.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let rows = ended.into_iter().map(|(count, ending)| {
        let kind = kind_in_words(language, ending);
        (count_text(count), kind)
    });
    let rows: Vec<_> = rows.collect();
    // Numbers stand with their last digits below each other.
    let widest = rows.iter().map(|(count, _)| columns(count)).max();
    let aligned = |(count, kind): (String, String)| {
        let padding = " ".repeat(widest.unwrap_or(0) - columns(&count));
        (padding + &count, kind)
    };
    rows.into_iter().map(aligned).collect()
}

/// Those that have come last first.
fn newest(connections: &[Connection]) -> Vec<&Connection> {
    let mut newest: Vec<&Connection> = connections.iter().collect();
    newest.sort_by_key(|connection| std::cmp::Reverse(connection.connection));
    newest
}

/// A table of connections. What one is being answered stands below it.
fn table(
    language: Language,
    connections: &[&Connection],
    room: Option<usize>,
    current: u64,
) -> String {
    let units = Units::of(language);
    let titles = [
        "tui-column-number",
        "tui-column-peer",
        "tui-column-state",
        "tui-column-age",
        "tui-column-requests",
        "tui-column-received",
        "tui-column-sent",
    ]
    .map(|key| text(language, key));
    let rows: Vec<Row> = { connections.iter() }
        .map(|connection| row(language, &units, connection))
        .collect();
    let mut widths: Row<usize> = std::array::from_fn(|place| {
        let cells = rows.iter().map(|row| columns(&row[place]));
        cells.chain([columns(&titles[place])]).max().unwrap_or(0)
    });
    let whole = widths.iter().sum::<usize>() + GAP.len() * (widths.len() - 1);
    let over = room.map_or(0, |room| whole.saturating_sub(room));
    let least = widths[PEER].min(PEER_MIN);
    widths[PEER] = widths[PEER].saturating_sub(over).max(least);
    let mut lines = vec![line(&titles, &widths)];
    for (row, connection) in rows.iter().zip(connections) {
        lines.push(line(row, &widths));
        let indent = widths[0] + GAP.len();
        if let Some(doing) = doing(language, connection, (room, indent), current) {
            lines.push(doing);
        }
    }
    lines.join("\n")
}

/// Its columns.
type Row<T = String> = [T; 7];

/// The column that can be shortened.
const PEER: usize = 1;

/// Numbers stand at the right of their columns.
const RIGHT: Row<bool> = [true, false, false, true, true, true, true];

fn line(cells: &Row, widths: &Row<usize>) -> String {
    let mut line = String::new();
    for (place, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let cell = short(cell, *width);
        let padding = " ".repeat(width.saturating_sub(columns(&cell)));
        let parts = if RIGHT[place] {
            [&*padding, &*cell]
        } else {
            [&*cell, &*padding]
        };
        if place > 0 {
            line.push_str(GAP);
        }
        line.extend(parts);
    }
    line.truncate(line.trim_end().len());
    line
}

/// A text without its middle, if it is too long.
fn short(text: &str, room: usize) -> String {
    let mut short = Vec::new();
    shortened(text, room, &mut short);
    String::from_utf8(short).unwrap_or_default()
}

fn row(language: Language, units: &Units, connection: &Connection) -> Row {
    [
        connection.connection.to_string(),
        shown(&connection.peer),
        state(language, &connection.state),
        units.age_text(Duration::from_millis(connection.age_ms)),
        count_text(connection.requests.into()),
        units.size_text(connection.received_bytes),
        units.size_text(connection.sent_bytes),
    ]
}

/// The word for a state; that of a later server as it is.
fn state(language: Language, name: &str) -> String {
    match State::named(name) {
        Some(state) => text(language, &format!("state-{}", state.name())),
        None => short(&shown(name), STATE_MAX),
    }
}

/// What it is being answered, beginning so far to the right: `GET /big.iso, 37 % of 5.0 GiB`.
fn doing(
    language: Language,
    connection: &Connection,
    (room, indent): (Option<usize>, usize),
    current: u64,
) -> Option<String> {
    let (asked, rest) = connection.running.split_first()?;
    let progress = Progress {
        status: asked.status,
        sent: asked.content_bytes,
        of: asked.of,
        is_endless: asked.endless,
    };
    let mut after = format!(", {}", progress_in_words(language, progress));
    if (1..current).contains(&asked.generation) {
        let args = Args::new().with("generation", count_text(asked.generation));
        after.push_str(&text_with(language, "status-and-older", &args));
    }
    let more = rest.len() as u64 + connection.more_running;
    if more > 0 {
        let args = Args::new().with("number", count_text(more));
        after.push_str(&text_with(language, "status-and-more", &args));
    }
    let before = format!("{}{} ", " ".repeat(indent), shown(&asked.method));
    let mut target = String::new();
    show_target(asked.target.as_bytes(), &mut target);
    let room = room.map_or(usize::MAX, |room| {
        room.saturating_sub(columns(&before) + columns(&after))
    });
    Some(format!("{before}{}{after}", short(&target, room)))
}

/// A server among several, as one would type it, with what tells it from the others.
pub(super) fn choice(
    language: Language,
    command: &str,
    path: &Path,
    report: Option<&Report>,
) -> (String, String) {
    let typed = match pid_of(path) {
        Some(pid) => pid.to_string(),
        None => shell_word(std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str())),
    };
    let about = report.map_or_else(String::new, |report| {
        let paths: Vec<String> = { report.places.iter() }
            .filter_map(|place| place.path.as_deref().map(shown))
            .collect();
        let what = match &paths[..] {
            [] => text(language, "tui-built-in"),
            paths => paths.join(", "),
        };
        let address = report.listening.first().map(|address| shown(address));
        let args = Args::new()
            .with("what", what)
            .with("address", address.unwrap_or_default());
        text_with(language, "status-choice", &args)
    });
    (format!("hello {command} --control {typed}"), about)
}

/// Folders in a sentence.
pub(super) fn folders(folders: &[PathBuf]) -> String {
    let folders = folders
        .iter()
        .map(|folder| shown(&folder.to_string_lossy()));
    folders.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::config::golden;
    use crate::control::protocol::{Asked, Status, TotalsTold};

    fn report() -> Report {
        let asked = |target: &str, of| Asked {
            number: 3,
            method: "GET".to_owned(),
            target: target.to_owned(),
            took_ms: 12_000,
            status: Some(200),
            content_bytes: 37 << 20,
            of,
            endless: false,
            generation: 2,
        };
        let connection = |id: u64, peer: &str, state: &str, running: Vec<Asked>| Connection {
            connection: id,
            peer: peer.to_owned(),
            state: state.to_owned(),
            age_ms: 1000 * id,
            state_ms: 10,
            requests: 3,
            received_bytes: 1234,
            sent_bytes: 40 << 20,
            running,
            more_running: 0,
            generation: if id < 1206 { 1 } else { 2 },
        };
        let mut many = connection(
            1204,
            "[2001:db8:85a3:8d3:1319:8a2e:370:7348]:55422",
            "sending",
            vec![asked("/big.iso", Some(100 << 20)), asked("/b", None)],
        );
        many.more_running = 5;
        let odd = Asked {
            method: "GET\u{1b}[2J".to_owned(),
            status: None,
            generation: 1,
            ..asked("/%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82\u{1b}[31m", None)
        };
        let [long, name] = ["%E9%95%B7%E3%81%84", "%E5%90%8D"].map(|name| name.repeat(9));
        let wide = asked(&format!("/{long}/{name}.iso"), Some(1 << 30));
        Report {
            status: Status {
                control: 1,
                version: "0.1.0".to_owned(),
                pid: 4242,
                user: 1000,
                state: "serving".to_owned(),
                uptime_ms: 7_512_000,
                generation: 2,
                open: 5,
                busy: 3,
                totals: TotalsTold {
                    connections: 1209,
                    requests: 56_789,
                    content_bytes: 3 << 30,
                    endings: [
                        ("closed-by-client", 1100),
                        ("refused", 4),
                        ("idle-timeout", 100),
                    ]
                    .map(|(name, count)| (name.to_owned(), count))
                    .into(),
                },
            },
            listening: vec![
                "http://127.0.0.1:7878".to_owned(),
                "unix:/run/a b".to_owned(),
            ],
            places: [
                (None, "/", Some("/srv/site")),
                (Some("example.com"), "/docs/", Some("/srv/документы")),
                (Some("*.example.com"), "/", None),
            ]
            .map(|(host, at, path)| Place {
                host: host.map(str::to_owned),
                at: at.to_owned(),
                path: path.map(str::to_owned),
            })
            .into(),
            connections: vec![
                connection(7, "127.0.0.1:55422", "waiting", Vec::new()),
                many,
                connection(1205, "unix", "answering", vec![odd]),
                connection(1206, "127.0.0.1:1", "dancing\u{1b}[2J", Vec::new()),
                connection(1207, "10.0.0.1:40000", "sending", vec![wide]),
            ],
        }
    }

    #[test]
    fn what_a_server_says_reads_well_in_both_languages_and_fits() {
        let mut page = String::new();
        let report = report();
        let mut crowd = report.clone();
        let one = report.connections[0].clone();
        crowd.connections = (1..=20)
            .map(|id| Connection {
                connection: id,
                ..one.clone()
            })
            .collect();
        crowd.status.state = "draining".to_owned();
        let mut quiet = Report::default();
        quiet.status.pid = 7;
        quiet.status.version = "0.1.0".to_owned();
        for language in Language::ALL {
            for room in [Some(80), None] {
                let name = room.map_or("a pipe".to_owned(), |room| format!("{room} columns"));
                let text = status(language, &report, room);
                for line in text.lines().filter(|_| room.is_some()) {
                    assert!(columns(line) <= 80, "{line}");
                }
                writeln!(page, "$ hello status # {name}\n{text}\n").unwrap();
            }
            let text = status(language, &crowd, Some(80));
            writeln!(page, "$ hello status # many, stopping\n{text}\n").unwrap();
            let text = status(language, &quiet, Some(80));
            writeln!(page, "$ hello status # nobody yet\n{text}\n").unwrap();
            let text = connections(language, &report, Some(60));
            writeln!(page, "$ hello connections # 60 columns\n{text}\n").unwrap();
            let text = connections(language, &quiet, Some(80));
            writeln!(page, "$ hello connections # nobody yet\n{text}\n").unwrap();
            for path in ["/run/hello/4242.sock", "/srv/my sockets/web.sock"] {
                let (typed, about) = choice(language, "status", Path::new(path), Some(&report));
                writeln!(page, "{typed}  {about}").unwrap();
            }
            page.push('\n');
        }
        assert!(!page.contains('\u{1b}'), "nobody writes to the terminal");
        golden::check("tests/golden/status.txt", &page);
    }
}
