//! The built-in site: who is shown connections, what is told live, and what a sleeper costs.

use rustix::process::Signal;

use crate::harness::{Client, Hello, Launch, Protocol, get, of_http1_alone, over_every_protocol};

over_every_protocol! {
    the_person_at_this_machine_sees_their_connections,
    nobody_else_sees_any,
    what_happens_is_told_as_it_happens,
    who_comes_back_is_told_what_is_new_and_nothing_else,
    a_live_view_ends_at_once_when_the_server_stops_or_its_page_is_closed,
    live_views_are_limited_and_a_seat_is_given_back,
    a_slow_answer_holds_up_nobody,
    the_language_is_the_one_in_the_address_or_else_the_browsers,
    a_live_view_is_not_told_to_who_asks_for_its_head,
    without_a_path_a_page_says_hello,
}

of_http1_alone! {
    an_old_client_hears_a_live_view_until_the_close,
}

/// The built-in site on a port that the system chooses.
fn built_in() -> Hello {
    Launch::new().start()
}

/// A request for a target with these fields; the name is the server's own unless it is given.
fn ask(hello: &Hello, target: &str, fields: &[(&str, &str)]) -> String {
    let own = format!("localhost:{}", hello.address().port());
    let host = { fields.iter() }.find(|(name, _)| *name == "Host");
    let host = host.map_or(&own[..], |(_, host)| host);
    let others = fields.iter().filter(|(name, _)| *name != "Host");
    let others: String = { others }
        .flat_map(|(name, value)| [*name, ": ", *value, "\r\n"])
        .collect();
    format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n{others}\r\n")
}

/// Who listens to a live view.
struct Listener {
    client: Client,
    name: String,
}

impl Listener {
    fn of(hello: &Hello, fields: &[(&str, &str)]) -> Self {
        let mut client = hello.connect();
        client.send(ask(hello, "/connections?lang=en", fields));
        let head = client.head();
        assert_eq!(head.status(), 200);
        assert_eq!(head.field("content-type"), Some("text/event-stream"));
        assert_eq!(head.field("cache-control"), Some("no-store"));
        Self {
            name: client.name(),
            client,
        }
    }

    /// Hears on until a line says this.
    fn until(&mut self, wanted: &str) -> String {
        loop {
            let line = self.client.line().expect("the view goes on");
            if line.contains(wanted) {
                return line;
            }
        }
    }
}

fn the_person_at_this_machine_sees_their_connections() {
    let hello = built_in();
    for host in ["localhost", "127.0.0.1", "[::1]", "localhost:1"] {
        let reply = hello.say(ask(&hello, "/?lang=en", &[("Host", host)]));
        let html = reply.text();
        assert!(html.contains("<li class=\"thread open\""), "{host}: {html}");
        assert_eq!(reply.field("cache-control"), Some("no-store"));
        let policy = reply.field("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
    }
    // Its own connection is among them.
    let first = built_in();
    let html = first.say(ask(&first, "/?lang=en", &[])).text();
    assert!(html.contains("This page came through it."), "{html}");
    let scheme = Protocol::spoken().scheme();
    let origin = format!("{scheme}://localhost:{}", hello.address().port());
    let own = [("Sec-Fetch-Site", "same-origin"), ("Origin", &origin)];
    Listener::of(&hello, &own).until("arrives through it, live");
}

/// Each of these can be had by a page of a stranger, or by somebody far away.
fn nobody_else_sees_any() {
    let hello = built_in();
    for (field, sentence) in [
        (("Host", "evil.example"), "only at localhost"),
        (("Host", "localhost.evil.example"), "only at localhost"),
        (("Host", "127.0.0.2"), "only at localhost"),
        (("Origin", "http://evil.example"), "Another site"),
        (("Origin", "null"), "Another site"),
        (("Sec-Fetch-Site", "cross-site"), "Another site"),
        (("Sec-Fetch-Site", "same-site"), "Another site"),
        (("Forwarded", "for=192.0.2.1"), "a proxy or a tunnel"),
        (("X-Forwarded-For", "192.0.2.1"), "a proxy or a tunnel"),
        (("X-Forwarded-Whatever", "1"), "a proxy or a tunnel"),
        (("Via", "1.1 proxy"), "a proxy or a tunnel"),
        (("CF-Connecting-IP", "192.0.2.1"), "a proxy or a tunnel"),
    ] {
        let page = hello.say(ask(&hello, "/?lang=en", &[field]));
        assert_eq!(page.status(), 200, "{field:?}");
        let html = page.text();
        assert!(html.contains(sentence), "{field:?}: {html}");
        assert!(!html.contains("class=\"thread"), "{field:?}");
        let live = hello.say(ask(&hello, "/connections", &[field]));
        assert_eq!(live.status(), 403, "{field:?}");
        assert!(!live.text().contains("class=\"thread"), "{field:?}");
    }
    let refused = hello.until(|event| event.is_request("/connections"));
    assert_eq!(refused.text("reason"), "private-view");
}

fn what_happens_is_told_as_it_happens() {
    let hello = built_in();
    let mut listener = Listener::of(&hello, &[]);
    assert_eq!(listener.until("retry"), "retry: 2000\n");
    listener.until("event: all");
    let mut other = hello.connect();
    let number = hello.number_of(&other.name());
    listener.until(&format!("id=\"c{number}\""));
    other.send(ask(&hello, "/favicon.ico", &[]));
    assert_eq!(other.reply().status(), 200);
    let told = listener.until("/favicon.ico");
    assert!(told.contains(&format!("id=\"c{number}\"")), "{told}");
    assert!(told.contains("class=\"note\""), "labelled: {told}");
    other.close();
    listener.until("closed by the client after 1 request");
}

/// A browser that comes back says what it has heard last.
fn who_comes_back_is_told_what_is_new_and_nothing_else() {
    let hello = built_in();
    let mut first = Listener::of(&hello, &[]);
    let id = first.until("id: ");
    let id = id.trim_start_matches("id: ").trim();
    let mut again = Listener::of(&hello, &[("Last-Event-ID", id)]);
    let event = again.until("event: ");
    assert_eq!(event, "event: thread\n");
    // An id of another run of the server means nothing.
    let mut stranger = Listener::of(&hello, &[("Last-Event-ID", "1-999999")]);
    assert_eq!(stranger.until("event: "), "event: all\n");
}

fn a_live_view_ends_at_once_when_the_server_stops_or_its_page_is_closed() {
    let hello = built_in();
    let mut listener = Listener::of(&hello, &[]);
    let mut left = Listener::of(&hello, &[]);
    left.until("event: all");
    let name = left.name.clone();
    left.client.close();
    assert_eq!(hello.ending_of(&name), "closed-by-client");
    listener.until("event: all");
    hello.send_signal(Signal::TERM);
    while listener.client.line().is_some() {}
    assert_eq!(hello.ending_of(&listener.name), "drained");
    assert_eq!(hello.ended().status.code(), Some(0));
}

fn live_views_are_limited_and_a_seat_is_given_back() {
    let hello = built_in();
    let mut listeners: Vec<Listener> = (0..16).map(|_| Listener::of(&hello, &[])).collect();
    let refused = hello.say(ask(&hello, "/connections", &[]));
    assert_eq!(refused.status(), 503);
    assert_eq!(refused.field("retry-after"), Some("1"));
    let gone = listeners.pop().unwrap();
    gone.client.close();
    let gone = gone.name;
    assert_eq!(hello.ending_of(&gone), "closed-by-client");
    Listener::of(&hello, &[]);
}

/// With as many sleepers as there are threads and more, everybody else is answered.
fn a_slow_answer_holds_up_nobody() {
    let hello = built_in();
    let mut sleepers: Vec<Client> = (0..20).map(|_| hello.connect()).collect();
    for sleeper in &mut sleepers {
        sleeper.send(get("/sleep"));
    }
    // They are asleep: each was read before whoever is answered on its connection's worker now.
    for _ in 0..20 {
        assert_eq!(hello.get("/style.css").status(), 200);
    }
    for sleeper in &mut sleepers {
        assert_eq!(sleeper.reply().status(), 200);
    }
    let slept = hello.until_count(20, |event| event.is_request("/sleep"));
    let others = hello.until_count(20, |event| event.is_request("/style.css"));
    assert!(
        slept
            .iter()
            .all(|event| event.number("took_us") >= 5_000_000)
    );
    let last = others.iter().map(|event| event.text("at")).max();
    let first = slept.iter().map(|event| event.text("at")).min();
    assert!(last < first, "nobody waited for a sleeper");
}

fn the_language_is_the_one_in_the_address_or_else_the_browsers() {
    let hello = built_in();
    let russian = [("Accept-Language", "ru")];
    for (target, fields, language) in [
        ("/", &russian[..], "ru"),
        ("/?lang=en", &russian[..], "en"),
        ("/?lang=ru", &[][..], "ru"),
        ("/?a=b&lang=ru", &[][..], "ru"),
        ("/?lang=xx", &russian[..], "ru"),
    ] {
        let reply = hello.say(ask(&hello, target, fields));
        assert_eq!(reply.field("content-language"), Some(language), "{target}");
    }
}

/// HEAD takes no seat for longer than its answer.
fn a_live_view_is_not_told_to_who_asks_for_its_head() {
    let hello = built_in();
    let mut client = hello.connect();
    for _ in 0..20 {
        client.send(ask(&hello, "/connections", &[]).replacen("GET", "HEAD", 1));
        let head = client.head();
        assert_eq!(head.status(), 200);
        assert_eq!(head.field("transfer-encoding"), None);
    }
}

fn an_old_client_hears_a_live_view_until_the_close() {
    let hello = built_in();
    let mut old = hello.connect();
    old.send(ask(&hello, "/connections", &[]).replacen("1.1", "1.0", 1));
    let head = old.head();
    assert_eq!(head.field("transfer-encoding"), None);
    assert!(head.says_close());
    assert_eq!(old.take(11), b"retry: 2000");
}

fn without_a_path_a_page_says_hello() {
    let hello = built_in();
    let reply = hello.say("GET / HTTP/1.1\r\nHost: a\r\nAccept-Language: ru\r\n\r\n");
    assert_eq!(reply.status(), 200);
    assert_eq!(reply.field("content-language"), Some("ru"));
    assert_eq!(hello.get("/nothing").status(), 404);
}
