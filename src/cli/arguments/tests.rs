//! What command lines mean, and what is said of those that mean nothing.

use std::fmt::Write as _;
use std::os::unix::ffi::OsStringExt;
use std::time::Duration;

use super::*;
use crate::config::file::NoDisk;
use crate::config::{
    AccessEntry, AccessSettings, ClientField, ControlSettings, ListFolders, LogFormat, Network,
    ProxySettings, Realm, Serve, golden,
};
use crate::control::client::Whom;

fn parse_in(line: &str, language: Option<Language>) -> Result<Settings, Stop> {
    let words = line.split_whitespace().map(|word| match word {
        "''" => OsString::new(),
        word => OsString::from(word),
    });
    let environment = Environment {
        language,
        ..Environment::default()
    };
    match parse(words, &environment, &NoDisk)? {
        Command::Serve(settings) | Command::Doctor { settings, .. } => Ok(*settings),
        Command::Trust(order) => panic!("{order:?}"),
        Command::Config(effective) => Ok(effective.settings),
        Command::Check(wish) => panic!("{wish:?}"),
        Command::Compress(wish) => panic!("{wish:?}"),
        Command::HashPassword(wish) => panic!("{wish:?}"),
        Command::Sign(wish) => panic!("{wish:?}"),
        Command::Explain(wish) => Ok(*wish.settings),
        Command::Ask(question) => panic!("{question:?}"),
    }
}

fn settings_of(line: &str) -> Settings {
    parse_in(line, None).unwrap()
}

#[test]
fn without_a_word_the_built_in_site_is_served_on_loopback() {
    let settings = settings_of("");
    assert_eq!(settings.site.serve, Serve::BuiltIn);
    assert_eq!(settings.listen[0].to_string(), "127.0.0.1:7878");
    assert_eq!(settings.drain_timeout, Duration::from_secs(30));
    assert_eq!(settings.output, OutputSettings::in_language(None));
    assert_eq!(settings.connections.max, None);
}

#[test]
fn questions_for_a_running_server_are_understood() {
    let question = |line: &str| match parse(
        line.split(' ').map(OsString::from),
        &Environment::default(),
        &NoDisk,
    ) {
        Ok(Command::Ask(question)) => *question,
        other => panic!("{other:?}"),
    };
    let close = |connection, now| Asked::Close { connection, now };
    for (line, what) in [
        ("status", Asked::Status),
        ("connections", Asked::Connections),
        ("connections --follow", Asked::Follow),
        ("close 12", close(12, false)),
        ("close #12 --now", close(12, true)),
        (
            "trace /api/* 10.0.0.7 --for 1m",
            Asked::Trace {
                what: vec!["/api/*".to_owned(), "10.0.0.7".to_owned()],
                time: Some(std::time::Duration::from_mins(1)),
            },
        ),
        ("reload", Asked::Reload),
        ("--lang ru top", Asked::Top),
    ] {
        let asked = question(line);
        assert_eq!((asked.what, asked.whom), (what, Whom::TheOne), "{line}");
        assert!(!asked.is_for_programs);
    }
    let named = question("connections --json --control 4242");
    assert!(named.is_for_programs);
    assert_eq!(named.whom, Whom::Process(4242));
    let named = question("top --control ./4242");
    assert_eq!(named.whom, Whom::At("./4242".into()));
    let Err(stop) = parse(
        ["close", "--help"].map(OsString::from),
        &Environment::default(),
        &NoDisk,
    ) else {
        panic!("it is a question");
    };
    assert!(stop.text.starts_with("hello close: has a running server"));
}

#[test]
fn a_server_can_be_asked_unless_it_is_told_otherwise() {
    let control = |line| settings_of(line).control;
    assert!(matches!(control("./dist"), ControlSettings::InFolders(_)));
    assert_eq!(control("./dist --control off"), ControlSettings::Off);
    let path = "/run/hello/web.sock";
    assert_eq!(
        control("--control /run/hello/web.sock"),
        ControlSettings::At(path.into())
    );
}

#[test]
fn folders_are_listed_where_only_this_machine_can_ask() {
    use ListFolders::{ToEverybody, ToNobody, ToThisMachine};
    for (line, lists) in [
        ("", ToThisMachine),
        ("./dist", ToThisMachine),
        (
            "./dist --listen localhost --listen [::1]:8080",
            ToThisMachine,
        ),
        ("./dist --listen unix:/run/hello.sock", ToThisMachine),
        ("./dist --listen 127.0.0.2:80", ToThisMachine),
        ("./dist --listen 0.0.0.0:80", ToNobody),
        ("./dist --listen [::]:80", ToNobody),
        ("./dist --listen 192.0.2.1:80", ToNobody),
        ("./dist --listen example.lan:80", ToNobody),
        (
            "./dist --listen 127.0.0.1:80 --listen 192.0.2.1:80",
            ToNobody,
        ),
        ("./dist --listen 0.0.0.0:80 --list", ToEverybody),
        ("./dist --no-list", ToNobody),
        ("./dist --share --no-list", ToNobody),
    ] {
        assert_eq!(settings_of(line).site.files.list_folders, lists, "{line}");
    }
}

#[test]
fn a_port_beside_share_is_that_of_every_network() {
    for (line, listen) in [
        ("--share", "0.0.0.0:7878, [::]:7878"),
        ("./dist --share --listen 8602", "0.0.0.0:8602, [::]:8602"),
        ("--listen :8602 --share", "0.0.0.0:8602, [::]:8602"),
    ] {
        let listens = settings_of(line).listen;
        let listens: Vec<String> = listens.iter().map(ToString::to_string).collect();
        assert_eq!(listens, [listen], "{line}");
    }
    let two = settings_of("--share --listen 80 --listen 81").listen;
    assert_eq!(two, [80, 81].map(ListenAddress::EveryNetwork));
}

#[test]
fn a_path_may_begin_with_any_dash_if_it_says_so() {
    for path in ["./—https", "—page", "./dist/–x"] {
        assert_eq!(settings_of(path).site.serve, Serve::Path(path.into()));
    }
}

#[test]
fn every_word_finds_its_setting() {
    let settings = settings_of(
        "./dist --answer-probes --no-compression --https --listen localhost --listen 8080 --quiet --tui --log json --lang ru --color never \
         --head-timeout 250ms --max-connections 64 --memory-bytes-max=8m \
         --cert a.pem --key b.pem --key d.pem --cert c.pem",
    );
    let pairs: Vec<_> = { settings.tls.certificates.iter() }
        .map(|pair| (pair.certificate.to_str(), pair.key.to_str()))
        .collect();
    let expected = [("a.pem", "b.pem"), ("c.pem", "d.pem")];
    assert_eq!(pairs, expected.map(|(a, b)| (Some(a), Some(b))));
    assert_eq!(settings.site.serve, Serve::Path("./dist".into()));
    let listen: Vec<String> = settings.listen.iter().map(ToString::to_string).collect();
    assert_eq!(listen, ["localhost:7878", "127.0.0.1:8080"]);
    assert!(settings.site.answer_probes && !settings_of("").site.answer_probes);
    assert!(!settings.site.files.compression && settings_of("").site.files.compression);
    assert_eq!(settings.tls.authority, Some("/var/lib/hello".into()));
    assert_eq!(
        settings.tls.local_authority(),
        None,
        "certificates count first"
    );
    assert!(settings_of("--https").tls.local_authority().is_some());
    assert!(settings.output.quiet && settings.output.full_screen);
    assert_eq!(settings.output.format, LogFormat::Json);
    assert_eq!(settings.output.colour, Colour::Never);
    assert_eq!(settings.output.language, Some(Language::Russian));
    assert_eq!(settings.http1.head_timeout, Duration::from_millis(250));
    assert_eq!(settings.connections.max, Some(64));
    assert_eq!(settings.site.files.memory_bytes_max, 8 << 20);
}

#[test]
fn options_may_stand_before_the_path_and_after_two_hyphens_all_is_path() {
    assert_eq!(
        settings_of("-q dist").site.serve,
        Serve::Path("dist".into())
    );
    assert_eq!(
        settings_of("-- --quiet").site.serve,
        Serve::Path("--quiet".into())
    );
    assert_eq!(settings_of("-").site.serve, Serve::Path("-".into()));
}

#[test]
fn a_path_need_not_be_text() {
    let path = OsString::from_vec(b"/srv/\xff".to_vec());
    let parsed = parse([path.clone()], &Environment::default(), &NoDisk);
    let Command::Serve(settings) = parsed.unwrap() else {
        panic!("no command was given");
    };
    assert_eq!(settings.site.serve, Serve::Path(path.into()));
}

#[test]
fn a_value_that_is_no_text_is_refused_as_a_value() {
    let words = [
        "--head-timeout".into(),
        OsString::from_vec(b"10\xffs".to_vec()),
    ];
    let stop = parse(words, &Environment::default(), &NoDisk).unwrap_err();
    assert!(
        stop.text.contains("`--head-timeout 10\u{fffd}s`"),
        "{}",
        stop.text
    );
}

#[test]
fn the_option_decides_the_language_and_else_the_locale() {
    let (english, russian) = (Some(Language::English), Some(Language::Russian));
    for (line, locale, language, greeting) in [
        ("", None, None, Language::Russian),
        ("", english, english, Language::English),
        ("", russian, russian, Language::Russian),
        ("--lang en", None, english, Language::English),
        ("--lang=en", russian, english, Language::English),
        ("--lang ru", english, russian, Language::Russian),
        ("--lang ru-RU", english, russian, Language::Russian),
        ("-- --lang=ru", english, english, Language::English),
    ] {
        let output = parse_in(line, locale).unwrap().output;
        assert_eq!(output.language, language, "{line}");
        assert_eq!(output.greeting_language, greeting, "{line}");
    }
}

#[test]
fn colours_are_as_the_surroundings_say_unless_the_option_says_otherwise() {
    let environment = Environment {
        colour: Colour::Never,
        columns: Some(120),
        ..Environment::default()
    };
    for (line, colour) in [
        ("", Colour::Never),
        ("--color=always", Colour::Always),
        ("--color auto", Colour::Auto),
    ] {
        let words = line.split_whitespace().map(OsString::from);
        let Ok(Command::Serve(settings)) = parse(words, &environment, &NoDisk) else {
            panic!("{line} is to serve");
        };
        assert_eq!(settings.output.colour, colour, "{line}");
        assert_eq!(settings.output.columns, Some(120));
    }
}

#[test]
fn trust_is_told_what_to_do() {
    let order = |line: &str| {
        let words = line.split_whitespace().map(OsString::from);
        match parse(words, &Environment::default(), &NoDisk) {
            Ok(Command::Trust(order)) => Ok(*order),
            Ok(other) => panic!("{other:?}"),
            Err(stop) => Err(stop.text),
        }
    };
    for (line, wish) in [
        ("trust", TrustWish::Trust),
        ("--lang ru trust --remove", TrustWish::Remove),
        ("trust --phone --listen 10.0.0.1:80", TrustWish::Phone),
    ] {
        let order = order(line).unwrap();
        assert_eq!(order.what, wish, "{line}");
        assert_eq!(order.listen.is_some(), line.contains("--listen"));
    }
    for (line, key) in [
        ("trust me", "extra-word"),
        ("trust --remove --phone", "extra-word"),
        ("trust --quiet", "unknown-option"),
        ("trust --phone --listen a:b", "bad-port"),
    ] {
        let told = order(line).unwrap_err();
        assert!(told.ends_with(&format!("`hello help {key}`")), "{told}");
    }
}

#[test]
fn a_question_is_answered_on_standard_output_in_the_language_asked_for() {
    let page = |command| command_pages::page_of(Language::English, command).unwrap();
    for (line, text) in [
        ("--help", help(Language::English)),
        ("-h", help(Language::English)),
        ("--help --lang ru", help(Language::Russian)),
        ("--head-timeout 10 --help", help(Language::English)),
        ("--help --frobnicate", help(Language::English)),
        ("--lang=ru dist -h --quiet", help(Language::Russian)),
        ("doctor --help", page("doctor")),
        ("help doctor", page("doctor")),
        ("compress -h", page("compress")),
        ("help compress", page("compress")),
        ("explain --help", page("explain")),
        ("help explain", page("explain")),
        ("trust --remove --help", page("trust")),
        ("help trust", page("trust")),
        ("man -h", help(Language::English)),
        (
            "--version",
            concat!("hello ", env!("CARGO_PKG_VERSION")).to_owned(),
        ),
        (
            "-V",
            concat!("hello ", env!("CARGO_PKG_VERSION")).to_owned(),
        ),
    ] {
        assert_eq!(
            parse_in(line, None).unwrap_err(),
            Stop::answering(text),
            "{line}"
        );
    }
}

#[test]
fn a_command_is_the_first_word_and_a_folder_of_that_name_has_a_path() {
    let command = |line: &str| {
        let words = line.split_whitespace().map(OsString::from);
        parse(words, &Environment::default(), &NoDisk)
    };
    for (line, path) in [
        ("./help", "./help"),
        ("-- help", "help"),
        ("-q man", "man"),
        ("--log json doctor", "doctor"),
        ("doctors", "doctors"),
    ] {
        let Ok(Command::Serve(settings)) = command(line) else {
            panic!("{line} is no command");
        };
        assert_eq!(settings.site.serve, Serve::Path(path.into()), "{line}");
    }
    for line in [
        "doctor ./dist -q",
        "--lang ru doctor ./dist",
        "--lang=ru doctor ./dist",
    ] {
        let Ok(Command::Doctor { settings, asked }) = command(line) else {
            panic!("{line} is a command");
        };
        assert_eq!(asked, line.replace("doctor ", ""));
        assert_eq!(settings.site.serve, Serve::Path("./dist".into()), "{line}");
    }
    let Ok(Command::Doctor { settings, .. }) = command("doctor ./dist docs=./docs") else {
        panic!("it is a command");
    };
    assert_eq!(
        settings.site.serve.as_typed().unwrap(),
        "./dist docs=./docs"
    );
    for line in ["help --listen", "help --head-timeout --lang en"] {
        assert_eq!(command(line).unwrap_err().exit_code, 0, "{line}");
    }
    for line in [
        "help",
        "--lang ru help",
        "help --lang ru",
        "man",
        "completions fish",
    ] {
        let stop = command(line).unwrap_err();
        assert!(stop.to_stdout && stop.exit_code == 0, "{line}");
        let is_russian = stop.text.contains("У каждой ошибки");
        assert_eq!(is_russian, line.contains("ru"), "{line}");
    }
}

/// One line for each way to go wrong, and for those that look alike.
const MISTAKES: [&str; 176] = [
    "--access-log-format json",
    "--access-log-keep 3",
    "--access-log - --log json",
    "--access-log - --tui",
    "--access-log a --access-log-format combned",
    "--access-log a --access-log-format {remote_addr}",
    "--access-log a --access-log-format {weather}",
    "--access-log a --access-log-format {status",
    "--access-log a --access-log-status 6xx",
    "--access-log a --access-log-path api",
    "--access-log a --access-log-slow 5",
    "--access-log a --access-log-compression bzip2",
    "--access-log a --access-log-size-max 1",
    "--access-log a --access-log-keep 2000",
    "--metrics http://127.0.0.1:9180/metrics",
    "--drain-delay 2h",
    "trace",
    "trace api",
    "trace /a --for 25h",
    "trace /a /b /c /d /e /f /g /h /i",
    "close",
    "close seven",
    "check --against-traffic --last many",
    "check --against-traffic hello.toml",
    "check --last 5",
    "--watch",
    "close 7 8",
    "status now",
    "status --follow",
    "top --json",
    "--control --quiet",
    "--lisen 8080",
    "--LANG ru",
    "--Head-Timeout=5s",
    "--port 8080",
    "-p 8080",
    "-p8080",
    "-l 8080",
    "--frobnicate",
    "-x",
    "-dist",
    "-qx",
    "--listen",
    "--listen --quiet",
    "--listen=",
    "--head-timeout",
    "--head-timeout ''",
    "--max-connections",
    "--log",
    "--quiet=yes",
    "--quiet --quiet",
    "--lang ru --lang en",
    "--head-timeout 1s --head-timeout 2s",
    "one two",
    "one docs=two three",
    "''",
    "docs=",
    "=./docs",
    "a/../b=./docs",
    "docs=./a docs/=./b",
    "./site /=./other",
    "--share --listen 127.0.0.1:8080",
    "--share --listen 8080 --listen localhost",
    "--share --listen 8080 --listen :8080",
    "./dist --list --no-list",
    "--spa",
    "--live --https",
    "--no-list",
    "--index home.html",
    "serve ./dist",
    "run docs=./docs ./dist --quiet",
    "—https",
    "./dist –listen=8080",
    "--qr --tui",
    "--qr --log json",
    "--head-timeout 10",
    "--head-timeout 1.5s",
    "--head-timeout -5s",
    "--head-timeout soon",
    "--idle-timeout 0s",
    "--idle-timeout 48h",
    "--head-bytes-max big",
    "--head-bytes-max 64KB",
    "--head-bytes-max 512",
    "--head-bytes-max 1MiB",
    "--body-rate-min slow",
    "--body-rate-min 0",
    "--fields-max many",
    "--fields-max 101",
    "--max-connections many",
    "--max-connections 0",
    "--target-bytes-max 32KiB",
    "--memory-file-bytes-max 1MiB --memory-bytes-max 512KiB",
    "--log xml",
    "--lang de",
    "--color sometimes",
    "--listen *:80",
    "--listen 127.0.0.300:80",
    "--listen unix:",
    "--listen 127.0.0.1:http",
    "--listen 127.0.0.1:65536",
    "--listen localhost:",
    "--listen ::1:8080",
    "--listen http://localhost:8080/",
    "--listen /run/hello.sock",
    "--listen unix:/srv/a/path/that/is/longer/than/the/hundred/and/seven/bytes/\
     which/the/kernel/takes/for/the/path/of/a/socket.sock",
    "--listen 8080 --listen localhost:8080",
    "--listen 127.0.0.1:80\u{1b}[2J",
    "--cert a.pem",
    "--key a.pem --cert b.pem --key c.pem",
    "--cert --key a.pem",
    "--cert a.pem --key b.pem --hsts 180",
    "--cert a.pem --key b.pem --tls-min 1.1",
    "--cert a.pem --key b.pem --client-cert required",
    "--redirect-http 8080",
    "--index a/b.html",
    "--links outside",
    "--type glb",
    "--type a.b=text/plain",
    "--next-prot",
    "help prot-in-use",
    "help port-taken",
    "help limit",
    "help open-files",
    "help nonsense",
    "help port-in-use twice",
    "help --frobnicate",
    "trust --phonw",
    "trust --quiet",
    "trust --remove --phone",
    "compress --dry-rum",
    "compress one two",
    "compress",
    "--allow 10.0.0.0/33",
    "--deny 10.1.2.3/8",
    "--trusted-proxy proxy.example",
    "--users a --realm Zoë",
    "--realm Staff",
    "--proxy-protocol",
    "--trusted-proxy ::1 --client-field x-real-ip",
    "--users a --users b",
    "hash-password a:b",
    "hash-password a b",
    "sign",
    "sign /a.pdf",
    "sign a.pdf --link-key k",
    "sign https:///a.pdf --link-key k",
    "sign /a.pdf --link-key k --for 60",
    "sign /a.pdf --link-key k --link-key l",
    "explain",
    "explain ftp://example.com/ ./dist",
    "explain http://пример.рф/ ./dist",
    "explain / ./dist --method",
    "explain / ./dist --method a/b",
    "explain / ./dist --header nothing",
    "explain / ./dist --from example.com",
    "explain / ./dist --jsonn",
    "completions",
    "completions powershell",
    "man hello",
    "./dist --set serve=\".\"",
    "./dist --set spa=true --set spa=false",
    "--listen 80 --set listen=81",
    "--set",
    "--set ''",
    "--set canonical-host=example.com",
    "--set head-timeout=\"5s\"",
    "--set include=\"a.toml\"",
    "--set lisen=8080",
    "--set rule=3",
    "--set rule={path=\"/a\"}",
    "--set site={host=\"a\"} --set include=\"b\"",
    "--set spa=true",
    "--set errors.404=\"/a\" --set errors.404=\"/b\"",
    "--set limits.head-timeout=5",
    "check --against-traffic --set live=true",
];

#[test]
fn who_may_come_in_is_as_it_was_said() {
    let settings = settings_of(
        "--users u --realm Staff --allow 10.0.0.0/8 --allow unix --deny ::1 --link-key a \
         --link-key b --trusted-proxy 10.0.0.1 --client-field Forwarded --proxy-protocol",
    );
    let network = |text| Network::read("allow", text).unwrap();
    let entry = AccessEntry {
        path: None,
        users: Some("u".into()),
        realm: Realm::read("Staff").unwrap(),
        allow: vec![network("10.0.0.0/8"), Network::Unix],
        deny: vec![network("::1")],
        link_keys: vec!["a".into(), "b".into()],
        ..AccessEntry::default()
    };
    assert_eq!(settings.site.access.entries, [entry]);
    let proxies = ProxySettings {
        trusted: vec![network("10.0.0.1")],
        client_field: ClientField::Forwarded,
        speaks_proxy_protocol: true,
    };
    assert_eq!(settings.proxies, proxies);
    assert_eq!(settings_of("").site.access, AccessSettings::default());
}

/// How keys of the catalogues begin; a text that is missing is shown by its key.
const INTERNAL: [&str; 6] = ["option-", "command-", "page-", "limit-", "error-", "hint-"];

#[test]
fn every_mistake_is_explained_in_both_languages() {
    let mut page = String::new();
    for line in MISTAKES {
        writeln!(page, "$ hello {}", line.replace('\u{1b}', "<ESC>")).unwrap();
        for language in Language::ALL {
            let stop = parse_in(line, Some(language)).unwrap_err();
            writeln!(page, "{}", stop.text).unwrap();
            assert_eq!((stop.to_stdout, stop.exit_code), (false, 2), "{line}");
            for word in stop.text.split([' ', '\n', '`', '«', '»']) {
                let is_internal = INTERNAL.iter().any(|begin| word.starts_with(begin));
                let is_topic = topics::keys().any(|key| key == word);
                assert!(!is_internal || is_topic, "{line}: {word}");
            }
        }
        page.push('\n');
    }
    golden::check("tests/golden/option-errors.txt", &page);
}
