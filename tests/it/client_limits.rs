//! What one client may ask for: how often, and how much at once.

use std::net::Ipv4Addr;

use rustix::process::Signal;
use tempfile::TempDir;

use crate::harness::{
    Client, End, Event, Hello, Launch, folder, get, large_file, of_http1_alone, over_every_protocol,
};

over_every_protocol! {
    who_asks_too_often_is_told_when_to_come_again,
    each_value_of_a_field_has_its_own_budget,
    of_several_limits_the_strictest_answers,
    what_is_asked_again_after_a_wait_is_counted_once,
    what_others_refuse_is_counted_too,
    a_limit_in_the_shadow_refuses_nobody_and_says_whom_it_would_have,
    who_has_enough_in_hand_is_told_so_until_it_is_done,
    requests_in_hand_are_counted_down_however_they_end,
    what_is_waited_for_is_in_hand,
    requests_at_once_in_the_shadow_are_answered_and_told,
    every_address_has_its_own_budget,
    an_address_has_no_more_connections_than_it_may,
    a_connection_beyond_in_the_shadow_is_let_in_and_told,
    content_leaves_no_faster_than_it_may,
    what_is_held_to_a_pace_arrives_whole,
    a_request_that_says_it_carries_too_much_is_refused_before_it_is_read,
    a_refusal_names_the_line_of_its_limit_to_the_operator_alone,
    each_limit_of_a_file_is_for_what_it_names,
    what_was_counted_stays_when_settings_are_read_anew,
}

of_http1_alone! {
    a_request_that_does_not_say_what_it_carries_is_heard_as_far_as_it_may,
}

const PAGES: &[(&str, &str)] = &[("page.txt", "hi")];

fn hello_with(options: &[&str]) -> Hello {
    Hello::serving_with(options, PAGES)
}

/// Asks so many times for what there is, and hears the statuses.
fn statuses(client: &mut Client, count: usize) -> Vec<u16> {
    (0..count)
        .map(|_| client.get("/page.txt").status())
        .collect()
}

fn who_asks_too_often_is_told_when_to_come_again() {
    let hello = hello_with(&["--rate-limit", "60/h,burst=3"]);
    let mut client = hello.connect();
    assert_eq!(statuses(&mut client, 3), [200; 3]);
    let refused = client.get("/page.txt");
    assert_eq!(refused.status(), 429);
    let seconds: u64 = refused.field("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "a step is a minute: {seconds}");
    let policy = refused.field("ratelimit-policy");
    assert_eq!(policy, Some("\"rate-limit\";q=60;w=3600"));
    let left = format!("\"rate-limit\";r=0;t={seconds}");
    assert_eq!(refused.field("ratelimit"), Some(left.as_str()));
    assert_eq!(
        refused.field("x-content-type-options"),
        Some("nosniff"),
        "it is finished"
    );
    assert!(refused.text().contains("too often"), "{}", refused.text());
    // The connection goes on, and another one is the same client.
    assert_eq!(client.get("/page.txt").status(), 429);
    assert_eq!(hello.get("/page.txt").status(), 429);
    let request = hello.until(|event| event.is("request") && event.number("status") == 429);
    assert_eq!(request.text("reason"), "rate-limited");
    let ended = hello.stop();
    assert_eq!(ended.events.last().unwrap().number("limited"), 3);
}

fn each_value_of_a_field_has_its_own_budget() {
    let hello = hello_with(&["--rate-limit", "2/h,by=x-api-key"]);
    let mut client = hello.connect();
    let mut ask = |key: &str| {
        client.send(format!("GET /page.txt HTTP/1.1\r\nHost: a\r\n{key}\r\n"));
        client.reply().status()
    };
    let mut thrice = |key| [ask(key), ask(key), ask(key)];
    assert_eq!(thrice("X-Api-Key: one\r\n"), [200, 200, 429]);
    assert_eq!(thrice("X-Api-Key: two\r\n"), [200, 200, 429]);
    // Who leaves the field out is known by his address.
    assert_eq!(thrice(""), [200, 200, 429]);
    assert_eq!(thrice(""), [429, 429, 429]);
}

fn of_several_limits_the_strictest_answers() {
    let options = [
        "--rate-limit",
        "2/min",
        "--rate-limit",
        "3/d,burst=2",
        "--rate-limit",
        "9/s",
    ];
    let hello = hello_with(&options);
    let mut client = hello.connect();
    assert_eq!(statuses(&mut client, 2), [200, 200]);
    let refused = client.get("/page.txt");
    assert_eq!(refused.status(), 429);
    let seconds: u64 = refused.field("retry-after").unwrap().parse().unwrap();
    assert!(seconds > 28_000, "that of the day: {seconds}");
    let policy = "\"rate-limit\";q=2;w=60, \"rate-limit-2\";q=3;w=86400, \"rate-limit-3\";q=9;w=1";
    assert_eq!(refused.field("ratelimit-policy"), Some(policy));
    let left = refused.field("ratelimit").unwrap();
    assert!(left.contains("\"rate-limit-3\";r="), "{left}");
}

/// A file that has to be looked for on the disk has the site asked twice.
fn what_is_asked_again_after_a_wait_is_counted_once() {
    let names: Vec<String> = (0..6).map(|number| format!("{number}.txt")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "hi")).collect();
    let hello = Hello::serving_with(&["--rate-limit", "6/h"], &files);
    let mut client = hello.connect();
    for name in &names {
        assert_eq!(client.get(&format!("/{name}")).status(), 200, "{name}");
    }
    assert_eq!(client.get("/0.txt").status(), 429);
}

fn what_others_refuse_is_counted_too() {
    let hello = hello_with(&["--rate-limit", "2/h"]);
    let mut client = hello.connect();
    client.send("DELETE /page.txt HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.reply().status(), 405);
    assert_eq!(client.get("/nothing").status(), 404);
    assert_eq!(client.get("/page.txt").status(), 429);
}

fn a_limit_in_the_shadow_refuses_nobody_and_says_whom_it_would_have() {
    let hello = hello_with(&["--rate-limit", "2/h", "--shadow-limits"]);
    let mut client = hello.connect();
    assert_eq!(statuses(&mut client, 5), [200; 5]);
    assert_eq!(client.get("/nothing").status(), 404);
    let told = hello.until_count(6, |event| event.is("request"));
    let told: Vec<&str> = told
        .iter()
        .map(|event| event.text("would_refuse"))
        .collect();
    let (passes, refused) = ("", "rate-limited");
    assert_eq!(told, [passes, passes, refused, refused, refused, refused]);
    let ended = hello.stop();
    let last = ended.events.last().unwrap();
    assert_eq!(
        (last.number("would_refuse"), last.has("limited")),
        (4, false)
    );
}

/// More than the kernel takes for a client that does not read.
const LARGE: usize = 60 << 20;

fn with_a_large_file() -> TempDir {
    let folder = folder(PAGES);
    large_file(&folder.path().join("big.iso"), LARGE);
    folder
}

fn who_has_enough_in_hand_is_told_so_until_it_is_done() {
    let folder = with_a_large_file();
    let hello = Hello::start(&["--requests-per-address", "2"], folder.path());
    let mut busy = [hello.connect(), hello.connect()];
    for client in &mut busy {
        client.send(get("/big.iso"));
        assert_eq!(client.head().status(), 200);
    }
    let mut third = hello.connect();
    let refused = third.get("/page.txt");
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.field("retry-after"), Some("1"));
    let request = hello.until(|event| event.is_request("/page.txt"));
    assert_eq!(request.text("reason"), "too-many-at-once");
    assert_eq!(
        third.get("/page.txt").status(),
        429,
        "a refusal holds nothing"
    );
    let [mut first, _second] = busy;
    first.take(LARGE);
    hello.until(|event| event.is_request("/big.iso"));
    assert_eq!(third.get("/page.txt").status(), 200);
    assert_eq!(
        third.get("/page.txt").status(),
        200,
        "what was answered holds nothing"
    );
}

fn requests_in_hand_are_counted_down_however_they_end() {
    let folder = with_a_large_file();
    let hello = Hello::start(&["--requests-per-address", "1"], folder.path());
    for leave in [Client::reset, Client::close] {
        let mut client = hello.connect();
        client.send(get("/big.iso"));
        assert_eq!(client.head().status(), 200);
        assert_eq!(hello.get("/page.txt").status(), 429);
        let number = hello.number_of(&client.name());
        leave(client);
        hello.until(|event| event.is("ended") && event.number("connection") == number);
        assert_eq!(hello.get("/page.txt").status(), 200);
    }
}

/// A page that takes its time is in hand from the beginning.
fn what_is_waited_for_is_in_hand() {
    let hello = Launch::new().args(["--requests-per-address", "1"]).start();
    let mut client = hello.connect();
    client.send(get("/sleep"));
    hello.until(|event| event.is("running"));
    assert_eq!(hello.get("/").status(), 429);
    assert_eq!(client.reply().status(), 200);
    hello.until(|event| event.is_request("/sleep"));
    assert_eq!(hello.get("/").status(), 200);
}

fn requests_at_once_in_the_shadow_are_answered_and_told() {
    let folder = with_a_large_file();
    let options = ["--requests-per-address", "1", "--shadow-limits"];
    let hello = Hello::start(&options, folder.path());
    let mut busy = hello.connect();
    busy.send(get("/big.iso"));
    assert_eq!(busy.head().status(), 200);
    assert_eq!(hello.get("/page.txt").status(), 200);
    let request = hello.until(|event| event.is_request("/page.txt"));
    assert_eq!(request.text("would_refuse"), "too-many-at-once");
}

fn an_address_has_no_more_connections_than_it_may() {
    let hello = hello_with(&["--connections-per-address", "2"]);
    let mut kept = [hello.connect(), hello.connect()];
    for client in &mut kept {
        assert_eq!(client.get("/page.txt").status(), 200);
    }
    let mut third = hello.connect();
    assert!(!is_answered(&mut third), "closed without a word");
    assert_eq!(hello.ending_of(&third.name()), "too-many-of-address");
    let mut other = Client::from(address_of(1), hello.address());
    assert_eq!(other.get("/page.txt").status(), 200, "others have theirs");
    let [mut first, second] = kept;
    assert_eq!(
        first.get("/page.txt").status(),
        200,
        "those that are here go on"
    );
    let number = hello.number_of(&second.name());
    second.reset();
    hello.until(|event| event.is("ended") && event.number("connection") == number);
    // Its place is given back right behind the end that the journal tells.
    let mut tries = 0..1000;
    assert!(tries.any(|_| is_answered(&mut hello.connect())));
}

fn is_answered(client: &mut Client) -> bool {
    // Who is closed at once may not even be written to.
    let _ = client.try_send(get("/page.txt"));
    matches!(client.try_head(), Ok(Some(reply)) if reply.status() == 200)
}

fn a_connection_beyond_in_the_shadow_is_let_in_and_told() {
    let hello = hello_with(&["--connections-per-address", "1", "--shadow-limits"]);
    let mut clients = [hello.connect(), hello.connect()];
    for client in &mut clients {
        assert_eq!(client.get("/page.txt").status(), 200);
    }
    let accepted = hello.until_count(2, |event| event.is("accepted"));
    let told: Vec<&str> = accepted
        .iter()
        .map(|event| event.text("would_refuse"))
        .collect();
    assert_eq!(told, ["", "too-many-of-address"]);
}

/// Small enough to be with the kernel at once, were there no pace; at this one it takes a minute.
fn content_leaves_no_faster_than_it_may() {
    let folder = folder(PAGES);
    large_file(&folder.path().join("slow.bin"), 60 << 10);
    let hello = Hello::start(&["--bandwidth", "1KiB/s"], folder.path());
    let mut client = hello.connect();
    client.send(get("/slow.bin"));
    assert_eq!(client.head().status(), 200);
    client.take(100);
    let mut other = hello.connect();
    assert_eq!(
        other.get("/page.txt").text(),
        "hi",
        "each connection has its own"
    );
    client.reset();
    let request = hello.until(|event| event.is_request("/slow.bin"));
    assert_eq!(request.number("broken_of"), 60 << 10);
    assert!(request.number("content_bytes") < 60 << 10, "{request:?}");
}

/// At a pace that no test notices, in windows and heaps that do not fit each other.
fn what_is_held_to_a_pace_arrives_whole() {
    let folder = folder(PAGES);
    let content = large_file(&folder.path().join("big.bin"), 3_000_001);
    let hello = Hello::start(&["--bandwidth", "20MiB/s"], folder.path());
    let mut client = hello.connect();
    for _ in 0..2 {
        let reply = client.get("/big.bin");
        assert!(reply.body == content, "{} bytes", reply.body.len());
    }
    assert_eq!(client.get("/page.txt").text(), "hi");
}

fn a_request_that_says_it_carries_too_much_is_refused_before_it_is_read() {
    let hello = hello_with(&["--body-bytes-max", "1KiB"]);
    let mut client = hello.connect();
    let ask = |bytes: usize| {
        format!("POST /page.txt HTTP/1.1\r\nHost: a\r\nContent-Length: {bytes}\r\n\r\n")
    };
    client.send(ask(1024) + &"x".repeat(1024));
    assert_eq!(client.reply().status(), 405, "as much as it may");
    client.send_nearly(ask(1025) + &"x".repeat(1025));
    let refused = client.reply();
    assert_eq!(refused.status(), 413);
    assert!(
        refused.text().contains("1KiB (body-bytes-max)"),
        "{}",
        refused.text()
    );
    let request = hello.until(|event| event.is("request") && event.number("status") == 413);
    assert_eq!(request.text("reason"), "body-too-large");
    assert_eq!(
        (request.text("limit"), request.text("limit_at")),
        ("body-bytes-max", "--body-bytes-max")
    );
    let shadow = hello_with(&["--body-bytes-max", "0", "--shadow-limits"]);
    shadow.say(ask(1) + "x");
    let request = shadow.until(|event| event.is("request"));
    assert_eq!(request.text("would_refuse"), "body-too-large");
}

/// The operator learns which line refused a request, and the client does not: in the journal, in
/// `hello explain`, and with a page of his own for it.
fn a_refusal_names_the_line_of_its_limit_to_the_operator_alone() {
    let folder = folder(&[
        (
            "hello.toml",
            "serve = \"./public\"\n[limits]\nbody-bytes-max = \"100\"\n\
             [[limit]]\nname = \"uploads\"\npath = \"/up/*\"\nbody-bytes-max = \"10\"\n\
             [[limit]]\nname = \"search\"\npath = \"/find/*\"\nrate = \"1/h\"\n\
             [errors]\n\"413\" = \"/413.html\"\n",
        ),
        ("public/page.txt", "hi"),
        ("public/413.html", "of our own"),
    ]);
    let hello = Launch::new().inside(folder.path()).start();
    let told = |target: &str, bytes: usize, status: u16| {
        let mut client = hello.connect();
        client.send(format!(
            "POST {target} HTTP/1.1\r\nHost: a\r\nContent-Length: {bytes}\r\n\r\n{}",
            "x".repeat(bytes)
        ));
        let reply = client.reply();
        assert_eq!(reply.status(), status, "{target}");
        assert!(!reply.text().contains("hello.toml"), "{}", reply.text());
        assert!(!reply.fields().any(|(_, value)| value.contains("toml")));
        hello.until(|event| event.is_request(target) && event.number("status") == u64::from(status))
    };
    let (uploads, all) = (told("/up/a", 11, 413), told("/b", 101, 413));
    let at = |event: &Event| {
        (
            event.text("limit").to_owned(),
            event.text("limit_at").to_owned(),
        )
    };
    let pair = |name: &str, at: &str| (name.to_owned(), at.to_owned());
    assert_eq!(at(&uploads), pair("uploads", "hello.toml:4"));
    assert_eq!(at(&all), pair("body-bytes-max", "hello.toml:3"));
    assert!(!told("/find/a", 0, 405).has("limit"), "the first may");
    assert_eq!(at(&told("/find/b", 0, 429)), pair("search", "hello.toml:8"));
    let explained = Launch::new()
        .inside(folder.path())
        .args([
            "explain",
            "/b",
            "--method",
            "POST",
            "--header",
            "Content-Length: 101",
            "--lang",
            "en",
        ])
        .output();
    assert!(explained.1.contains("(hello.toml:3)"), "{}", explained.1);
}

/// Of what has no length no more is heard than may come.
fn a_request_that_does_not_say_what_it_carries_is_heard_as_far_as_it_may() {
    let hello = hello_with(&["--body-bytes-max", "100"]);
    let chunked = |bytes: usize| {
        let chunk = format!("{bytes:x}\r\n{}\r\n0\r\n\r\n", "x".repeat(bytes));
        format!("GET /page.txt HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}")
    };
    let mut client = hello.connect();
    client.send(chunked(100));
    assert_eq!(client.reply().text(), "hi");
    client.send(chunked(101));
    assert_eq!(client.reply().text(), "hi");
    assert_eq!(client.end(), End::Closed);
    assert_eq!(hello.ending_of(&client.name()), "unread-body");
}

/// The keys of hello.toml: each limit of the two sites is another's.
fn each_limit_of_a_file_is_for_what_it_names() {
    let file = r#"
        host = "*"
        serve = "./public"
        [[limit]]
        name = "search"
        path = "/find/*"
        method = ["GET", "HEAD"]
        rate = "2/h"
        burst = 1
        [[limit]]
        path = "*.iso"
        concurrent = 1
        bandwidth = "1KiB/s"
        [[limit]]
        path = "/up/*"
        body-bytes-max = 10
        [[limit]]
        by = "x-api-key"
        rate = "3/d"
        shadow = true
        [[site]]
        host = "other.example"
        serve = "./public"
        [[site.limit]]
        rate = "1/h"
    "#;
    let file = file.replace("host = \"*\"\n", "\n");
    let folder = folder(&[
        ("hello.toml", file.as_str()),
        ("public/page.txt", "hi"),
        ("public/find/page.txt", "hi"),
        ("public/up/page.txt", "hi"),
        ("public/a.iso", &"x".repeat(60 << 10)),
    ]);
    let hello = Launch::new().inside(folder.path()).start();
    let mut client = hello.connect();
    assert_eq!(client.get("/find/page.txt").status(), 200);
    let refused = client.get("/%66ind/page.txt");
    assert_eq!(refused.status(), 429);
    assert_eq!(
        refused.field("ratelimit-policy"),
        Some("\"search\";q=2;w=3600")
    );
    client.send("OPTIONS /find/page.txt HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.reply().status(), 204, "not one of its methods");
    assert_eq!(
        client.get("/page.txt").status(),
        200,
        "not one of its paths"
    );
    let mut busy = hello.connect();
    busy.send(get("/a.iso"));
    assert_eq!(busy.head().status(), 200);
    assert_eq!(client.get("/a.iso").status(), 429);
    let ask = |path: &str| {
        hello.say(format!(
            "GET {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n01234567890"
        ))
    };
    assert_eq!(ask("/up/page.txt").status(), 413);
    assert_eq!(ask("/page.txt").status(), 200);
    let told = hello.until(|event| event.text("would_refuse") == "rate-limited");
    assert_eq!(
        told.number("status"),
        413,
        "the fifth that counts; the fourth is under way"
    );
    let other = "GET /page.txt HTTP/1.1\r\nHost: other.example\r\n\r\n";
    let statuses = [(); 2].map(|()| hello.say(other).status());
    assert_eq!(
        statuses,
        [200, 429],
        "it has a limit of its own, and none of the others"
    );
}

/// What was counted stays when the file is read anew: under its name, whatever its numbers are now.
fn what_was_counted_stays_when_settings_are_read_anew() {
    let file = |rate: &str| {
        format!("serve = \"./public\"\n[[limit]]\nname = \"all\"\nrate = \"{rate}\"\n")
    };
    let folder = folder(&[("hello.toml", &file("2/d")), ("public/page.txt", "hi")]);
    let hello = Launch::new().inside(folder.path()).start();
    let ask = || hello.get("/page.txt").status();
    assert_eq!([ask(), ask(), ask()], [200, 200, 429]);
    let reload = |rate: &str, times| {
        std::fs::write(folder.path().join("hello.toml"), file(rate)).unwrap();
        hello.send_signal(Signal::HUP);
        hello.until_count(times, |event| event.is_notice("reloaded"));
    };
    reload("5/d", 1);
    assert_eq!(ask(), 429, "what was spent is spent");
    reload("1000000/s", 2);
    assert_eq!(ask(), 200, "the debt is no deeper than the new budget");
}

/// An address of this machine for each number.
fn address_of(number: u16) -> Ipv4Addr {
    let [high, low] = number.to_be_bytes();
    Ipv4Addr::new(127, 1, high, low)
}

fn every_address_has_its_own_budget() {
    let hello = hello_with(&["--rate-limit", "2/h"]);
    for number in 1..20 {
        let mut client = Client::from(address_of(number), hello.address());
        assert_eq!(statuses(&mut client, 3), [200, 200, 429], "{number}");
    }
    assert!(
        hello
            .seen(|event| event.is_notice("clients-forgotten"))
            .is_none()
    );
}

/// Two hundred and fifty-six are remembered; five hundred spend what they have.
#[test]
fn where_all_that_are_remembered_have_spent_theirs_strangers_pass_and_it_is_told() {
    let options = ["--rate-limit", "1/d", "--remembered-clients-max", "256"];
    let hello = hello_with(&options);
    let ask = |number| {
        let mut client = Client::from(address_of(number), hello.address());
        client.get("/page.txt").status()
    };
    for number in 1..=500 {
        assert_eq!(ask(number), 200, "{number} has not asked before");
    }
    let notice = hello.until(|event| event.is_notice("clients-forgotten"));
    assert_eq!(notice.number("remembered"), 256);
    let refused = (1..=500).filter(|number| ask(*number) == 429).count();
    assert!(refused >= 200, "who is remembered is refused: {refused}");
}

/// All addresses of IPv6 that a machine has are one client's, unless more bits are said to count; what
/// that does is shown in `src/site/guard/clients/mod.rs`, for loopback has one alone.
#[test]
fn so_many_bits_of_ipv6_make_a_client() {
    let options = ["--rate-limit", "1/h", "--listen", "[::1]:0"];
    let hello = { Launch::new() }.args(options).start_where_told();
    let statuses = [(); 2].map(|()| hello.get("/").status());
    assert_eq!(statuses, [200, 429]);
    let (status, _, complaint) = { Launch::new() }.args(["--ipv6-prefix", "129"]).output();
    assert_eq!(status.code(), Some(2));
    assert!(
        complaint.contains("129") && complaint.contains("128"),
        "{complaint}"
    );
}

/// A program behind a Unix socket speaks for many; nobody could be told from anybody.
#[test]
fn who_comes_through_a_unix_socket_has_no_address_to_be_limited_by() {
    use std::io::{Read, Write};
    let folder = folder(PAGES);
    let path = folder.path().join("hello.sock");
    let hello = Launch::new()
        .folder(folder.path())
        .args(["--rate-limit", "1/h", "--requests-per-address", "1"])
        .args([
            "--listen",
            &format!("unix:{}", path.display()),
            "--listen",
            "127.0.0.1:0",
        ])
        .start();
    for _ in 0..5 {
        let mut client = std::os::unix::net::UnixStream::connect(&path).unwrap();
        let request = "GET /page.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        client.write_all(request.as_bytes()).unwrap();
        let mut reply = String::new();
        client.read_to_string(&mut reply).unwrap();
        assert!(reply.starts_with("HTTP/1.1 200 "), "{reply}");
    }
    drop(hello);
}

#[test]
fn a_line_names_where_the_limit_was_said() {
    let site = folder(&[("page.txt", "hi")]);
    let hello = Launch::new()
        .env("HELLO_RATE_LIMIT", "1/h")
        .args(["--lang", "en", "--body-bytes-max", "1"])
        .folder(site.path())
        .show();
    let mut client = hello.connect();
    client.send("POST /page.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
    assert_eq!(client.reply().status(), 413);
    hello.line_with("(--body-bytes-max)");
    assert_eq!(hello.connect().get("/page.txt").status(), 429);
    hello.line_with("(HELLO_RATE_LIMIT)");
}
