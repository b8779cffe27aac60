//! The report with everything well, with everything worth a word, and with everything wrong.

use std::fmt::Write as _;

use rustix::io::Errno;

use super::*;
use crate::config::golden;
use crate::server::diagnose::{Missing, Whoami};
use crate::server::{Descriptors, Facts, RootError, RootErrorKind, StartError};

fn user(uid: u32, name: &str) -> Check {
    Check::User(Whoami {
        uid,
        groups: Vec::new(),
        name: name.to_owned(),
    })
}

fn open_files(limit: u64, wanted: Option<usize>) -> Check {
    Check::OpenFiles {
        shared: Descriptors::share(limit, 2, u64::MAX, 1, wanted, 512),
        wanted,
    }
}

fn memory(limit: Option<u64>, is_too_tight: bool) -> Check {
    Check::Memory {
        limit: limit.map(MemoryLimit::Group),
        files: 64 << 20,
        is_too_tight,
    }
}

fn listens(urls: &[&str], moved: Option<(u16, u16)>) -> Check {
    Check::Listen {
        wanted: "localhost:7878".to_owned(),
        outcome: Ok(Listens {
            urls: urls.iter().map(ToString::to_string).collect(),
            moved,
        }),
    }
}

fn folder(entries: usize, unreadable: &[&str]) -> Check {
    served(entries, unreadable, true)
}

fn is_served(served: Served) -> Check {
    Check::Served {
        at: None,
        outcome: Ok(served),
    }
}

fn mounted(at: &str, mut check: Check) -> Check {
    if let Check::Served { at: none, .. } = &mut check {
        *none = Some(at.to_owned());
    }
    check
}

fn served(entries: usize, unreadable: &[&str], has_start_page: bool) -> Check {
    is_served(Served::Folder {
        path: "./dist".into(),
        entries,
        unreadable: unreadable.iter().map(ToString::to_string).collect(),
        has_start_page,
    })
}

fn locale(name: Option<&str>, is_ours: bool, is_utf8: bool) -> Locale {
    Locale {
        name: name.map(str::to_owned),
        is_ours,
        is_utf8,
    }
}

fn seconds(seconds: u64) -> Check {
    Check::Clock(UNIX_EPOCH + Duration::from_secs(seconds))
}

fn well() -> Vec<Check> {
    vec![
        folder(21, &[]),
        listens(&["http://127.0.0.1:7878", "http://[::1]:7878"], None),
        Check::Authority(Ok(Vouching::Trusted)),
        Check::Logs(Ok(2)),
        user(1000, "me"),
        open_files(1 << 20, None),
        memory(None, false),
        Check::Kernel(Vec::new()),
        seconds(1_794_000_000),
        Check::Output(Output::Terminal),
    ]
}

fn worth_a_word() -> Vec<Check> {
    vec![
        folder(25, &["private.key", "old"]),
        listens(&["http://127.0.0.1:7879"], Some((7878, 7879))),
        Check::Authority(Ok(Vouching::NotTrusted)),
        user(0, "root"),
        open_files(256, None),
        open_files(1024, Some(5000)),
        memory(Some(48 << 20), true),
        Check::Kernel(vec![Feature::Openat2, Feature::ReadNowait]),
        seconds(1_794_000_000),
        Check::Output(Output::File(100 << 20)),
    ]
}

fn wrong() -> Vec<Check> {
    let missing = Facts::Missing(Missing {
        folder: ".".into(),
        name: "dits".to_owned(),
        in_a_file: false,
        similar: vec!["dist".into()],
        barrier: None,
    });
    let error = StartError::Root(RootError {
        path: "dits".into(),
        kind: RootErrorKind::Missing,
        source: Errno::NOENT.into(),
    });
    let taken = StartError::NoFreePort {
        address: "127.0.0.1:7878".parse().unwrap(),
        last: 7978,
    };
    vec![
        Check::Served {
            at: None,
            outcome: Err(Box::new((error, missing))),
        },
        Check::Listen {
            wanted: "127.0.0.1:7878".to_owned(),
            outcome: Err(Box::new((taken, Facts::Nothing))),
        },
        memory(Some(1 << 30), false),
        seconds(0),
        Check::Output(Output::Pipe),
        Check::Output(Output::Device),
        Check::Output(Output::File(1 << 40)),
        is_served(Served::BuiltIn),
        is_served(Served::File("page.html".into())),
        Check::Authority(Ok(Vouching::NotYet)),
        mounted("/docs/", served(21, &[], false)),
        mounted("/a/report", is_served(Served::File("./report.pdf".into()))),
        served(0, &[], false),
        served(3, &["private.key"], false),
        served(21, &[], false),
    ]
}

#[test]
fn the_report_reads_well_in_both_languages() {
    let cases = [
        (
            "./dist",
            well(),
            locale(Some("ru_RU.UTF-8"), true, true),
            Verdict::Pass,
        ),
        (
            "",
            well(),
            locale(Some("de_DE.UTF-8"), false, true),
            Verdict::Pass,
        ),
        (
            "./dist --https --listen 8443",
            worth_a_word(),
            locale(Some("ru_RU.KOI8-R"), true, false),
            Verdict::Warning,
        ),
        ("./dist", wrong(), locale(None, true, true), Verdict::Fix),
    ];
    let mut page = String::new();
    for (asked, checks, locale, expected) in &cases {
        for language in Language::ALL {
            let (text, worst) = report(language, asked, checks, locale);
            assert_eq!(worst, *expected);
            for line in text.lines() {
                assert!(i18n::columns(line) <= COLUMNS, "{line}");
                assert_eq!(line.trim_end(), line);
            }
            writeln!(page, "{text}\n").unwrap();
        }
    }
    golden::check("tests/golden/doctor.txt", &page);
}
