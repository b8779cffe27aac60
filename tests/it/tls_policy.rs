//! TLS: which versions, which clients, which names, and what is said to whoever comes in clear.

use std::sync::Arc;

use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, HandshakeKind};
use tempfile::TempDir;

use crate::harness::private::{
    AUTHORITY, Authority, Pair, believer, believer_in, somebody, valid_in,
};
use crate::harness::{Client, Event, Hello, Protocol, Reply, with_tls};

with_tls! {
    what_is_agreed_in_the_handshake_is_journalled,
    a_request_for_another_certificate_is_told_to_come_on_another_connection,
    with_one_certificate_every_name_is_answered,
    browsers_are_told_to_come_in_private_from_now_on,
}

/// A server of `page.txt` with certificates for these names, one each, and with these options. The
/// folder holds the certificates.
fn house(names: &[&str], options: &[&str]) -> (Hello, TempDir) {
    let keys = tempfile::tempdir().unwrap();
    let pairs: Vec<_> = { names.iter() }
        .map(|name| AUTHORITY.issue(&[name]).write(keys.path(), name))
        .collect();
    let pairs = pairs.iter().flat_map(Pair::options);
    let options: Vec<&str> = pairs.chain(options.iter().copied()).collect();
    let hello = Hello::serving_with(&options, &[("page.txt", "hi")]);
    (hello, keys)
}

fn client(hello: &Hello, name: &str, config: Arc<ClientConfig>) -> Client {
    hello.connect().sealed(name, config)
}

/// Asks for the page of a host.
fn ask(client: &mut Client, host: &str) -> Reply {
    let request = format!("GET /page.txt HTTP/1.1\r\nHost: {host}\r\n\r\n");
    client.send(request);
    client.reply()
}

/// Why a client does not get in, as the journal tells it.
fn failure_of(hello: &Hello, config: Arc<ClientConfig>) -> String {
    let mut client = client(hello, "localhost", config);
    client.shake_hands().ok();
    let error = client.try_reply().err();
    assert!(error.is_some(), "there is no answer");
    hello.end_of(&client.name()).text("failure").to_owned()
}

fn handshake_of(hello: &Hello, client: &Client) -> Event {
    let number = hello.number_of(&client.name());
    hello.until(|event| event.is("handshake") && event.number("connection") == number)
}

#[test]
fn the_oldest_version_is_a_setting() {
    let (hello, _keys) = house(&["localhost"], &["--tls-min", "1.3"]);
    let mut new = client(&hello, "localhost", believer_in(&AUTHORITY, &[&TLS13]));
    assert_eq!(ask(&mut new, "localhost").text(), "hi");
    let old = believer_in(&AUTHORITY, &[&TLS12]);
    assert_eq!(failure_of(&hello, old), "old-version");
}

#[test]
fn only_clients_that_somebody_vouches_for_are_let_in() {
    let place = tempfile::tempdir().unwrap();
    let clients = Authority::new("Clients' Root");
    let path = place.path().join("clients.pem");
    std::fs::write(&path, &clients.pem).unwrap();
    let path = path.to_str().unwrap();
    let (hello, _keys) = house(&["localhost"], &["--client-ca", path]);

    let alice = clients.issue(&["alice.test"]);
    let mallory = AUTHORITY.issue(&["alice.test"]);
    let late = clients.issue_with(&["late.test"], &rcgen::PKCS_ECDSA_P256_SHA256, |params| {
        valid_in(params, 2001..2002);
    });
    for version in [&TLS13, &TLS12] {
        let config = somebody(&alice, version);
        for round in 0..3 {
            let mut welcome = client(&hello, "localhost", config.clone());
            assert_eq!(ask(&mut welcome, "localhost").text(), "hi");
            let resumed = welcome.agreed().handshake_kind() == Some(HandshakeKind::Resumed);
            assert_eq!(resumed, round > 0, "{version:?}");
            // Who was proven once is not forgotten with the session.
            let told = handshake_of(&hello, &welcome);
            assert_eq!(told.text("client"), "a leaf", "{told:?}");
        }
        let nobody = believer_in(&AUTHORITY, &[version]);
        assert_eq!(failure_of(&hello, nobody), "client-unproven");
        assert_eq!(
            failure_of(&hello, somebody(&mallory, version)),
            "client-unknown"
        );
        assert_eq!(
            failure_of(&hello, somebody(&late, version)),
            "client-expired"
        );
    }
}

#[test]
fn where_clients_may_prove_who_they_are_nobody_is_turned_away_for_not_doing_so() {
    let place = tempfile::tempdir().unwrap();
    let clients = Authority::new("Clients' Root");
    let path = place.path().join("clients.pem");
    std::fs::write(&path, &clients.pem).unwrap();
    let wish = [
        "--client-ca",
        path.to_str().unwrap(),
        "--client-cert",
        "optional",
    ];
    let (hello, _keys) = house(&["localhost"], &wish);
    let mut nobody = client(&hello, "localhost", believer());
    assert_eq!(ask(&mut nobody, "localhost").text(), "hi");
    assert!(!handshake_of(&hello, &nobody).has("client"));
    let alice = clients.issue(&["alice.test"]);
    let mut alice = client(&hello, "localhost", somebody(&alice, &TLS13));
    assert_eq!(ask(&mut alice, "localhost").text(), "hi");
    assert_eq!(handshake_of(&hello, &alice).text("client"), "a leaf");
    // A lie is worse than nothing.
    let mallory = AUTHORITY.issue(&["alice.test"]);
    let mallory = somebody(&mallory, &TLS13);
    assert_eq!(failure_of(&hello, mallory), "client-unknown");
}

fn a_request_for_another_certificate_is_told_to_come_on_another_connection() {
    let (hello, _keys) = house(&["first.test", "second.test", "*.third.test"], &[]);
    let mut first = client(&hello, "first.test", believer());
    for (host, status) in [
        ("first.test", 200),
        ("FIRST.test:443", 200),
        ("first.test.", 200),
        ("second.test", 421),
        ("a.third.test", 421),
        // Nobody's: they get the first certificate, which is this one.
        ("stranger.test", 200),
        ("127.0.0.1:8443", 200),
        ("first.test", 200),
    ] {
        assert_eq!(ask(&mut first, host).status(), status, "{host}");
    }
    let misdirected = hello.until(|event| event.is("request") && event.number("status") == 421);
    assert_eq!(misdirected.text("reason"), "misdirected");
    let mut third = client(&hello, "a.third.test", believer());
    assert_eq!(ask(&mut third, "b.third.test").text(), "hi");
    assert_eq!(ask(&mut third, "first.test").status(), 421);
    assert_eq!(ask(&mut third, "stranger.test").status(), 421);
}

fn with_one_certificate_every_name_is_answered() {
    let (hello, _keys) = house(&["first.test"], &[]);
    let mut first = client(&hello, "first.test", believer());
    assert_eq!(ask(&mut first, "stranger.test").text(), "hi");
}

fn what_is_agreed_in_the_handshake_is_journalled() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    assert_eq!(hello.get("/page.txt").text(), "hi");
    let handshake = hello.until(|event| event.is("handshake"));
    // Clients of HTTP/1.1 in these tests offer nothing to agree on.
    let is_h2 = Protocol::spoken().has_streams();
    assert_eq!(handshake.text("protocol"), if is_h2 { "h2" } else { "" });
    let request = hello.until(|event| event.is_request("/page.txt"));
    assert_eq!(request.text("version"), Protocol::spoken().version());
}

fn browsers_are_told_to_come_in_private_from_now_on() {
    let hello = Hello::serving_with(&["--hsts", "1h"], &[("page.txt", "hi")]);
    for (target, status) in [("/page.txt", 200), ("/nothing", 404)] {
        let reply = hello.get(target);
        assert_eq!(reply.status(), status);
        let told = reply.field("strict-transport-security");
        assert_eq!(told, Some("max-age=3600"), "{target}");
    }
}

#[test]
fn browsers_are_told_to_come_in_private_only_if_asked_and_only_in_private() {
    let redirect = ["--hsts", "180d", "--redirect-http", "127.0.0.1:0"];
    let (hello, _keys) = house(&["localhost"], &redirect);
    let sealed = hello.address().port();
    let hsts = |reply: &Reply| reply.field("strict-transport-security").map(str::to_owned);
    let mut private = client(&hello, "localhost", believer());
    let told = Some("max-age=15552000".to_owned());
    assert_eq!(hsts(&ask(&mut private, "localhost")), told);
    private.send("GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(hsts(&private.reply()), told);
    private.send("BROKEN\r\n\r\n");
    assert_eq!(hsts(&private.reply()), told);

    // To a port where TLS is spoken, in clear.
    let mut lost = hello.connect();
    let reply = ask(&mut lost, "localhost");
    assert_eq!((reply.status(), hsts(&reply)), (308, None));

    // To the port that is there for it.
    let listening = hello.until_count(2, |event| event.is("listening"));
    let address = listening[1].text("address").to_owned();
    let address = address.strip_prefix("http://").unwrap().parse().unwrap();
    let mut clear = Client::of(address);
    clear.send("GET /page.txt?a=b HTTP/1.1\r\nHost: localhost:80\r\n\r\n");
    let reply = clear.reply();
    assert_eq!((reply.status(), hsts(&reply)), (308, None));
    let there = format!("https://localhost:{sealed}/page.txt?a=b");
    assert_eq!(reply.field("location"), Some(&*there));
    assert_eq!(hello.ending_of(&clear.name()), "plain-http");

    let (without, _keys) = house(&["localhost"], &[]);
    let mut private = client(&without, "localhost", believer());
    assert_eq!(hsts(&ask(&mut private, "localhost")), None);
}
