//! `--https` alone, and `hello trust`: who vouches for us, and who is told to believe it.
//!
//! The stores of this machine are left alone: programs that would change them are played by
//! scripts, which note how they were called.

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::net::SocketAddr;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use hello::trust::{Anchor, Machine, Outcome, Person, Place, Step, Wish, go_through};
use rustix::process::Signal;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;

use crate::errors::without_rights;
use crate::harness::{Client, Hello, Launch, PATIENCE, folder, get};

fn data(place: &TempDir) -> &str {
    place.path().to_str().unwrap()
}

/// The folder of the authority, with `XDG_DATA_HOME` there.
fn kept_in(place: &TempDir) -> PathBuf {
    place.path().join("hello")
}

fn launch(place: &TempDir) -> Launch {
    Launch::new().env("XDG_DATA_HOME", data(place))
}

fn start(place: &TempDir, site: &Path) -> Hello {
    launch(place).folder(site).args(["--https"]).start()
}

/// A client that believes in what is kept there.
fn believer(place: &TempDir) -> Arc<ClientConfig> {
    let pem = fs::read(kept_in(place).join("authority.pem")).unwrap();
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(&pem).unwrap())
        .unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

#[test]
fn https_alone_serves_names_and_addresses_of_this_machine() {
    let (place, site) = (tempfile::tempdir().unwrap(), folder(&[("page.txt", "hi")]));
    let hello = start(&place, site.path());
    let believer = believer(&place);
    for name in [
        "localhost",
        "127.0.0.1",
        "::1",
        "shop.localhost",
        "api.test",
    ] {
        let mut client = hello.connect().sealed(name, believer.clone());
        assert_eq!(client.get("/page.txt").text(), "hi", "{name}");
    }
    let mut client = hello.connect().sealed("example.com", believer);
    let error = client.shake_hands().unwrap_err();
    assert!(error.to_string().contains("not valid for name"), "{error}");
    // In clear it is redirected, as with a certificate of one's own.
    let reply = hello.say(get("/page.txt"));
    assert_eq!(reply.status(), 308);
}

#[test]
fn the_authority_is_made_once_by_whoever_comes_first() {
    let (place, site) = (tempfile::tempdir().unwrap(), folder(&[("page.txt", "hi")]));
    // All of them at once.
    let started: Vec<_> = (0..3)
        .map(|_| {
            let arguments = ["--https", "--listen", "127.0.0.1:0", "--log", "json"];
            launch(&place).folder(site.path()).args(arguments).spawn()
        })
        .collect();
    let lines = started.into_iter().map(|mut process| {
        let printed = crate::harness::lines_of(process.take_stdout());
        let line = printed.recv_timeout(PATIENCE).unwrap();
        (process, line)
    });
    let lines: Vec<_> = lines.collect();
    let believer = believer(&place);
    for (_process, line) in &lines {
        let address: SocketAddr = line
            .split("https://")
            .nth(1)
            .and_then(|rest| rest.split('"').next()?.parse().ok())
            .unwrap();
        let mut client = Client::of(address).sealed("localhost", believer.clone());
        assert_eq!(client.get("/page.txt").text(), "hi");
    }
    let names = fs::read_dir(kept_in(&place))
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name());
    let names: BTreeSet<_> = names.collect();
    assert!(
        names.iter().eq(["authority.crt", "authority.pem"]),
        "{names:?}"
    );
    drop(lines);
    let again = start(&place, site.path());
    let mut client = again.connect().sealed("localhost", believer);
    assert_eq!(client.get("/page.txt").text(), "hi", "the same as before");
}

#[test]
fn an_authority_that_is_not_safe_is_not_used() {
    let place = tempfile::tempdir().unwrap();
    drop(start(&place, place.path()));
    let key = kept_in(&place).join("authority.pem");
    fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap();
    let arguments = ["--lang", "en", "--https", "--listen", "127.0.0.1:0"];
    let (status, _, told) = launch(&place).args(arguments).output();
    assert_eq!(status.code(), Some(2));
    let fix = format!("`chmod 600 {}`", key.display());
    assert!(told.contains(&fix) && told.contains("(0644)"), "{told}");
    assert!(told.ends_with("`hello help authority-exposed`"), "{told}");
    let (status, _, _) = launch(&place)
        .args(["trust", "--remove", "--lang", "ru"])
        .output();
    assert!(status.success() && !kept_in(&place).exists());
}

#[test]
fn the_doctor_looks_and_makes_nothing() {
    let place = tempfile::tempdir().unwrap();
    let arguments = [
        "--lang",
        "en",
        "doctor",
        "--https",
        "--listen",
        "127.0.0.1:0",
    ];
    let (status, printed, _) = launch(&place).args(arguments).output();
    assert!(status.success(), "{printed}");
    let printed = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    for told in [
        "would `hello --lang en --https --listen 127.0.0.1:0` work here?",
        "no local authority yet: the first start makes one",
        "hello help not-trusted",
    ] {
        assert!(printed.contains(told), "{told}: {printed}");
    }
    assert!(!kept_in(&place).exists());
}

#[test]
fn who_is_not_trusted_yet_says_so_in_a_line() {
    let place = tempfile::tempdir().unwrap();
    let arguments = ["--lang", "en", "--https", "--listen", "127.0.0.1:0"];
    let mut process = launch(&place).args(arguments).spawn();
    let lines = crate::harness::lines_of(process.take_stdout());
    let told: Vec<String> = (0..3)
        .map(|_| lines.recv_timeout(PATIENCE).unwrap())
        .collect();
    assert_eq!(told[2], "  browsers warn until `hello trust`", "{told:#?}");
    drop(process);
    fs::write(kept_in(&place).join("trusted-by-browsers"), "").unwrap();
    let mut process = launch(&place).args(arguments).spawn();
    let lines = crate::harness::lines_of(process.take_stdout());
    process.send_signal(Signal::TERM);
    let (_, _) = process.ended();
    assert!(lines.iter().all(|line| !line.contains("hello trust")));
}

#[test]
fn a_phone_gets_the_certificate_and_nothing_else() {
    let place = tempfile::tempdir().unwrap();
    let terminal = launch(&place)
        .args(["trust", "--phone", "--lang", "en"])
        .show();
    terminal.line_with("████");
    terminal.line_with("iPhone: ");
    let mut client = terminal.connect();
    let page = client.get("/");
    assert_eq!(page.status(), 200);
    assert!(
        page.text().contains("href=\"/hello-authority.crt\""),
        "{}",
        page.text()
    );
    let kept = fs::read(kept_in(&place).join("authority.pem")).unwrap();
    let der = CertificateDer::from_pem_slice(&kept).unwrap();
    let reply = client.get("/hello-authority.crt");
    assert_eq!(
        reply.field("content-type"),
        Some("application/x-x509-ca-cert")
    );
    assert_eq!(reply.body, der.as_ref());
    let profile = client.get("/hello-authority.mobileconfig");
    let kind = Some("application/x-apple-aspen-config");
    assert_eq!(profile.field("content-type"), kind);
    let pem = String::from_utf8(kept).unwrap();
    let (key, certificate) = pem.split_at(pem.find("-----BEGIN CERTIFICATE").unwrap());
    let data = profile.text();
    let data = data
        .split("<data>")
        .nth(1)
        .and_then(|rest| rest.split('<').next());
    let lines = certificate.lines().filter(|line| !line.starts_with('-'));
    assert_eq!(data, Some(&*lines.collect::<String>()));
    let secret = key.lines().nth(1).unwrap();
    for path in ["/", "/hello-authority.crt", "/hello-authority.mobileconfig"] {
        assert!(!client.get(path).text().contains(secret), "{path}");
    }
    for path in [
        "/authority.pem",
        "/hello-authority.pem",
        "/../authority.pem",
        "/trust",
    ] {
        let status = client.get(path).status();
        assert!(status == 404 || status == 400, "{path}: {status}");
    }
}

/// A machine made of folders, with scripts for programs that note how they are called.
struct Made {
    place: TempDir,
    machine: Machine,
}

/// The family of Debian, where programs say nothing and succeed.
fn machine() -> Made {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("root");
    let home = place.path().join("home");
    let programs = place.path().join("bin");
    fs::create_dir_all(root.join("usr/local/share/ca-certificates")).unwrap();
    fs::create_dir_all(&home).unwrap();
    fs::create_dir_all(&programs).unwrap();
    let made = Made {
        machine: Machine {
            root,
            path: programs.into(),
            is_administrator: true,
            person: Person {
                home: Some(home),
                ..Person::default()
            },
        },
        place,
    };
    made.program("update-ca-certificates", "");
    made.certutil();
    made
}

impl Made {
    fn program(&self, name: &str, does: &str) {
        let path = self.place.path().join("bin").join(name);
        let log = self.place.path().join("log");
        let note = format!("echo \"{name} $*\" >> '{}'", log.display());
        // Written by another process: a file that this one has open for writing may be open in a
        // child of another test as well, and then it cannot be run.
        let written = Command::new("/bin/sh")
            .args([
                "-c",
                "printf '%s' \"$1\" > \"$2\" && chmod 755 \"$2\"",
                "sh",
            ])
            .arg(format!("#!/bin/sh\n{note}\n{does}\n"))
            .arg(path)
            .status();
        assert!(written.unwrap().success());
    }

    /// A `certutil` that works.
    fn certutil(&self) {
        // Keeps a certificate as a file in the folder of the database, by the tag of its name.
        self.program(
            "certutil",
            r#"db=${2#sql:}
for word do tag=$word; done
case $3 in
-N) : > "$db/cert9.db" ;;
-L) test -f "$db/has-${tag##* }" ;;
-A) while read -r line; do echo "$line"; done > "$db/has-${tag##* }" ;;
-D) rm "$db/has-${tag##* }" ;;
esac"#,
        );
    }

    /// How programs were called since the last time.
    fn calls(&self) -> Vec<String> {
        let log = self.place.path().join("log");
        let calls = fs::read_to_string(&log).unwrap_or_default();
        let _ = fs::remove_file(&log);
        calls.lines().map(str::to_owned).collect()
    }

    fn home(&self) -> PathBuf {
        self.place.path().join("home")
    }

    /// A database below the home.
    fn database(&self, folder: &str) -> PathBuf {
        let folder = self.home().join(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("cert9.db"), "").unwrap();
        folder
    }

    fn go_through(&self, wish: Wish) -> Vec<Step> {
        go_through(&self.machine, &anchor(), wish)
    }
}

fn anchor() -> Anchor {
    Anchor {
        name: "hello local authority 0a1b2c3d".to_owned(),
        tag: "0a1b2c3d".to_owned(),
        pem: "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n".to_owned(),
        file: "/home/me/it's here/authority.crt".into(),
    }
}

fn outcomes(steps: &[Step]) -> Vec<&Outcome> {
    steps.iter().map(|step| &step.outcome).collect()
}

#[test]
fn every_store_is_told_once_and_all_of_it_is_undone() {
    let made = machine();
    let chromium = made.database(".pki/nssdb");
    let firefox = made.database(".mozilla/firefox/a1.default-release");
    let snap = made.database("snap/firefox/common/.mozilla/firefox/b2.default");
    // No database: not a profile.
    fs::create_dir_all(made.home().join(".mozilla/firefox/Crash Reports")).unwrap();
    let folder = made.machine.root.join("usr/local/share/ca-certificates");
    let file = folder.join("hello-0a1b2c3d.crt");
    let steps = made.go_through(Wish::Trust);
    let places = [
        Place::System(Some(file.clone())),
        Place::Chromium(Some(chromium.clone())),
        Place::Firefox(Some(firefox.clone())),
        Place::Firefox(Some(snap)),
    ];
    let looked_at: Vec<Place> = steps.iter().map(|step| step.place.clone()).collect();
    assert_eq!(looked_at, places);
    assert_eq!(outcomes(&steps), [&Outcome::Done; 4]);
    assert_eq!(fs::read_to_string(&file).unwrap(), anchor().pem);
    for database in [&chromium, &firefox] {
        let put = fs::read_to_string(database.join("has-0a1b2c3d")).unwrap();
        assert_eq!(put, anchor().pem);
    }
    let calls = made.calls();
    assert_eq!(calls[0], "update-ca-certificates ");
    let database = format!("sql:{}", chromium.display());
    let name = anchor().name;
    assert_eq!(calls[1], format!("certutil -d {database} -L -n {name}"));
    assert_eq!(
        calls[2],
        format!("certutil -d {database} -A -a -t C,, -n {name}")
    );

    let steps = made.go_through(Wish::Trust);
    assert_eq!(outcomes(&steps), [&Outcome::Already; 4]);
    assert!(
        made.calls().iter().all(|call| call.contains(" -L ")),
        "nothing is changed"
    );

    let steps = made.go_through(Wish::Remove);
    assert_eq!(outcomes(&steps), [&Outcome::Done; 4]);
    assert!(!file.exists() && !chromium.join("has-0a1b2c3d").exists());
    assert_eq!(made.calls()[0], "update-ca-certificates --fresh");
    let steps = made.go_through(Wish::Remove);
    assert_eq!(outcomes(&steps), [&Outcome::Already; 4]);
}

#[test]
fn each_family_of_systems_has_its_folder_and_its_program() {
    for (folder, program, told) in [
        (
            "etc/pki/ca-trust/source/anchors",
            "update-ca-trust",
            "update-ca-trust extract",
        ),
        (
            "etc/ca-certificates/trust-source/anchors",
            "update-ca-trust",
            "update-ca-trust ",
        ),
        (
            "etc/pki/trust/anchors",
            "update-ca-certificates",
            "update-ca-certificates ",
        ),
    ] {
        let made = machine();
        let root = made.machine.root.join(folder);
        fs::create_dir_all(&root).unwrap();
        made.program(program, "");
        let steps = made.go_through(Wish::Trust);
        assert_eq!(steps[0].outcome, Outcome::Done, "{folder}");
        assert!(root.join("hello-0a1b2c3d.crt").is_file());
        assert!(hello::trust::is_believed(&made.machine.root, "0a1b2c3d"));
        assert!(!hello::trust::is_believed(&made.machine.root, "ffffffff"));
        assert_eq!(made.calls()[0], told);
    }
}

#[test]
fn who_may_not_is_told_the_command_and_nothing_is_changed() {
    let mut made = machine();
    made.machine.is_administrator = false;
    let folder = made.machine.root.join("usr/local/share/ca-certificates");
    let path = folder.join("hello-0a1b2c3d.crt");
    let steps = made.go_through(Wish::Trust);
    let expected = format!(
        "sudo install -m 644 '/home/me/it'\\''s here/authority.crt' {0} && \
         sudo update-ca-certificates",
        path.display()
    );
    assert_eq!(steps[0].outcome, Outcome::ByHand(expected));
    assert!(!path.exists() && made.calls().is_empty());
    fs::write(&path, anchor().pem).unwrap();
    assert_eq!(made.go_through(Wish::Trust)[0].outcome, Outcome::Already);
    let removed = made.go_through(Wish::Remove);
    let expected = format!(
        "sudo rm {} && sudo update-ca-certificates --fresh",
        path.display()
    );
    assert_eq!(removed[0].outcome, Outcome::ByHand(expected));
    assert!(path.exists());
}

#[test]
fn what_is_missing_or_fails_is_named() {
    let made = machine();
    made.database(".mozilla/firefox/a1.default");
    let programs = made.place.path().join("bin");
    made.program("update-ca-certificates", "echo no room >&2; exit 3");
    made.program(
        "certutil",
        "test \"$3\" != -L || exit 1; echo locked >&2; exit 255",
    );
    let steps = made.go_through(Wish::Trust);
    let failed = |said: &str| Outcome::Failed(said.to_owned());
    let none = Outcome::NoStore;
    assert_eq!(
        outcomes(&steps),
        [&failed("no room"), &none, &failed("locked")]
    );
    fs::remove_file(programs.join("certutil")).unwrap();
    let missing = Outcome::NoTool {
        tool: "certutil",
        install: "sudo apt install libnss3-tools",
    };
    assert_eq!(made.go_through(Wish::Trust)[2].outcome, missing);
    fs::remove_dir_all(made.machine.root.join("usr")).unwrap();
    assert_eq!(made.go_through(Wish::Trust)[0].outcome, Outcome::NoStore);
}

#[test]
fn a_store_is_made_for_chromium_where_it_has_none_yet() {
    let made = machine();
    let folder = made.home().join(".pki/nssdb");
    assert_eq!(made.go_through(Wish::Trust)[1].place, Place::Chromium(None));
    made.program("chromium", "");
    assert_eq!(
        made.go_through(Wish::Remove)[1].place,
        Place::Chromium(None)
    );
    let step = &made.go_through(Wish::Trust)[1];
    assert_eq!(step.place, Place::Chromium(Some(folder.clone())));
    assert_eq!(step.outcome, Outcome::Done);
    let found = fs::metadata(&folder).unwrap().permissions();
    assert_eq!(found.mode() & 0o777, 0o700);
}

#[test]
fn within_windows_the_command_for_windows_is_told() {
    let made = machine();
    fs::create_dir_all(made.machine.root.join("proc/sys/kernel")).unwrap();
    let release = made.machine.root.join("proc/sys/kernel/osrelease");
    fs::write(release, "6.6.87.2-microsoft-standard-WSL2\n").unwrap();
    let steps = made.go_through(Wish::Trust);
    let last = steps.last().unwrap();
    assert_eq!(last.place, Place::Windows);
    let Outcome::ByHand(command) = &last.outcome else {
        panic!("{last:?}")
    };
    assert!(
        command.starts_with("certutil.exe -user -addstore Root "),
        "{command}"
    );
}

#[test]
fn trust_says_line_by_line_what_it_did_and_takes_it_back() {
    let made = machine();
    let (_program, hello) = without_rights();
    let chromium = made.database(".pki/nssdb");
    for folder in [
        made.place.path().to_owned(),
        made.home(),
        made.home().join(".pki"),
        chromium.clone(),
    ] {
        fs::set_permissions(folder, Permissions::from_mode(0o777)).unwrap();
    }
    let share = made.home().join("data");
    fs::create_dir(&share).unwrap();
    fs::set_permissions(&share, Permissions::from_mode(0o777)).unwrap();
    let path = format!("{}:/usr/bin:/bin", made.place.path().join("bin").display());
    let run = |arguments: &[&str]| {
        let launch = hello().env("HOME", made.home().to_str().unwrap());
        let launch = launch
            .env("XDG_DATA_HOME", share.to_str().unwrap())
            .env("PATH", &path);
        let (status, printed, complaints) = launch.args(arguments).output();
        assert_eq!(complaints, "");
        (status.code(), printed)
    };
    let (code, told) = run(&["trust", "--lang", "en"]);
    let line = format!("  Chromium and Chrome ({}): added", chromium.display());
    assert!(told.lines().any(|found| found == line), "{told}");
    assert!(told.starts_with("made hello local authority "), "{told}");
    assert!(share.join("hello/authority.crt").is_file());
    // Whether this machine keeps authorities for others is its own business.
    let is_left = told.contains("sudo install -m 644 ");
    assert_eq!(code, Some(i32::from(is_left)), "{told}");
    let (_, told) = run(&["--lang", "ru", "trust"]);
    assert!(told.contains("уже есть"), "{told}");
    // What could not be taken back can be tried again: the authority is still known.
    made.program(
        "certutil",
        "test \"$3\" = -L || { echo locked >&2; exit 255; }",
    );
    let (code, told) = run(&["trust", "--remove", "--lang", "en"]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("not changed: locked"), "{told}");
    assert!(share.join("hello/authority.pem").is_file());
    made.certutil();
    let (code, told) = run(&["trust", "--remove", "--lang", "en"]);
    assert_eq!(code, Some(0), "{told}");
    let first = told.lines().next().unwrap();
    assert!(
        first.starts_with("taking away hello local authority "),
        "{told}"
    );
    let key = share.join("hello/authority.pem");
    assert!(
        told.contains(&format!("  deleted {}", key.display())),
        "{told}"
    );
    assert!(!share.join("hello").exists());
    let (code, told) = run(&["trust", "--remove", "--lang", "en"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.starts_with("there is no local authority"), "{told}");
}

#[test]
fn what_sudo_writes_into_browsers_belongs_to_the_person_behind_it() {
    if !rustix::process::geteuid().is_root() {
        // Then nobody can be somebody else.
        return;
    }
    let mut made = machine();
    made.machine.person.ids = Some((65534, 65534));
    made.program("chromium", "");
    made.program(
        "certutil",
        "test \"$3\" != -L || exit 1; : > \"${2#sql:}/by-$3\"",
    );
    for folder in [made.place.path().to_owned(), made.home()] {
        fs::set_permissions(folder, Permissions::from_mode(0o777)).unwrap();
    }
    let log = made.place.path().join("log");
    fs::write(&log, "").unwrap();
    fs::set_permissions(&log, Permissions::from_mode(0o666)).unwrap();
    let steps = made.go_through(Wish::Trust);
    assert_eq!(steps[1].outcome, Outcome::Done, "{steps:?}");
    let folder = made.home().join(".pki/nssdb");
    for path in [
        made.home().join(".pki"),
        folder.clone(),
        folder.join("by--A"),
    ] {
        assert_eq!(
            fs::metadata(&path).unwrap().uid(),
            65534,
            "{}",
            path.display()
        );
    }
}
