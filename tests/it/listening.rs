//! Where it listens.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::net::UnixStream;

use crate::harness::{Client, Launch, address_in, folder};

#[test]
fn a_unix_socket_is_listened_on_and_gone_afterwards() {
    let folder = folder(&[("page.txt", "hi")]);
    let path = folder.path().join("hello.sock");
    let address = format!("unix:{}", path.display());
    let hello = { Launch::new().folder(folder.path()) }
        .args(["--listen", &address])
        .start_where_told();
    let listening = hello.until(|event| event.is("listening"));
    assert_eq!(listening.text("address"), address);
    let mut socket = UnixStream::connect(&path).unwrap();
    let request = "GET /page.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    socket.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nhi"), "{answer}");
    let accepted = hello.until(|event| event.is("accepted"));
    assert_eq!(accepted.text("peer"), "unix");
    hello.stop();
    assert!(!path.exists(), "the socket's file goes with it");
}

#[test]
fn localhost_is_both_families_where_the_machine_has_both() {
    let families = if TcpListener::bind("[::1]:0").is_ok() {
        2
    } else {
        1
    };
    let folder = folder(&[("page.txt", "hi")]);
    let hello = { Launch::new().folder(folder.path()) }
        .args(["--listen", "localhost:0"])
        .start_where_told();
    let listening = hello.until_count(families, |event| event.is("listening"));
    let addresses: Vec<_> = { listening.iter() }
        .map(|event| address_in(event.text("address")))
        .collect();
    assert!(addresses[0].is_ipv4());
    assert!(addresses[1..].iter().all(SocketAddr::is_ipv6));
    for address in addresses {
        assert_eq!(
            Client::of(address).get("/page.txt").text(),
            "hi",
            "{address}"
        );
    }
}

#[test]
fn several_addresses_are_one_server() {
    let addresses = ["--listen", "127.0.0.1:0", "--listen", "127.0.0.2:0"];
    let hello = Launch::new().args(addresses).start_where_told();
    let listening = hello.until_count(2, |event| event.is("listening"));
    for event in &listening {
        let mut client = Client::of(address_in(event.text("address")));
        assert_eq!(client.get("/").status(), 200);
    }
    let accepted = hello.until_count(2, |event| event.is("accepted"));
    let numbers: Vec<u64> = { accepted.iter() }
        .map(|e| e.number("connection"))
        .collect();
    assert_eq!(numbers, [1, 2], "one count for all");
}
