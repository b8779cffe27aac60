//! Finds out why the system said no: who has the port, which folder is closed, what is limited.
//!
//! Law: asked only after something went wrong, and by `hello doctor`; never while serving. Nothing
//! is asked over the network, nothing is changed, and every answer may be missing: a system that
//! hides something makes the sentence shorter, not wrong. What is read comes through `../source.rs`;
//! what it means is found by pure functions, tested on sample texts.

mod address;
mod holder;
mod kernel;
mod mount;
mod path;
mod process;
mod right;
mod socket;
mod user;

pub use crate::server::limits::SIMILAR_MAX;
use crate::server::source;

pub use address::{local_addresses, names_like};
pub use holder::{
    Holder, Occupant, Place, of_path as occupant_of_path, of_port as occupant_of_port,
};
pub use kernel::{Feature, missing_features};
pub use path::{Barrier, Closed, Missing, closed, missing, unreadable_entries};
pub use right::{PortRight, Remedy, port_right};
pub use user::{Whoami, user_name, whoami};

/// Names like one that was typed, the likeliest first.
pub fn alike(typed: &str, names: &[&str]) -> Vec<String> {
    let mut alike: Vec<(f64, &str)> = { names.iter() }
        .map(|name| (likeness(typed, name), *name))
        .filter(|(likeness, _)| *likeness >= ALIKE_FROM)
        .collect();
    alike.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    { alike.into_iter().take(SIMILAR_MAX) }
        .map(|(_, name)| name.to_owned())
        .collect()
}

/// How alike two names are spelt, from 0 to 1; capitals do not matter.
pub fn likeness(typed: &str, name: &str) -> f64 {
    strsim::jaro_winkler(&typed.to_lowercase(), &name.to_lowercase())
}

/// How alike two names are, from 0 to 1, to be taken for each other. Reason: one letter wrong or
/// two exchanged in a name of four.
const ALIKE_FROM: f64 = 0.85;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognised_and_no_more() {
        let names = ["dist", "docs", "src", "assets"];
        assert_eq!(alike("dits", &names), ["dist"]);
        assert_eq!(alike("DIST", &names), ["dist"]);
        assert_eq!(alike("doc", &names), ["docs"]);
        assert_eq!(alike("asets", &names), ["assets"]);
        assert!(alike("public", &names).is_empty());
        assert!(alike("", &names).is_empty());
    }
}
