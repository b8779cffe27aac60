//! As a service, and as the first process of a container: what the manager is told, what it hands over,
//! and who is buried.

use std::net::TcpListener;
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::path::Path;
use std::process::Command;

use rustix::process::Signal;
use tempfile::TempDir;

use crate::harness::{Client, Hello, Launch, PATIENCE, folder, get, private};

/// A service manager, as far as we can tell.
struct Manager {
    socket: UnixDatagram,
    folder: TempDir,
}

impl Manager {
    fn new() -> Self {
        let folder = folder(&[]);
        let socket = UnixDatagram::bind(folder.path().join("notify")).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Self { socket, folder }
    }

    fn launch(&self) -> Launch {
        let path = self.folder.path().join("notify");
        Launch::new().env("NOTIFY_SOCKET", path.to_str().unwrap())
    }

    /// Waits until it is told something that begins with this.
    fn until(&self, wanted: &str) -> String {
        let mut heard = Vec::new();
        loop {
            let mut told = [0; 1024];
            let Ok(count) = self.socket.recv(&mut told) else {
                panic!("not told {wanted:?}, but {heard:?}");
            };
            let told = String::from_utf8(told[..count].to_vec()).unwrap();
            if told.starts_with(wanted) {
                return told;
            }
            heard.push(told);
        }
    }
}

#[test]
fn the_manager_hears_that_we_are_ready_when_all_doors_are_open() {
    let manager = Manager::new();
    let socket = manager.folder.path().join("web.sock");
    let address = format!("unix:{}", socket.display());
    let mut process = manager.launch().args(["--listen", &address]).spawn();
    let ready = manager.until("READY=1");
    assert_eq!(
        ready,
        "READY=1\nSTATUS=serving; connections open: 0, requests so far: 0\n"
    );
    // Whoever hears of it can connect at once.
    UnixStream::connect(&socket).unwrap();
    process.send_signal(Signal::TERM);
    let stopping = manager.until("STOPPING=1");
    assert!(stopping.contains("\nSTATUS=stopping; "), "{stopping}");
    assert!(process.ended().0.success());
}

#[test]
fn the_manager_is_told_in_the_language_of_the_server() {
    let manager = Manager::new();
    let hello = manager.launch().args(["--lang", "ru"]).start();
    let ready = manager.until("READY=1");
    assert!(
        ready.contains("STATUS=работает; открытых соединений: 0"),
        "{ready}"
    );
    hello.stop();
}

#[test]
fn the_manager_hears_that_we_are_alive_as_often_as_it_wants() {
    let manager = Manager::new();
    let hello = manager.launch().env("WATCHDOG_USEC", "300000").start();
    manager.until("READY=1");
    for _ in 0..3 {
        manager.until("WATCHDOG=1");
    }
    hello.get("/");
    manager.until("STATUS=serving; connections open: ");
    hello.stop();
}

#[test]
fn the_manager_hears_when_settings_are_read_anew() {
    let manager = Manager::new();
    let site = folder(&[("hello.toml", "serve = \".\"\n"), ("page.txt", "hi")]);
    let control = manager.folder.path().join("control.sock");
    let launch = manager.launch().inside(site.path());
    let hello = launch.args([Path::new("--control"), &*control]).start();
    manager.until("READY=1");
    let ask = || {
        let launch = Launch::new().args(["reload"]);
        launch.args([Path::new("--control"), &*control]).output()
    };
    let (status, printed, complaints) = ask();
    assert_eq!((status.code(), &*complaints), (Some(0), ""));
    assert_eq!(printed, "the new configuration counts: generation 2");
    let reloading = manager.until("RELOADING=1");
    let (_, moment) = reloading.split_once("MONOTONIC_USEC=").unwrap();
    assert!(moment.trim().parse::<u64>().unwrap() > 0);
    manager.until("READY=1");
    // A mistake changes nothing, and the manager hears that it is over as well.
    std::fs::write(site.path().join("hello.toml"), "sreve = \".\"\n").unwrap();
    let (status, _, complaints) = ask();
    assert_eq!(status.code(), Some(1));
    assert!(
        complaints.contains("hello help not-reloaded"),
        "{complaints}"
    );
    assert!(complaints.contains("sreve"), "{complaints}");
    manager.until("RELOADING=1");
    manager.until("READY=1");
    assert_eq!(hello.get("/page.txt").status(), 200);
}

#[test]
fn a_socket_that_is_handed_over_stands_in_the_place_of_the_usual_one() {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let site = folder(&[("page.txt", "hi")]);
    let path = site.path().to_str().unwrap();
    let process = Launch::handed(socket.try_clone().unwrap().into(), "web", &[path]);
    let hello = Hello::of(process);
    assert_eq!(hello.address(), address);
    assert_eq!(hello.get("/page.txt").text(), "hi");
    let listening = hello.until(|event| event.is("listening"));
    assert_eq!(listening.text("address"), format!("http://{address}"));
    let ended = hello.stop();
    let count = ended.events.iter().filter(|event| event.is("listening"));
    assert_eq!(count.count(), 1, "nothing else was opened");
    // It stays the manager's, and whoever connects waits for the next server.
    Client::of(address);
}

#[test]
fn a_socket_that_is_handed_over_stays_whatever_is_read_anew() {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let site = folder(&[("hello.toml", "serve = \".\"\n"), ("page.txt", "hi")]);
    let path = site.path().join("hello.toml");
    let config = path.to_str().unwrap();
    let process = Launch::handed(socket.into(), "web", &["--config", config]);
    let hello = Hello::of(process);
    let mut client = hello.connect();
    client.get("/page.txt");
    std::fs::write(&path, "serve = \".\"\nlisten = \"127.0.0.1:0\"\n").unwrap();
    hello.send_signal(Signal::HUP);
    hello.until(|event| event.is_notice("reloaded"));
    assert_eq!(client.get("/page.txt").text(), "hi");
    assert_eq!(hello.address(), address);
    assert_eq!(hello.get("/page.txt").text(), "hi");
}

#[test]
fn a_socket_that_is_named_as_well_is_not_opened_twice() {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let named = ["--listen", &*address.to_string()];
    let process = Launch::handed(socket.into(), "", &named);
    let hello = Hello::of(process);
    assert_eq!(hello.get("/").status(), 200);
    hello.stop();
}

#[test]
fn a_unix_socket_that_is_handed_over_keeps_its_file() {
    let folder = folder(&[("page.txt", "hi")]);
    let path = folder.path().join("web.sock");
    let socket = UnixListener::bind(&path).unwrap();
    let site = folder.path().to_str().unwrap();
    let hello = Hello::of(Launch::handed(socket.into(), "web", &[site]));
    let listening = hello.until(|event| event.is("listening"));
    assert_eq!(
        listening.text("address"),
        format!("unix:{}", path.display())
    );
    let mut client = UnixStream::connect(&path).unwrap();
    std::io::Write::write_all(&mut client, get("/page.txt").as_bytes()).unwrap();
    hello.until(|event| event.is_request("/page.txt") && event.number("status") == 200);
    drop(client);
    hello.stop();
    assert!(path.exists());
}

#[test]
fn a_socket_of_that_name_tells_the_way_to_https() {
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let (_, pair) = &*private::USUAL;
    let options = pair.options();
    let mut args = vec!["--listen", "127.0.0.1:0"];
    args.extend(options);
    let hello = Hello::of(Launch::handed(socket.into(), "redirect-http", &args));
    let sealed = hello.address().port();
    let mut client = Client::of(address);
    client.send(get("/page.txt"));
    let reply = client.reply();
    assert_eq!(reply.status(), 308);
    let to = reply.field("location").unwrap();
    assert!(
        to.starts_with("https://") && to.contains(&sealed.to_string()),
        "{to}"
    );
}

#[test]
fn what_does_not_listen_is_refused_with_its_name() {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut process = Launch::handed(socket.into(), "web", &[]);
    let (status, complaints) = process.ended();
    assert_eq!(status.code(), Some(2));
    assert!(complaints.contains("socket 1 (web)"), "{complaints}");
    assert!(
        complaints.contains("hello help handed-socket-unusable"),
        "{complaints}"
    );
}

/// The first process of a container has no default for signals, and all orphans are its own.
#[test]
fn as_the_first_process_it_stops_when_told_and_buries_whom_nobody_else_does() {
    let script = "unshare --pid --fork --mount-proc true 2>/dev/null";
    let may = Command::new("sh").args(["-c", script]).status().unwrap();
    if !may.success() {
        // Only root makes containers, and not everywhere.
        return;
    }
    let mut command = Command::new("unshare");
    command.args(["--pid", "--fork", "--mount-proc", "--kill-child=TERM"]);
    command.arg(env!("CARGO_BIN_EXE_hello"));
    let hello = Launch::of(command).start();
    let first = first_process_below(hello.pid().as_raw_nonzero().get());
    // Somebody looks in from outside, and leaves an orphan behind.
    let enter =
        format!("nsenter --target {first} --pid --mount sh -c '(true &) ; exec ps -e -o stat='");
    let mut looks = std::iter::repeat_with(|| {
        let seen = Command::new("sh").args(["-c", &enter]).output().unwrap();
        String::from_utf8(seen.stdout).unwrap()
    });
    let is_clean = |seen: &String| seen.lines().all(|state| !state.starts_with('Z'));
    assert!(looks.by_ref().take(200).any(|seen| is_clean(&seen)));
    assert_eq!(hello.get("/").status(), 200);
    let pid = rustix::process::Pid::from_raw(first).unwrap();
    rustix::process::kill_process(pid, Signal::TERM).unwrap();
    let ended = hello.ended();
    assert!(ended.events.iter().any(|event| event.is("stopped")));
}

/// The only child of a process.
fn first_process_below(pid: i32) -> i32 {
    let path = format!("/proc/{pid}/task/{pid}/children");
    let children = std::fs::read_to_string(path).unwrap();
    children.split_whitespace().next().unwrap().parse().unwrap()
}
