//! Another hello that has what we wanted: what it serves, from its own command line.

use std::path::{Component, Path, PathBuf};

use super::arguments::{self, Command};
use super::environment::Environment;
use crate::config::file::NoDisk;
use crate::config::{Mount, Serve};
use crate::server::diagnose::Holder;

/// What a process serves, with the path from the top. `None` if it is not hello, or its command
/// line is not one that we understand.
pub(super) fn served_by(holder: &Holder) -> Option<Serve> {
    if !holder.is_hello {
        return None;
    }
    let words = holder.words.iter().skip(1).cloned();
    let Ok(Command::Serve(settings)) = arguments::parse(words, &Environment::default(), &NoDisk)
    else {
        return None;
    };
    Some(match settings.site.serve {
        own @ (Serve::Nothing | Serve::BuiltIn | Serve::Authority(_)) => own,
        Serve::Path(path) => Serve::Path(from_the_top(holder, &path)),
        Serve::Mounts(mounts) => {
            let from_the_top = |mount: Mount| Mount {
                path: from_the_top(holder, &mount.path),
                ..mount
            };
            Serve::Mounts(mounts.into_iter().map(from_the_top).collect())
        }
    })
}

fn from_the_top(holder: &Holder, path: &Path) -> PathBuf {
    let folder = holder.folder.as_deref();
    let path = folder.map_or(path.to_owned(), |folder| folder.join(path));
    let parts = path.components().filter(|part| *part != Component::CurDir);
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::diagnose::Place;

    fn holder(line: &str) -> Holder {
        Holder {
            pid: 12,
            name: "hello".to_owned(),
            words: line.split(' ').map(Into::into).collect(),
            folder: Some("/srv/web".into()),
            user: "me".to_owned(),
            is_our_user: true,
            place: Place::Plain,
            is_hello: true,
        }
    }

    #[test]
    fn a_neighbour_is_understood_by_its_own_words() {
        let path = |text: &str| Some(Serve::Path(text.into()));
        for (line, served) in [
            ("hello", Some(Serve::BuiltIn)),
            ("hello ./dist --listen 8080", path("/srv/web/dist")),
            ("/usr/bin/hello -q --listen 8080 .", path("/srv/web")),
            ("hello /var/www", path("/var/www")),
            ("hello --frobnicate", None),
            ("hello doctor", None),
        ] {
            assert_eq!(served_by(&holder(line)), served, "{line}");
        }
        let mounts = served_by(&holder("hello ./site docs=./docs")).unwrap();
        assert_eq!(
            mounts.as_typed().unwrap(),
            "/srv/web/site docs=/srv/web/docs"
        );
        let other = Holder {
            is_hello: false,
            ..holder("hello dist")
        };
        assert_eq!(served_by(&other), None);
    }
}
