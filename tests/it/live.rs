//! Pages that follow their files (`--live`): what is added to them, what they are told, and who is not.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{Client, Event, Hello, Launch, Reply, folder, get, over_every_protocol};
use crate::seccomp::where_calls_fail;

over_every_protocol! {
    without_the_option_nothing_is_there,
    a_page_has_a_script_behind_it_and_nothing_else_is_touched,
    a_page_is_told_which_styles_have_changed_and_when_to_reload,
    five_hundred_files_are_one_change,
    a_page_hears_what_it_missed_and_reloads_after_a_restart,
    a_folder_that_is_replaced_whole_is_followed,
    pages_of_other_sites_are_told_nothing,
    pages_that_listen_are_limited_and_a_seat_is_given_back,
    a_page_that_listens_is_let_go_when_the_server_stops,
    the_list_of_a_folder_follows_its_files,
}

const PAGE: &str = "<!doctype html><title>page</title><link rel=stylesheet href=a.css>";

/// A site whose pages follow their files.
struct Site {
    hello: Hello,
    folder: TempDir,
}

impl Site {
    fn with(options: &[&str]) -> Self {
        let folder = folder(&[
            ("site/index.html", PAGE),
            ("site/index.html.gz", "a sibling"),
            ("site/a.css", "b{}"),
        ]);
        let options = [options, &["--live"]].concat();
        let hello = Hello::start(&options, &folder.path().join("site"));
        Self { hello, folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("site").join(name)
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).unwrap();
    }

    /// Does something while the server stands still: to it, all of it happens at once.
    fn at_once(&self, work: impl FnOnce()) {
        self.hello.send_signal(Signal::STOP);
        work();
        self.hello.send_signal(Signal::CONT);
    }

    fn changed(&self, count: usize) -> Event {
        let changes = self.hello.until_count(count, |event| event.is("changed"));
        changes[count - 1].clone()
    }
}

/// The state of the files that a page was made in.
fn state_of(page: &Reply) -> String {
    let text = page.text();
    let state = text
        .split_once("data-state=\"")
        .expect("the page listens")
        .1;
    state.split_once('"').unwrap().0.to_owned()
}

/// What stands behind a page.
fn script_of(page: &Reply) -> String {
    let state = state_of(page);
    format!("\n<script src=\"/.hello/live.js\" data-state=\"{state}\" async></script>\n")
}

/// A page that listens.
struct Page(Client);

impl Page {
    fn since(hello: &Hello, state: &str) -> Self {
        let mut client = hello.connect();
        client.send(get(&format!("/.hello/live?since={state}")));
        let head = client.head();
        assert_eq!(head.status(), 200);
        assert_eq!(head.field("content-type"), Some("text/event-stream"));
        assert_eq!(head.field("cache-control"), Some("no-store"));
        Self(client)
    }

    /// Loads the page and listens from there on.
    fn opened(hello: &Hello) -> Self {
        let state = state_of(&hello.get("/"));
        let mut page = Self::since(hello, &state);
        assert_eq!(page.told(), (false, None), "nothing has happened since");
        page
    }

    /// The next message: whether to reload, and the styles to take again.
    fn told(&mut self) -> (bool, Option<Vec<String>>) {
        let message = self.message();
        let styles = message["styles"].as_array().map(|styles| {
            let texts = styles.iter().map(|path| path.as_str().unwrap().to_owned());
            texts.collect()
        });
        (message["reload"].as_bool().unwrap(), styles)
    }

    fn message(&mut self) -> Value {
        loop {
            let line = self.0.line().expect("the stream goes on");
            assert!(!line.starts_with(':'), "nothing was told for a whole beat");
            if let Some(data) = line.strip_prefix("data: ") {
                return serde_json::from_str(data).unwrap();
            }
        }
    }
}

fn styles(paths: &[&str]) -> (bool, Option<Vec<String>>) {
    (false, Some(paths.iter().map(ToString::to_string).collect()))
}

const RELOAD: (bool, Option<Vec<String>>) = (true, None);

fn ask(hello: &Hello, method: &str, target: &str, fields: &[(&str, &str)]) -> Reply {
    let fields: String = { fields.iter() }
        .flat_map(|(name, value)| [*name, ": ", *value, "\r\n"])
        .collect();
    hello.say(format!(
        "{method} {target} HTTP/1.1\r\nHost: a\r\n{fields}\r\n"
    ))
}

fn without_the_option_nothing_is_there() {
    let hello = Hello::serving(&[("index.html", PAGE)]);
    assert_eq!(hello.get("/").text(), PAGE);
    for path in ["/.hello/live", "/.hello/live.js"] {
        assert_eq!(hello.get(path).status(), 404, "{path}");
    }
    let missing = hello.get("/missing");
    assert!(!missing.text().contains("/.hello/"));
    assert!(
        !missing
            .field("content-security-policy")
            .unwrap()
            .contains("script-src")
    );
}

fn a_page_has_a_script_behind_it_and_nothing_else_is_touched() {
    let site = Site::with(&[]);
    let hello = &site.hello;
    let page = hello.get("/");
    let script = script_of(&page);
    assert_eq!(page.text(), format!("{PAGE}{script}"));
    assert_eq!(page.length(), PAGE.len() + script.len());
    assert_eq!(page.field("last-modified"), None);

    // The head, a copy that is current, and a part are those of the longer page.
    let tag = page.field("etag").unwrap();
    assert!(tag.contains("-live-"), "{tag}");
    let mut client = hello.connect();
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    let head = client.head();
    assert_eq!(
        (head.length(), head.field("etag")),
        (page.length(), Some(tag))
    );
    let again = ask(hello, "GET", "/", &[("If-None-Match", tag)]);
    assert_eq!(again.status(), 304);
    let end = ask(hello, "GET", "/", &[("Range", "bytes=-10")]);
    assert_eq!((end.status(), end.text()), (206, "</script>\n".to_owned()));

    // Whatever a client takes, for there is nothing to add to what is compressed.
    let accepting = ask(hello, "GET", "/", &[("Accept-Encoding", "br, gzip, zstd")]);
    assert_eq!(accepting.field("content-encoding"), None);
    assert_eq!(accepting.text(), page.text());

    // A script that fetches the page gets what is in the file.
    let fetched = ask(hello, "GET", "/", &[("Sec-Fetch-Dest", "empty")]);
    assert_eq!(fetched.text(), PAGE);
    assert_eq!(fetched.field("vary"), Some("sec-fetch-dest"));
    assert_eq!(hello.get("/a.css").text(), "b{}");

    // One that is too large for memory.
    let large = "<p>\u{43f}".repeat(50_000);
    site.write("large.html", &large);
    let page = hello.get("/large.html");
    assert_eq!(page.text(), format!("{large}{}", script_of(&page)));
    let range = format!("bytes={}-{}", large.len() - 2, large.len() + 8);
    let across = ask(hello, "GET", "/large.html", &[("Range", &range)]);
    assert_eq!(across.text(), "\u{43f}\n<script ");

    // What is missing shows itself when it is there.
    let missing = hello.get("/missing");
    assert_eq!(missing.status(), 404);
    assert!(missing.text().ends_with(&script_of(&missing)));
    let policy = missing.field("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(
        policy.ends_with("script-src 'self'; connect-src 'self'"),
        "{policy}"
    );

    let own = hello.get("/.hello/live.js");
    assert_eq!(
        own.field("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    assert!(own.text().contains("EventSource"));
}

fn a_page_is_told_which_styles_have_changed_and_when_to_reload() {
    let site = Site::with(&[]);
    let mut page = Page::opened(&site.hello);
    site.write("a.css", "b{color:red}");
    assert_eq!(page.told(), styles(&["/a.css"]));
    let change = site.changed(1);
    assert_eq!(change.text("path"), "a.css");
    assert_eq!(change.text("effect"), "styles");
    assert_eq!((change.number("files"), change.number("pages")), (1, 1));
    assert_eq!(change.list("peers"), ["127.0.0.1"]);
    // What it asks for now is what was told.
    assert_eq!(site.hello.get("/a.css").text(), "b{color:red}");

    // By rename, as many editors save.
    fs::create_dir(site.path("sub")).unwrap();
    assert_eq!(page.told(), RELOAD);
    site.at_once(|| {
        site.write("sub/new.tmp", "b{}");
        fs::rename(site.path("sub/new.tmp"), site.path("sub/\u{43f} 1.css")).unwrap();
    });
    assert_eq!(page.told(), styles(&["/sub/\u{43f} 1.css"]));

    site.write("index.html", "<p>other");
    assert_eq!(page.told(), RELOAD);
    assert!(site.hello.get("/").text().starts_with("<p>other\n<script"));
    let change = site.changed(4);
    assert_eq!(
        (change.text("path"), change.text("effect")),
        ("index.html", "reload")
    );

    // Nobody looks.
    let name = page.0.name();
    page.0.close();
    site.hello.end_of(&name);
    fs::remove_file(site.path("a.css")).unwrap();
    let change = site.changed(5);
    assert_eq!(change.number("pages"), 0);
    assert_eq!(change.list("peers"), [""; 0]);
}

fn five_hundred_files_are_one_change() {
    let site = Site::with(&[]);
    let mut page = Page::opened(&site.hello);
    site.at_once(|| {
        for n in 0..500 {
            site.write(&format!("{n}.html"), "built");
        }
    });
    assert_eq!(page.told(), RELOAD);
    assert_eq!(site.changed(1).number("files"), 500);
    // The next is the next.
    site.write("a.css", "b{color:red}");
    assert_eq!(page.told(), styles(&["/a.css"]));
    assert_eq!(site.changed(2).number("files"), 1);
}

fn a_page_hears_what_it_missed_and_reloads_after_a_restart() {
    let site = Site::with(&[]);
    let before = state_of(&site.hello.get("/"));
    site.write("a.css", "b{color:red}");
    site.changed(1);
    assert_eq!(
        Page::since(&site.hello, &before).told(),
        styles(&["/a.css"])
    );
    assert_eq!(Page::since(&site.hello, "").told(), RELOAD);
    let mut page = Page::opened(&site.hello);
    let known = state_of(&site.hello.get("/"));
    assert_ne!(known, before);
    assert_eq!(Page::since(&site.hello, &known).message()["state"], known);

    let Site { hello, folder } = site;
    hello.send_signal(Signal::TERM);
    while page.0.line().is_some() {}
    assert_eq!(hello.ended().status.code(), Some(0));
    let hello = Hello::start(&["--live"], &folder.path().join("site"));
    assert_eq!(Page::since(&hello, &known).told(), RELOAD);
    Page::opened(&hello);
}

fn a_folder_that_is_replaced_whole_is_followed() {
    let site = Site::with(&[]);
    let mut page = Page::opened(&site.hello);
    let beside = site.folder.path().join("beside");
    fs::create_dir(&beside).unwrap();
    fs::write(beside.join("index.html"), "<p>built").unwrap();
    fs::write(beside.join("a.css"), "b{}").unwrap();
    fs::rename(site.path(""), site.folder.path().join("old")).unwrap();
    fs::rename(&beside, site.path("")).unwrap();
    assert_eq!(page.told(), RELOAD);
    assert!(site.hello.get("/").text().starts_with("<p>built"));
    // Whatever the first message was about, the new folder is followed.
    loop {
        site.write("a.css", "b{color:red}");
        let told = page.told();
        if told != RELOAD {
            return assert_eq!(told, styles(&["/a.css"]));
        }
    }
}

/// Not even where everybody may read what is served.
fn pages_of_other_sites_are_told_nothing() {
    let site = Site::with(&["--cors"]);
    let hello = &site.hello;
    assert_eq!(
        hello.get("/").field("access-control-allow-origin"),
        Some("*")
    );
    for field in [
        ("Origin", "http://evil.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ] {
        let refused = ask(hello, "GET", "/.hello/live", &[field]);
        assert_eq!(refused.status(), 403, "{field:?}");
    }
    let refused = hello.until(|event| event.is_request("/.hello/live"));
    assert_eq!(refused.text("reason"), "other-site");
    let mut client = hello.connect();
    client.send(get("/.hello/live"));
    for answer in [client.head(), hello.get("/.hello/live.js")] {
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.field("access-control-allow-origin"), None);
        assert_eq!(
            answer.field("cross-origin-resource-policy"),
            Some("same-origin")
        );
    }
}

fn pages_that_listen_are_limited_and_a_seat_is_given_back() {
    let site = Site::with(&[]);
    let mut pages: Vec<Page> = (0..64).map(|_| Page::opened(&site.hello)).collect();
    let refused = site.hello.get("/.hello/live");
    assert_eq!(
        (refused.status(), refused.field("retry-after")),
        (503, Some("1"))
    );
    let gone = pages.pop().unwrap().0;
    let name = gone.name();
    gone.close();
    assert_eq!(site.hello.ending_of(&name), "closed-by-client");
    pages.push(Page::opened(&site.hello));
    site.write("a.css", "b{color:red}");
    for page in &mut pages {
        assert_eq!(page.told(), styles(&["/a.css"]));
    }
    assert_eq!(site.changed(1).number("pages"), 64);
}

/// The list allows nothing to run but its own script; this one is allowed by name. And what a page is
/// told of, it finds.
fn the_list_of_a_folder_follows_its_files() {
    let site = Site::with(&["--list"]);
    fs::create_dir(site.path("list")).unwrap();
    site.write("list/one.txt", "");
    site.changed(1);
    let page = site.hello.get("/list/");
    let state = state_of(&page);
    let script = script_of(&page).replace(" async", &format!(" nonce=\"{state}\" async"));
    assert!(page.text().ends_with(&script), "{script}");
    let policy = page.field("content-security-policy").unwrap();
    let allowed = format!("script-src 'nonce-{state}' 'sha256-");
    assert!(policy.contains(&allowed) && !policy.contains("script-src 'self'"));
    assert!(policy.contains("connect-src 'self'"));
    let mut listener = Page::since(&site.hello, &state);
    assert_eq!(listener.told(), (false, None));
    for number in 0..3 {
        let name = format!("a newcomer {number}.txt");
        site.write(&format!("list/{name}"), "");
        assert_eq!(listener.told(), (true, None));
        assert!(site.hello.get("/list/").text().contains(&name), "{name}");
    }
    // What a script fetches is the list alone, under its own policy.
    let fields = [("Sec-Fetch-Dest", "empty")];
    let fetched = ask(&site.hello, "GET", "/list/", &fields);
    assert!(!fetched.text().contains("live.js"));
    let policy = fetched.field("content-security-policy").unwrap();
    assert!(!policy.contains("nonce"));
}

fn a_page_that_listens_is_let_go_when_the_server_stops() {
    let site = Site::with(&[]);
    let mut page = Page::opened(&site.hello);
    site.hello.send_signal(Signal::TERM);
    while page.0.line().is_some() {}
    assert_eq!(site.hello.ending_of(&page.0.name()), "drained");
}

/// A kernel that knows no inotify, or a sandbox that hides it.
#[test]
fn where_the_system_does_not_notify_files_are_looked_at() {
    for (call, error, why) in [
        (libc::SYS_inotify_init1, Errno::NOSYS, "no-inotify"),
        (libc::SYS_inotify_init1, Errno::MFILE, "no-watches"),
        (libc::SYS_inotify_add_watch, Errno::NOSPC, "no-watches"),
    ] {
        let site = where_calls_fail(&[call], error, || Site::with(&[]));
        let notice = site
            .hello
            .until(|event| event.is_notice("looks-for-changes"));
        assert_eq!(notice.text("why"), why, "{error}");
        let mut page = Page::opened(&site.hello);
        site.write("a.css", "b{color:red}");
        assert_eq!(page.told(), styles(&["/a.css"]), "{error}");
        fs::write(site.path("new.html"), "new").unwrap();
        assert_eq!(page.told(), RELOAD, "{error}");
        fs::rename(site.path("new.html"), site.path("newer.html")).unwrap();
        assert_eq!(page.told(), RELOAD, "{error}");
        assert_eq!(site.changed(3).number("files"), 2);
    }
}

#[test]
fn a_single_file_is_followed() {
    let folder = folder(&[("page.html", PAGE), ("other.html", PAGE)]);
    let file = folder.path().join("page.html");
    let hello = Hello::start(&["--live"], &file);
    let mut page = Page::opened(&hello);
    fs::write(folder.path().join("other.html"), "none of its business").unwrap();
    fs::write(folder.path().join("new"), "<p>new").unwrap();
    fs::rename(folder.path().join("new"), &file).unwrap();
    assert_eq!(page.told(), RELOAD);
    let change = hello.until(|event| event.is("changed"));
    assert_eq!(
        (change.text("path"), change.number("files")),
        ("page.html", 1)
    );
}

/// Where our own output lies in the folder, each word about a reload would be a reason for another.
#[test]
fn our_own_output_is_no_change() {
    let folder = folder(&[("index.html", PAGE)]);
    let log = folder.path().join("log.txt");
    let start = || {
        let script = format!("exec 3>&1; exec >>'{}'", log.display());
        let launch = Launch::after(&script).args(["--live", "--listen", "127.0.0.1:0"]);
        launch.folder(folder.path()).args(["--log", "json"]).spawn()
    };
    let mut process = where_calls_fail(&[libc::SYS_inotify_init1], Errno::NOSYS, start);
    let said = |wanted: &str| loop {
        let text = fs::read_to_string(&log).unwrap_or_default();
        if let Some(line) = text.lines().find(|line| line.contains(wanted)) {
            return line.to_owned();
        }
        std::thread::yield_now();
    };
    let address = said("listening");
    let address = address
        .split("http://")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let mut client = Client::of(address.parse().unwrap());
    client.get("/");
    said("\"target\":\"/\"");
    fs::write(folder.path().join("a.css"), "b{}").unwrap();
    said("\"changed\"");
    process.send_signal(Signal::TERM);
    process.ended();
    let text = fs::read_to_string(&log).unwrap();
    let changes = text
        .lines()
        .filter(|line| line.contains("\"event\":\"changed\""));
    assert!(changes.clone().all(|line| line.contains("a.css")), "{text}");
    assert_eq!(changes.count(), 1);
}

#[test]
fn the_terminal_says_what_changed_and_who_was_told() {
    for (language, lines) in [
        (
            "en",
            [
                "changed: a.css → no page is open",
                "changed: a.css → styles updated on 1 page (127.0.0.1)",
                "changed: 0.html and 2 more → 2 pages reloaded (127.0.0.1)",
            ],
        ),
        (
            "ru",
            [
                "изменилось: a.css → открытых страниц нет",
                "изменилось: a.css → стили обновлены на 1 странице (127.0.0.1)",
                "изменилось: 0.html и ещё 2 → перезагружены 2 страницы (127.0.0.1)",
            ],
        ),
    ] {
        let folder = folder(&[("index.html", PAGE), ("a.css", "b{}")]);
        let write = |name: &str, content: &str| {
            fs::write(folder.path().join(name), content).unwrap();
        };
        let launch = Launch::new().args(["--live", "--lang", language]);
        let terminal = launch.folder(folder.path()).show();
        let open = || {
            let mut client = terminal.connect();
            let state = state_of(&client.get("/"));
            client.send(get(&format!("/.hello/live?since={state}")));
            client.head();
            let mut page = Page(client);
            page.told();
            page
        };
        write("a.css", "b{color:red}");
        terminal.line_with(lines[0]);
        let mut one = open();
        write("a.css", "b{color:blue}");
        assert_eq!(one.told(), styles(&["/a.css"]));
        terminal.line_with(lines[1]);
        let _two = open();
        terminal.process.send_signal(Signal::STOP);
        for name in ["0.html", "1.html", "2.html"] {
            write(name, "new");
        }
        terminal.process.send_signal(Signal::CONT);
        terminal.line_with(lines[2]);
    }
}

#[test]
fn the_script_is_small_and_what_the_page_names() {
    let script = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/live.js")).unwrap();
    assert!(script.len() < 8 << 10, "{} bytes", script.len());
}
