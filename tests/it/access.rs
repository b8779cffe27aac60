//! Who may come in: by address, with a signed link, with a password; and whose request it is behind a
//! proxy. And that no secret is ever told.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::Shutdown;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use hello::clock;
use hello::site::{LinkKey, hash_password};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::harness::{Client, Hello, Launch, Protocol, Reply, folder, over_every_protocol};

over_every_protocol! {
    who_has_no_password_is_asked_for_one_and_who_has_comes_in,
    what_is_behind_a_password_is_not_told_beforehand,
    a_new_file_of_users_counts_and_a_broken_one_does_not,
    guesses_are_counted_by_address,
    an_address_is_let_in_or_kept_out,
    behind_a_trusted_proxy_the_client_counts_and_both_are_told,
    who_is_no_trusted_proxy_is_not_listened_to,
    a_proxy_introduces_each_connection,
    whoever_does_not_introduce_a_connection_well_is_sent_away,
    a_link_is_good_for_its_path_until_it_ends,
    every_part_has_to_let_a_request_pass,
    paths_of_a_file_have_entries_of_their_own_whatever_leads_there,
    no_secret_is_told_anywhere,
    rules_and_maintenance_know_the_client,
    each_user_has_a_budget_as_soon_as_he_is_known,
    connections_are_counted_for_whom_a_proxy_introduces,
    a_browser_asks_before_it_shows_a_password,
    what_is_not_for_everybody_is_kept_by_nobody_else,
}

const PASSWORD: &str = "geheim-Kennwort-7421";

/// A folder with these files, and beside it one with files for us alone.
struct Place {
    site: TempDir,
    own: TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            site: folder(&[("page.txt", "for those who may\n"), ("a b.txt", "spaces\n")]),
            own: folder(&[]),
        }
    }

    fn own(&self, name: &str, content: &str) -> String {
        let path = self.own.path().join(name);
        // As editors do: another file of that name.
        let new = self.own.path().join("new");
        std::fs::write(&new, content).unwrap();
        std::fs::rename(&new, &path).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn users(&self) -> String {
        self.own("users", &line("anna", PASSWORD))
    }

    fn start(&self, options: &[&str]) -> Hello {
        Hello::start(options, self.site.path())
    }
}

fn line(name: &str, password: &str) -> String {
    format!("{name}:{}\n", hash_password(password).unwrap())
}

pub fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut coded = String::new();
    for three in text.as_bytes().chunks(3) {
        let bits = three
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let bits = bits << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            coded.push(if place <= three.len() {
                letter.into()
            } else {
                '='
            });
        }
    }
    coded
}

fn ask(hello: &Hello, target: &str, fields: &[(&str, &str)]) -> Reply {
    let mut request = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n");
    for (name, value) in fields {
        write!(request, "{name}: {value}\r\n").unwrap();
    }
    hello.say(request + "\r\n")
}

fn ask_as(hello: &Hello, target: &str, credentials: &str) -> Reply {
    let value = format!("Basic {}", base64(credentials));
    ask(hello, target, &[("Authorization", &value)])
}

/// Why the last answer for a target was not what was asked for.
fn reason(hello: &Hello, target: &str, count: usize) -> String {
    let requests = hello.until_count(count, |event| event.is_request(target));
    requests[count - 1].text("reason").to_owned()
}

fn who_has_no_password_is_asked_for_one_and_who_has_comes_in() {
    let place = Place::new();
    let hello = place.start(&["--users", &place.users(), "--realm", "The \"inner\" rooms"]);
    let reply = hello.get("/page.txt");
    assert_eq!(reply.status(), 401);
    let challenge = "Basic realm=\"The \\\"inner\\\" rooms\", charset=\"UTF-8\"";
    assert_eq!(reply.field("www-authenticate"), Some(challenge));
    // Early answers pass the finishers.
    assert_eq!(reply.field("x-content-type-options"), Some("nosniff"));
    assert!(!reply.text().contains("for those who may"));
    assert_eq!(reason(&hello, "/page.txt", 1), "password-missing");
    for (count, wrong) in ["anna:wrong", "eve:x", "anna", ":"].into_iter().enumerate() {
        let reply = ask_as(&hello, "/page.txt", wrong);
        assert_eq!(reply.status(), 401, "{wrong}");
        assert_eq!(reply.field("www-authenticate"), Some(challenge));
        let expected = if wrong == "anna" {
            "password-missing"
        } else {
            "password-wrong"
        };
        assert_eq!(reason(&hello, "/page.txt", count + 2), expected, "{wrong}");
    }
    for _ in 0..3 {
        let reply = ask_as(&hello, "/page.txt", &format!("anna:{PASSWORD}"));
        assert_eq!(reply.status(), 200);
        assert_eq!(reply.text(), "for those who may\n");
    }
    let twice = [
        ("Authorization", "Basic YTpi"),
        ("Authorization", "Basic YTpi"),
    ];
    assert_eq!(ask(&hello, "/page.txt", &twice).status(), 401);
}

fn what_is_behind_a_password_is_not_told_beforehand() {
    let place = Place::new();
    let hints = place.own("hints", "/page.txt </secret.css>; rel=preload; as=style\n");
    let users = place.users();
    let hello = place.start(&["--users", &users, "--hints", &hints, "--list"]);
    let navigation = [("Sec-Fetch-Mode", "navigate")];
    let there = ask(&hello, "/page.txt", &navigation);
    let nowhere = ask(&hello, "/nowhere", &navigation);
    let folder = ask(&hello, "/", &navigation);
    for reply in [&there, &nowhere, &folder] {
        assert_eq!(reply.status(), 401);
        assert_eq!(reply.field("link"), None);
        assert!(!reply.text().contains("secret.css"));
    }
    assert_eq!(there.text(), nowhere.text());
    let live = ask(&hello, "/.hello/live", &navigation);
    assert_eq!(live.status(), 401);
}

fn a_new_file_of_users_counts_and_a_broken_one_does_not() {
    let place = Place::new();
    let users = place.users();
    let hello = place.start(&["--users", &users, "--look-again-after", "1ms"]);
    let status = |credentials: &str| ask_as(&hello, "/page.txt", credentials).status();
    let anna = format!("anna:{PASSWORD}");
    assert_eq!(status(&anna), 200);
    place.own("users", &line("bob", "builder"));
    assert_eq!(ask_until(&hello, &anna, 401), "password-wrong");
    assert_eq!(status("bob:builder"), 200);
    hello.until(|event| event.is_notice("access-renewed"));
    place.own("users", "bob:builder\n");
    assert_eq!(status("bob:builder"), 200);
    while hello.seen(|event| event.is_notice("access-kept")).is_none() {
        assert_eq!(status("bob:builder"), 200, "what was there before stays");
    }
    let kept = hello.until(|event| event.is_notice("access-kept"));
    assert_eq!(
        (kept.number("line"), kept.text("error")),
        (1, "users-unusable")
    );
}

/// Asks until the answer is another one: the file is looked at again by then. Says why it is.
fn ask_until(hello: &Hello, credentials: &str, status: u16) -> String {
    let until = clock::now() + crate::harness::PATIENCE;
    while ask_as(hello, "/page.txt", credentials).status() != status {
        assert!(clock::now() < until, "the new file never counts");
    }
    let told = |event: &crate::harness::Event| {
        event.is_request("/page.txt") && event.number("status") == u64::from(status)
    };
    hello.until(told).text("reason").to_owned()
}

fn guesses_are_counted_by_address() {
    let place = Place::new();
    let hello = place.start(&["--users", &place.users()]);
    let mut statuses = Vec::new();
    for number in 0..13 {
        let reply = ask_as(&hello, "/page.txt", &format!("anna:{number}"));
        statuses.push(reply.status());
        if reply.status() == 429 {
            let seconds: u32 = reply.field("retry-after").unwrap().parse().unwrap();
            assert!((1..=6).contains(&seconds), "{seconds}");
        }
    }
    assert_eq!(statuses[..10], [401; 10]);
    assert!(statuses.contains(&429), "{statuses:?}");
    hello.until(|event| event.has("reason") && event.text("reason") == "too-many-guesses");
}

fn an_address_is_let_in_or_kept_out() {
    let place = Place::new();
    for (options, status, reason) in [
        (&["--deny", "127.0.0.0/8"][..], 403, "address-denied"),
        (&["--allow", "192.0.2.0/24"], 403, "address-not-allowed"),
        (
            &["--allow", "unix", "--allow", "::1"],
            403,
            "address-not-allowed",
        ),
        (
            &["--allow", "127.0.0.1", "--deny", "127.0.0.0/30"],
            403,
            "address-denied",
        ),
        (&["--allow", "127.0.0.1"], 200, ""),
        (&["--deny", "192.0.2.0/24", "--deny", "unix"], 200, ""),
    ] {
        let hello = place.start(options);
        for target in ["/page.txt", "/nowhere"] {
            let reply = hello.get(target);
            let expected = if target == "/nowhere" && status == 200 {
                404
            } else {
                status
            };
            assert_eq!(reply.status(), expected, "{options:?}");
        }
        let told = hello.until(|event| event.is_request("/page.txt"));
        let why = if told.has("reason") {
            told.text("reason")
        } else {
            ""
        };
        assert_eq!(why, reason, "{options:?}");
    }
}

fn behind_a_trusted_proxy_the_client_counts_and_both_are_told() {
    let place = Place::new();
    let trusted = [
        "--trusted-proxy",
        "127.0.0.1",
        "--trusted-proxy",
        "10.0.0.0/8",
    ];
    let hello = place.start(&[&trusted[..], &["--deny", "192.0.2.7"]].concat());
    for (target, value, status, client) in [
        ("/page.txt?1", "192.0.2.7", 403, "192.0.2.7"),
        ("/page.txt?2", "192.0.2.7, 192.0.2.8", 200, "192.0.2.8"),
        (
            "/page.txt?3",
            "198.51.100.1, 192.0.2.7, 10.1.1.1",
            403,
            "192.0.2.7",
        ),
        ("/page.txt?4", "2001:db8::1", 200, "2001:db8::1"),
        ("/page.txt?5", "unknown", 200, "unknown"),
        ("/page.txt?6", "192.0.2.9:4711", 200, "192.0.2.9:4711"),
    ] {
        let reply = ask(
            &hello,
            target,
            &[("X-Forwarded-For", value), ("Forwarded", "for=6.6.6.6")],
        );
        assert_eq!(reply.status(), status, "{value}");
        let told = hello.until(|event| event.is_request(target));
        assert_eq!(told.text("client"), client, "{value}");
    }
    let reply = ask(&hello, "/page.txt?7", &[]);
    assert_eq!(reply.status(), 200);
    let told = hello.until(|event| event.is_request("/page.txt?7"));
    assert!(!told.has("client"), "the proxy speaks for itself");
    let accepted = hello.until(|event| event.is("accepted"));
    assert!(accepted.text("peer").starts_with("127.0.0.1:"));
    // What this machine may see, nobody whom a proxy speaks for may.
    let field = [
        &trusted[..],
        &["--client-field", "forwarded", "--allow", "192.0.2.7"],
    ]
    .concat();
    let hello = place.start(&field);
    let fields = [("Forwarded", "for=6.6.6.6, for=\"192.0.2.7:80\";proto=http")];
    assert_eq!(ask(&hello, "/page.txt", &fields).status(), 200);
    assert_eq!(
        ask(&hello, "/page.txt", &[("X-Forwarded-For", "192.0.2.7")]).status(),
        403
    );
}

fn who_is_no_trusted_proxy_is_not_listened_to() {
    let place = Place::new();
    for options in [
        &["--allow", "192.0.2.7"][..],
        &["--allow", "192.0.2.7", "--trusted-proxy", "192.0.2.0/24"],
    ] {
        let hello = place.start(options);
        for field in ["X-Forwarded-For", "Forwarded", "X-Real-IP"] {
            for value in ["192.0.2.7", "for=192.0.2.7"] {
                let reply = ask(&hello, "/page.txt", &[(field, value)]);
                assert_eq!(reply.status(), 403, "{field}: {value}");
            }
        }
        let told = hello.until(|event| event.is_request("/page.txt"));
        assert!(!told.has("client"));
    }
}

const INTRODUCED: [&str; 3] = ["--trusted-proxy", "127.0.0.1", "--proxy-protocol"];

/// Version 2 of the header, for an IPv4 address and port, with something behind that nobody asks for.
fn binary_header(command: u8, from: [u8; 4], port: u16) -> Vec<u8> {
    let block = [&from[..], &[127, 0, 0, 1], &port.to_be_bytes(), &[0, 80]].concat();
    let more = [4, 0, 2, 0, 0];
    let length = u8::try_from(block.len() + more.len()).unwrap();
    let begin = [command, 0x11, 0, length];
    [b"\r\n\r\n\0\r\nQUIT\n", &begin[..], &block, &more].concat()
}

fn a_proxy_introduces_each_connection() {
    let place = Place::new();
    let hello = place.start(&[&INTRODUCED[..], &["--deny", "192.0.2.7"]].concat());
    for (number, (header, status, client)) in [
        (
            b"PROXY TCP4 192.0.2.7 127.0.0.1 4711 80\r\n".to_vec(),
            403,
            "192.0.2.7:4711",
        ),
        (
            b"PROXY TCP4 192.0.2.8 127.0.0.1 4711 80\r\n".to_vec(),
            200,
            "192.0.2.8:4711",
        ),
        (
            b"PROXY TCP6 2001:db8::1 ::1 4711 80\r\n".to_vec(),
            200,
            "[2001:db8::1]:4711",
        ),
        (
            binary_header(0x21, [192, 0, 2, 7], 4712),
            403,
            "192.0.2.7:4712",
        ),
        (
            binary_header(0x21, [192, 0, 2, 9], 4712),
            200,
            "192.0.2.9:4712",
        ),
        (binary_header(0x20, [192, 0, 2, 7], 4712), 200, ""),
        (b"PROXY UNKNOWN\r\n".to_vec(), 200, ""),
    ]
    .into_iter()
    .enumerate()
    {
        let mut client_of = hello.connect();
        let (first, second) = header.split_at(header.len() / 2);
        client_of.socket.write_all(first).unwrap();
        client_of.socket.write_all(second).unwrap();
        for again in ["a", "b"] {
            let target = format!("/page.txt?{number}{again}");
            assert_eq!(client_of.get(&target).status(), status, "{client}");
            let told = hello.until(|event| event.is_request(&target));
            let known = if told.has("client") {
                told.text("client")
            } else {
                ""
            };
            assert_eq!(known, client);
        }
    }
    // It is a trusted proxy itself: what it says of others counts.
    let mut chain = hello.connect();
    let header = b"PROXY TCP4 127.0.0.1 127.0.0.1 4711 80\r\n";
    chain.socket.write_all(header).unwrap();
    let fields = "Host: localhost\r\nX-Forwarded-For: 6.6.6.6, 192.0.2.7";
    chain.send(format!("GET /page.txt HTTP/1.1\r\n{fields}\r\n\r\n"));
    assert_eq!(chain.reply().status(), 403);
}

fn whoever_does_not_introduce_a_connection_well_is_sent_away() {
    let place = Place::new();
    let hello = place.start(&INTRODUCED);
    for (words, failure) in [
        (
            &b"PROXY TCP4 192.0.2.7 127.0.0.1 99999 80\r\n"[..],
            "malformed",
        ),
        (b"PROXY UDP4 192.0.2.7 127.0.0.1 1 80\r\n", "unknown-family"),
        (b"\r\n\r\n\0\r\nQUIT\n\x33", "unknown-version"),
        (b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff", "too-long"),
    ] {
        let mut client = hello.connect();
        client.socket.write_all(words).unwrap();
        let ended = hello.end_of(&client.name());
        assert_eq!(ended.text("ending"), "proxy-failed");
        assert_eq!(ended.text("failure"), failure);
    }
    let mut plain = hello.connect();
    // Whatever is spoken.
    let _ = plain.try_send(crate::harness::get("/page.txt"));
    assert_eq!(hello.end_of(&plain.name()).text("failure"), "no-header");
    let mut leaves = hello.connect();
    leaves.socket.write_all(b"PROXY TCP4 192").unwrap();
    leaves.socket.shutdown(Shutdown::Write).unwrap();
    assert_eq!(hello.end_of(&leaves.name()).text("failure"), "left");
    let looks = hello.connect();
    looks.socket.shutdown(Shutdown::Write).unwrap();
    assert_eq!(
        hello.end_of(&looks.name()).text("ending"),
        "closed-by-client"
    );
    let options = ["--trusted-proxy", "192.0.2.1", "--proxy-protocol"];
    let untrusting = place.start(&options);
    let mut liar = untrusting.connect();
    let _ = liar
        .socket
        .write_all(b"PROXY TCP4 192.0.2.7 127.0.0.1 4711 80\r\n");
    assert_eq!(untrusting.end_of(&liar.name()).text("failure"), "untrusted");
    let impatient = place.start(&[&INTRODUCED[..], &["--head-timeout", "50ms"]].concat());
    let mut slow = impatient.connect();
    slow.socket.write_all(b"PROXY ").unwrap();
    assert_eq!(impatient.end_of(&slow.name()).text("failure"), "timeout");
}

const KEY: &str = "0123456789abcdef0123456789abcdef";

fn a_link_is_good_for_its_path_until_it_ends() {
    let place = Place::new();
    let (old, new) = (
        place.own("old", KEY),
        place.own("key", "another key of some length"),
    );
    let hello = place.start(&["--link-key", &new, "--link-key", &old]);
    let key = LinkKey::read(KEY.as_bytes()).unwrap();
    let soon = clock::wall() + Duration::from_hours(1);
    let past = clock::wall() - Duration::from_secs(1);
    let good = key.sign("/page.txt", Some("download"), soon);
    let reply = hello.get(&good);
    assert_eq!(
        (reply.status(), &*reply.text()),
        (200, "for those who may\n")
    );
    assert!(
        reply.field("content-disposition").is_some(),
        "the rest of the query counts"
    );
    assert_eq!(
        hello.get(&key.sign("/a%20b.txt", None, soon)).text(),
        "spaces\n"
    );
    let ended = key.sign("/page.txt", None, past);
    let other = good.replacen("/page.txt", "/a%20b.txt", 1);
    for (target, why) in [
        ("/page.txt", "link-unsigned"),
        (&*ended, "link-expired"),
        (&*other, "link-wrong"),
        (&*format!("{good}&more"), "link-wrong"),
    ] {
        assert_eq!(hello.get(target).status(), 403, "{target}");
        hello.until(|event| event.has("reason") && event.text("reason") == why);
    }
    let told = hello.until(|event| event.is("request") && event.number("status") == 200);
    let target = told.text("target");
    assert!(
        target.starts_with("/page.txt?download&hello-expires="),
        "{target}"
    );
    assert!(target.ends_with("&hello-signature=[redacted]"), "{target}");
}

fn every_part_has_to_let_a_request_pass() {
    let place = Place::new();
    let (users, key_file) = (place.users(), place.own("key", KEY));
    let options = [
        "--users",
        &users,
        "--link-key",
        &key_file,
        "--allow",
        "127.0.0.1",
    ];
    let hello = place.start(&options);
    let key = LinkKey::read(KEY.as_bytes()).unwrap();
    let link = key.sign("/page.txt", None, clock::wall() + Duration::from_hours(1));
    let anna = format!("anna:{PASSWORD}");
    assert_eq!(ask_as(&hello, "/page.txt", &anna).status(), 403);
    assert_eq!(hello.get(&link).status(), 401);
    assert_eq!(ask_as(&hello, &link, &anna).status(), 200);
    let options = [
        "--users",
        &users,
        "--link-key",
        &key_file,
        "--deny",
        "127.0.0.1",
    ];
    assert_eq!(ask_as(&place.start(&options), &link, &anna).status(), 403);
}

fn paths_of_a_file_have_entries_of_their_own_whatever_leads_there() {
    let users = line("anna", PASSWORD);
    let folder = folder(&[
        ("users", &users),
        (
            "hello.toml",
            "serve = \"./public\"\n\
             [[access]]\npath = \"/admin/open/*\"\n\
             [[access]]\npath = \"/admin/*\"\nusers = \"users\"\nrealm = \"Staff\"\n\
             [[access]]\npath = \"/nobody/*\"\ndeny = \"127.0.0.0/8\"\n\
             [[rule]]\npath = \"/way/*\"\nrewrite = \"/admin/{*}\"\n\
             [[rule]]\npath = \"/try/*\"\ntry = [\"/none\", \"/nobody/{*}\"]\n\
             [[rule]]\npath = \"/admin/old\"\nredirect = \"/new\"\n\
             [[rule]]\npath = \"/admin/note\"\nrespond = 410\n",
        ),
        ("public/page.txt", "everybody"),
        ("public/admin/page.txt", "staff"),
        ("public/admin/open/page.txt", "opened"),
        ("public/nobody/page.txt", "nobody"),
    ]);
    let hello = Launch::new().inside(folder.path()).start();
    let anna = format!("anna:{PASSWORD}");
    for (target, without, with) in [
        ("/page.txt", 200, 200),
        ("/admin/open/page.txt", 200, 200),
        ("/admin/page.txt", 401, 200),
        ("/admin/nowhere", 401, 404),
        ("/admin", 401, 301),
        ("/admin/", 401, 404),
        ("/%61dmin/page.txt", 401, 200),
        ("/admin%2fpage.txt", 404, 404),
        ("/admin/open/../page.txt", 404, 404),
        ("/way/page.txt", 401, 200),
        ("/way/open/page.txt", 200, 200),
        ("/way/nowhere", 401, 404),
        ("/try/page.txt", 403, 403),
        ("/nobody/page.txt", 403, 403),
        // What a rule says is inside, too.
        ("/admin/old", 401, 302),
        ("/admin/note", 401, 410),
    ] {
        let reply = hello.get(target);
        // Where the path is refused as such, it is 400 or 404 for both.
        let expected = if reply.status() == 400 { 400 } else { without };
        assert_eq!(reply.status(), expected, "{target}");
        assert!(!reply.text().contains("staff"), "{target}");
        let reply = ask_as(&hello, target, &anna);
        let expected = if reply.status() == 400 { 400 } else { with };
        assert_eq!(reply.status(), expected, "{target}");
        assert!(!reply.text().contains("nobody"), "{target}");
    }
    let challenge = "Basic realm=\"Staff\", charset=\"UTF-8\"";
    let reply = hello.get("/way/page.txt");
    assert_eq!(reply.field("www-authenticate"), Some(challenge));
}

#[test]
fn a_command_makes_what_another_takes() {
    let place = Place::new();
    let key = place.own("key", KEY);
    let sign = [
        "sign",
        "https://a.example/page.txt?download#end",
        "--for",
        "1m",
    ];
    let launch = Launch::new().args(sign).args(["--link-key", &key]);
    let (status, link, _) = launch.output();
    assert!(status.success());
    let target = link.trim().strip_prefix("https://a.example").unwrap();
    let target = target.strip_suffix("#end").unwrap();
    let hello = place.start(&["--link-key", &key]);
    assert_eq!(hello.get(target).status(), 200);
    let short = place.own("short", "short");
    let launch = Launch::new().args(["sign", "/a", "--link-key", &short]);
    let (status, output, complaint) = launch.output();
    assert_eq!((status.code(), &*output), (Some(2), ""));
    assert!(complaint.contains("too short for a key"), "{complaint}");
    // Standard input is empty there, and nothing is a password.
    let (status, output, complaint) = Launch::new().args(["hash-password", "anna"]).output();
    assert_eq!((status.code(), &*output), (Some(2), ""));
    assert!(complaint.contains("there is no password"), "{complaint}");
    let given = format!("printf '%s\\n' '{PASSWORD}' | \"$0\" \"$@\"");
    let mut shell = Command::new("sh");
    shell.args([
        "-c",
        &given,
        env!("CARGO_BIN_EXE_hello"),
        "hash-password",
        "anna",
    ]);
    let launch = Launch::of(shell);
    let (status, printed, _) = launch.output();
    assert!(
        status.success() && printed.starts_with("anna:$argon2id$"),
        "{printed}"
    );
    assert!(!printed.contains(PASSWORD));
    let users = place.own("users", &printed);
    let hello = place.start(&["--users", &users]);
    let anna = format!("anna:{PASSWORD}");
    assert_eq!(ask_as(&hello, "/page.txt", &anna).status(), 200);
}

/// Whatever is printed, as lines for people and for programs, and whatever is answered.
fn no_secret_is_told_anywhere() {
    let place = Place::new();
    let hash = hash_password(PASSWORD).unwrap();
    let (users, key_file) = (
        place.own("users", &format!("anna:{hash}\n")),
        place.own("key", KEY),
    );
    let key = LinkKey::read(KEY.as_bytes()).unwrap();
    let link = key.sign("/page.txt", None, clock::wall() + Duration::from_hours(1));
    let code = link.rsplit('=').next().unwrap().to_owned();
    let coded = base64(&format!("anna:{PASSWORD}"));
    let coded_wrong = base64("anna:falsch-ratend-9981");
    let hash_end = hash.rsplit('$').next().unwrap().to_owned();
    let secrets = [
        PASSWORD,
        KEY,
        &code,
        &coded,
        &coded_wrong,
        &hash_end,
        "falsch-ratend-9981",
    ];
    let hello = place.start(&["--users", &users, "--link-key", &key_file]);
    let mut replies = Vec::new();
    for (target, credentials) in [
        (&*link, format!("anna:{PASSWORD}")),
        (&*link, "anna:falsch-ratend-9981".to_owned()),
        ("/page.txt", format!("anna:{PASSWORD}")),
        (&*format!("{link}&x"), format!("anna:{PASSWORD}")),
    ] {
        replies.push(ask_as(&hello, target, &credentials));
    }
    // What is broken is told, and not shown.
    place.own("users", &format!("anna:{PASSWORD}\n"));
    hello.until_count(replies.len(), |event| event.is("request"));
    hello.send_signal(Signal::TERM);
    let journal = format!("{:?}", hello.ended().events);
    for secret in secrets {
        assert!(!journal.contains(secret), "{secret} in {journal}");
        for reply in &replies {
            let head: Vec<_> = reply.fields().collect();
            let told = format!("{head:?}{}", reply.text());
            assert!(!told.contains(secret), "{secret} in {told}");
        }
    }
    if Protocol::spoken() == Protocol::Http1 {
        no_secret_is_told_at_the_start(&place, &secrets);
    }
}

fn no_secret_is_told_at_the_start(place: &Place, secrets: &[&str]) {
    let broken = place.own("users", &format!("anna:{PASSWORD}\n"));
    let short = place.own("key", "kurz-7421");
    let words: [&[&str]; 5] = [
        &["--users", &broken],
        &["--link-key", &short],
        &["doctor", "--users", &broken, "--link-key", &short],
        &["--users", &broken, "--lang", "ru"],
        &["--link-key", &short, "--lang", "ru"],
    ];
    for words in words {
        let launch = Launch::new().args(words).args([place.site.path()]);
        let (status, output, complaint) = launch.output();
        assert!(!status.success(), "{words:?}");
        let told = format!("{output}{complaint}");
        assert!(
            told.contains(file_of(&broken)) || told.contains(file_of(&short)),
            "{told}"
        );
        for secret in secrets.iter().chain(&["kurz-7421"]) {
            assert!(!told.contains(secret), "{secret} in {told}");
        }
    }
}

fn file_of(path: &str) -> &str {
    Path::new(path).file_name().unwrap().to_str().unwrap()
}

/// Rules may be for some clients, and maintenance lets some in; behind a trusted proxy, its clients.
fn rules_and_maintenance_know_the_client() {
    let folder = folder(&[
        (
            "hello.toml",
            "serve = \"./public\"\ntrusted-proxy = \"127.0.0.1\"\n\
             [maintenance]\nallow = [\"192.0.2.0/24\", \"2001:db8::/32\"]\n\
             [[rule]]\npath = \"/page.txt\"\nfrom = [\"192.0.2.7\", \"2001:db8::/32\"]\nrespond = 410\n",
        ),
        ("public/page.txt", "everybody"),
    ]);
    let hello = Launch::new().inside(folder.path()).start();
    for (client, status) in [
        ("192.0.2.7", 410),
        ("2001:db8::7", 410),
        ("192.0.2.8", 200),
        ("203.0.113.9", 503),
        ("192.0.2.7, 203.0.113.9", 503),
        ("unknown", 503),
    ] {
        let reply = ask(&hello, "/page.txt", &[("X-Forwarded-For", client)]);
        assert_eq!(reply.status(), status, "{client}");
    }
    assert_eq!(hello.get("/page.txt").status(), 503, "nor the proxy itself");
    let mut stranger = Client::from([127, 9, 9, 9].into(), hello.address());
    stranger.send("GET /page.txt HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.8\r\n\r\n");
    assert_eq!(stranger.reply().status(), 503, "whose word nobody takes");
}

/// Whoever only says who he is spends nobody's budget but that of his address.
fn each_user_has_a_budget_as_soon_as_he_is_known() {
    let users = line("anna", PASSWORD) + &line("bob", "builder");
    let folder = folder(&[
        ("users", &users),
        (
            "hello.toml",
            "serve = \"./public\"\n\
             [[access]]\nusers = \"users\"\n\
             [[limit]]\nname = \"each\"\nrate = \"3/h\"\nby = \"user\"\n",
        ),
        ("public/page.txt", "staff"),
    ]);
    let hello = Launch::new().inside(folder.path()).start();
    let anna = format!("anna:{PASSWORD}");
    let status = |who: &str| ask_as(&hello, "/page.txt", who).status();
    assert_eq!(status(&anna), 200, "not known yet: by address");
    assert_eq!(status("bob:builder"), 200, "nor he");
    assert_eq!(status("anna:guessed"), 401);
    assert_eq!(status("anna:guessed"), 429, "the address has spent its own");
    assert_eq!(hello.get("/page.txt").status(), 429);
    for who in [&*anna, "bob:builder"] {
        assert_eq!([(); 4].map(|()| status(who)), [200, 200, 200, 429], "{who}");
    }
    let refused = ask_as(&hello, "/page.txt", &anna);
    assert_eq!(
        refused.field("ratelimit-policy"),
        Some("\"each\";q=3;w=3600")
    );
    assert!(refused.field("retry-after").is_some());
}

/// A proxy has as many connections as it has clients; each of these as many as an address may.
fn connections_are_counted_for_whom_a_proxy_introduces() {
    let place = Place::new();
    let one = ["--connections-per-address", "1"];
    let hello = place.start(&[&INTRODUCED[..], &one].concat());
    let connect = |client: &str| {
        let mut connection = hello.connect();
        let header = format!("PROXY TCP4 {client} 127.0.0.1 4711 80\r\n");
        connection.socket.write_all(header.as_bytes()).unwrap();
        connection
    };
    let (mut first, mut second) = (connect("192.0.2.7"), connect("192.0.2.8"));
    assert_eq!(first.get("/page.txt").status(), 200);
    assert_eq!(second.get("/page.txt").status(), 200, "another client");
    let again = connect("192.0.2.7");
    assert_eq!(hello.ending_of(&again.name()), "too-many-of-address");
    assert_eq!(first.get("/page.txt").status(), 200, "who is here goes on");
    drop((first, second));

    // Who tells of its clients by a field has all of them on its connections.
    let hello = place.start(&[&["--trusted-proxy", "127.0.0.1"][..], &one].concat());
    let mut kept = [hello.connect(), hello.connect()];
    for connection in &mut kept {
        assert_eq!(connection.get("/page.txt").status(), 200);
    }
    let stranger = || Client::from([127, 9, 9, 9].into(), hello.address());
    let mut first = stranger();
    assert_eq!(first.get("/page.txt").status(), 200);
    let second = stranger();
    assert_eq!(hello.ending_of(&second.name()), "too-many-of-address");
}

/// The question comes without credentials (Fetch §3.3.5), and who may ask is told that alone.
fn a_browser_asks_before_it_shows_a_password() {
    let place = Place::new();
    let users = place.users();
    let asked = |hello: &Hello, fields: &str| {
        hello.say(format!(
            "OPTIONS /page.txt HTTP/1.1\r\nHost: a\r\n{fields}\r\n"
        ))
    };
    let preflight = "Origin: https://app.example\r\nAccess-Control-Request-Method: GET\r\n\
                     Access-Control-Request-Headers: authorization\r\n";
    let hello = place.start(&["--users", &users, "--cors"]);
    let answer = asked(&hello, preflight);
    assert_eq!(answer.status(), 204);
    assert_eq!(answer.field("access-control-allow-origin"), Some("*"));
    // The star never stands for that one (Fetch §4.8).
    assert_eq!(
        answer.field("access-control-allow-headers"),
        Some("*, Authorization")
    );
    assert_eq!(answer.field("www-authenticate"), None);
    assert_eq!(asked(&hello, "").status(), 401, "that is no preflight");
    assert_eq!(hello.get("/page.txt").status(), 401);
    let hello = place.start(&["--users", &users]);
    assert_eq!(asked(&hello, preflight).status(), 401, "nobody may ask");
    let hello = place.start(&["--users", &users, "--cors", "--deny", "127.0.0.0/8"]);
    assert_eq!(asked(&hello, preflight).status(), 403);
}

/// What is good for ever is so for whoever was let in, and for no cache that others share.
fn what_is_not_for_everybody_is_kept_by_nobody_else() {
    let users = line("anna", PASSWORD);
    let folder = folder(&[
        ("users", &users),
        (
            "hello.toml",
            "serve = \"./public\"\nimmutable = true\n\
             [[access]]\npath = \"/admin/*\"\nusers = \"users\"\n",
        ),
        ("public/app-BkR1x2aL.js", "everybody"),
        ("public/admin/app-BkR1x2aL.js", "staff"),
    ]);
    let hello = Launch::new().inside(folder.path()).start();
    let anna = format!("anna:{PASSWORD}");
    let kept = |target: &str| {
        let reply = ask_as(&hello, target, &anna);
        assert_eq!(reply.status(), 200, "{target}");
        reply.field("cache-control").unwrap_or_default().to_owned()
    };
    for _ in 0..2 {
        assert_eq!(
            kept("/app-BkR1x2aL.js"),
            "public, max-age=31536000, immutable"
        );
        assert_eq!(
            kept("/admin/app-BkR1x2aL.js"),
            "private, max-age=31536000, immutable"
        );
    }
}
