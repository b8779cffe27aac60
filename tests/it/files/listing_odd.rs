//! Odd names, wherever a listing leads with them: to a look at a file within the page, to the next one,
//! to its download; and texts that were written to be more than text.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use super::Kernel;
use crate::harness::{Client, Reply, folder};

/// Names of texts: all that means something in an address, in a page or in a terminal.
const ODD: [&[u8]; 22] = [
    b" a space before.txt",
    b"#.txt",
    b"%.txt",
    b"%00.txt",
    b"%2e%2e.txt",
    b"&amp;lt;.txt",
    b"+ +.txt",
    b"x&preview=x.txt",
    b";=,.txt",
    b"<img src=x onerror=alert(1)>.txt",
    b"?.txt",
    b"?download&q=x.txt",
    b"\" autofocus onfocus='x'.txt",
    b"\r\nSet-Cookie: a=b\r\n\r\n.txt",
    b"\x1b]0;title\x07.txt",
    b"\xc3\x28\xff.txt",
    b"javascript:alert(1).txt",
    "a\u{2028}b\u{feff}.txt".as_bytes(),
    "exe.\u{202e}txt.\u{202c}.txt".as_bytes(),
    "\u{2066}isolated.txt".as_bytes(),
    "שלום עולם.txt".as_bytes(),
    "🏳\u{fe0f}\u{200d}🌈.txt".as_bytes(),
];

/// The addresses of the elements that begin so.
fn hrefs(page: &str, beginning: &str) -> Vec<String> {
    let start = format!("{beginning} href=\"");
    { page.split(&start).skip(1) }
        .map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"))
        .collect()
}

fn body_of(page: &str) -> &str {
    page.split_once("<body>").unwrap().1
}

fn followed(client: &mut Client, href: &str) -> Reply {
    let reply = client.get(&format!("/{}", href.trim_start_matches("./")));
    assert_eq!(reply.status(), 200, "{href}");
    reply
}

pub fn whatever_a_file_is_called_it_is_looked_at_and_taken(kernel: Kernel) {
    let folder = folder(&[]);
    for (number, name) in ODD.iter().enumerate() {
        let content = format!("<content {number}>");
        fs::write(folder.path().join(OsStr::from_bytes(name)), content).unwrap();
    }
    let hello = kernel.serve_with(&["--list"], folder.path());
    let mut client = hello.connect();
    let page = client.get("/").text();
    let looks = hrefs(&page, "<a class=\"p\"");
    let downloads: Vec<String> = { hrefs(&page, "<td class=\"g\"><a") };
    assert_eq!((looks.len(), downloads.len()), (ODD.len(), ODD.len()));
    let tiles = client.get("/?view=tiles").text();
    let tiles = tiles.split_once("class=\"tiles\"").unwrap().1;
    assert_eq!(hrefs(tiles, "<li><a").len(), ODD.len());
    let harmless = |page: &str, what: &str| {
        let body = body_of(page);
        // What is between a `<` and its `>` is ours: names have neither.
        for tag in body.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap();
            let name = tag.split([' ', '/']).find(|name| !name.is_empty());
            assert!(!matches!(name, Some("img" | "script")), "<{tag}> in {what}");
            let outside: String = tag.split('"').step_by(2).collect();
            assert!(!outside.contains("autofocus"), "<{tag}> in {what}");
        }
        // Nothing that turns the direction of what stands beside it, or talks to a terminal.
        let turns = ['\u{202e}', '\u{2066}', '\u{2028}', '\x1b', '\x07', '\r'];
        assert!(!body.contains(turns), "{what}: {body}");
    };
    harmless(&page, "the list");
    let mut seen = Vec::new();
    for (look, download) in looks.iter().zip(&downloads) {
        let page = followed(&mut client, look).text();
        harmless(&page, look);
        let (_, shown) = page.split_once("&lt;content ").expect("its text is shown");
        let number = shown.split_once("&gt;").unwrap().0;
        let taken = followed(&mut client, download);
        assert_eq!(taken.text(), format!("<content {number}>"), "{download}");
        let disposition = taken.field("content-disposition").unwrap();
        assert!(disposition.starts_with("attachment"), "{disposition}");
        seen.push(number.to_owned());
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), ODD.len(), "each its own");
    // From the first to the last, one after the other.
    let (mut at, mut steps) = (looks[0].clone(), 1);
    while let [next] = &hrefs(&followed(&mut client, &at).text(), "<a rel=\"next\"")[..] {
        at.clone_from(next);
        steps += 1;
        assert!(steps <= ODD.len(), "round and round");
    }
    assert_eq!(steps, ODD.len());
}

/// A look at what is not there, or not in this folder, is a look at nothing.
pub fn a_look_leads_nowhere_else(kernel: Kernel) {
    let folder = folder(&[
        ("in/a.txt", "a"),
        ("out.txt", "out"),
        ("in/.hidden.txt", "h"),
    ]);
    let hello = kernel.serve_with(&["--list"], folder.path());
    let mut client = hello.connect();
    for name in [
        "../out.txt",
        "..%2fout.txt",
        "%2e%2e/out.txt",
        "/out.txt",
        "%2Fout.txt",
        "./a.txt",
        "a.txt/",
        "a.txt%00",
        ".hidden.txt",
        "..",
        ".",
        "",
        "%FF",
        "a%0D%0ASet-Cookie:%20a=b",
    ] {
        let reply = client.get(&format!("/in/?preview={name}"));
        assert_eq!(reply.status(), 404, "{name}");
        assert_eq!(reply.field("set-cookie"), None, "{name}");
    }
    assert_eq!(client.get("/in/?preview=a.txt").status(), 200);
}

/// What a folder says of itself is bounded, whatever it says.
pub fn a_readme_written_to_explode_is_shown_as_it_stands(kernel: Kernel) {
    let head = "|a".repeat(5_000);
    let table = format!("{head}\n{}\n{}", "|-".repeat(5_000), "|b\n".repeat(50_000));
    let nested = "> ".repeat(100_000);
    let endless = format!("# {}", "x".repeat(1 << 20));
    let html = "<div><style>body{display:none}</style><iframe srcdoc='x'>".repeat(1000);
    let folder = folder(&[
        ("table/README.md", &table),
        ("nested/README.md", &nested),
        ("endless/README.md", &endless),
        ("html/README.md", &html),
    ]);
    let hello = kernel.serve_with(&["--list"], folder.path());
    let mut client = hello.connect();
    for name in ["table", "nested", "endless", "html"] {
        let reply = client.get(&format!("/{name}/"));
        assert_eq!(reply.status(), 200, "{name}");
        let page = reply.text();
        let (_, readme) = page.split_once("<section class=\"readme\"").unwrap();
        assert!(readme.len() < 2 << 20, "{name}: {}", readme.len());
        for bad in ["<style", "<iframe", "srcdoc"] {
            assert!(!readme.contains(bad), "{name}");
        }
    }
    let page = client.get("/table/").text();
    assert!(page.contains("<pre>|a|a|a"), "as it stands");
}
