//! Sites with certificates of their own, with clients who have to show theirs, and behind proxies.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use rcgen::{CertificateParams, DistinguishedName, DnType, PKCS_ECDSA_P256_SHA256, SanType};
use rustix::process::Signal;
use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::version::TLS13;
use tempfile::TempDir;

use crate::harness::private::{AUTHORITY, Authority, Issued, USUAL, believer, somebody};
use crate::harness::{
    Client, Event, Hello, Launch, Protocol, Reply, folder, get, over_every_protocol, with_tls,
};

over_every_protocol! {
    clients_of_a_trusted_proxy_are_sent_to_the_canonical_host_as_they_came,
    a_site_with_addresses_of_its_own_answers_there_and_nowhere_else,
    addresses_of_sites_come_and_go_while_connections_stay,
}

with_tls! {
    a_site_shows_its_own_certificate_and_is_answered_under_no_other,
    new_certificates_of_a_site_are_read_with_its_settings,
    a_path_is_for_those_who_show_a_certificate_and_the_rest_for_everybody,
    a_certificate_for_one_of_the_names_is_let_in_whichever_kind_of_name_it_is,
    each_site_believes_its_own_authorities_and_nobody_who_was_proved_to_another,
    settings_that_believe_others_ask_anew,
}

/// A folder with this `hello.toml`, and a page in each of these folders that is called like it.
fn place(file: &str, sites: &[&str]) -> TempDir {
    let pages: Vec<_> = { sites.iter() }
        .map(|name| (format!("{name}/page.txt"), *name))
        .collect();
    let files = pages.iter().map(|(path, name)| (&**path, *name));
    let files: Vec<_> = files.chain([("hello.toml", file)]).collect();
    folder(&files)
}

fn start(place: &TempDir) -> Hello {
    Launch::new().inside(place.path()).start()
}

fn client(hello: &Hello, name: &str) -> Client {
    hello.connect().sealed(name, believer())
}

/// Asks for the page of a host.
fn ask(client: &mut Client, host: &str) -> Reply {
    client.send(format!("GET /page.txt HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    client.reply()
}

/// The certificate that a client is shown who asks for a name.
fn shown_to(hello: &Hello, name: &str) -> CertificateDer<'static> {
    let mut client = client(hello, name);
    client.shake_hands().ok();
    let shown = client.agreed().peer_certificates().unwrap();
    shown[0].clone().into_owned()
}

fn der_of(issued: &Issued) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(issued.certificate.as_bytes()).unwrap()
}

/// That of [`USUAL`], which servers in these tests have at the top.
fn usual() -> CertificateDer<'static> {
    CertificateDer::from_pem_file(&USUAL.1.certificate).unwrap()
}

fn issue(place: &Path, name: &str, hosts: &[&str]) -> CertificateDer<'static> {
    let issued = AUTHORITY.issue(hosts);
    issued.write(place, name);
    der_of(&issued)
}

const SITES: &str = r#"
serve = "./top"

[[site]]
host = ["shop.test", "www.shop.test"]
serve = "./shop"
cert = "shop.pem"
key = "shop.key"

[[site]]
host = "*.team.test"
serve = "./team"
cert = "team.pem"
key = "team.key"

[[site]]
host = "open.team.test"
serve = "./open"
"#;

fn a_site_shows_its_own_certificate_and_is_answered_under_no_other() {
    let place = place(SITES, &["top", "shop", "team", "open"]);
    let shop = issue(place.path(), "shop", &["shop.test", "www.shop.test"]);
    // It names a host of another site, which has one of its own.
    let team = issue(place.path(), "team", &["*.team.test", "shop.test"]);
    let hello = start(&place);
    for (name, expected) in [
        ("shop.test", &shop),
        ("WWW.shop.test", &shop),
        ("a.team.test", &team),
        // It has none of its own, and this one names it.
        ("open.team.test", &team),
        ("localhost", &usual()),
    ] {
        assert!(shown_to(&hello, name) == *expected, "{name}");
    }
    let mut to_shop = client(&hello, "shop.test");
    for (host, status, text) in [
        ("shop.test", 200, "shop"),
        ("www.shop.test", 200, "shop"),
        ("a.team.test", 421, ""),
        ("localhost", 421, ""),
        ("shop.test", 200, "shop"),
    ] {
        let reply = ask(&mut to_shop, host);
        assert_eq!(reply.status(), status, "{host}");
        assert!(status != 200 || reply.text() == text, "{host}");
    }
    let told = hello.until(|event| event.is("request") && event.number("status") == 421);
    assert_eq!(told.text("reason"), "misdirected");
    // One certificate for two sites: whoever has seen it may ask for either.
    let mut to_team = client(&hello, "a.team.test");
    assert_eq!(ask(&mut to_team, "a.team.test").text(), "team");
    assert_eq!(ask(&mut to_team, "open.team.test").text(), "open");
    // It names the host, which is shown another one all the same.
    assert_eq!(ask(&mut to_team, "shop.test").status(), 421);
    let mut to_top = client(&hello, "localhost");
    assert_eq!(ask(&mut to_top, "localhost").text(), "top");
    assert_eq!(ask(&mut to_top, "shop.test").status(), 421);
}

fn new_certificates_of_a_site_are_read_with_its_settings() {
    let place = place(SITES, &["top", "shop", "team", "open"]);
    let before = issue(place.path(), "shop", &["shop.test"]);
    issue(place.path(), "team", &["*.team.test"]);
    let hello = start(&place);
    let mut early = client(&hello, "shop.test");
    assert_eq!(ask(&mut early, "shop.test").text(), "shop");
    let after = issue(place.path(), "other", &["shop.test"]);
    let file = place.path().join("hello.toml");
    let reload = |pair: &str, told: &str| {
        let files = SITES.replace("shop.pem", &format!("{pair}.pem"));
        let files = files.replace("shop.key", &format!("{pair}.key"));
        fs::write(&file, files).unwrap();
        hello.send_signal(Signal::HUP);
        hello.until(|event| event.is_notice(told));
    };
    reload("lacking", "not-reloaded");
    assert!(shown_to(&hello, "shop.test") == before);
    reload("other", "reloaded");
    assert!(shown_to(&hello, "shop.test") == after);
    // Who was there before is not sent away.
    assert_eq!(ask(&mut early, "shop.test").text(), "shop");
}

/// The files of a site are looked at again as those at the top are.
#[test]
fn a_renewed_certificate_of_a_site_is_shown_without_being_asked_for() {
    let file =
        "[[site]]\nhost = \"shop.test\"\nserve = \"./shop\"\ncert = \"a.pem\"\nkey = \"a.key\"\n";
    let place = place(file, &["shop"]);
    issue(place.path(), "a", &["shop.test"]);
    // There is no other certificate: then everybody is shown this one.
    let launch = Launch::new().inside(place.path());
    let hello = launch.args(["--look-again-after", "1ms"]).start();
    let mut early = client(&hello, "shop.test");
    assert_eq!(ask(&mut early, "shop.test").text(), "shop");
    assert_eq!(ask(&mut early, "other.test").status(), 421);
    let renewed = issue(place.path(), "a", &["shop.test"]);
    let is_shown = (0..10_000).any(|_| shown_to(&hello, "shop.test") == renewed);
    assert!(is_shown, "the new certificate is never shown");
    let notice = hello.until(|event| event.is_notice("certificates-renewed"));
    assert_eq!(notice.number("certificates"), 1);
    assert_eq!(ask(&mut early, "shop.test").text(), "shop");
}

#[test]
fn a_check_says_which_host_a_certificate_does_not_name() {
    let file = format!("listen = \"127.0.0.1:0\"\n{SITES}");
    let place = place(&file, &["top", "shop", "team", "open"]);
    let check = || {
        let launch = Launch::new().inside(place.path()).args(["check"]);
        let (status, printed, complaints) = launch.output();
        (status.code(), printed + &complaints)
    };
    issue(place.path(), "shop", &["www.shop.test"]);
    issue(place.path(), "team", &["*.team.test"]);
    let (code, told) = check();
    assert_eq!(code, Some(1), "{told}");
    for expected in [
        "error[certificate-not-for-host]: the certificate shop.pem is not for shop.test",
        " --> hello.toml:8:8\n",
        "it is for: www.shop.test",
        "says nothing wrong, but one thing that it names cannot be used",
    ] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    issue(place.path(), "shop", &["shop.test", "*.shop.test"]);
    let (code, told) = check();
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("4 sites"), "{told}");
    assert!(told.contains("2 certificates"), "{told}");
    assert!(!told.contains("no certificate is for"), "{told}");
    issue(place.path(), "team", &["a.team.test"]);
    let (_, told) = check();
    assert!(told.contains("is not for *.team.test"), "{told}");
    // It has none of its own, and that of its neighbour named it until now.
    let expected = "no certificate is for open.team.test: browsers warn";
    assert!(told.contains(expected), "{told}");
    fs::remove_file(place.path().join("team.key")).unwrap();
    let (code, told) = check();
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("error[key-unreadable]"), "{told}");
}

const INTERNAL: &str = r#"
serve = "./top"
client-ca = "staff.pem"

[[access]]
path = "/internal/*"
client-cert = true

[[access]]
path = "/named/*"
client-name = ["anna@example.com", "ROBOT.test"]

[[rule]]
path = "/detour"
rewrite = "/internal/page.txt"

[[site]]
host = "shop.test"
serve = "./shop"
cert = "shop.pem"
key = "shop.key"
client-ca = "buyers.pem"

[[site.access]]
path = "/internal/*"
client-cert = true

[[site]]
host = "closed.test"
serve = "./closed"
cert = "shop.pem"
key = "shop.key"
client-ca = "buyers.pem"

[[site]]
host = "half.test"
serve = "./closed"
cert = "shop.pem"
key = "shop.key"
client-ca = "buyers.pem"
client-cert = "optional"

[[site]]
host = "staff.test"
serve = "./top"
cert = "shop.pem"
key = "shop.key"
client-ca = "staff.pem"

[[site.access]]
path = "/internal/*"
client-cert = true
"#;

/// Whose certificates clients of the server are asked for.
static STAFF: LazyLock<Authority> = LazyLock::new(|| Authority::new("Staff"));
/// The same for the shop.
static BUYERS: LazyLock<Authority> = LazyLock::new(|| Authority::new("Buyers"));

fn internal() -> (Hello, TempDir) {
    let place = place(INTERNAL, &["top", "shop", "closed"]);
    for folder in ["internal", "named"] {
        for site in ["top", "shop"] {
            fs::create_dir(place.path().join(site).join(folder)).unwrap();
            let page = place.path().join(site).join(folder).join("page.txt");
            fs::write(page, folder).unwrap();
        }
    }
    fs::write(place.path().join("staff.pem"), &STAFF.pem).unwrap();
    fs::write(place.path().join("buyers.pem"), &BUYERS.pem).unwrap();
    issue(
        place.path(),
        "shop",
        &["shop.test", "closed.test", "half.test", "staff.test"],
    );
    (start(&place), place)
}

/// A client with a certificate, which it shows to whoever asks.
fn proven(hello: &Hello, name: &str, issued: &Issued) -> Client {
    let mut config = ClientConfig::clone(&somebody(issued, &TLS13));
    config.alpn_protocols.clone_from(&believer().alpn_protocols);
    hello.connect().sealed(name, Arc::new(config))
}

fn status(client: &mut Client, host: &str, target: &str) -> u16 {
    client.send(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    client.reply().status()
}

fn a_path_is_for_those_who_show_a_certificate_and_the_rest_for_everybody() {
    let (hello, _place) = internal();
    let mut nobody = client(&hello, "localhost");
    for (target, expected, reason) in [
        ("/page.txt", 200, ""),
        ("/internal/page.txt", 403, "client-cert-missing"),
        ("/%69nternal/page.txt", 403, "client-cert-missing"),
        ("/internal", 403, "client-cert-missing"),
        ("/named/page.txt", 403, "client-cert-missing"),
        // What a rule leads to is guarded, too.
        ("/detour", 403, "client-cert-missing"),
        ("/page.txt?again", 200, ""),
    ] {
        assert_eq!(
            status(&mut nobody, "localhost", target),
            expected,
            "{target}"
        );
        let told = hello.until(|event| event.is_request(target));
        assert_eq!(told.text("reason"), reason, "{target}");
    }
    let somebody = STAFF.issue(&["somebody.test"]);
    let mut somebody = proven(&hello, "localhost", &somebody);
    for (target, expected) in [
        ("/page.txt", 200),
        ("/internal/page.txt", 200),
        ("/detour", 200),
        ("/named/page.txt", 403),
    ] {
        assert_eq!(
            status(&mut somebody, "localhost", target),
            expected,
            "{target}"
        );
    }
    let refused = |event: &Event| event.text("reason") == "client-not-allowed";
    hello.until(|event| event.is_request("/named/page.txt") && refused(event));
    let number = hello.number_of(&somebody.name());
    let shaken = hello.until(|event| event.is("handshake") && event.number("connection") == number);
    assert_eq!(shaken.text("client"), "a leaf");
}

fn a_certificate_for_one_of_the_names_is_let_in_whichever_kind_of_name_it_is() {
    let (hello, _place) = internal();
    let named = |change: fn(&mut CertificateParams)| {
        let issued = STAFF.issue_with(&["other.test"], &PKCS_ECDSA_P256_SHA256, change);
        let mut client = proven(&hello, "localhost", &issued);
        status(&mut client, "localhost", "/named/page.txt")
    };
    let mail = |name: &str| SanType::Rfc822Name(name.try_into().unwrap());
    for (expected, change) in [
        (403, (|_| ()) as fn(&mut CertificateParams)),
        (200, |params| {
            params.distinguished_name = DistinguishedName::new();
            let name = "anna@example.com";
            params.distinguished_name.push(DnType::CommonName, name);
        }),
        (200, |params| {
            let name = SanType::DnsName("robot.TEST".try_into().unwrap());
            params.subject_alt_names.push(name);
        }),
        (403, |params| {
            // A name within a longer one is another name.
            let name = SanType::DnsName("robot.test.evil.test".try_into().unwrap());
            params.subject_alt_names.push(name);
        }),
    ] {
        assert_eq!(named(change), expected);
    }
    let issued = STAFF.issue_with(&[], &PKCS_ECDSA_P256_SHA256, |params| {
        params.subject_alt_names.push(mail("anna@example.com"));
    });
    let mut anna = proven(&hello, "localhost", &issued);
    assert_eq!(status(&mut anna, "localhost", "/named/page.txt"), 200);
    let issued = STAFF.issue_with(&[], &PKCS_ECDSA_P256_SHA256, |params| {
        params.subject_alt_names.push(mail("Anna@example.com"));
    });
    let mut other = proven(&hello, "localhost", &issued);
    assert_eq!(status(&mut other, "localhost", "/named/page.txt"), 403);
}

fn each_site_believes_its_own_authorities_and_nobody_who_was_proved_to_another() {
    let (hello, _place) = internal();
    let buyer = BUYERS.issue(&["buyer.test"]);
    let staff = STAFF.issue(&["staff.test"]);
    let mut at_shop = proven(&hello, "shop.test", &buyer);
    assert_eq!(status(&mut at_shop, "shop.test", "/internal/page.txt"), 200);
    // The same certificate of ours, and the same authority: but this one was never asked.
    let mut stranger = client(&hello, "shop.test");
    assert_eq!(status(&mut stranger, "shop.test", "/page.txt"), 200);
    assert_eq!(
        status(&mut stranger, "shop.test", "/internal/page.txt"),
        403
    );
    // Whoever has to be proven at the door is not let in by another one.
    assert_eq!(status(&mut stranger, "closed.test", "/page.txt"), 403);
    assert_eq!(status(&mut at_shop, "closed.test", "/page.txt"), 200);
    let mut at_top = proven(&hello, "localhost", &staff);
    assert_eq!(status(&mut at_top, "localhost", "/internal/page.txt"), 200);
    assert_eq!(status(&mut at_top, "shop.test", "/internal/page.txt"), 421);
    assert_eq!(status(&mut at_top, "localhost", "/page.txt"), 200);
    for (name, issued) in [("shop.test", &staff), ("localhost", &buyer)] {
        let mut client = proven(&hello, name, issued);
        client.shake_hands().ok();
        client.try_send(get("/page.txt")).ok();
        assert!(!matches!(client.try_reply(), Ok(Some(_))), "{name}");
        let end = hello.end_of(&client.name());
        assert_eq!(end.text("failure"), "client-unknown", "{name}");
    }
    // The same certificate of ours, and another authority: what was proved to one is not to the other.
    assert_eq!(status(&mut at_shop, "staff.test", "/page.txt"), 200);
    assert_eq!(
        status(&mut at_shop, "staff.test", "/internal/page.txt"),
        421
    );
    assert_eq!(
        status(&mut stranger, "staff.test", "/internal/page.txt"),
        421
    );
    let mut at_staff = proven(&hello, "staff.test", &staff);
    assert_eq!(
        status(&mut at_staff, "staff.test", "/internal/page.txt"),
        200
    );
    // Nobody has to show one here, and a path that asked for one would be told.
    let mut half = client(&hello, "half.test");
    assert_eq!(status(&mut half, "half.test", "/page.txt"), 200);
    let mut closed = client(&hello, "closed.test");
    closed.shake_hands().ok();
    closed.try_send(get("/page.txt")).ok();
    assert!(!matches!(closed.try_reply(), Ok(Some(_))));
    let end = hello.end_of(&closed.name());
    assert_eq!(end.text("failure"), "client-unproven");
}

/// What was proved to an authority that is believed no more counts for nothing, without a connection
/// being closed.
fn settings_that_believe_others_ask_anew() {
    let (hello, place) = internal();
    let staff = STAFF.issue(&["staff.test"]);
    let mut early = proven(&hello, "localhost", &staff);
    assert_eq!(status(&mut early, "localhost", "/internal/page.txt"), 200);
    let other = INTERNAL.replace("\"staff.pem\"", "\"buyers.pem\"");
    fs::write(place.path().join("hello.toml"), other).unwrap();
    hello.send_signal(Signal::HUP);
    hello.until(|event| event.is_notice("reloaded"));
    assert_eq!(status(&mut early, "localhost", "/internal/page.txt"), 421);
    assert_eq!(status(&mut early, "localhost", "/page.txt"), 200);
    let buyer = BUYERS.issue(&["buyer.test"]);
    let mut late = proven(&hello, "localhost", &buyer);
    assert_eq!(status(&mut late, "localhost", "/internal/page.txt"), 200);
}

/// A first message in pieces is heard to its end before anybody is asked for a certificate.
#[test]
fn who_is_asked_for_is_heard_however_slowly_it_is_said() {
    let (hello, _place) = {
        let place = place(INTERNAL, &["top", "shop", "closed"]);
        fs::write(place.path().join("staff.pem"), &STAFF.pem).unwrap();
        fs::write(place.path().join("buyers.pem"), &BUYERS.pem).unwrap();
        issue(
            place.path(),
            "shop",
            &["shop.test", "closed.test", "half.test", "staff.test"],
        );
        issue(place.path(), "top", &["localhost"]);
        let pair = "cert = \"top.pem\"\nkey = \"top.key\"\n";
        fs::write(place.path().join("hello.toml"), format!("{pair}{INTERNAL}")).unwrap();
        (start(&place), place)
    };
    let config = somebody(&BUYERS.issue(&["buyer.test"]), &TLS13);
    let name = "closed.test".try_into().unwrap();
    let mut session = rustls::ClientConnection::new(config, name).unwrap();
    let mut socket = std::net::TcpStream::connect(hello.address()).unwrap();
    socket.set_nodelay(true).unwrap();
    let mut opening = Vec::new();
    session.write_tls(&mut opening).unwrap();
    for byte in opening {
        socket.write_all(&[byte]).unwrap();
    }
    let mut stream = rustls::Stream::new(&mut session, &mut socket);
    let request = "GET /page.txt HTTP/1.1\r\nHost: closed.test\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    // What is no greeting at all is let go as ever.
    let mut odd = hello.connect();
    odd.try_send([22, 3, 1, 0, 4, 1, 0, 0, 0]).ok();
    let end = hello.end_of(&odd.name());
    assert_eq!(end.text("failure"), "malformed");
}

fn clients_of_a_trusted_proxy_are_sent_to_the_canonical_host_as_they_came() {
    let site = "canonical-host = \"main.test\"\nserve = \"./top\"\n";
    let own = Protocol::spoken().scheme();
    let sent_to = |hello: &Hello, fields: &str| {
        let mut client = hello.connect();
        client.send(format!(
            "GET /page.txt?a HTTP/1.1\r\nHost: www.main.test\r\n{fields}\r\n"
        ));
        let reply = client.reply();
        assert_eq!(reply.status(), 308, "{fields}");
        let location = reply.field("location").unwrap().to_owned();
        let (scheme, rest) = location.split_once("://").unwrap();
        assert_eq!(rest, "main.test/page.txt?a");
        scheme.to_owned()
    };
    let x = place(&format!("trusted-proxy = \"127.0.0.1\"\n{site}"), &["top"]);
    let hello = start(&x);
    for (fields, expected) in [
        ("", own),
        ("X-Forwarded-Proto: https\r\n", "https"),
        ("X-Forwarded-Proto: http\r\n", "http"),
        (
            "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n",
            "https",
        ),
        ("X-Forwarded-Proto: http, https\r\n", own),
        ("X-Forwarded-Proto: javascript\r\n", own),
        ("Forwarded: for=192.0.2.1;proto=gopher\r\n", own),
    ] {
        assert_eq!(sent_to(&hello, fields), expected, "{fields}");
    }
    // A page of the right host is a page.
    let mut client = hello.connect();
    assert_eq!(status(&mut client, "main.test", "/page.txt"), 200);
    let field = "trusted-proxy = \"127.0.0.1\"\nclient-field = \"forwarded\"\n";
    let forwarded = place(&format!("{field}{site}"), &["top"]);
    let hello = start(&forwarded);
    for (fields, expected) in [
        ("Forwarded: for=192.0.2.1;proto=https\r\n", "https"),
        (
            "Forwarded: proto=https, for=192.0.2.1;proto=http\r\n",
            "http",
        ),
        (
            "X-Forwarded-Proto: https\r\nX-Forwarded-Proto: http\r\n",
            own,
        ),
    ] {
        assert_eq!(sent_to(&hello, fields), expected, "{fields}");
    }
    // Whoever is no trusted proxy is not listened to.
    for trusted in ["", "trusted-proxy = \"192.0.2.0/24\"\n"] {
        let alone = place(&format!("{trusted}{site}"), &["top"]);
        let hello = start(&alone);
        for scheme in ["http", "https"] {
            let fields = format!("X-Forwarded-Proto: {scheme}\r\n");
            assert_eq!(sent_to(&hello, &fields), own, "{fields}");
        }
    }
}

const LISTENERS: &str = r#"
serve = "./top"

[[site]]
host = "a.test"
serve = "./a"

[[site]]
listen = ["LOCAL", "unix:own.sock"]
serve = "./own"

[[site]]
host = "a.test"
listen = "LOCAL"
serve = "./named"
"#;

/// Two ports that nobody has at this moment, held until they are wanted.
fn free_ports() -> [u16; 2] {
    let held = [(); 2].map(|()| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    held.each_ref()
        .map(|held| held.local_addr().unwrap().port())
}

fn at_port(port: u16) -> Client {
    Client::of(([127, 0, 0, 1], port).into())
}

/// What is answered for a host through a Unix socket, over HTTP/1.1 in clear.
fn through(socket: &Path, host: &str) -> String {
    let mut stream = std::os::unix::net::UnixStream::connect(socket).unwrap();
    let request = format!("GET /page.txt HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.rsplit("\r\n").next().unwrap().to_owned()
}

fn a_site_with_addresses_of_its_own_answers_there_and_nowhere_else() {
    let [own, _] = free_ports();
    let file = LISTENERS.replace("LOCAL", &format!("127.0.0.1:{own}"));
    let place = place(&file, &["top", "a", "own", "named"]);
    let hello = start(&place);
    let mut main = hello.connect();
    for (host, text) in [("a.test", "a"), ("other.test", "top")] {
        assert_eq!(ask(&mut main, host).text(), text, "{host}");
    }
    let mut there = at_port(own);
    for (host, text) in [("a.test", "named"), ("other.test", "own")] {
        assert_eq!(ask(&mut there, host).text(), text, "{host}");
    }
    let socket = place.path().join("own.sock");
    if !Protocol::spoken().is_private() {
        assert_eq!(through(&socket, "a.test"), "own");
        assert_eq!(through(&socket, "other.test"), "own");
    }
    hello.stop();
    assert!(!socket.exists(), "it is tidied up");
}

fn addresses_of_sites_come_and_go_while_connections_stay() {
    let [first, second] = free_ports();
    let file = |port: u16| LISTENERS.replace("LOCAL", &format!("127.0.0.1:{port}"));
    let place = place(&file(first), &["top", "a", "own", "named"]);
    let hello = start(&place);
    let [mut main, mut there] = [hello.connect(), at_port(first)];
    assert_eq!(ask(&mut main, "a.test").text(), "a");
    assert_eq!(ask(&mut there, "a.test").text(), "named");
    let reload = |file: &str, count: usize| {
        fs::write(place.path().join("hello.toml"), file).unwrap();
        hello.send_signal(Signal::HUP);
        hello.until_count(count, |event| event.is_notice("reloaded"));
    };
    // The same address, and other sites there.
    reload(&file(first).replace("./named", "./top"), 1);
    assert_eq!(ask(&mut there, "a.test").text(), "top");
    assert_eq!(ask(&mut main, "a.test").text(), "a");
    // Another address: what came through the one before is answered by nobody.
    reload(&file(second), 2);
    assert_eq!(ask(&mut at_port(second), "a.test").text(), "named");
    assert_eq!(ask(&mut there, "a.test").status(), 421);
    assert_eq!(ask(&mut main, "a.test").text(), "a");
    let closed = std::net::TcpStream::connect(("127.0.0.1", first));
    assert!(closed.is_err(), "nobody listens there any more");
    // An address that somebody else has changes nothing.
    let somebody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = somebody.local_addr().unwrap().port();
    fs::write(place.path().join("hello.toml"), file(taken)).unwrap();
    hello.send_signal(Signal::HUP);
    hello.until(|event| event.is_notice("not-reloaded"));
    assert_eq!(ask(&mut at_port(second), "a.test").text(), "named");
}

/// Where every site has an address, none is left over; and TLS is spoken where there is a certificate.
#[test]
fn sites_with_addresses_are_all_there_is_and_speak_tls_each_for_itself() {
    let [sealed, clear] = free_ports();
    let file = format!(
        "[[site]]\nhost = \"shop.test\"\nlisten = \"127.0.0.1:{sealed}\"\nserve = \"./shop\"\n\
         cert = \"shop.pem\"\nkey = \"shop.key\"\n\n\
         [[site]]\nlisten = \"127.0.0.1:{clear}\"\nserve = \"./clear\"\n"
    );
    let place = place(&file, &["shop", "clear"]);
    issue(place.path(), "shop", &["shop.test"]);
    let hello = Launch::new().inside(place.path()).start_where_told();
    let told = hello.until_count(2, |event| event.is("listening"));
    let told: Vec<&str> = told.iter().map(|event| event.text("address")).collect();
    let expected = [
        format!("https://127.0.0.1:{sealed}"),
        format!("http://127.0.0.1:{clear}"),
    ];
    assert_eq!(told, expected);
    let mut shop = at_port(sealed).sealed("shop.test", believer());
    assert_eq!(ask(&mut shop, "shop.test").text(), "shop");
    assert_eq!(ask(&mut shop, "other.test").status(), 421);
    let mut other = at_port(clear);
    assert_eq!(ask(&mut other, "shop.test").text(), "clear");
}

#[test]
fn an_explanation_says_where_a_request_comes_in() {
    let file = LISTENERS.replace("LOCAL", "127.0.0.1:21080");
    let file = format!("listen = \"127.0.0.1:21081\"\n{file}");
    let place = place(&file, &["top", "a", "own", "named"]);
    let explain = |args: &[&str]| {
        let launch = Launch::new()
            .inside(place.path())
            .args(["explain"])
            .args(args);
        let (_, printed, complaints) = launch.args(["--config", "hello.toml"]).output();
        printed + &complaints
    };
    for (args, listener, site) in [
        (
            &["http://a.test:21080/page.txt"][..],
            "comes in there, by its port",
            "127.0.0.1:21080",
        ),
        (
            &["http://a.test:21081/page.txt"],
            "comes in there, by its port",
            "127.0.0.1:21081",
        ),
        (
            &["http://a.test/page.txt"],
            "nobody listens at its port",
            "127.0.0.1:21081",
        ),
        (
            &["http://a.test/page.txt", "--at", "unix:own.sock"],
            "as you say",
            "unix:own.sock",
        ),
    ] {
        let told = explain(args);
        assert!(told.contains(listener), "{args:?}: {told}");
        assert!(told.contains(site), "{args:?}: {told}");
    }
    let told = explain(&["http://a.test:21080/page.txt", "--json"]);
    assert!(
        told.contains("\"by\":\"port\"") || told.contains("\"by\": \"port\""),
        "{told}"
    );
    let told = explain(&["/", "--at", "127.0.0.1:1"]);
    assert!(told.contains("`hello help bad-at`"), "{told}");
    assert!(
        told.contains("127.0.0.1:21081, 127.0.0.1:21080, unix:own.sock"),
        "{told}"
    );
}
