//! What the system says went wrong, in the person's language.
//!
//! Law: only what many people meet is translated; of the rest the system's own words are told, which
//! can be searched for.

use std::io::{self, ErrorKind};

use super::{Language, text};

/// The key of what people meet, if this is one of them.
fn key(error: &io::Error) -> Option<&'static str> {
    Some(match error.kind() {
        ErrorKind::NotFound => "system-not-found",
        ErrorKind::PermissionDenied => "system-permission-denied",
        ErrorKind::NotADirectory => "system-not-a-folder",
        ErrorKind::IsADirectory => "system-is-a-folder",
        ErrorKind::AddrInUse => "system-address-in-use",
        ErrorKind::AddrNotAvailable => "system-address-not-available",
        ErrorKind::ReadOnlyFilesystem => "system-read-only",
        ErrorKind::StorageFull => "system-storage-full",
        ErrorKind::QuotaExceeded => "system-quota-exceeded",
        ErrorKind::OutOfMemory => "system-out-of-memory",
        ErrorKind::BrokenPipe => "system-broken-pipe",
        _ => return None,
    })
}

/// What the system said, without the number that Rust adds for programs.
pub fn system_in_words(language: Language, error: &io::Error) -> String {
    let are_its_own = language == Language::English && error.raw_os_error().is_some();
    if let Some(key) = key(error).filter(|_| !are_its_own) {
        return text(language, key);
    }
    let said = error.to_string();
    let own = said
        .rsplit_once(" (os error ")
        .map(|(own, _)| own.to_owned());
    own.unwrap_or(said)
}

/// What the resolver said of a name, which reaches us as words alone.
pub fn resolver_in_words(language: Language, said: &str) -> String {
    let key = match said {
        "Name or service not known" => "system-name-not-known",
        "Temporary failure in name resolution" => "system-resolver-silent",
        "No address associated with hostname" => "system-name-without-address",
        _ => return said.to_owned(),
    };
    text(language, key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_people_meet_is_said_in_their_language() {
        for (number, english, russian) in [
            (2, "No such file or directory", "нет такого файла или папки"),
            (13, "Permission denied", "нет прав"),
            (1, "Operation not permitted", "нет прав"),
            (28, "No space left on device", "на диске не осталось места"),
            (5, "Input/output error", "Input/output error"),
        ] {
            let error = io::Error::from_raw_os_error(number);
            assert_eq!(system_in_words(Language::English, &error), english);
            assert_eq!(system_in_words(Language::Russian, &error), russian);
        }
        let without_number = io::Error::from(ErrorKind::NotFound);
        let told = system_in_words(Language::English, &without_number);
        assert_eq!(told, "No such file or directory");
    }

    #[test]
    fn every_key_has_its_words() {
        let kinds = [
            ErrorKind::NotFound,
            ErrorKind::PermissionDenied,
            ErrorKind::NotADirectory,
            ErrorKind::IsADirectory,
            ErrorKind::AddrInUse,
            ErrorKind::AddrNotAvailable,
            ErrorKind::ReadOnlyFilesystem,
            ErrorKind::StorageFull,
            ErrorKind::QuotaExceeded,
            ErrorKind::OutOfMemory,
            ErrorKind::BrokenPipe,
        ];
        let names = [
            "Name or service not known",
            "Temporary failure in name resolution",
            "No address associated with hostname",
        ];
        for language in Language::ALL {
            let told = kinds.map(|kind| system_in_words(language, &kind.into()));
            let resolved = names.map(|said| resolver_in_words(language, said));
            for said in told.iter().chain(&resolved) {
                assert!(!said.starts_with("system-"), "{said}");
            }
        }
    }
}
