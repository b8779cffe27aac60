//! Clients that go away, politely or not.

use crate::harness::{
    Client, End, Hello, Protocol, folder, get, large_file, of_http1_alone, over_every_protocol,
};

over_every_protocol! {
    a_reset_in_the_middle_of_an_answer_is_told_with_how_far_it_came,
    a_reset_between_requests_is_told,
    a_reset_before_the_first_byte_is_told,
    a_close_without_a_request_is_a_close_by_the_client,
    a_close_within_a_head_is_told_as_such,
    a_close_within_a_body_is_told_as_such,
    who_has_no_more_to_say_may_still_listen,
}

// In HTTP/2 whoever says no more opens no windows either.
of_http1_alone! {
    who_has_no_more_to_say_hears_a_large_answer_to_its_end,
}

const LARGE_BYTES: u64 = 30 << 20;

fn a_reset_in_the_middle_of_an_answer_is_told_with_how_far_it_came() {
    let folder = folder(&[]);
    large_file(&folder.path().join("large.bin"), 30 << 20);
    let hello = Hello::start(&[], folder.path());
    let mut client = hello.connect();
    client.send(get("/large.bin"));
    client.head();
    client.take(1 << 20);
    let name = client.name();
    client.reset();
    assert_eq!(hello.ending_of(&name), "reset-by-client");
    let request = hello.until(|event| event.is_request("/large.bin"));
    assert_eq!(request.number("broken_of"), LARGE_BYTES);
    let sent = request.number("content_bytes");
    assert!((1 << 20..LARGE_BYTES).contains(&sent), "{sent}");
    let all_sent = hello.end_of(&name).number("sent_bytes");
    assert!((sent..LARGE_BYTES).contains(&all_sent), "{all_sent}");
}

fn a_reset_between_requests_is_told() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut client = hello.connect();
    client.get("/page.txt");
    let name = client.name();
    client.reset();
    let ended = hello.end_of(&name);
    assert_eq!(ended.text("ending"), "reset-by-client");
    assert_eq!(ended.number("requests"), 1);
}

/// A client that has said nothing of HTTP.
fn silent(hello: &Hello) -> Client {
    let mut client = hello.connect();
    if Protocol::spoken().is_private() {
        client.shake_hands().unwrap();
    }
    client
}

fn a_reset_before_the_first_byte_is_told() {
    let hello = Hello::serving(&[]);
    let client = silent(&hello);
    let name = client.name();
    client.reset();
    assert_eq!(hello.ending_of(&name), "reset-by-client");
}

fn a_close_without_a_request_is_a_close_by_the_client() {
    let hello = Hello::serving(&[]);
    let client = silent(&hello);
    let name = client.name();
    client.close();
    let ended = hello.end_of(&name);
    assert_eq!(ended.text("ending"), "closed-by-client");
    assert_eq!(ended.number("requests"), 0);
}

fn a_close_within_a_head_is_told_as_such() {
    let hello = Hello::serving(&[]);
    let mut client = hello.connect();
    client.send_nearly(get("/"));
    let name = client.name();
    client.close();
    assert_eq!(hello.ending_of(&name), "left-mid-request");
}

fn a_close_within_a_body_is_told_as_such() {
    let hello = Hello::serving(&[]);
    let mut client = hello.connect();
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
    assert_eq!(client.reply().status(), 405);
    let name = client.name();
    client.close();
    assert_eq!(hello.ending_of(&name), "left-mid-request");
}

fn who_has_no_more_to_say_may_still_listen() {
    let hello = Hello::serving(&[("page.txt", "hi")]);
    let mut client = hello.connect();
    client.send(get("/page.txt").repeat(2));
    client.half_close();
    assert_eq!(client.reply().text(), "hi");
    assert_eq!(client.reply().text(), "hi");
    assert_eq!(client.end(), End::Closed);
    assert_eq!(hello.ending_of(&client.name()), "closed-by-client");
}

fn who_has_no_more_to_say_hears_a_large_answer_to_its_end() {
    let folder = folder(&[]);
    let content = large_file(&folder.path().join("large.bin"), 30 << 20);
    let hello = Hello::start(&[], folder.path());
    let mut client = hello.connect();
    client.send(get("/large.bin"));
    client.half_close();
    client.head();
    assert!(client.rest().0 == content);
    assert_eq!(hello.ending_of(&client.name()), "closed-by-client");
}
