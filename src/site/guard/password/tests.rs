//! Asked as a site asks: what is judged at once, what is hashed, and how often.

use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::Method;

use super::*;
use crate::exchange::{Peer, Scheme};
use crate::site::limits::{GUESSES_MAX, HASHES_MAX, HASHES_WAITING_MAX};

/// A file of users, and who guards what is theirs.
struct Guarded {
    folder: tempfile::TempDir,
    passwords: Passwords,
    hashing: Arc<Hashing>,
}

/// `never`: the file is looked at once.
const NEVER: Duration = Duration::from_hours(1000);

impl Guarded {
    fn with(users: &[(&str, &str)], look_again_after: Duration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("users");
        write_users(&path, users);
        let file = Followed::begin(&path, 1 << 20, look_again_after, Verified::read);
        let hashing = Arc::new(Hashing::new());
        let counted = (Arc::new(Guesses::new()), hashing.clone());
        let journal = Arc::new(Journal::new(1));
        let passwords =
            Passwords::new(Arc::new(file.unwrap()), &Realm::default(), counted, journal);
        Self {
            folder,
            passwords: passwords.unwrap(),
            hashing,
        }
    }

    fn write(&self, users: &[(&str, &str)]) {
        write_users(&self.folder.path().join("users"), users);
    }

    fn judge(&self, credentials: &str) -> Judged {
        with_request(credentials, 1, |request| self.passwords.judge(request))
    }

    /// What comes of it, with all the waiting.
    async fn outcome(&self, credentials: &str, from: u8) -> Option<Reason> {
        let value = basic(credentials);
        let fields = vec![("authorization", value.as_bytes())];
        let peer = peer(from);
        let request = request(&fields, &peer);
        match self.passwords.judge(&request) {
            Judged::Passed => None,
            Judged::Denied(denial) => Some(denial.reason),
            Judged::MustWait => {
                let denied = self.passwords.wait(&request).await;
                denied.map(|denial| denial.reason)
            }
        }
    }
}

fn with_request<T>(credentials: &str, from: u8, ask: impl FnOnce(&Request<'_>) -> T) -> T {
    let value = basic(credentials);
    let fields = vec![("authorization", value.as_bytes())];
    ask(&request(&fields, &peer(from)))
}

fn write_users(path: &Path, users: &[(&str, &str)]) {
    let line =
        |(name, password): &(&str, &str)| format!("{name}:{}\n", hashed(password, 8, 1).unwrap());
    let text: String = users.iter().map(line).collect();
    // As editors do: another file of that name.
    let new = path.with_extension("new");
    std::fs::File::create(&new)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| std::fs::rename(&new, path))
        .unwrap();
}

fn basic(credentials: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    format!("Basic {}", STANDARD.encode(credentials))
}

fn peer(last: u8) -> Peer {
    Peer::Tcp(([192, 0, 2, last], 4711).into())
}

fn request<'a>(fields: &'a Vec<(&str, &[u8])>, peer: &'a Peer) -> Request<'a> {
    Request {
        method: &Method::GET,
        scheme: Scheme::Http,
        path: b"/",
        query: None,
        authority: None,
        is_misdirected: false,
        proof: None,
        told_scheme: None,
        offer: None,
        fields,
        peer,
        body_bytes: None,
        tick_ms: clock::tick_ms(),
    }
}

#[tokio::test]
async fn who_has_a_password_comes_in_and_who_has_not_does_not() {
    let guarded = Guarded::with(&[("anna", "secret"), ("зоя", "пароль")], NEVER);
    assert_eq!(guarded.outcome("anna:secret", 1).await, None);
    assert_eq!(guarded.outcome("зоя:пароль", 1).await, None);
    for wrong in [
        "anna:Secret",
        "anna:",
        "anna:пароль",
        "eve:secret",
        ":secret",
    ] {
        let outcome = guarded.outcome(wrong, 1).await;
        assert_eq!(outcome, Some(Reason::PasswordWrong), "{wrong}");
    }
    let fields = Vec::new();
    let nobody = peer(1);
    let Judged::Denied(denial) = guarded.passwords.judge(&request(&fields, &nobody)) else {
        panic!("asked for a password")
    };
    assert_eq!(denial.reason, Reason::PasswordMissing);
    let challenge = denial.fields.get(&WWW_AUTHENTICATE).unwrap();
    assert_eq!(challenge, "Basic realm=\"hello\", charset=\"UTF-8\"");
}

#[tokio::test]
async fn a_password_that_was_right_is_not_hashed_again_until_the_file_changes() {
    let guarded = Guarded::with(&[("anna", "secret")], Duration::ZERO);
    assert_eq!(guarded.outcome("anna:secret", 1).await, None);
    let question = |credentials| {
        with_request(credentials, 1, |request| {
            matches!(
                guarded.passwords.judge_by_what_is_known(request),
                Known::Unknown(_)
            )
        })
    };
    assert!(!question("anna:secret"), "known");
    assert!(question("anna:secrets"), "another password");
    assert!(question("ann:asecret"), "another name");
    // Another hash of the same password: the file is another one, and nothing is known of it.
    guarded.write(&[("anna", "secret")]);
    guarded.passwords.users.look(&guarded.passwords.journal);
    assert!(question("anna:secret"));
    assert_eq!(guarded.outcome("anna:secret", 1).await, None);
    guarded.write(&[("anna", "other")]);
    let outcome = guarded.outcome("anna:secret", 1).await;
    assert_eq!(outcome, Some(Reason::PasswordWrong));
    assert_eq!(guarded.outcome("anna:other", 1).await, None);
}

#[tokio::test]
async fn a_file_that_cannot_be_used_leaves_things_as_they_were() {
    let guarded = Guarded::with(&[("anna", "secret")], Duration::ZERO);
    let path = guarded.folder.path().join("users");
    for broken in [&b"anna:{SHA}x"[..], b"anna", b"\xff:\xff"] {
        std::fs::write(&path, broken).unwrap();
        assert_eq!(guarded.outcome("anna:secret", 1).await, None);
    }
    std::fs::remove_file(&path).unwrap();
    assert_eq!(guarded.outcome("anna:secret", 1).await, None);
}

#[tokio::test]
async fn so_many_guesses_are_hashed_and_no_more_whether_they_come_one_by_one_or_at_once() {
    let guarded = Guarded::with(&[("anna", "secret")], NEVER);
    let guess = |number: u32| {
        let guarded = &guarded;
        async move {
            let name = if number.is_multiple_of(2) {
                "anna"
            } else {
                "eve"
            };
            guarded.outcome(&format!("{name}:{number}"), 1).await
        }
    };
    let mut works: Vec<_> = (0..3 * GUESSES_MAX)
        .map(|number| Box::pin(guess(number)))
        .collect();
    // All are asked before the first is found wrong.
    let mut outcomes = Vec::new();
    std::future::poll_fn(|cx| {
        works.retain_mut(|work| match work.as_mut().poll(cx) {
            std::task::Poll::Ready(outcome) => {
                outcomes.push(outcome);
                false
            }
            std::task::Poll::Pending => true,
        });
        if works.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    let count = |reason| {
        outcomes
            .iter()
            .filter(|outcome| **outcome == Some(reason))
            .count()
    };
    assert_eq!(count(Reason::PasswordWrong), GUESSES_MAX as usize);
    assert_eq!(count(Reason::TooManyGuesses), 2 * GUESSES_MAX as usize);
    // The right one is not looked at either, from there.
    let outcome = guarded.outcome("anna:secret", 1).await;
    assert_eq!(outcome, Some(Reason::TooManyGuesses));
    assert_eq!(guarded.outcome("anna:secret", 2).await, None);
    // Who was found right goes on, whatever others guess from the same address.
    assert_eq!(guarded.outcome("anna:secret", 1).await, None);
}

#[tokio::test]
async fn a_right_password_takes_no_guess() {
    let guarded = Guarded::with(&[("anna", "secret")], Duration::ZERO);
    for number in 0..3 * GUESSES_MAX {
        // A new file each time, so that each time it is hashed.
        guarded.write(&[("anna", "secret")]);
        guarded.passwords.users.look(&guarded.passwords.journal);
        assert_eq!(guarded.outcome("anna:secret", 1).await, None, "{number}");
    }
}

#[tokio::test]
async fn too_long_a_queue_is_told_and_counts_for_nothing() {
    let guarded = Guarded::with(&[("anna", "secret")], NEVER);
    let mut gates = Vec::new();
    let mut works = Vec::new();
    let begun = Arc::new(AtomicUsize::new(0));
    for _ in 0..HASHES_MAX + HASHES_WAITING_MAX {
        let (open, gate) = std::sync::mpsc::channel::<()>();
        gates.push(open);
        let begun = begun.clone();
        let mut work = Box::pin(guarded.hashing.run(move || {
            begun.fetch_add(1, Ordering::SeqCst);
            let _ = gate.recv();
        }));
        let cx = &mut std::task::Context::from_waker(std::task::Waker::noop());
        assert!(work.as_mut().poll(cx).is_pending());
        works.push(work);
    }
    for _ in 0..2 * GUESSES_MAX {
        let outcome = guarded.outcome("anna:secret", 1).await;
        assert_eq!(outcome, Some(Reason::PasswordsQueue));
    }
    drop(gates);
    for work in works {
        assert!(work.await.is_ok());
    }
    assert_eq!(
        begun.load(Ordering::SeqCst),
        HASHES_MAX + HASHES_WAITING_MAX
    );
    assert_eq!(guarded.outcome("anna:secret", 1).await, None);
}

#[test]
fn to_judge_is_pure() {
    let guarded = Guarded::with(&[("anna", "secret")], NEVER);
    for _ in 0..3 * GUESSES_MAX {
        assert!(matches!(guarded.judge("anna:wrong"), Judged::MustWait));
    }
}

#[test]
fn a_realm_is_quoted() {
    let realm = Realm::read("a \"b\" \\ c").unwrap();
    let challenge = challenge(&realm).unwrap();
    assert_eq!(challenge, r#"Basic realm="a \"b\" \\ c", charset="UTF-8""#);
}

#[test]
fn what_is_written_for_a_password_is_read_again_and_is_as_costly_as_it_should_be() {
    let hash = hash_password("secret").unwrap();
    assert!(
        hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{hash}"
    );
    let users = Users::read(format!("anna:{hash}").as_bytes()).unwrap();
    assert!(users.is_right(0, "secret"));
    assert!(!users.is_right(0, "secrets"));
    assert_ne!(hash_password("secret").unwrap(), hash, "salted");
}
