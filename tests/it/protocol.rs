//! Requests and their answers, as clients hear them.

use crate::harness::{
    Client, End, Event, Hello, Protocol, get, of_http1_alone, over_every_protocol,
};

over_every_protocol! {
    a_file_is_answered_and_the_connection_kept,
    fifty_requests_in_one_read_are_answered_in_order,
    head_is_get_without_its_content,
    options_tells_the_methods,
    a_method_that_changes_things_is_told_what_is_allowed,
    a_body_nobody_reads_does_not_hide_the_next_request,
    who_sends_a_body_too_long_to_be_thrown_away_sees_the_answer,
    an_expectation_is_answered_finally_and_the_body_not_waited_for,
    a_request_that_breaks_a_rule_is_answered_and_the_rule_is_named,
    a_refused_head_request_hears_no_content,
    a_refusal_is_told_in_the_language_that_was_asked_for,
    secrets_in_a_query_are_not_told,
}

// Versions, lengths, chunks and `Connection`: HTTP/2 has frames for all that they are about.
of_http1_alone! {
    an_http10_client_is_answered_and_let_go,
    an_http10_client_that_asks_to_keep_the_connection_keeps_it,
    a_target_with_its_host_is_the_same_file,
    chunks_nobody_reads_do_not_hide_the_next_request,
    chunks_without_end_are_thrown_away_up_to_a_limit,
    a_client_that_asks_for_close_is_told_so_and_let_go,
    a_request_with_two_lengths_is_refused_and_closed,
    what_follows_a_refusal_is_not_answered,
}

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

fn head_is_get_without_its_content() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut client = hello.connect();
    client.send("HEAD /page.txt HTTP/1.1\r\nHost: a\r\n\r\n");
    let head = client.head();
    assert_eq!((head.status(), head.length()), (200, 2));
    assert_eq!(client.get("/page.txt").text(), "hi", "nothing came between");
}

fn options_tells_the_methods() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    for target in ["*", "/page.txt", "/nothing"] {
        let reply = hello.say(format!("OPTIONS {target} HTTP/1.1\r\nHost: a\r\n\r\n"));
        assert_eq!(reply.status(), 204, "{target}");
        assert_eq!(reply.field("allow"), Some("GET, HEAD, OPTIONS"), "{target}");
    }
}

fn a_target_with_its_host_is_the_same_file() {
    let hello = Hello::serving(&[("page.txt", "hi"), ("docs/index.html", "hi")]);
    let scheme = Protocol::spoken().scheme();
    let ask = |target| hello.say(get(&format!("{scheme}://a{target}")));
    let reply = ask("/page.txt?x=1");
    assert_eq!((reply.status(), reply.text()), (200, "hi".to_owned()));
    assert_eq!(ask("/docs").field("location"), Some("/docs/"));
}

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

fn a_body_nobody_reads_does_not_hide_the_next_request() {
    let body = "GET /secret HTTP/1.1\r\nHost: a\r\n\r\n";
    what_follows_is_answered(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
}

fn chunks_nobody_reads_do_not_hide_the_next_request() {
    let chunks = "5;note=\"x\"\r\nhello\r\n0\r\nX-Sum: 5\r\n\r\n";
    what_follows_is_answered(&format!("Transfer-Encoding: chunked\r\n\r\n{chunks}"));
}

fn what_follows_is_answered(body: &str) {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut client = hello.connect();
    client.send(format!("GET /page.txt HTTP/1.1\r\nHost: a\r\n{body}"));
    client.send(get("/nothing"));
    assert_eq!(client.reply().text(), "hi");
    assert_eq!(client.reply().status(), 404);
    client.half_close();
    assert_eq!(client.end(), End::Closed);
    let targets = hello.until_count(2, |event| event.is("request"));
    assert!(!targets.iter().any(|event| event.is_request("/secret")));
    assert_eq!(hello.end_of(&client.name()).number("requests"), 2);
}

/// The client sends on while we have closed already; without lingering, its bytes would turn our
/// close into a reset, and the reset would overtake the answer.
fn who_sends_a_body_too_long_to_be_thrown_away_sees_the_answer() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut client = hello.connect();
    client.send("POST /page.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n");
    client.send(vec![b'x'; 512 << 10]);
    let reply = client.reply();
    assert_eq!(reply.status(), 405);
    if Protocol::spoken().has_streams() {
        client.is_told_to_stop();
        assert_eq!(client.get("/page.txt").text(), "hi");
        return;
    }
    assert!(reply.says_close());
    assert_eq!(client.end(), End::Closed);
    let name = client.name();
    drop(client);
    assert_eq!(hello.ending_of(&name), "unread-body");
}

fn chunks_without_end_are_thrown_away_up_to_a_limit() {
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

fn an_expectation_is_answered_finally_and_the_body_not_waited_for() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut client = hello.connect();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n");
    let reply = client.reply();
    assert_eq!(reply.status(), 405);
    if Protocol::spoken().has_streams() {
        client.send("123456789");
        assert_eq!(client.get("/page.txt").text(), "hi");
        return;
    }
    assert!(reply.says_close());
    assert_eq!(client.end(), End::Closed);
    assert_eq!(hello.ending_of(&client.name()), "unread-body");
}

fn a_client_that_asks_for_close_is_told_so_and_let_go() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let reply = hello.say("GET /page.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_eq!(reply.text(), "hi");
    assert!(reply.closed());
    assert_eq!(hello.last_ending(), "closed-as-asked");
}

/// Two proxies that disagree on the length disagree on where the next request starts.
fn a_request_with_two_lengths_is_refused_and_closed() {
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

fn what_follows_a_refusal_is_not_answered() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut client = hello.connect();
    let (good, bad) = (get("/page.txt"), "GET / HTTP/1.1\r\n\r\n");
    client.send(format!("{good}{bad}{good}"));
    assert_eq!(client.reply().text(), "hi");
    assert_eq!(client.reply().status(), 400);
    assert_eq!(client.end(), End::Closed);
}

/// In HTTP/1.1 whatever follows is not to be trusted; in HTTP/2 a frame says where it begins.
fn a_request_that_breaks_a_rule_is_answered_and_the_rule_is_named() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let long = format!("/{}", "a".repeat(8 << 10));
    let (wide, many) = ("y".repeat(20 << 10), "x: y\r\n".repeat(200));
    for (method, target, fields, status, rule) in [
        ("BREW", "/pot", "", 501, "unknown-method"),
        ("GET", "*", "", 400, "asterisk-without-options"),
        ("GET", "/%zz", "", 400, "bad-escape"),
        ("GET", &*long, "", 414, "target-too-long"),
        (
            "GET",
            "/",
            &*format!("x: {wide}\r\n"),
            431,
            "head-too-large",
        ),
        ("GET", "/", &*many, 431, "too-many-fields"),
        (
            "GET",
            "/",
            "Expect: miracles\r\n",
            417,
            "unknown-expectation",
        ),
    ] {
        let request = format!("{method} {target} HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
        refused(&hello, &request, status, rule);
    }
    refused(
        &hello,
        "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n",
        400,
        "userinfo",
    );
}

fn refused(hello: &Hello, request: &str, status: u16, rule: &str) {
    let mut client = hello.connect();
    // It may have heard enough before it has heard everything.
    let _ = client.try_send(request);
    let reply = client.reply();
    assert_eq!(reply.status(), status, "{rule}");
    if Protocol::spoken().has_streams() {
        assert_eq!(client.get("/page.txt").text(), "hi", "{rule}");
        assert_eq!(request_of(hello, &client).text("reason"), rule);
    } else {
        assert!(reply.says_close(), "{rule}");
        assert_eq!(client.end(), End::Closed, "{rule}");
        assert_eq!(hello.ending_of(&client.name()), format!("refused {rule}"));
    }
}

/// The first request of a client's connection.
fn request_of(hello: &Hello, client: &Client) -> Event {
    let number = hello.number_of(&client.name());
    hello.until(|event| event.is("request") && event.number("connection") == number)
}

fn a_refused_head_request_hears_no_content() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut client = hello.connect();
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n");
    assert_eq!(client.head().status(), 417);
    if Protocol::spoken().has_streams() {
        assert_eq!(client.get("/page.txt").text(), "hi", "nothing came between");
    } else {
        assert_eq!(client.end(), End::Closed);
    }
}

/// A person who mistypes a method in a form gets a sentence, and it should be one they can read.
fn a_refusal_is_told_in_the_language_that_was_asked_for() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    for (languages, language) in [("ru", "ru"), ("en", "en"), ("de, ru;q=0.5", "ru")] {
        let reply = hello.say(format!(
            "BREW / HTTP/1.1\r\nHost: a\r\nAccept-Language: {languages}\r\n\r\n"
        ));
        assert_eq!(reply.status(), 501);
        assert_eq!(reply.field("content-language"), Some(language));
        assert!(reply.text().contains(&format!("<html lang=\"{language}\"")));
    }
}

fn secrets_in_a_query_are_not_told() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    hello.get("/?access_token=hunter2&page=3");
    let request = hello.until(|event| event.is("request"));
    let target = request.text("target");
    assert!(!target.contains("hunter2"), "{target}");
    assert!(target.contains("page=3"), "{target}");
}
