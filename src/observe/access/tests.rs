//! What is said of lines that nobody could write, and what stays when logs change.

use std::path::Path;
use std::time::{Duration, Instant};

use super::*;
use crate::config::{Addresses, LineFormat, LogConditions, Rotation};
use crate::observe::events::Target;
use crate::observe::events::{Batch, Event, Exchange, Kind, Method, Notice, Protocol, Record};
use crate::observe::journal::{Audience, WhenFull};
use crate::observe::limits::MISSED_PAUSE;

fn log(path: impl AsRef<Path>) -> AccessLog {
    AccessLog {
        place: LogPlace::File(path.as_ref().to_owned()),
        format: LineFormat::read("format", "{target} {site}").unwrap(),
        rotation: Rotation::default(),
        addresses: Addresses::Whole,
        only: LogConditions::default(),
    }
}

fn answered(journal: &Journal, site: u16, target: &str) {
    let now = clock::now();
    let exchange = Exchange {
        number: 1,
        target: (0, 0),
        said_bytes: 0,
        client_bytes: 0,
        site,
        method: Method::Get,
        protocol: Protocol::Http11,
        status: 200,
        reason: None,
        coding: None,
        lacks_sibling: false,
        shadow: None,
        content_bytes: 0,
        begun: now,
    };
    let target = Target {
        bytes: target.as_bytes(),
        has_query: false,
        client: None,
        said: &[],
    };
    journal.answered(1, now, target, &exchange);
}

fn change(logs: &mut AccessLogs, wanted: &[WantedLog<'_>]) {
    let opened = logs.opener().open(wanted).unwrap();
    logs.change(opened, false).unwrap();
}

#[test]
fn a_site_with_a_log_of_its_own_is_told_of_there_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let journal = Arc::new(Journal::new(1));
    let sites = ["default", "a", "b"].map(|name| journal.sites().of(name));
    let (all, own, both) = (log(at("all")), log(at("own")), log(at("both")));
    let mut logs = AccessLogs::new(&journal);
    change(
        &mut logs,
        &[
            (&all, None),
            (&own, Some(sites[1])),
            (&both, Some(sites[1])),
            (&both, None),
        ],
    );
    for (site, target) in sites.into_iter().zip(["/0", "/1", "/2"]) {
        answered(&journal, site, target);
    }
    logs.stop();
    let told = |name: &str| std::fs::read_to_string(at(name)).unwrap();
    assert_eq!(told("all"), "/0 default\n/2 b\n");
    assert_eq!(told("own"), "/1 a\n");
    assert_eq!(told("both"), "/0 default\n/1 a\n/2 b\n");
}

/// What happened before is told as it was decided before, and in a file that stays nothing is lost.
#[test]
fn what_logs_become_counts_from_then_on() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let journal = Arc::new(Journal::new(1));
    let site = journal.sites().of("default");
    let (stays, goes, comes) = (log(at("stays")), log(at("goes")), log(at("comes")));
    let mut logs = AccessLogs::new(&journal);
    change(&mut logs, &[]);
    answered(&journal, site, "/nobody");
    change(&mut logs, &[(&stays, None), (&goes, None)]);
    answered(&journal, site, "/1");
    // Nobody opens anew what stays: the name may be another file's by now.
    std::fs::rename(at("stays"), at("renamed")).unwrap();
    let other_words = AccessLog {
        format: LineFormat::read("format", "{target}").unwrap(),
        ..stays
    };
    change(&mut logs, &[(&other_words, None), (&comes, None)]);
    answered(&journal, site, "/2");
    change(&mut logs, &[]);
    answered(&journal, site, "/3");
    change(&mut logs, &[(&goes, None)]);
    answered(&journal, site, "/4");
    logs.stop();
    let told = |name: &str| std::fs::read_to_string(at(name)).unwrap();
    assert_eq!(told("renamed"), "/1 default\n/2\n");
    assert!(!at("stays").exists());
    assert_eq!(told("goes"), "/1 default\n/4 default\n");
    assert_eq!(told("comes"), "/2 default\n");
}

#[test]
fn a_log_that_cannot_be_opened_leaves_all_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Arc::new(Journal::new(1));
    let site = journal.sites().of("default");
    let good = log(folder.path().join("good"));
    let bad = log(folder.path().join("no/such/folder"));
    let mut logs = AccessLogs::new(&journal);
    change(&mut logs, &[(&good, None)]);
    let new = log(folder.path().join("new"));
    let wanted = [(&good, None), (&new, None), (&bad, None)];
    assert!(logs.opener().open(&wanted).is_err());
    drop(logs.opener().open(&wanted[..2]).unwrap());
    // One in which somebody else has written meanwhile is his.
    let opened = logs
        .opener()
        .open(&[(&log(folder.path().join("theirs")), None)]);
    std::fs::write(folder.path().join("theirs"), "theirs").unwrap();
    drop(opened.unwrap());
    answered(&journal, site, "/1");
    logs.stop();
    let told = std::fs::read_to_string(folder.path().join("good")).unwrap();
    assert_eq!(told, "/1 default\n");
    assert!(!folder.path().join("new").exists(), "it is not left behind");
    assert!(folder.path().join("theirs").exists());
}

#[test]
fn what_the_journal_had_no_room_for_is_counted_for_each_log_and_said_once_a_minute() {
    let journal = Arc::new(Journal::new(1));
    let (one, other) = (log("/dev/null"), log("/dev/zero"));
    let opened = { AccessLogs::new(&journal).opener() }
        .open(&[(&one, None), (&other, None), (&one, Some(1))])
        .unwrap();
    let [group, _] = opened.groups;
    let change = Change::new(clock::now(), group, opened.own);
    let mut work = writer::Work::of(&journal, Arc::default());
    work.change(change, (clock::now(), clock::wall()));
    let mut batch = Batch::default();
    batch.dropped[Kind::Request as usize] = 5;
    batch.dropped[Kind::Accepted as usize] = 100;
    let mut reader = journal.subscribe(Audience::Everything, WhenFull::DropNewest);
    let start = clock::now();
    let mut said = |at: Instant| {
        work.count_missed(&batch, at);
        let mut heard = Batch::default();
        reader.take(&mut heard);
        let of = |record: &Record| match record.event {
            Event::Notice(Notice::LogMissed { lost }) => Some(lost),
            _ => None,
        };
        heard.records.iter().filter_map(of).collect::<Vec<u64>>()
    };
    assert_eq!(said(start), [10]);
    assert_eq!(said(start + Duration::from_secs(1)), [0; 0]);
    assert_eq!(said(start + MISSED_PAUSE), [20]);
    assert_eq!(journal.totals().lost_lines, 30);
}
