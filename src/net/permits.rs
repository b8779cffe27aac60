//! How many connections there may be at once.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A number of places; each connection holds one.
#[derive(Clone)]
pub struct Permits {
    places: Arc<Semaphore>,
    limit: usize,
}

/// One place; dropping it gives it back.
pub struct Permit {
    _place: OwnedSemaphorePermit,
}

impl Permits {
    /// This many places.
    pub fn new(limit: usize) -> Self {
        let limit = limit.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(limit)),
            limit,
        }
    }

    /// All places there are.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Places that are free now.
    pub fn free(&self) -> usize {
        self.places.available_permits()
    }

    /// A place, if one is free.
    pub fn try_take(&self) -> Option<Permit> {
        let place = self.places.clone().try_acquire_owned().ok()?;
        Some(Permit { _place: place })
    }

    /// A place, as soon as one is free.
    pub async fn take(&self) -> Permit {
        let place = self.places.clone().acquire_owned().await;
        Permit {
            _place: place.expect("the semaphore is never closed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_place_given_back_is_free_again() {
        let permits = Permits::new(1);
        let permit = permits.try_take().unwrap();
        assert!(permits.try_take().is_none());
        drop(permit);
        permits.take().await;
        assert!(permits.try_take().is_some());
    }

    #[test]
    fn there_is_always_at_least_one_place() {
        assert_eq!(Permits::new(0).limit(), 1);
    }
}
