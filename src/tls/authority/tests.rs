//! What is made, what it vouches for, and what is refused.

use std::fs::{self, Permissions};
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{ServerName, UnixTime};
use tempfile::TempDir;

use super::leaf::Names;
use super::*;
use crate::clock;
use crate::tasks;
use crate::tls::identity::Identity;
use crate::tls::limits::LEAF_LIFETIME;

fn folder() -> (TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("share/hello");
    (place, folder)
}

fn authority() -> Authority {
    let (_place, folder) = folder();
    Authority::in_folder(&folder, clock::wall()).unwrap()
}

fn names(names: &[&str], addresses: &[&str]) -> Names {
    Names {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        addresses: { addresses.iter() }
            .map(|address| address.parse::<IpAddr>().unwrap())
            .collect(),
    }
}

/// What a client says that believes in this authority and looks for this name.
fn verdict(
    authority: &Authority,
    leaf: &Identity,
    name: &str,
    now: SystemTime,
) -> Result<(), rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.der.clone()).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider);
    let verifier = verifier.build().unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let now = UnixTime::since_unix_epoch(since);
    let end = &leaf.key.cert[0];
    verifier
        .verify_server_cert(end, &[], &name, &[], now)
        .map(drop)
}

#[test]
fn who_believes_in_it_accepts_what_it_issues_for_as_long_as_it_says() {
    let (authority, now) = (authority(), clock::wall());
    let wanted = names(
        &["localhost", "app.test"],
        &["127.0.0.1", "::1", "192.168.1.5"],
    );
    let (leaf, until) = authority.issue(&wanted, now).unwrap();
    for name in ["localhost", "app.test", "127.0.0.1", "::1", "192.168.1.5"] {
        assert_eq!(verdict(&authority, &leaf, name, now), Ok(()), "{name}");
    }
    let second = Duration::from_secs(1);
    let ends = [now - CLOCKS_APART - second * 2, until + second * 2];
    for outside in ends {
        assert!(verdict(&authority, &leaf, "localhost", outside).is_err());
    }
    assert!(verdict(&authority, &leaf, "other.test", now).is_err());
    // Browsers refuse what is valid for longer.
    assert!(CLOCKS_APART + LEAF_LIFETIME < Duration::from_hours(24 * 90));
}

#[test]
fn whatever_it_is_made_to_sign_for_somebody_else_is_refused() {
    let (authority, now) = (authority(), clock::wall());
    for (name, others) in [
        ("example.com", names(&["example.com"], &[])),
        // One name of somebody else spoils the rest.
        ("localhost", names(&["localhost", "bank.example"], &[])),
        ("8.8.8.8", names(&[], &["8.8.8.8"])),
        ("2001:db8::1", names(&[], &["2001:db8::1"])),
    ] {
        let (leaf, _) = authority.issue(&others, now).unwrap();
        let refused = verdict(&authority, &leaf, name, now).unwrap_err();
        assert!(
            format!("{refused:?}").contains("NameConstraint"),
            "{refused:?}"
        );
        // So it is not made to.
        let permitted = authority.permitted(others);
        assert!(!permitted.names.contains(name) || name == "localhost");
        assert!(permitted.addresses.is_empty());
    }
}

#[test]
fn its_certificate_says_what_it_is_and_what_it_may() {
    let authority = authority();
    let read = Certificate::from_der(&authority.der).unwrap();
    let content = read.tbs_certificate();
    let (critical, basic) = content
        .get_extension::<x509_cert::ext::pkix::BasicConstraints>()
        .unwrap()
        .unwrap();
    assert!(critical && basic.ca && basic.path_len_constraint == Some(0));
    assert_eq!(Scope::of_certificate(&read), Some(authority.scope.clone()));
    let card = authority.card();
    assert_eq!(card.name, format!("hello local authority {}", card.tag));
    assert_eq!(card.tag.len(), TAG_LETTERS);
    assert!(!card.pem.contains("PRIVATE"), "the key stays here");
    assert!(!format!("{card:?}").contains("PRIVATE"));
}

#[test]
fn it_is_made_once_and_kept_for_its_owner_alone() {
    let (_place, folder) = folder();
    let now = clock::wall();
    assert!(Authority::find(&folder, now).unwrap().is_none());
    Authority::try_out(&folder, now).unwrap();
    assert!(!folder.exists(), "a try leaves nothing behind");
    let first = Authority::in_folder(&folder, now).unwrap();
    let again = Authority::in_folder(&folder, now).unwrap();
    assert_eq!(first.card(), again.card());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join(KEY_FILE)), 0o600);
    let shown = folder.join(store::CERTIFICATE_FILE);
    assert_eq!(fs::read_to_string(&shown).unwrap(), first.card().pem);
    fs::remove_file(&shown).unwrap();
    Authority::in_folder(&folder, now).unwrap();
    assert_eq!(
        fs::read_to_string(&shown).unwrap(),
        first.card().pem,
        "it is there again"
    );
    let left: Vec<_> = fs::read_dir(&folder).unwrap().flatten().collect();
    assert_eq!(left.len(), 2, "{left:?}");
    let gone = Authority::forget(&folder).unwrap();
    assert_eq!(
        gone,
        [folder.join(store::CERTIFICATE_FILE), folder.join(KEY_FILE)]
    );
    assert!(!folder.exists());
    assert!(Authority::forget(&folder).unwrap().is_empty());
}

#[test]
fn of_many_who_make_one_at_once_all_have_the_same() {
    const COUNT: usize = 8;
    let (_place, folder) = folder();
    let ready = Arc::new(std::sync::Barrier::new(COUNT));
    let (tell, told) = std::sync::mpsc::channel();
    for _ in 0..COUNT {
        let (folder, ready, tell) = (folder.clone(), ready.clone(), tell.clone());
        tasks::thread("maker", move || {
            ready.wait();
            let made = Authority::in_folder(&folder, clock::wall()).unwrap();
            tell.send(made.card()).unwrap();
        })
        .unwrap();
    }
    drop(tell);
    let mut cards: Vec<AuthorityCard> = told.iter().collect();
    assert_eq!(cards.len(), COUNT);
    cards.dedup();
    assert_eq!(cards.len(), 1);
    assert_eq!(
        fs::read_dir(&folder).unwrap().count(),
        2,
        "no drafts are left"
    );
}

#[test]
fn what_others_could_have_touched_is_refused() {
    let (_place, folder) = folder();
    let now = clock::wall();
    Authority::in_folder(&folder, now).unwrap();
    let key = folder.join(KEY_FILE);
    for (path, open, closed) in [(&key, 0o640, 0o600), (&folder, 0o777, 0o700)] {
        fs::set_permissions(path, Permissions::from_mode(open)).unwrap();
        let refused = Authority::in_folder(&folder, now).err().unwrap();
        assert_eq!((refused.key(), &refused.path), ("authority-exposed", path));
        fs::set_permissions(path, Permissions::from_mode(closed)).unwrap();
        Authority::in_folder(&folder, now).unwrap();
    }
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(&key, Some(65534), None).unwrap();
        let refused = Authority::in_folder(&folder, now).err().unwrap();
        assert_eq!(refused.key(), "authority-foreign");
    }
}

#[test]
fn what_is_no_authority_of_ours_is_refused() {
    let (_place, folder) = folder();
    let now = clock::wall();
    Authority::in_folder(&folder, now).unwrap();
    let key = folder.join(KEY_FILE);
    let good = fs::read_to_string(&key).unwrap();
    let other = pem_of_new(now).unwrap();
    let (own_key, _) = good.split_at(good.find(BEGIN_CERTIFICATE).unwrap());
    let (_, other_certificate) = other.split_at(other.find(BEGIN_CERTIFICATE).unwrap());
    let unbounded = {
        let pair = KeyPair::generate().unwrap();
        let certificate = params("hello local authority 0")
            .self_signed(&pair)
            .unwrap();
        pair.serialize_pem() + &certificate.pem()
    };
    for broken in [
        "",
        own_key,
        &good[..good.len() / 2],
        &format!("{own_key}{other_certificate}"),
        // It could vouch for everybody.
        &unbounded,
    ] {
        fs::write(&key, broken).unwrap();
        let refused = Authority::in_folder(&folder, now).err().unwrap();
        assert_eq!(refused.key(), "authority-broken", "{broken}");
    }
    fs::write(&key, good).unwrap();
    let late = now + AUTHORITY_LIFETIME + Duration::from_hours(1);
    let refused = Authority::in_folder(&folder, late).err().unwrap();
    assert_eq!(refused.key(), "authority-expired");
}

#[test]
fn a_place_that_cannot_be_written_is_said() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("file");
    fs::write(&file, "").unwrap();
    let refused = Authority::in_folder(&file.join("hello"), clock::wall())
        .err()
        .unwrap();
    assert!(refused.key().starts_with("authority-un"), "{refused:?}");
    assert!(refused.system().is_some());
}

#[test]
fn a_certificate_is_made_anew_in_time_and_when_a_name_is_learned() {
    let now = clock::wall();
    let (local, first) = Local::begin(authority(), now).unwrap();
    let anew = |now| {
        let mut made = None;
        local.anew(now, |identity| made = Some(identity));
        made
    };
    let learn = |name: &str, now| {
        let mut made = None;
        local.learn(name, now, |identity| made = Some(identity));
        made
    };
    assert!(first.names.contains("localhost"));
    assert!(anew(now).is_none(), "it is fresh");
    let later = now + LEAF_LIFETIME * 2 / 3 + Duration::from_secs(1);
    let second = anew(later).unwrap();
    assert_ne!(first.key.cert, second.key.cert);
    assert!(anew(later).is_none());
    // As if the machine had come into another network.
    local.forget_addresses();
    assert!(anew(later).is_some() && anew(later).is_none());
    let learned = learn("Shop.localhost", later).unwrap();
    assert!(learned.names.contains("shop.localhost"));
    assert!(learn("shop.localhost", later).is_none(), "it is known");
    for stranger in ["example.com", "nas.local", "a_b.test", "localhost"] {
        assert!(learn(stranger, later).is_none(), "{stranger}");
    }
    for number in 0..100 {
        learn(&format!("{number}.test"), later);
    }
    assert!(
        learn("one-more.test", later).is_none(),
        "there is an end to it"
    );
    let kept = anew(later + LEAF_LIFETIME).unwrap();
    assert!(kept.names.contains("shop.localhost"));
}
