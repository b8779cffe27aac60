//! Every rule of HTTP/1.1 that a client can break, broken once against the whole server.

use hello_http1::Refusal;

use crate::harness::{Client, End, Hello};
use crate::offences::{Offence, offence};

/// The engine knows 65 ways to be offended; the server answers each with the engine's own status,
/// closes, and writes the engine's own name into the journal.
#[test]
fn every_broken_rule_is_answered_closed_and_named() {
    let impatient = ["--head-timeout", "100ms", "--body-timeout", "100ms"];
    let (patient, impatient) = (
        Hello::serving(&[("index.html", "hi")]),
        Hello::serving_with(&impatient, &[("index.html", "hi")]),
    );
    for refusal in Refusal::ALL {
        let offence = offence(refusal);
        let hello = match offence {
            Offence::Silence(_) => &impatient,
            Offence::Saying(_) | Offence::HangingUp(_) => &patient,
        };
        let mut client = hello.connect();
        let name = client.name();
        let hung_up = commit(&mut client, &offence);
        let statuses = statuses(client);
        let expected = refusal.status().as_u16();
        let ended = hello.end_of(&name);
        if hung_up {
            assert_eq!(ended.text("ending"), "left-mid-request", "{refusal}");
            continue;
        }
        assert_eq!(ended.text("refusal"), refusal.name());
        assert_eq!(ended.text("rfc"), refusal.rfc(), "{refusal}");
        let told = ended.has("status").then(|| ended.number("status"));
        match statuses[..] {
            // Broken in a body that nobody reads: the answer to the request had gone out.
            [405] if is_of_a_body(refusal) => assert_eq!(told, None, "{refusal}"),
            [status] => {
                assert_eq!(status, expected, "{refusal}");
                assert_eq!(told, Some(u64::from(expected)), "{refusal}");
            }
            _ => panic!("{refusal}: answered {statuses:?}"),
        }
    }
}

/// They are listed in the order a request meets them.
fn is_of_a_body(refusal: Refusal) -> bool {
    refusal as usize >= Refusal::ChunkLineTooLong as usize
}

fn commit(client: &mut Client, offence: &Offence) -> bool {
    match offence {
        Offence::Saying(bytes) => {
            // The server may have heard enough before it has heard everything.
            let _ = client.try_send(bytes);
            false
        }
        Offence::Silence(bytes) => {
            client.send(bytes);
            false
        }
        Offence::HangingUp(bytes) => {
            client.send(bytes);
            client.half_close();
            true
        }
    }
}

/// The statuses of everything the server says before it closes.
fn statuses(mut client: Client) -> Vec<u16> {
    let (said, end) = client.rest();
    assert_eq!(end, End::Closed, "the client sees the answer");
    let said = String::from_utf8(said).unwrap();
    { said.lines() }
        .filter_map(|line| line.strip_prefix("HTTP/1.1 "))
        .map(|line| line[..3].parse().unwrap())
        .collect()
}
