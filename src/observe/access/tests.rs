//! What is said of lines that nobody could write.

use super::*;
use crate::config::{Addresses, LogConditions, Rotation};

fn log(place: LogPlace) -> AccessLog {
    AccessLog {
        place,
        format: crate::config::LineFormat::Json,
        rotation: Rotation::default(),
        addresses: Addresses::Whole,
        only: LogConditions::default(),
    }
}

#[test]
fn what_the_journal_had_no_room_for_is_counted_for_each_log_and_said_once_a_minute() {
    let journal = Arc::new(Journal::new(1));
    let wall = clock::wall();
    let one = || Log {
        name: "/dev/null",
        lines: Lines::new(&log(LogPlace::File("/dev/null".into()))),
        sink: Sink::open(&log(LogPlace::File("/dev/null".into())), wall).unwrap(),
    };
    let mut work = Work {
        subscription: journal.subscribe(Audience::Everything, WhenFull::DropNewest),
        journal: journal.clone(),
        orders: Arc::default(),
        moments: Moments::new(clock::now(), wall),
        logs: vec![one(), one()],
        sites: Vec::new(),
        missed: 0,
        missed_said: None,
    };
    let mut batch = Batch::default();
    batch.dropped[Kind::Request as usize] = 5;
    batch.dropped[Kind::Accepted as usize] = 100;
    let start = clock::now();
    let mut said = |at: Instant| {
        work.write(&batch, (at, wall));
        let mut heard = Batch::default();
        work.subscription.take(&mut heard);
        let of = |record: &Record| match record.event {
            Event::Notice(Notice::LogMissed { lost }) => Some(lost),
            _ => None,
        };
        heard.records.iter().filter_map(of).collect::<Vec<u64>>()
    };
    assert_eq!(said(start), [10]);
    assert_eq!(said(start), [0; 0]);
    assert_eq!(said(start + MISSED_PAUSE), [20]);
    assert_eq!(journal.totals().lost_lines, 30);
}
