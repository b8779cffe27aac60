//! What a person is told when something goes wrong, and beforehand by `hello doctor`.
//!
//! The texts are held by goldens beside the code; here stands that the facts in them are true.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::process::Command;

use tempfile::TempDir;

use crate::harness::{Hello, Launch, folder};

/// `hello` in English, run to its end: the exit code, what it printed and what it complained of.
fn said(launch: Launch) -> (Option<i32>, String, String) {
    let (status, printed, complaints) = launch.args(["--lang", "en"]).output();
    (status.code(), printed, complaints)
}

fn complaint(launch: Launch) -> String {
    let (code, printed, complaints) = said(launch);
    assert_eq!((code, &*printed), (Some(2), ""), "{complaints}");
    complaints
}

/// Somebody without rights: `hello` as user 65534 where we are the administrator, and else as we
/// are; and a folder that this user may enter.
pub fn without_rights() -> (TempDir, impl Fn() -> Launch) {
    let place = tempfile::tempdir().unwrap();
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
    // The folder that it was built in may be closed to others.
    let program = place.path().join("hello");
    // By a program of its own: were the copy open for writing in this process, another test that
    // starts a program just then would hand that on, and nobody could run the copy meanwhile.
    let copied = Command::new("cp")
        .args([env!("CARGO_BIN_EXE_hello").as_ref(), program.as_os_str()])
        .status();
    assert!(copied.unwrap().success());
    let launch = move || {
        let mut command = Command::new(&program);
        command.current_dir("/");
        if are_administrator() {
            command.uid(65534).gid(65534);
        }
        Launch::of(command)
    };
    (place, launch)
}

fn are_administrator() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn whoever_has_the_port_is_named_with_process_and_command() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let told = complaint(Launch::new().args(["--listen", &address]));
    let pid = std::process::id();
    assert!(told.contains(&format!("process {pid} of user ")), "{told}");
    let own = std::env::args().next().unwrap();
    let name = own.rsplit('/').next().unwrap().to_owned();
    assert!(told.contains(&name[..10.min(name.len())]), "{told}");
    assert!(told.contains(&format!("`kill {pid}`")), "{told}");
    assert!(told.contains("--next-port"), "{told}");
    assert!(told.ends_with("`hello help port-in-use`"), "{told}");
}

#[test]
fn a_port_that_is_taken_on_every_address_is_recognised() {
    let other = TcpListener::bind("0.0.0.0:0").unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    let told = complaint(Launch::new().args(["--listen", &port]));
    let pid = std::process::id();
    assert!(told.contains(&format!("process {pid} of user ")), "{told}");
}

#[test]
fn another_hello_is_recognised_with_what_it_serves() {
    let folder = folder(&[("page.txt", "hi")]);
    let hello = Hello::start(&[], folder.path());
    let address = hello.address().to_string();
    let told = complaint(Launch::new().args(["--listen", &address]));
    let pid = hello.pid().as_raw_nonzero();
    let path = folder.path().display();
    let words = format!("another hello, process {pid} of user ");
    assert!(told.contains(&words), "{told}");
    assert!(told.contains(&format!("which serves {path}")), "{told}");
    let built_in = Launch::new().start();
    let address = built_in.address().to_string();
    let told = complaint(Launch::new().args(["--listen", &address]));
    assert!(told.contains("which serves its built-in site"), "{told}");
}

#[test]
fn a_process_of_somebody_else_is_named_by_its_user() {
    if !are_administrator() {
        // Then there is nobody whose processes we know and may not look at.
        return;
    }
    let (_place, hello) = without_rights();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap();
    let told = complaint(hello().args(["--listen", &address.to_string()]));
    assert!(told.contains("by a process of user root"), "{told}");
    let command = format!("sudo ss -ltnp 'sport = :{}'", address.port());
    assert!(told.contains(&command), "{told}");
}

#[test]
fn the_next_port_is_taken_where_one_is_taken_and_that_is_said() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = other.local_addr().unwrap();
    if taken.port() == u16::MAX {
        return;
    }
    let arguments = ["--next-port", "--listen", &taken.to_string()];
    let hello = Launch::new().args(arguments).start_where_told();
    assert!(hello.address().port() > taken.port());
    assert_eq!(hello.get("/").status(), 200);
    let notice = hello.until(|event| event.is_notice("next-port"));
    assert_eq!(notice.number("taken"), u64::from(taken.port()));
    assert_eq!(notice.number("port"), u64::from(hello.address().port()));
}

#[test]
fn of_localhost_the_half_that_is_free_is_offered() {
    for (taken, free) in [("[::1]", "127.0.0.1"), ("127.0.0.1", "[::1]")] {
        let Ok(other) = TcpListener::bind(format!("{taken}:0")) else {
            // A machine without IPv6 has one half only.
            return;
        };
        let port = other.local_addr().unwrap().port();
        if TcpListener::bind(format!("{free}:{port}")).is_err() {
            // Somebody else has just the other half, or there is none.
            continue;
        }
        let localhost = format!("localhost:{port}");
        let told = complaint(Launch::new().args(["--listen", &localhost]));
        assert!(
            told.contains(&format!("cannot listen on {taken}:{port}")),
            "{told}"
        );
        assert!(told.contains(&format!("{free}:{port} is free")), "{told}");
    }
}

#[test]
fn a_socket_path_in_use_names_its_process() {
    let folder = folder(&[]);
    let path = folder.path().join("a.sock");
    let _other = UnixListener::bind(&path).unwrap();
    let address = format!("unix:{}", path.display());
    let told = complaint(Launch::new().args(["--listen", &address]));
    let pid = std::process::id();
    assert!(told.contains(&format!("process {pid} of user ")), "{told}");
    assert!(told.ends_with("`hello help socket-in-use`"), "{told}");
}

#[test]
fn a_low_port_tells_what_would_allow_it() {
    let start = fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start");
    let is_kept = start.is_ok_and(|start| start.trim().parse().is_ok_and(|start: u16| start > 80));
    if !is_kept {
        return;
    }
    let (_place, hello) = without_rights();
    let told = complaint(hello().args(["--listen", "80"]));
    assert!(told.contains("may not open port 80"), "{told}");
    let remedies = [
        "setcap cap_net_bind_service=+ep",
        "AmbientCapabilities=CAP_NET_BIND_SERVICE",
        "net.ipv4.ip_unprivileged_port_start=",
    ];
    let offered = remedies.iter().any(|remedy| told.contains(remedy));
    assert!(offered, "{told}");
}

#[test]
fn an_address_of_somebody_else_is_answered_with_our_own() {
    let told = complaint(Launch::new().args(["--listen", "192.0.2.211:0"]));
    assert!(told.contains("127.0.0.1"), "{told}");
}

#[test]
fn a_misspelt_folder_is_answered_with_the_right_one() {
    let folder = folder(&[("assets/en/page.txt", "hi")]);
    let wrong = folder.path().join("asets/en");
    let told = complaint(Launch::new().folder(&wrong));
    let right = folder.path().join("assets/en");
    assert!(
        told.contains(&format!("did you mean `{}`?", right.display())),
        "{told}"
    );
}

#[test]
fn the_folder_that_keeps_us_out_is_named_with_its_rights() {
    let (place, hello) = without_rights();
    let site = place.path().join("closed/site");
    fs::create_dir_all(&site).unwrap();
    let closed = place.path().join("closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    // A link that leads there is no way around it.
    std::os::unix::fs::symlink(&site, place.path().join("link")).unwrap();
    for path in [site.clone(), place.path().join("link")] {
        let told = complaint(hello().folder(&path));
        let words = format!("{} is closed to user ", closed.display());
        assert!(told.contains(&words), "{told}");
        assert!(told.contains("d---------, owner "), "{told}");
        assert!(
            told.contains(&format!("chmod o+rx {}", closed.display())),
            "{told}"
        );
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn too_few_open_files_to_start_are_said_and_not_a_panic() {
    let told = complaint(Launch::after("ulimit -n 8"));
    assert!(
        told.contains("this process may have 8 open at once"),
        "{told}"
    );
    assert!(!told.contains("panicked"), "{told}");
    assert!(told.ends_with("`hello help too-many-open-files`"), "{told}");
}

#[test]
fn a_tight_limit_of_memory_is_said_at_the_start() {
    // A megabyte less than files may take; addresses are reserved in plenty, so that is wide.
    let options = ["--memory-bytes-max", "256GiB"];
    let hello = Launch::after("ulimit -v 100000000").args(options).start();
    let notice = hello.until(|event| event.is_notice("memory-limit"));
    assert_eq!(notice.number("files"), 256 << 30);
}

#[test]
fn a_full_disk_is_said_by_its_name() {
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let mut process = { Launch::new() }
        .args(["--lang", "en", "--listen", "127.0.0.1:0"])
        .spawn_printing_to(full);
    let complaints = process.complaint_with("standard output");
    assert!(complaints.contains("the disk is full"), "{complaints}");
    assert!(
        complaints.contains("`hello help disk-full`"),
        "{complaints}"
    );
    process.send_signal(rustix::process::Signal::TERM);
    assert_eq!(process.ended().0.code(), Some(0));
}

#[test]
fn help_is_a_question_and_a_folder_of_that_name_is_served_by_its_path() {
    let (code, printed, _) = said(Launch::new().args(["help"]));
    assert_eq!(code, Some(0));
    assert!(printed.contains("port-in-use"), "{printed}");
    let folder = folder(&[("help/page.txt", "hi")]);
    let hello = Launch::new().inside(folder.path()).args(["./help"]).start();
    assert_eq!(hello.get("/page.txt").text(), "hi");
}

#[test]
fn the_doctor_passes_what_works_and_leaves_nothing_behind() {
    let folder = folder(&[("page.txt", "hi")]);
    let socket = folder.path().join("hello.sock");
    let address = format!("unix:{}", socket.display());
    let arguments = [
        "doctor",
        "--no-list",
        "--listen",
        "127.0.0.1:0",
        "--listen",
        &address,
    ];
    let (code, printed, complaints) = said(Launch::new().args(arguments).folder(folder.path()));
    assert_eq!((code, &*complaints), (Some(0), ""), "{printed}");
    assert!(printed.contains("with 1 entry"), "{printed}");
    assert!(printed.contains("it has no index.html"), "{printed}");
    assert!(!socket.exists());
}

#[test]
fn the_doctor_finds_all_that_is_wrong_at_once() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let arguments = ["doctor", "/nowhere/at-all", "--listen", &address];
    let (code, printed, _) = said(Launch::new().args(arguments));
    assert_eq!(code, Some(1));
    let words: Vec<&str> = printed.split_whitespace().collect();
    let printed = words.join(" ");
    assert!(
        printed.contains("there is no such file or folder"),
        "{printed}"
    );
    assert!(printed.contains("the port is taken"), "{printed}");
    assert!(
        printed.contains(&format!("process {}", std::process::id())),
        "{printed}"
    );
    assert!(printed.contains("2 to fix"), "{printed}");
}

#[test]
fn completions_are_a_script_that_the_shell_takes() {
    let (code, script, _) = said(Launch::new().args(["completions", "bash"]));
    assert_eq!(code, Some(0));
    let Ok(bash) = Command::new("bash")
        .args(["-c", &format!("{script}\ncomplete -p hello")])
        .output()
    else {
        return;
    };
    let told = String::from_utf8_lossy(&bash.stdout);
    assert!(bash.status.success() && told.contains("hello"), "{bash:?}");
}
