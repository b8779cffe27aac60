//! One behaviour, every protocol: what is asked over one is answered and journalled as over the others,
//! field by field; and `docs/protocols.md` says which tests run over what.

use serde_json::Value;

use crate::harness::{Event, Hello, Launch, Protocol, Reply, folder, large_file};
use crate::repository;

/// What the journal says of a connection and not of what was asked over it.
const OF_THE_CONNECTION: [&str; 9] = [
    "at",
    "peer",
    "connection",
    "version",
    "took_us",
    "lasted_ms",
    "received_bytes",
    "sent_bytes",
    "seconds",
];

/// Fields of an answer that are about its framing, and the one that is about its time.
const OF_THE_FRAMING: [&str; 3] = ["connection", "transfer-encoding", "date"];

/// An answer: status, fields in the order of their names, content.
#[derive(Debug, PartialEq)]
struct Answer {
    request: String,
    status: u16,
    fields: Vec<(String, String)>,
    content: Vec<u8>,
}

/// What a server answered, and what it told of that.
struct Told {
    answers: Vec<Answer>,
    journal: Vec<Value>,
}

/// Asks all of these on one connection, and goes away.
fn told(hello: Hello, requests: &[String]) -> Told {
    let mut client = hello.connect();
    let ask = |request: &String| {
        client.send(request);
        let reply = if request.starts_with("HEAD") {
            client.head()
        } else {
            client.reply()
        };
        answer(request, &reply)
    };
    let answers = requests.iter().map(ask).collect();
    let name = client.name();
    client.close();
    hello.end_of(&name);
    let ended = hello.stop();
    let is_of_all = |event: &&Event| !event.is("listening") && !event.is("handshake");
    let journal = { ended.events.iter() }
        .filter(is_of_all)
        .map(|event| event.without(&OF_THE_CONNECTION));
    Told {
        answers,
        journal: journal.collect(),
    }
}

fn answer(request: &str, reply: &Reply) -> Answer {
    let fields = reply.fields();
    let fields = fields.filter(|(name, _)| !OF_THE_FRAMING.contains(name));
    let mut fields: Vec<_> = fields
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    fields.sort();
    Answer {
        request: request.to_owned(),
        status: reply.status(),
        fields,
        content: reply.body.clone(),
    }
}

/// Holds what is told over each protocol against what is told over the first.
fn alike(told: impl Fn() -> Told) {
    let [first, others @ ..] = Protocol::ALL;
    let expected = first.speak(&told);
    for protocol in others {
        let told = protocol.speak(&told);
        for (told, expected) in told.answers.iter().zip(&expected.answers) {
            assert_eq!(told, expected, "{protocol:?}");
        }
        for (told, expected) in told.journal.iter().zip(&expected.journal) {
            assert_eq!(told, expected, "{protocol:?}");
        }
        assert_eq!(told.answers.len(), expected.answers.len(), "{protocol:?}");
        assert_eq!(told.journal.len(), expected.journal.len(), "{protocol:?}");
    }
}

fn request(line: &str, fields: &str) -> String {
    format!("{line} HTTP/1.1\r\nHost: a\r\n{fields}\r\n")
}

/// What is asked of a folder.
fn of_a_folder() -> Vec<String> {
    const RUSSIAN: &str = "Accept-Language: ru\r\n";
    const BODY: &str = "Content-Length: 5\r\n\r\nhello";
    let mut requests: Vec<String> = [
        ("GET /page.txt", ""),
        ("HEAD /page.txt", ""),
        ("GET /page.txt?token=secret", ""),
        ("GET /large.bin", ""),
        ("HEAD /large.bin", ""),
        ("GET /empty.txt", ""),
        ("GET /docs", ""),
        ("GET /docs/", ""),
        ("GET /", ""),
        ("GET /", RUSSIAN),
        ("GET /nothing", ""),
        ("GET /nothing", RUSSIAN),
        ("HEAD /nothing", ""),
        ("GET /favicon.ico", ""),
        ("GET /healthz", ""),
        ("GET /.hidden", ""),
        ("GET /../page.txt", ""),
        ("GET /docs%2fpage.txt", RUSSIAN),
        ("OPTIONS *", ""),
        ("OPTIONS /page.txt", ""),
        ("POST /page.txt", ""),
        ("PUT /page.txt", RUSSIAN),
        ("DELETE /page.txt", ""),
        ("PATCH /page.txt", ""),
        ("TRACE /page.txt", ""),
        ("GET /page.txt", "If-None-Match: *\r\n"),
        ("GET /page.txt", "If-None-Match: \"x\"\r\n"),
        ("GET /page.txt", "If-Match: \"x\"\r\n"),
        (
            "GET /page.txt",
            "If-Match: \"x\"\r\nAccept-Language: ru\r\n",
        ),
        (
            "GET /page.txt",
            "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n",
        ),
        (
            "GET /page.txt",
            "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n",
        ),
        ("GET /large.bin", "Range: bytes=10-200009\r\n"),
        ("GET /large.bin", "Range: bytes=-7\r\n"),
        ("HEAD /large.bin", "Range: bytes=0-9\r\n"),
        ("GET /large.bin", "Range: bytes=99999999-\r\n"),
        (
            "GET /large.bin",
            "Range: bytes=99999999-\r\nAccept-Language: ru\r\n",
        ),
        ("GET /page.txt", "Range: bytes=0-0\r\nIf-Range: \"x\"\r\n"),
    ]
    .iter()
    .map(|(line, fields)| request(line, fields))
    .collect();
    // With a body that nobody reads, and something behind it.
    requests.push(format!("GET /page.txt HTTP/1.1\r\nHost: a\r\n{BODY}"));
    requests.push(format!("POST /page.txt HTTP/1.1\r\nHost: a\r\n{BODY}"));
    requests.push(request("GET /page.txt", ""));
    requests
}

#[test]
fn a_folder_is_served_and_journalled_alike() {
    let folder = folder(&[
        ("page.txt", "hi"),
        ("empty.txt", ""),
        (".hidden", "secret"),
        ("docs/index.html", "<p>hi"),
    ]);
    large_file(&folder.path().join("large.bin"), 1 << 20);
    let requests = of_a_folder();
    alike(|| {
        let told = told(Hello::start(&[], folder.path()), &requests);
        // The connection came and went, and then the server.
        assert_eq!(told.journal.len(), requests.len() + 3);
        told
    });
}

#[test]
fn the_built_in_site_is_served_and_journalled_alike() {
    let foreign = "Origin: http://evil.example\r\nAccept-Language: ru\r\n";
    let requests: Vec<String> = [
        ("GET /", ""),
        ("GET /?lang=ru", ""),
        ("HEAD /", ""),
        ("GET /style.css", ""),
        ("GET /favicon.ico", ""),
        ("GET /nothing", "Accept-Language: ru\r\n"),
        ("GET /connections", foreign),
        ("HEAD /connections", foreign),
        ("POST /", ""),
    ]
    .iter()
    .map(|(line, fields)| request(line, fields))
    .collect();
    alike(|| told(Launch::new().start(), &requests));
}

/// What is refused ends a connection of HTTP/1.1, so each has one of its own.
#[test]
fn refusals_say_the_same() {
    let (long, many) = ("a".repeat(9000), "x: y\r\n".repeat(200));
    let requests = [
        request("BREW /pot", ""),
        request("BREW /pot", "Accept-Language: ru\r\n"),
        request("GET *", ""),
        request("GET /%zz", "Accept-Language: ru\r\n"),
        request(&format!("GET /{long}"), ""),
        request("GET /", &many),
        request("GET /", "Expect: miracles\r\n"),
    ];
    let folder = folder(&[("index.html", "hi")]);
    alike(|| {
        let hello = Hello::start(&[], folder.path());
        let said = requests.iter().map(|request| {
            // The server may have heard enough before it has heard everything.
            let mut client = hello.connect();
            let _ = client.try_send(request);
            answer(request, &client.reply())
        });
        Told {
            answers: said.collect(),
            journal: Vec::new(),
        }
    });
}

#[test]
fn what_the_journal_says_of_connections_is_documented() {
    let document = repository::read("docs/protocols.md");
    let quoted: Vec<&str> = repository::quoted(&document).collect();
    for field in OF_THE_CONNECTION.iter().chain(&OF_THE_FRAMING) {
        assert!(
            quoted.contains(field),
            "docs/protocols.md does not say that `{field}` may differ"
        );
    }
}

/// How a file with tests runs them: the names of its lists, and whether there are tests beside them.
const WAYS: [(&str, &str); 5] = [
    ("\nover_every_protocol! {", "all four"),
    ("\nclaims! {", "all four"),
    ("\nof_http1_alone! {", "HTTP/1.1"),
    ("\nwith_tls! {", "TLS"),
    ("\n#[test]\n", "its own"),
];

#[test]
fn the_documents_say_which_tests_run_over_what() {
    let document = repository::read("docs/protocols.md");
    let mut expected = Vec::new();
    for text in repository::rust_files("tests/it") {
        let name = text.path.trim_start_matches("tests/it/");
        let mut ways: Vec<&str> = { WAYS.iter() }
            .filter(|(list, _)| text.content.contains(list))
            .map(|(_, way)| *way)
            .collect();
        ways.dedup();
        if !ways.is_empty() && !name.starts_with("harness/") {
            expected.push(format!("| `tests/it/{name}` | {} |", ways.join(", ")));
        }
    }
    let rows = document
        .lines()
        .filter(|line| line.starts_with("| `tests/it/"));
    let mut rows: Vec<&str> = rows.collect();
    for row in &expected {
        let place = rows.iter().position(|told| told.starts_with(&row[..]));
        let told = place.map(|place| rows.remove(place));
        let told = told.unwrap_or_else(|| panic!("docs/protocols.md lacks the row {row}, and why"));
        let reason = told[row.len()..].trim().trim_matches('|').trim();
        assert!(
            !reason.is_empty() || row.ends_with("| all four |"),
            "docs/protocols.md does not say why: {told}"
        );
    }
    assert_eq!(rows, Vec::<&str>::new(), "of files without tests");
}
