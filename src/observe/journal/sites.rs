//! Numbers of sites: a site has the same one for as long as the process lives, however its settings change.
//!
//! Law: a number is never another site's later, so what was counted for one stays its own. Names come from
//! the operator, never from a client.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What sites are called together that have no number of their own.
pub const OTHER_SITES: &str = "other";

/// The number of those.
pub(super) const OTHER_SITE: u16 = u16::MAX;

/// The numbers that were given out.
#[derive(Default)]
pub struct SiteNumbers(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// By number.
    names: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u16>,
}

impl SiteNumbers {
    /// The number of the site of this name, the next one if it has none. Whoever comes when all are given
    /// out, or is called so, is one of the others.
    pub fn of(&self, name: &str) -> u16 {
        let Known { names, numbers } = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = numbers.get(name) {
            return *number;
        }
        let next = u16::try_from(names.len()).unwrap_or(OTHER_SITE);
        if name == OTHER_SITES || next == OTHER_SITE {
            return OTHER_SITE;
        }
        let name: Arc<str> = name.into();
        names.push(name.clone());
        numbers.insert(name, next);
        next
    }

    /// What sites are called, by their numbers.
    pub fn names(&self) -> Vec<Arc<str>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.names.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_one_sites_for_good() {
        let sites = SiteNumbers::default();
        assert_eq!((sites.of("default"), sites.of("a.example")), (0, 1));
        assert_eq!((sites.of("b.example"), sites.of("a.example")), (2, 1));
        assert_eq!(sites.of(OTHER_SITES), OTHER_SITE);
        let names = sites.names();
        assert_eq!(
            names.iter().map(|name| &**name).collect::<Vec<_>>(),
            ["default", "a.example", "b.example"]
        );
    }

    #[test]
    fn who_finds_no_number_is_one_of_the_others() {
        let sites = SiteNumbers::default();
        for number in 0..OTHER_SITE {
            assert_eq!(sites.of(&number.to_string()), number);
        }
        assert_eq!(sites.of("late"), OTHER_SITE);
        assert_eq!(sites.names().len(), usize::from(OTHER_SITE));
        assert_eq!(sites.of("7"), 7);
    }
}
