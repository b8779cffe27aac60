//! Every error with every fact that may be known about it, in both languages.

use std::fmt::Write as _;
use std::io;

use rustix::io::Errno;

use super::*;
use crate::config::{BadHint, golden};
use crate::i18n::keys;
use crate::server::diagnose::PortRight;
use crate::server::memory::MemoryLimit;
use crate::server::{
    AccessError, AuthorityError, AuthorityTrouble, HintsError, ListenError, LogError, RootError,
    RootErrorKind,
};

fn listen(errno: Errno) -> StartError {
    StartError::Listen {
        address: "127.0.0.1:80".parse().unwrap(),
        free_sibling: None,
        source: io::Error::from(errno).into(),
    }
}

fn unix(source: ListenError) -> StartError {
    StartError::ListenUnix {
        path: "/run/hello.sock".into(),
        source,
    }
}

fn root(path: &str, kind: RootErrorKind, errno: Errno) -> StartError {
    StartError::Root(RootError {
        path: path.into(),
        kind,
        source: errno.into(),
    })
}

fn holder(words: &str, place: Place) -> Holder {
    let name = words.split([' ', ':']).next().unwrap_or_default();
    Holder {
        pid: 1234,
        name: name.to_owned(),
        is_hello: name == "hello",
        words: words.split(' ').map(Into::into).collect(),
        folder: Some("/home/me".into()),
        user: "me".to_owned(),
        is_our_user: place == Place::Plain,
        place,
    }
}

fn held(words: &str, place: Place) -> Facts {
    Facts::Occupant(Occupant::Process(Box::new(holder(words, place))))
}

fn right(remedy: Remedy) -> Facts {
    Facts::Right(PortRight {
        port: 80,
        first_free: 1024,
        user: "me".to_owned(),
        remedy,
    })
}

fn missing(folder: &str, name: &str, similar: &[&str]) -> Missing {
    Missing {
        folder: folder.into(),
        name: name.to_owned(),
        in_a_file: false,
        similar: similar.iter().map(Into::into).collect(),
        barrier: None,
    }
}

fn closed(barrier: Option<Barrier>) -> Facts {
    Facts::Closed(Closed {
        part: "/home/me".into(),
        is_folder: true,
        mode: "drwx------".to_owned(),
        owner: "me".to_owned(),
        group: "users".to_owned(),
        user: "www-data".to_owned(),
        barrier,
    })
}

/// One of each error, and one of each fact that changes what is said.
fn cases() -> Vec<(StartError, Facts)> {
    let all = [
        cases_of_ports(),
        cases_of_addresses(),
        cases_of_paths(),
        cases_of_access(),
        cases_of_certificates(),
        cases_of_the_authority(),
        cases_of_the_rest(),
    ];
    all.into_iter().flatten().collect()
}

fn cases_of_ports() -> Vec<(StartError, Facts)> {
    let taken = || listen(Errno::ADDRINUSE);
    let denied = || listen(Errno::ACCESS);
    let plain = || Place::Plain;
    vec![
        (taken(), held("nginx -g daemon", plain())),
        (
            taken(),
            held("nginx: master", Place::Unit("nginx.service".to_owned())),
        ),
        (
            taken(),
            held("node dev.js", Place::UserUnit("dev.service".to_owned())),
        ),
        (
            taken(),
            held(
                "java -jar a.jar",
                Place::Container("4222b587885b".to_owned()),
            ),
        ),
        (taken(), held(&format!("java {}", "x".repeat(200)), plain())),
        (taken(), held("hello ./dist --listen 80", plain())),
        (taken(), held("hello", plain())),
        (taken(), held("hello --made-up", plain())),
        (
            taken(),
            Facts::Occupant(Occupant::Hidden {
                user: "www-data".to_owned(),
            }),
        ),
        (taken(), Facts::Occupant(Occupant::Unknown)),
        (
            StartError::Listen {
                address: "[::1]:8080".parse().unwrap(),
                free_sibling: Some("127.0.0.1:8080".parse().unwrap()),
                source: io::Error::from(Errno::ADDRINUSE).into(),
            },
            held("node dev.js", plain()),
        ),
        (
            StartError::NoFreePort {
                address: "127.0.0.1:7878".parse().unwrap(),
                last: 7978,
            },
            Facts::Nothing,
        ),
        (denied(), right(Remedy::Capability("/usr/bin/hello".into()))),
        (
            denied(),
            right(Remedy::Capability("/home/me/my site's/hello".into())),
        ),
        (denied(), right(Remedy::System)),
        (denied(), right(Remedy::Service("web.service".to_owned()))),
        (denied(), right(Remedy::Container)),
        (denied(), right(Remedy::Policy)),
    ]
}

fn cases_of_addresses() -> Vec<(StartError, Facts)> {
    let mut cases = vec![
        (
            listen(Errno::ADDRNOTAVAIL),
            Facts::Addresses(vec!["127.0.0.1".parse().unwrap(), "::1".parse().unwrap()]),
        ),
        (listen(Errno::ADDRNOTAVAIL), Facts::Addresses(Vec::new())),
        (listen(Errno::AFNOSUPPORT), Facts::Nothing),
        (
            StartError::ListenTwice {
                address: "127.0.0.1:8080".parse().unwrap(),
            },
            Facts::Nothing,
        ),
    ];
    for names in [vec!["localhost".to_owned()], Vec::new()] {
        let error = StartError::NotResolved {
            host: "localhots".to_owned(),
            port: 8080,
            system: "Name or service not known".to_owned(),
        };
        cases.push((error, Facts::Names(names)));
    }
    cases
}

fn cases_of_certificates() -> Vec<(StartError, Facts)> {
    let date = std::time::UNIX_EPOCH + std::time::Duration::from_hours(498_672);
    let issuer_at = |url: &str| CertificateTrouble::IssuerMissing {
        issuer: "R11".to_owned(),
        url: url.to_owned(),
    };
    let authority = |trouble| {
        let path = "clients.pem".into();
        (
            StartError::from(AuthorityError { path, trouble }),
            Facts::Nothing,
        )
    };
    let authorities = [
        AuthorityTrouble::Unreadable(Errno::ACCESS.into()),
        AuthorityTrouble::Unusable,
    ];
    let troubles = [
        CertificateTrouble::Certificate(Errno::NOENT.into()),
        CertificateTrouble::Key(Errno::ACCESS.into()),
        CertificateTrouble::NoCertificate { is_key: false },
        CertificateTrouble::NoCertificate { is_key: true },
        CertificateTrouble::NoKey(Instead::Nothing),
        CertificateTrouble::NoKey(Instead::Certificate),
        CertificateTrouble::NoKey(Instead::LockedKey),
        CertificateTrouble::BadCertificate,
        CertificateTrouble::BadKey,
        CertificateTrouble::Mismatch {
            certificate: "5a1f22c3d4e5f607".to_owned(),
            key: "c0ffee0011223344".to_owned(),
        },
        CertificateTrouble::Expired { since: date },
        CertificateTrouble::NotYetValid { from: date },
        issuer_at(""),
        issuer_at("http://r11.i.lencr.org/"),
        CertificateTrouble::NotForHost {
            host: "shop.example".to_owned(),
            names: "example.org, www.example.org".to_owned(),
        },
    ];
    let case = |trouble| {
        let error = CertificateError {
            certificate: "cert.pem".into(),
            key: "key.pem".into(),
            trouble,
        };
        (StartError::Certificate(error), Facts::Nothing)
    };
    let authorities = authorities.into_iter().map(authority);
    troubles.into_iter().map(case).chain(authorities).collect()
}

fn cases_of_the_authority() -> Vec<(StartError, Facts)> {
    let date = std::time::UNIX_EPOCH + std::time::Duration::from_hours(498_672);
    let exposed = |mode, wanted| LocalAuthorityTrouble::Exposed { mode, wanted };
    let (folder, file) = ("/home/me/data/hello", "/home/me/data/hello/authority.pem");
    let cases = [
        (
            folder,
            LocalAuthorityTrouble::Unwritable(Errno::ACCESS.into()),
        ),
        (
            folder,
            LocalAuthorityTrouble::Unwritable(Errno::NOSPC.into()),
        ),
        (
            file,
            LocalAuthorityTrouble::Unreadable(Errno::ACCESS.into()),
        ),
        (file, exposed(0o644, 0o600)),
        (folder, exposed(0o777, 0o700)),
        // A user that no system has a name for.
        (file, LocalAuthorityTrouble::Foreign { uid: 4_000_000_000 }),
        (file, LocalAuthorityTrouble::Broken),
        (file, LocalAuthorityTrouble::Expired { since: date }),
    ];
    let case = |(path, trouble): (&str, _)| {
        let error = LocalAuthorityError {
            path: path.into(),
            trouble,
        };
        (StartError::Authority(error), Facts::Nothing)
    };
    cases.into_iter().map(case).collect()
}

fn log(log: &str, errno: Errno) -> StartError {
    StartError::Log(LogError {
        log: log.to_owned(),
        source: errno.into(),
    })
}

fn cases_of_the_rest() -> Vec<(StartError, Facts)> {
    let plain = || Place::Plain;
    vec![
        (
            unix(ListenError::InUse(Errno::ADDRINUSE.into())),
            held("nginx", plain()),
        ),
        (
            unix(ListenError::InUse(Errno::ADDRINUSE.into())),
            Facts::Occupant(Occupant::Unknown),
        ),
        (unix(ListenError::PathTaken), Facts::Nothing),
        (
            unix(ListenError::System(Errno::NOENT.into())),
            Facts::Missing(missing("/", "run", &["/rum"])),
        ),
        (
            unix(ListenError::NotPermitted(Errno::ACCESS.into())),
            closed(None),
        ),
        (
            StartError::Runtime(Errno::MFILE.into()),
            Facts::OpenFiles(16),
        ),
        (
            StartError::Runtime(Errno::NOMEM.into()),
            Facts::Memory(Some(MemoryLimit::Group(32 << 20))),
        ),
        (
            StartError::Runtime(Errno::NOMEM.into()),
            Facts::Memory(None),
        ),
        (
            unix(ListenError::System(Errno::NOSPC.into())),
            Facts::Nothing,
        ),
        (StartError::Runtime(Errno::AGAIN.into()), Facts::Nothing),
        (StartError::NoTerminal, Facts::Nothing),
        (
            log("/var/log/hello/access.log", Errno::NOENT),
            Facts::Nothing,
        ),
        (
            hints(HintsTrouble::Unreadable(Errno::NOENT.into())),
            Facts::Nothing,
        ),
        (
            hints(HintsTrouble::Line(BadHint {
                line: 3,
                fault: HintFault::NoRelation,
            })),
            Facts::Nothing,
        ),
    ]
}

fn access(trouble: AccessTrouble) -> (StartError, Facts) {
    let path = "users.htpasswd".into();
    (
        StartError::Access(AccessError { path, trouble }),
        Facts::Nothing,
    )
}

fn cases_of_access() -> Vec<(StartError, Facts)> {
    let user = |fault| access(AccessTrouble::User(BadUser { line: 3, fault }));
    let mut cases: Vec<_> = UserFault::ALL.into_iter().map(user).collect();
    cases.extend([
        access(AccessTrouble::Unreadable(Errno::NOENT.into())),
        access(AccessTrouble::ShortKey),
        access(AccessTrouble::TooManyKeys),
        access(AccessTrouble::NoRandomness),
    ]);
    cases
}

fn hints(trouble: HintsTrouble) -> StartError {
    let path = "hints.txt".into();
    StartError::Hints(HintsError { path, trouble })
}

fn cases_of_paths() -> Vec<(StartError, Facts)> {
    let absent = |path: &str| root(path, RootErrorKind::Missing, Errno::NOENT);
    let unreadable = || root("/home/me/dist", RootErrorKind::Unreadable, Errno::ACCESS);
    let behind = |barrier| {
        Facts::Missing(Missing {
            barrier: Some(barrier),
            ..missing("/tmp", "dist", &[])
        })
    };
    vec![
        (
            absent("dits"),
            Facts::Missing(missing(".", "dits", &["dist"])),
        ),
        (absent("dits"), Facts::Missing(missing(".", "dits", &[]))),
        (
            absent("/srv/wbe/dist"),
            Facts::Missing(missing("/srv", "wbe", &["/srv/web/dist"])),
        ),
        (
            absent("page.txt/en"),
            Facts::Missing(Missing {
                in_a_file: true,
                ..missing("page.txt", "en", &[])
            }),
        ),
        (absent("/tmp/dist"), behind(Barrier::PrivateTmp)),
        (absent("/home/me/dist"), behind(Barrier::Sandbox)),
        (absent("8080"), Facts::Missing(missing(".", "8080", &[]))),
        (
            absent("http://localhost:8080/"),
            Facts::Missing(missing(".", "http:", &["http/localhost:8080"])),
        ),
        (
            absent("0.0.0.0:8080"),
            Facts::Missing(missing(".", "0.0.0.0:8080", &[])),
        ),
        (
            absent("/docs=./docs"),
            Facts::Missing(missing("/", "docs=.", &["/docs"])),
        ),
        (absent("serve"), Facts::Missing(missing(".", "serve", &[]))),
        (absent("help"), Facts::Missing(missing(".", "help", &[]))),
        (
            absent("doktor"),
            Facts::Missing(missing(".", "doktor", &[])),
        ),
        (
            absent("doktor"),
            Facts::Missing(missing(".", "doktor", &["docker"])),
        ),
        (
            absent("version"),
            Facts::Missing(missing(".", "version", &[])),
        ),
        (absent("a\u{1b}[2Jb"), Facts::Nothing),
        (unreadable(), closed(None)),
        (unreadable(), closed(Some(Barrier::Sandbox))),
        (
            unreadable(),
            closed(Some(Barrier::Fuse("fuse.sshfs".to_owned()))),
        ),
        (
            unreadable(),
            closed(Some(Barrier::Network("nfs4".to_owned()))),
        ),
        (
            unreadable(),
            closed(Some(Barrier::Profile("hello (enforce)".to_owned()))),
        ),
        (unreadable(), closed(Some(Barrier::Unseen))),
        (unreadable(), Facts::Nothing),
        (
            root(
                "/dev/null",
                RootErrorKind::NeitherFolderNorFile,
                Errno::NXIO,
            ),
            Facts::Nothing,
        ),
    ]
}

#[test]
fn every_error_of_starting_reads_well_in_both_languages() {
    let mut page = String::new();
    for (error, facts) in cases() {
        for language in Language::ALL {
            let said = of_start(&error, &facts).in_full(language);
            assert!(!said.contains("{$") && !said.contains("{ $"), "{said}");
            assert!(!said.contains('\u{1b}'), "{said}");
            writeln!(page, "{said}\n").unwrap();
        }
    }
    golden::check("tests/golden/start-errors.txt", &page);
}

#[test]
fn what_cannot_be_compressed_is_not_said_to_be_served() {
    let absent = || root("dits", RootErrorKind::Missing, Errno::NOENT);
    let unreadable = || root("/home/me/dist", RootErrorKind::Unreadable, Errno::ACCESS);
    let cases = [
        (absent(), Facts::Missing(missing(".", "dits", &[]))),
        (absent(), Facts::Missing(missing(".", "dits", &["dist"]))),
        (unreadable(), closed(None)),
        (unreadable(), Facts::Nothing),
        (
            root(
                "/dev/null",
                RootErrorKind::NeitherFolderNorFile,
                Errno::NXIO,
            ),
            Facts::Nothing,
        ),
    ];
    let mut page = String::new();
    for (error, facts) in &cases {
        for language in Language::ALL {
            let said = of_compressing(error, facts).in_full(language);
            writeln!(page, "{said}\n").unwrap();
        }
    }
    golden::check("tests/golden/compress-errors.txt", &page);
}

#[test]
fn every_error_ends_with_what_to_do_now() {
    let keys = keys(Language::English).into_iter().map(|(key, _)| key);
    let keys: Vec<String> = keys.collect();
    let errors = keys.iter().filter_map(|key| key.strip_prefix("error-"));
    let errors: Vec<&str> = errors.collect();
    let hints = keys.iter().filter_map(|key| key.strip_prefix("hint-"));
    let hints: Vec<&str> = hints.collect();
    for error in &errors {
        assert!(hints.iter().any(|hint| hint.starts_with(error)), "{error}");
    }
    for hint in &hints {
        assert!(errors.iter().any(|error| hint.starts_with(error)), "{hint}");
    }
}
