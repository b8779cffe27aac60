//! What no path leads to.

use std::fs;
use std::os::unix::fs::symlink;

use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::Kernel;
use crate::harness::folder;

pub fn a_path_is_decoded_once(kernel: Kernel) {
    let folder = folder(&[
        ("a b", "space"),
        ("a%20b", "percent"),
        ("é", "accent"),
        ("+", "plus"),
    ]);
    let hello = kernel.serve(folder.path());
    for (target, text) in [
        ("/a%20b", "space"),
        ("/%61%20%62", "space"),
        ("/a%2520b", "percent"),
        ("/%C3%A9", "accent"),
        ("/%c3%a9", "accent"),
        ("/+", "plus"),
    ] {
        assert_eq!(hello.get(target).text(), text, "{target}");
    }
    assert_eq!(hello.get("/a+b").status(), 404, "a plus is a plus");
}

/// Paths that have led out of other servers.
const WAYS_OUT: [(&str, u16); 27] = [
    ("/../secret.txt", 404),
    ("/docs/../../secret.txt", 404),
    ("/docs/../page.txt", 404),
    ("/./page.txt", 404),
    ("/..", 404),
    ("/../", 404),
    ("/%2e%2e/secret.txt", 404),
    ("/%2E%2E/secret.txt", 404),
    ("/.%2e/secret.txt", 404),
    ("/%2e./secret.txt", 404),
    ("/..%2fsecret.txt", 400),
    ("/%2e%2e%2fsecret.txt", 400),
    ("/docs%2f..%2f..%2fsecret.txt", 400),
    ("/%252e%252e/secret.txt", 404),
    ("/..%252fsecret.txt", 404),
    ("/%c0%ae%c0%ae/secret.txt", 404),
    ("/..%c0%afsecret.txt", 404),
    ("/..\\secret.txt", 400),
    ("/..%5csecret.txt", 400),
    ("/%2e%2e%5csecret.txt", 400),
    ("/page.txt%00", 400),
    ("/page.txt%00.html", 400),
    ("/..;/secret.txt", 404),
    ("/....//secret.txt", 404),
    ("//secret.txt", 404),
    ("/docs//../../secret.txt", 404),
    ("/%%32%65%%32%65/secret.txt", 400),
];

pub fn no_path_leads_out(kernel: Kernel) {
    let outer = folder(&[
        ("secret.txt", "secret"),
        ("root/page.txt", "hi"),
        ("root/docs/page.txt", "hi"),
    ]);
    let hello = kernel.serve(&outer.path().join("root"));
    for (target, status) in WAYS_OUT {
        let reply = hello.get(target);
        assert_eq!(reply.status(), status, "{target}");
        assert!(!reply.text().contains("secret"), "{target}");
    }
    let absolute = outer.path().join("secret.txt");
    let reply = hello.get(&format!("/{}", absolute.display()));
    assert_eq!(reply.status(), 404);
    assert_eq!(hello.get("/page.txt").text(), "hi", "none the worse for it");
}

pub fn hidden_files_are_not_there_except_the_well_known(kernel: Kernel) {
    let folder = folder(&[
        (".env", "secret"),
        (".git/config", "secret"),
        ("docs/.htpasswd", "secret"),
        ("docs/.well-known/x", "secret"),
        (".well-known/security.txt", "hi"),
        (".well-known/.env", "secret"),
    ]);
    let hello = kernel.serve(folder.path());
    let not_there = hello.get("/nothing").text();
    for target in [
        "/.env",
        "/%2eenv",
        "/.git/config",
        "/.git",
        "/.git/",
        "/docs/.htpasswd",
        "/docs/.well-known/x",
        "/.well-known/.env",
    ] {
        let reply = hello.get(target);
        assert_eq!(reply.status(), 404, "{target}");
        assert_eq!(reply.text(), not_there, "{target}: told apart");
    }
    assert_eq!(hello.get("/.well-known/security.txt").text(), "hi");
    hello.until(|event| event.is_request("/.env") && event.text("reason") == "hidden");
}

pub fn links_are_followed_within_the_root_and_not_out_of_it(kernel: Kernel) {
    let outer = folder(&[
        ("secret.txt", "secret"),
        ("other/secret.txt", "secret"),
        ("root/page.txt", "hi"),
        ("root/docs/page.txt", "hi"),
        ("root/.hidden", "hi"),
    ]);
    let root = outer.path().join("root");
    for (name, leads_to) in [
        ("in", "page.txt"),
        ("in-folder", "docs"),
        ("docs/up", "../page.txt"),
        ("two-steps", "in"),
        ("out", "../secret.txt"),
        ("out-folder", "../other"),
        ("docs/far-out", "../../secret.txt"),
        ("out-and-in", "../root/page.txt"),
        ("circle", "circle"),
        ("nowhere", "nothing"),
    ] {
        symlink(leads_to, root.join(name)).unwrap();
    }
    symlink(outer.path().join("secret.txt"), root.join("absolute")).unwrap();
    let hello = kernel.serve(&root);
    for target in ["/in", "/in-folder/page.txt", "/docs/up", "/two-steps"] {
        assert_eq!(hello.get(target).text(), "hi", "{target}");
    }
    let not_there = hello.get("/nothing").text();
    for target in [
        "/out",
        "/out-folder/secret.txt",
        "/out-folder/",
        "/docs/far-out",
        "/out-and-in",
        "/absolute",
        "/circle",
        "/nowhere",
    ] {
        let reply = hello.get(target);
        assert_eq!(reply.status(), 404, "{target}");
        assert_eq!(reply.text(), not_there, "{target}: told apart");
    }
    hello.until(|event| event.is_request("/out") && event.text("reason") == "leaves-root");
}

/// Opening a pipe that nobody writes to would wait for ever.
pub fn what_is_no_file_is_not_opened(kernel: Kernel) {
    let folder = folder(&[("page.txt", "hi")]);
    let pipe = folder.path().join("pipe");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
    let hello = kernel.serve(folder.path());
    for target in ["/pipe", "/socket", "/pipe/", "/socket/"] {
        assert_eq!(hello.get(target).status(), 404, "{target}");
    }
    assert_eq!(hello.get("/page.txt").text(), "hi");
    hello.until(|event| event.is_request("/pipe") && event.text("reason") == "special-file");
    drop(socket);
    fs::remove_file(pipe).unwrap();
}
