//! HTTP/1.1 as clients hear it.

use crate::harness::{End, Hello, get};

#[test]
fn a_file_is_answered_and_the_connection_kept() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut client = hello.connect();
    for _ in 0..3 {
        let reply = client.get("/page.txt");
        assert_eq!((reply.status(), reply.text()), (200, "hi".to_owned()));
        assert!(!reply.says_close());
    }
    client.half_close();
    assert_eq!(client.end(), End::Closed);
    let ended = hello.end_of(&client.name());
    assert_eq!(
        (ended.text("ending"), ended.number("requests")),
        ("closed-by-client", 3)
    );
}

#[test]
fn fifty_requests_in_one_read_are_answered_in_order() {
    let names: Vec<String> = (0..50).map(|n| format!("{n}.txt")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (&name[..], &name[..])).collect();
    let hello = Hello::serving(&files);
    let mut client = hello.connect();
    let requests: String = { names.iter() }
        .map(|name| get(&format!("/{name}")))
        .collect();
    client.send(requests);
    for name in &names {
        assert_eq!(client.reply().text(), *name);
    }
}

#[test]
fn an_http10_client_is_answered_and_let_go() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let reply = hello.say("GET /page.txt HTTP/1.0\r\n\r\n");
    assert!(reply.head.starts_with("HTTP/1.1 200 "), "{}", reply.head);
    assert_eq!(reply.text(), "hi");
    assert!(reply.closed());
    assert_eq!(hello.last_ending(), "closed-as-asked");
    let request = hello.until(|event| event.is("request"));
    assert_eq!(request.text("version"), "HTTP/1.0");
}

#[test]
fn an_http10_client_that_asks_to_keep_the_connection_keeps_it() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut client = hello.connect();
    for _ in 0..2 {
        client.send("GET /page.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        let reply = client.reply();
        assert_eq!(reply.field("connection"), Some("keep-alive"));
        assert_eq!(reply.text(), "hi");
    }
}

#[test]
fn head_is_get_without_its_content() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut client = hello.connect();
    client.send("HEAD /page.txt HTTP/1.1\r\nHost: a\r\n\r\n");
    let head = client.head();
    assert_eq!((head.status(), head.length()), (200, 2));
    assert_eq!(client.get("/page.txt").text(), "hi", "nothing came between");
}

#[test]
fn options_tells_the_methods() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    for target in ["*", "/page.txt", "/nothing"] {
        let reply = hello.say(format!("OPTIONS {target} HTTP/1.1\r\nHost: a\r\n\r\n"));
        assert_eq!(reply.status(), 204, "{target}");
        assert_eq!(reply.field("allow"), Some("GET, HEAD, OPTIONS"), "{target}");
    }
}

#[test]
fn a_target_with_its_host_is_the_same_file() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let reply = hello.say("GET http://a/page.txt?x=1 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!((reply.status(), reply.text()), (200, "hi".to_owned()));
}

#[test]
fn a_method_that_changes_things_is_told_what_is_allowed() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut client = hello.connect();
    for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE"] {
        client.send(format!("{method} /page.txt HTTP/1.1\r\nHost: a\r\n\r\n"));
        let reply = client.reply();
        assert_eq!(reply.status(), 405, "{method}");
        assert_eq!(reply.field("allow"), Some("GET, HEAD, OPTIONS"), "{method}");
    }
    let request = hello.until(|event| event.is("request"));
    assert_eq!(request.text("reason"), "method-not-allowed");
}
