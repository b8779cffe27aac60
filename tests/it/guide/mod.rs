//! The guides say what is true: each configuration in them is read, started, and asked everything
//! that the guide promises of it.

mod promise;
mod tables;

use std::sync::{Arc, LazyLock};

use rustls::ClientConfig;
use rustls::version::TLS13;
use tempfile::TempDir;

use crate::harness::private::{Authority, believer, somebody};
use crate::harness::{Client, Hello, Launch, Protocol, folder, get, over_every_protocol};
use crate::repository;
use promise::Promise;

over_every_protocol! {
    every_configuration_of_the_guide_does_what_the_guide_promises,
}

/// The configurations, in the order of the guides. Each is a golden, `guide-NAME.toml`.
const CONFIGURATIONS: [&str; 10] = [
    "static",
    "spa",
    "sites",
    "redirects",
    "password",
    "cors",
    "downloads",
    "maintenance",
    "certificates",
    "proxy",
];

/// Anna, whose password is `secret`: bcrypt at its cheapest, for tests without a release build.
const USERS: &str = "anna:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";

/// Lines of a configuration. Reason: more is not taken in at a glance.
const LINES_MAX: usize = 20;

/// A configuration, and what is promised of it.
struct Guide {
    file: String,
    promises: String,
}

impl Guide {
    fn promises(&self) -> impl Iterator<Item = Promise<'_>> {
        self.promises.lines().map(Promise::read)
    }
}

fn guides(language: &str) -> Vec<Guide> {
    let page = repository::read(&format!("docs/guide/{language}.md"));
    let sections = page.split("\n## ").skip(1);
    let guides = sections.filter_map(|section| {
        let file = block(section, "toml")?;
        let promises = block(section, "text")
            .unwrap_or_else(|| panic!("{language}.md promises nothing: {section}"));
        Some(Guide { file, promises })
    });
    guides.collect()
}

/// The first block of a section in this language.
fn block(section: &str, language: &str) -> Option<String> {
    let (_, rest) = section.split_once(&format!("```{language}\n"))?;
    let (block, _) = rest.split_once("```\n")?;
    Some(block.to_owned())
}

/// A folder with this `hello.toml`, a site, and every file that is promised: each with its own path in
/// it.
fn place(file: &str, promises: &[Promise<'_>]) -> TempDir {
    let files = promises.iter().filter_map(Promise::file);
    let mut files: Vec<(&str, &str)> = files.map(|path| (path, path)).collect();
    files.extend([
        ("hello.toml", file),
        ("public/index.html", "public/index.html"),
    ]);
    if file.contains("users.htpasswd") {
        files.push(("users.htpasswd", USERS));
    }
    if file.contains("staff.pem") {
        files.push(("staff.pem", &STAFF.pem));
    }
    folder(&files)
}

/// Starts what is in a folder; `None`: it speaks TLS, and the test at hand does not.
fn start(folder: &TempDir, file: &str) -> Option<Hello> {
    let is_private = ["cert = ", "https = "].iter().any(|key| file.contains(key));
    if is_private && !Protocol::spoken().is_private() {
        return None;
    }
    let mut launch = Launch::new().inside(folder.path());
    if file.contains("redirect-http = ") {
        launch = launch.args(["--redirect-http", "127.0.0.1:0"]);
    }
    Some(launch.start())
}

fn every_configuration_of_the_guide_does_what_the_guide_promises() {
    for (name, guide) in CONFIGURATIONS.iter().zip(guides("en")) {
        let promises: Vec<_> = guide.promises().collect();
        let folder = place(&guide.file, &promises);
        let Some(hello) = start(&folder, &guide.file) else {
            continue;
        };
        let asks_for_certificates = guide.file.contains("client-ca = ");
        for promise in &promises {
            let client = hello.connect();
            let client = if promise.shows_certificate() {
                proven(client)
            } else {
                client
            };
            promise.hold(client, name);
        }
        if asks_for_certificates {
            turns_strangers_away(&hello);
        }
        hello.stop();
    }
}

/// Whose certificates are asked for.
static STAFF: LazyLock<Authority> = LazyLock::new(|| Authority::new("Staff"));

/// The client has a certificate to show.
fn proven(client: Client) -> Client {
    let mut config = ClientConfig::clone(&somebody(&STAFF.issue(&["anna.test"]), &TLS13));
    config.alpn_protocols.clone_from(&believer().alpn_protocols);
    client.sealed("localhost", Arc::new(config))
}

/// Who shows a certificate of somebody else is not let in.
fn turns_strangers_away(hello: &Hello) {
    let others = Authority::new("Others");
    let mut config = ClientConfig::clone(&somebody(&others.issue(&["anna.test"]), &TLS13));
    config.alpn_protocols.clone_from(&believer().alpn_protocols);
    let mut stranger = hello.connect().sealed("localhost", Arc::new(config));
    stranger.shake_hands().ok();
    stranger.try_send(get("/")).ok();
    let answer = stranger.try_reply();
    assert!(!matches!(answer, Ok(Some(_))), "there is no answer");
    let end = hello.end_of(&stranger.name());
    assert_eq!(end.text("failure"), "client-unknown");
}

#[test]
fn the_guides_show_the_same_configurations_in_both_languages() {
    let (english, russian) = (guides("en"), guides("ru"));
    assert_eq!(english.len(), CONFIGURATIONS.len());
    assert_eq!(russian.len(), CONFIGURATIONS.len());
    for ((name, english), russian) in CONFIGURATIONS.iter().zip(english).zip(russian) {
        repository::check_golden(&format!("config/guide-{name}.toml"), &english.file);
        assert_eq!(english.file, russian.file, "{name}");
        assert_eq!(english.promises, russian.promises, "{name}");
        assert!(english.file.lines().count() <= LINES_MAX, "{name}");
        assert!(english.promises.lines().count() >= 3, "{name}");
    }
}
