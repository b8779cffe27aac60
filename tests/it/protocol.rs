//! HTTP/1.1 as clients hear it.

use crate::harness::{End, Hello, get};

#[test]
pub fn a_file_is_answered_and_the_connection_kept() {
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
pub fn fifty_requests_in_one_read_are_answered_in_order() {
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
pub fn an_http10_client_is_answered_and_let_go() {
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
pub fn an_http10_client_that_asks_to_keep_the_connection_keeps_it() {
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
pub fn head_is_get_without_its_content() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut client = hello.connect();
    client.send("HEAD /page.txt HTTP/1.1\r\nHost: a\r\n\r\n");
    let head = client.head();
    assert_eq!((head.status(), head.length()), (200, 2));
    assert_eq!(client.get("/page.txt").text(), "hi", "nothing came between");
}

#[test]
pub fn options_tells_the_methods() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    for target in ["*", "/page.txt", "/nothing"] {
        let reply = hello.say(format!("OPTIONS {target} HTTP/1.1\r\nHost: a\r\n\r\n"));
        assert_eq!(reply.status(), 204, "{target}");
        assert_eq!(reply.field("allow"), Some("GET, HEAD, OPTIONS"), "{target}");
    }
}

#[test]
pub fn a_target_with_its_host_is_the_same_file() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let reply = hello.say("GET http://a/page.txt?x=1 HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!((reply.status(), reply.text()), (200, "hi".to_owned()));
}

#[test]
pub fn a_method_that_changes_things_is_told_what_is_allowed() {
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

#[test]
pub fn a_body_nobody_reads_does_not_hide_the_next_request() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let chunks = "Transfer-Encoding: chunked\r\n\r\n5;note=\"x\"\r\nhello\r\n0\r\nX-Sum: 5\r\n\r\n";
    let length = "Content-Length: 31\r\n\r\nGET /secret HTTP/1.1\r\nHost: a\r\n\r\n";
    for body in [chunks, &length.replace("31", "33")] {
        let mut client = hello.connect();
        client.send(format!("GET /page.txt HTTP/1.1\r\nHost: a\r\n{body}"));
        client.send(get("/nothing"));
        assert_eq!(client.reply().text(), "hi");
        assert_eq!(client.reply().status(), 404, "{body}");
        client.half_close();
        assert_eq!(client.end(), End::Closed);
    }
    let targets = hello.until_count(4, |event| event.is("request"));
    assert!(!targets.iter().any(|event| event.is_request("/secret")));
}

/// The client sends on while we have closed already; without lingering, its bytes would turn our
/// close into a reset, and the reset would overtake the answer.
#[test]
pub fn a_body_too_long_to_be_thrown_away_closes_and_its_sender_sees_the_answer() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut client = hello.connect();
    client.send("POST /page.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n");
    client.send(vec![b'x'; 512 << 10]);
    let reply = client.reply();
    assert_eq!(reply.status(), 405);
    assert!(reply.says_close());
    assert_eq!(client.end(), End::Closed);
    let name = client.name();
    drop(client);
    assert_eq!(hello.ending_of(&name), "unread-body");
}

#[test]
pub fn chunks_without_end_are_thrown_away_up_to_a_limit() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut client = hello.connect();
    client.send("POST /page.txt HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    assert_eq!(client.reply().status(), 405);
    let chunk = format!("8000\r\n{}\r\n", "x".repeat(0x8000));
    client.send(chunk.repeat(12));
    assert_eq!(client.end(), End::Closed);
    let name = client.name();
    drop(client);
    assert_eq!(hello.ending_of(&name), "unread-body");
}

#[test]
pub fn an_expectation_is_answered_finally_and_the_body_not_waited_for() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let reply = hello
        .say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n");
    assert_eq!(reply.status(), 405);
    assert!(reply.closed());
    assert_eq!(hello.last_ending(), "unread-body");
}

#[test]
pub fn a_client_that_asks_for_close_is_told_so_and_let_go() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let reply = hello.say("GET /page.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_eq!(reply.text(), "hi");
    assert!(reply.closed());
    assert_eq!(hello.last_ending(), "closed-as-asked");
}

/// Two proxies that disagree on the length disagree on where the next request starts.
#[test]
pub fn a_request_with_two_lengths_is_refused_and_closed() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let two = "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd";
    let reply = hello.say(format!("POST / HTTP/1.1\r\nHost: a\r\n{two}"));
    assert_eq!(reply.status(), 400);
    assert!(reply.closed());
    assert_eq!(hello.last_ending(), "refused two-lengths");
    let ended = hello.until(|event| event.is("ended"));
    assert_eq!(ended.text("rfc"), "RFC 9112 §6.3");
    assert_eq!(ended.number("status"), 400);
}

#[test]
pub fn what_follows_a_refusal_is_not_answered() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut client = hello.connect();
    let (good, bad) = (get("/page.txt"), "GET / HTTP/1.1\r\n\r\n");
    client.send(format!("{good}{bad}{good}"));
    assert_eq!(client.reply().text(), "hi");
    assert_eq!(client.reply().status(), 400);
    assert_eq!(client.end(), End::Closed);
}

#[test]
pub fn an_unknown_method_is_not_implemented() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let reply = hello.say("BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(reply.status(), 501);
    assert!(reply.closed());
    assert_eq!(hello.last_ending(), "refused unknown-method");
}

#[test]
pub fn a_refused_head_request_hears_no_content() {
    let hello = Hello::serving(&[]);
    let mut client = hello.connect();
    client.send("HEAD / HTTP/1.1\r\n\r\n");
    assert_eq!(client.head().status(), 400);
    assert_eq!(client.end(), End::Closed);
}

/// A person who mistypes a method in a form gets a sentence, and it should be one they can read.
#[test]
pub fn a_refusal_is_told_in_the_language_that_was_asked_for() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let reply = hello.say("BREW / HTTP/1.1\r\nHost: a\r\nAccept-Language: ru\r\n\r\n");
    assert_eq!(reply.status(), 501);
    assert_eq!(reply.field("content-language"), Some("ru"));
}

/// All of them, to be held over TLS as well.
pub const ALL: [fn(); 18] = [
    a_file_is_answered_and_the_connection_kept,
    fifty_requests_in_one_read_are_answered_in_order,
    an_http10_client_is_answered_and_let_go,
    an_http10_client_that_asks_to_keep_the_connection_keeps_it,
    head_is_get_without_its_content,
    options_tells_the_methods,
    a_target_with_its_host_is_the_same_file,
    a_method_that_changes_things_is_told_what_is_allowed,
    a_body_nobody_reads_does_not_hide_the_next_request,
    a_body_too_long_to_be_thrown_away_closes_and_its_sender_sees_the_answer,
    chunks_without_end_are_thrown_away_up_to_a_limit,
    an_expectation_is_answered_finally_and_the_body_not_waited_for,
    a_client_that_asks_for_close_is_told_so_and_let_go,
    a_request_with_two_lengths_is_refused_and_closed,
    what_follows_a_refusal_is_not_answered,
    an_unknown_method_is_not_implemented,
    a_refused_head_request_hears_no_content,
    a_refusal_is_told_in_the_language_that_was_asked_for,
];
