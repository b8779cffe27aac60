//! TLS: who we are, how handshakes go, and that everything else is as it is in clear.

use std::fs;
use std::io::ErrorKind;
use std::sync::Arc;

use rcgen::PKCS_ECDSA_P256_SHA256;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, HandshakeKind, ProtocolVersion};
use tempfile::TempDir;

use crate::harness::private::{
    AUTHORITY, Authority, Issued, Pair, believer, believer_in, telling_its_issuer, valid_in,
};
use crate::harness::{Client, End, Event, Hello, Launch, folder, get, large_file};

/// A server of `page.txt` and `large.bin` with these options, in private.
struct House {
    hello: Hello,
    folder: TempDir,
    large: Vec<u8>,
}

fn house(options: &[&str]) -> House {
    let folder = folder(&[("page.txt", "hi")]);
    let large = large_file(&folder.path().join("large.bin"), 5 << 20);
    let hello = Hello::start(options, folder.path());
    House {
        hello,
        folder,
        large,
    }
}

fn usual(options: &[&str]) -> House {
    let folder = tempfile::tempdir().unwrap();
    let pair = AUTHORITY.issue(&["localhost"]).write(folder.path(), "a");
    house(&[&pair.options(), options].concat())
}

impl House {
    fn client(&self) -> Client {
        self.client_for("localhost", believer())
    }

    fn client_for(&self, name: &str, config: Arc<ClientConfig>) -> Client {
        self.hello.connect().sealed(name, config)
    }

    fn handshake_of(&self, client: &Client) -> Event {
        let number = self.hello.number_of(&client.name());
        self.hello
            .until(|event| event.is("handshake") && event.number("connection") == number)
    }
}

#[test]
fn a_handshake_is_journalled_with_what_was_agreed() {
    let house = usual(&[]);
    for (version, name) in [(&TLS13, "TLS 1.3"), (&TLS12, "TLS 1.2")] {
        let mut client = house.client_for("localhost", believer_in(&AUTHORITY, &[version]));
        assert_eq!(client.get("/page.txt").text(), "hi");
        assert_eq!(client.agreed().alpn_protocol(), None);
        let handshake = house.handshake_of(&client);
        assert_eq!(handshake.text("name"), "localhost");
        assert_eq!(handshake.text("version"), name);
        assert!(handshake.text("cipher").contains("_GCM_"), "{handshake:?}");
        assert!(!handshake.has("failure"), "{handshake:?}");
        client.half_close();
        assert_eq!(client.end(), End::Closed);
        assert_eq!(house.hello.ending_of(&client.name()), "closed-by-client");
    }
    let mut client = house.client();
    client.shake_hands().unwrap();
    let group = house.handshake_of(&client);
    assert_eq!(group.text("group"), "X25519MLKEM768");
}

#[test]
fn a_session_is_resumed_whichever_worker_began_it() {
    let house = usual(&[]);
    for version in [&TLS13, &TLS12] {
        let config = believer_in(&AUTHORITY, &[version]);
        for round in 0..6 {
            let mut client = house.client_for("localhost", config.clone());
            assert_eq!(client.get("/page.txt").text(), "hi");
            let resumed = client.agreed().handshake_kind() == Some(HandshakeKind::Resumed);
            assert_eq!(resumed, round > 0, "{version:?}");
            let told = house.handshake_of(&client);
            assert_eq!(format!("{told:?}").contains("\"resumed\":true"), resumed);
        }
    }
}

#[test]
fn a_large_file_arrives_whole_and_its_end_is_said() {
    let house = usual(&[]);
    let mut client = house.client();
    for _ in 0..2 {
        let reply = client.get("/large.bin");
        assert!(reply.body == house.large);
    }
    client.send("GET /large.bin HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert!(client.reply().body == house.large);
    // An end that is not said is an error of the client's library.
    assert_eq!(client.end(), End::Closed);
    assert_eq!(house.hello.ending_of(&client.name()), "closed-as-asked");
}

#[test]
fn a_download_that_is_broken_off_is_told_so() {
    let house = usual(&[]);
    let mut client = house.client();
    client.send(get("/large.bin"));
    client.head();
    client.take(100_000);
    let name = client.name();
    client.reset();
    assert_eq!(house.hello.ending_of(&name), "reset-by-client");
    let request = house.hello.until(|event| event.is_request("/large.bin"));
    assert_eq!(request.number("broken_of"), 5 << 20);
    assert!(request.number("content_bytes") < 5 << 20);
}

#[test]
fn a_file_that_shrinks_while_it_is_sent_is_never_taken_for_whole() {
    let house = usual(&[]);
    let path = house.folder.path().join("large.bin");
    large_file(&path, 40 << 20);
    let mut client = house.client();
    client.send(get("/large.bin"));
    client.head();
    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(1 << 20)
        .unwrap();
    let name = client.name();
    // No close_notify: whoever only counts on the end of the connection hears of it, too.
    assert_eq!(client.drain(), End::Reset);
    assert_eq!(house.hello.ending_of(&name), "file-changed");
}

#[test]
fn a_connection_that_is_cut_is_an_end_and_half_a_request_no_request() {
    let house = usual(&[]);
    let mut client = house.client();
    assert_eq!(client.get("/page.txt").text(), "hi");
    client.send("GET /page.txt HTTP/1.1\r\n");
    client.socket.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(house.hello.ending_of(&client.name()), "left-mid-request");
}

#[test]
fn what_no_key_opens_ends_the_connection() {
    let house = usual(&[]);
    let mut client = house.client();
    assert_eq!(client.get("/page.txt").text(), "hi");
    let forged = [&[23, 3, 3, 0, 40][..], &[7; 40]].concat();
    std::io::Write::write_all(&mut client.socket, &forged).unwrap();
    let error = client.try_reply().err().unwrap();
    assert!(error.to_string().contains("BadRecordMac"), "{error}");
    assert_eq!(house.hello.ending_of(&client.name()), "broken-tls");
}

#[test]
fn the_certificate_is_chosen_by_the_name_that_is_asked_for() {
    let place = tempfile::tempdir().unwrap();
    let write = |issued: &Issued, name: &str| issued.write(place.path(), name);
    let first = AUTHORITY.issue(&["first.test"]);
    let exact = AUTHORITY.issue(&["www.second.test"]);
    let wildcard = AUTHORITY.issue(&["*.second.test"]);
    let pairs = [
        write(&first, "first"),
        write(&exact, "exact"),
        write(&wildcard, "wildcard"),
    ];
    let house = house(&pairs.each_ref().map(Pair::options).concat());
    for (name, issued) in [
        ("first.test", &first),
        ("www.second.test", &exact),
        ("WWW.second.test", &exact),
        ("other.second.test", &wildcard),
    ] {
        assert_eq!(shown_to(&house, name), der_of(issued), "{name}");
    }
    // Who asks for somebody else is told who we are, and breaks off.
    for stranger in ["third.test", "a.b.second.test"] {
        let mut client = house.client_for(stranger, believer());
        let error = client.shake_hands().unwrap_err();
        assert!(error.to_string().contains("not valid for name"), "{error}");
        let ended = house.hello.end_of(&client.name());
        assert_eq!(ended.text("failure"), "distrusted", "{ended:?}");
        assert_eq!(house.handshake_of(&client).text("name"), stranger);
    }
}

/// The certificate that a client is shown.
fn shown_to(house: &House, name: &str) -> Vec<u8> {
    let mut client = house.client_for(name, believer());
    client.shake_hands().unwrap();
    let shown = client.agreed().peer_certificates().unwrap();
    shown[0].to_vec()
}

fn der_of(issued: &Issued) -> Vec<u8> {
    let der = CertificateDer::from_pem_slice(issued.certificate.as_bytes());
    der.unwrap().to_vec()
}

#[test]
fn of_two_kinds_of_keys_a_client_gets_the_one_it_can_verify() {
    let place = tempfile::tempdir().unwrap();
    let rsa = AUTHORITY.issue_rsa(&["localhost"]);
    let ecdsa = AUTHORITY.issue(&["localhost"]);
    let pairs = [
        rsa.write(place.path(), "rsa"),
        ecdsa.write(place.path(), "ecdsa"),
    ];
    let house = house(&pairs.each_ref().map(Pair::options).concat());
    assert_eq!(shown_to(&house, "localhost"), der_of(&ecdsa));
    let mut provider = rustls::crypto::aws_lc_rs::default_provider();
    provider.cipher_suites.retain(|suite| {
        let name = format!("{:?}", suite.suite());
        name.contains("_RSA_")
    });
    let mut roots = rustls::RootCertStore::empty();
    let root = CertificateDer::from_pem_slice(AUTHORITY.pem.as_bytes());
    roots.add(root.unwrap()).unwrap();
    let old = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&TLS12])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut client = house.client_for("localhost", Arc::new(old));
    client.shake_hands().unwrap();
    assert_eq!(
        client.agreed().protocol_version(),
        Some(ProtocolVersion::TLSv1_2)
    );
    let shown = client.agreed().peer_certificates().unwrap();
    assert_eq!(shown[0].to_vec(), der_of(&rsa));
}

#[test]
fn new_files_are_for_new_connections_and_old_ones_go_on() {
    let place = tempfile::tempdir().unwrap();
    let pair = AUTHORITY.issue(&["localhost"]).write(place.path(), "a");
    let options = [&pair.options()[..], &["--look-again-after", "1ms"]].concat();
    let house = house(&options);
    let mut early = house.client();
    assert_eq!(early.get("/page.txt").text(), "hi");
    let renewed = AUTHORITY.issue(&["localhost"]);
    renewed.write(place.path(), "a");
    until_shown(&house, &renewed);
    let notice = house
        .hello
        .until(|event| event.is_notice("certificates-renewed"));
    assert_eq!(notice.number("certificates"), 1);
    assert_eq!(early.get("/page.txt").text(), "hi", "it goes on");

    // A key that belongs to something else changes nothing, and is said.
    fs::write(&pair.key, &AUTHORITY.issue(&["localhost"]).key).unwrap();
    let kept = loop {
        assert_eq!(shown_to(&house, "localhost"), der_of(&renewed));
        let mut client = house.client();
        assert_eq!(client.get("/page.txt").text(), "hi");
        let seen = house
            .hello
            .seen(|event| event.is_notice("certificate-kept"));
        if let Some(notice) = seen {
            break notice;
        }
    };
    assert_eq!(kept.text("error"), "key-mismatch");
    assert_eq!(kept.text("path"), pair.certificate.to_str().unwrap());
    let again = AUTHORITY.issue(&["localhost"]);
    again.write(place.path(), "a");
    until_shown(&house, &again);
}

/// Connects until the new certificate is shown: files are looked at by those who come.
fn until_shown(house: &House, issued: &Issued) {
    for _ in 0..10_000 {
        if shown_to(house, "localhost") == der_of(issued) {
            return;
        }
    }
    panic!("the new certificate is never shown");
}

#[test]
fn http_in_clear_is_sent_to_the_same_page_in_private() {
    let house = usual(&[]);
    let hello = &house.hello;
    let reply = hello.say("GET /page.txt?a=b HTTP/1.1\r\nHost: localhost:8443\r\n\r\n");
    assert_eq!(reply.status(), 308);
    assert_eq!(
        reply.field("location"),
        Some("https://localhost:8443/page.txt?a=b")
    );
    assert!(reply.closed());
    assert_eq!(hello.last_ending(), "plain-http");
    let request = hello.until(|event| event.is_request("/page.txt?a=b"));
    assert_eq!(request.number("status"), 308);
    // No host, no address.
    assert_eq!(hello.say("GET / HTTP/1.0\r\n\r\n").status(), 400);
    assert_eq!(hello.last_ending(), "plain-http");
    // A request that breaks a rule is refused as ever.
    let reply = hello.say("GET / HTTP/1.1\r\nHost: a b\r\n\r\n");
    assert_eq!(reply.status(), 400);
    assert!(hello.last_ending().starts_with("refused "));
    // Letter by letter it is a request too.
    let mut client = hello.connect();
    for byte in get("/page.txt").bytes() {
        client.send([byte]);
    }
    assert_eq!(client.reply().status(), 308);
}

#[test]
fn what_is_neither_tls_nor_http_is_let_go() {
    let house = usual(&[]);
    for (bytes, ending) in [
        (&b"SSH-2.0-OpenSSH_9.2\r\n"[..], "not-tls"),
        (b"\x80\x2e\x01\x03\x01", "not-tls"),
        (b"GET", "not-tls"),
        (b"", "closed-by-client"),
    ] {
        let mut client = house.hello.connect();
        client.send(bytes);
        client.half_close();
        client.rest();
        assert_eq!(house.hello.ending_of(&client.name()), ending);
    }
    // A greeting of 32 KiB, in records of eight.
    let record = [&[22, 3, 1, 0x20, 0][..], &vec![0; 8 << 10]].concat();
    let mut long = record.repeat(3);
    long[5..9].copy_from_slice(&[1, 0, 0x80, 0]);
    for (bytes, failure) in [
        (&b"\x16\x03\x01\x00\x04\x63\x00\x00\x00"[..], "malformed"),
        (b"\x16\x03\x01\x02\x00\x01", "left"),
        (OLD_GREETING, "old-version"),
        (&long, "too-long"),
    ] {
        let mut client = house.hello.connect();
        let _ = client.try_send(bytes);
        let name = client.name();
        let _ = client.socket.shutdown(std::net::Shutdown::Write);
        let ended = house.hello.end_of(&name);
        assert_eq!(ended.text("ending"), "handshake-failed", "{ended:?}");
        assert_eq!(ended.text("failure"), failure, "{ended:?}");
    }
}

/// A greeting of TLS 1.0: its version, 32 bytes of chance, no session, one cipher, no compression.
const OLD_GREETING: &[u8] = b"\x16\x03\x01\x00\x2d\x01\x00\x00\x29\x03\x01\
    01234567890123456789012345678901\x00\x00\x02\x00\x2f\x01\x00";

#[test]
fn a_client_that_does_not_trust_us_is_told_from_one_that_left() {
    let house = usual(&[]);
    let stranger = believer_in(&Authority::new("Another"), &[&TLS13, &TLS12]);
    let mut client = house.client_for("localhost", stranger);
    let error = client.shake_hands().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    let ended = house.hello.end_of(&client.name());
    assert_eq!(ended.text("failure"), "distrusted");
    let handshake = house.handshake_of(&client);
    assert_eq!(handshake.text("failure"), "distrusted");
}

#[test]
fn a_client_that_hangs_in_the_handshake_is_let_go_and_holds_up_nobody() {
    let house = usual(&["--handshake-timeout", "300ms"]);
    let mut silent = house.hello.connect();
    let mut slow = house.hello.connect();
    slow.send(&OLD_GREETING[..20]);
    assert_eq!(
        house.client().get("/page.txt").text(),
        "hi",
        "others are served"
    );
    for client in [&mut silent, &mut slow] {
        assert_eq!(client.end(), End::Closed);
        let ending = house.hello.ending_of(&client.name());
        assert_eq!(ending, "handshake-timeout");
    }
}

#[test]
fn who_hangs_in_the_handshake_makes_room_for_others() {
    let house = usual(&["--max-connections", "2"]);
    let mut hanging: Vec<Client> = (0..2).map(|_| house.hello.connect()).collect();
    for client in &hanging {
        house.hello.number_of(&client.name());
    }
    assert_eq!(house.client().get("/page.txt").text(), "hi");
    let shed = house.hello.until(|event| event.is_ending("shed"));
    let mut one = { hanging.iter_mut() }
        .find(|client| house.hello.number_of(&client.name()) == shed.number("connection"));
    assert_eq!(one.as_mut().unwrap().end(), End::Closed);
}

#[test]
fn an_answer_under_way_is_finished_when_we_stop_and_the_end_is_said() {
    let house = usual(&[]);
    let mut client = house.client();
    client.send(get("/large.bin"));
    client.head();
    house.hello.send_signal(rustix::process::Signal::TERM);
    assert!(client.take(5 << 20) == house.large);
    assert_eq!(client.end(), End::Closed);
    let ended = house.hello.ended();
    assert!(ended.status.success());
}

#[test]
fn addresses_are_told_as_they_are_typed() {
    let place = tempfile::tempdir().unwrap();
    let pair = AUTHORITY.issue(&["localhost"]).write(place.path(), "a");
    let hello = Launch::new().args(pair.options()).start();
    let listening = hello.until(|event| event.is("listening"));
    assert!(listening.text("address").starts_with("https://127.0.0.1:"));
}

#[test]
fn what_is_wrong_with_a_certificate_is_said_at_the_start() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    let good = AUTHORITY.issue(&["localhost"]);
    let other = AUTHORITY.issue(&["localhost"]);
    let changed = |change: fn(&mut rcgen::CertificateParams)| {
        AUTHORITY.issue_with(&["localhost"], &PKCS_ECDSA_P256_SHA256, change)
    };
    let of = |certificate: &str, key: &str| Issued {
        certificate: certificate.to_owned(),
        key: key.to_owned(),
    };
    let expired = changed(|params| valid_in(params, 2020..2021));
    let early = changed(|params| valid_in(params, 2120..2121));
    let lonely = changed(telling_its_issuer);
    let locked =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let cases = [
        (of("garbage", &good.key), "no-certificate"),
        (of(&good.key, &good.certificate), "no-certificate"),
        (of(&good.certificate, "garbage"), "no-key"),
        (of(&good.certificate, locked), "no-key"),
        (of(&good.certificate, &other.key), "key-mismatch"),
        (expired, "certificate-expired"),
        (early, "certificate-not-yet-valid"),
        (lonely.clone(), "issuer-missing"),
        (
            of(
                &format!("{}{}", good.certificate, other.certificate),
                &good.key,
            ),
            "issuer-missing",
        ),
        (
            of(
                "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
                &good.key,
            ),
            "bad-certificate",
        ),
        (
            of(
                &good.certificate,
                "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n",
            ),
            "bad-key",
        ),
    ];
    for (issued, key) in cases {
        let pair = issued.write(folder, key);
        let told = complaint(&pair);
        assert!(told.ends_with(&format!("`hello help {key}`")), "{told}");
        assert!(!told.contains("{ $"), "{told}");
    }
    let missing = Pair {
        certificate: folder.join("nowhere.pem"),
        key: folder.join("nowhere.key"),
    };
    assert!(complaint(&missing).contains("`hello help certificate-unreadable`"));
    let pair = good.write(folder, "good");
    fs::remove_file(&pair.key).unwrap();
    assert!(complaint(&pair).contains("`hello help key-unreadable`"));
    // With its issuer behind it nothing is missing.
    let whole = of(
        &format!("{}{}", lonely.certificate, AUTHORITY.pem),
        &lonely.key,
    );
    let house = house(&whole.write(folder, "whole").options());
    assert_eq!(house.client().get("/page.txt").text(), "hi");
}

fn complaint(pair: &Pair) -> String {
    let launch = Launch::new().args(["--lang", "en", "--listen", "127.0.0.1:0"]);
    let (status, printed, complaints) = launch.args(pair.options()).output();
    assert_eq!((status.code(), &*printed), (Some(2), ""), "{complaints}");
    complaints
}
