//! The journal as lines for a person.

use std::io::Write as _;
use std::time::Duration;

use rustix::io::Errno;

use super::batch::Batch;
use super::record::{End, Event, Exchange, Record};
use super::words::{EndingDetails, ending_in_words, notice_in_words};
use crate::i18n::{Args, Language, text, text_with};

/// Writes events as lines: one for each greeting, request and end.
pub(super) struct Lines {
    language: Language,
    greeting: String,
}

impl Lines {
    pub(super) fn new(language: Language, greeting_language: Language) -> Self {
        Self {
            language,
            greeting: text(greeting_language, "greeting"),
        }
    }

    /// Appends the line of one event.
    pub(super) fn write(&self, record: &Record, batch: &Batch, out: &mut Vec<u8>) {
        match record.event {
            Event::Accepted { peer } => {
                let _ = writeln!(out, "#{} {peer} {}", record.connection, self.greeting);
            }
            Event::Answered { exchange } => {
                request(out, record, &exchange, batch.text_at(exchange.target));
                out.push(b'\n');
            }
            Event::Broken { exchange, of } => {
                request(out, record, &exchange, batch.text_at(exchange.target));
                let args = Args::new().with("size", size(of));
                let rest = text_with(self.language, "request-broken", &args);
                let _ = writeln!(out, "  {rest}");
            }
            Event::Ended { place } => {
                if let Some(end) = batch.end(place) {
                    self.write_end(record.connection, end, batch, out);
                }
            }
            Event::Notice(notice) => {
                let _ = writeln!(out, "hello: {}", notice_in_words(self.language, notice));
            }
        }
    }

    fn write_end(&self, connection: u64, end: &End, batch: &Batch, out: &mut Vec<u8>) {
        let target = String::from_utf8_lossy(batch.text_at(end.target));
        let details = EndingDetails {
            requests: end.requests,
            progress: end.progress,
            target: &target,
            waited_ms: end.waited_ms,
        };
        let words = ending_in_words(self.language, end.ending, &details);
        let _ = writeln!(out, "#{connection} {words}");
    }

    /// The line that says why nothing can be printed.
    pub(super) fn cannot_print(&self, errno: Errno) -> String {
        let args = Args::new().with("system", std::io::Error::from(errno).to_string());
        format!(
            "hello: {}",
            text_with(self.language, "notice-cannot-print", &args)
        )
    }

    /// Appends the line that says how much was not printed.
    pub(super) fn write_dropped(&self, dropped: u64, out: &mut Vec<u8>) {
        let args = Args::new().with("events", dropped);
        let _ = writeln!(
            out,
            "hello: {}",
            text_with(self.language, "events-dropped", &args)
        );
    }
}

/// `#12   GET /path 200 1.0 KiB 0.12 ms`, written by hand: this is the line that is written most.
fn request(out: &mut Vec<u8>, record: &Record, exchange: &Exchange, target: &[u8]) {
    out.push(b'#');
    decimal(out, record.connection);
    out.extend_from_slice(b"   ");
    out.extend_from_slice(exchange.method.name().as_bytes());
    out.push(b' ');
    // The engine lets only visible ASCII into a target, so there is nothing to escape.
    out.extend_from_slice(target);
    out.push(b' ');
    decimal(out, u64::from(exchange.status));
    out.push(b' ');
    write_size(out, exchange.content_bytes);
    out.push(b' ');
    write_duration(out, record.at.saturating_duration_since(exchange.begun));
    if exchange.http10 {
        out.extend_from_slice(b" HTTP/1.0");
    }
    if let Some(reason) = exchange.reason {
        out.push(b' ');
        out.extend_from_slice(reason.name().as_bytes());
    }
}

fn size(bytes: u64) -> String {
    let mut text = Vec::new();
    write_size(&mut text, bytes);
    String::from_utf8(text).unwrap_or_default()
}

/// `0 B`, `1023 B`, `1.0 KiB`, `41.7 MiB`.
fn write_size(out: &mut Vec<u8>, bytes: u64) {
    const UNITS: [&str; 4] = [" KiB", " MiB", " GiB", " TiB"];
    if bytes < 1024 {
        decimal(out, bytes);
        out.extend_from_slice(b" B");
        return;
    }
    let (mut tenths, mut unit) = (u128::from(bytes) * 10 / 1024, 0);
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    let tenths = u64::try_from(tenths).unwrap_or(u64::MAX);
    decimal(out, tenths / 10);
    out.push(b'.');
    decimal(out, tenths % 10);
    out.extend_from_slice(UNITS[unit].as_bytes());
}

/// `0.12 ms`, `15 ms`, `3.4 s`.
fn write_duration(out: &mut Vec<u8>, duration: Duration) {
    let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
    let (whole, hundredths, unit) = match micros {
        0..10_000 => (micros / 1000, Some(micros / 10 % 100), " ms"),
        10_000..1_000_000 => (micros / 1000, None, " ms"),
        _ => (micros / 1_000_000, Some(micros / 10_000 % 100), " s"),
    };
    decimal(out, whole);
    if let Some(hundredths) = hundredths {
        out.push(b'.');
        out.push(b'0' + u8::try_from(hundredths / 10).unwrap_or(0));
        out.push(b'0' + u8::try_from(hundredths % 10).unwrap_or(0));
    }
    out.extend_from_slice(unit.as_bytes());
}

fn decimal(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut first = digits.len();
    loop {
        first -= 1;
        digits[first] = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[first..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn sizes_and_times_are_written_for_people() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (10 << 20, "10.0 MiB"),
            (u64::MAX, "16777215.9 TiB"),
        ] {
            assert_eq!(written(|out| write_size(out, bytes)), text);
        }
        for (micros, text) in [
            (0, "0.00 ms"),
            (123, "0.12 ms"),
            (15_000, "15 ms"),
            (3_450_000, "3.45 s"),
        ] {
            let duration = Duration::from_micros(micros);
            assert_eq!(written(|out| write_duration(out, duration)), text);
        }
    }
}
