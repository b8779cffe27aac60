//! Who has asked how often: a table of a size that is known before the first request.
//!
//! Law: it never grows, and nobody is refused for lack of room in it. A client may stand in one of two
//! buckets, in whichever fewer others count. Who has all of his budget back is forgotten without a
//! loss, for he is as good as a stranger. Where nobody in either bucket is, the one goes who is nearest
//! to it: so clients who ask once push out each other, never one who has spent his budget. And where
//! all have spent theirs, a stranger passes without being remembered, and is counted: to be refused by
//! this table, one has to have asked.
//!
//! What it would take to get that far is in `docs/limits.md`. Where somebody stands cannot be told from
//! outside: the sums are seeded anew for each process.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::quota::{Quota, Verdict};

/// Parts that are locked alone. Reason: workers seldom want the same one.
const SHARDS: usize = 64;

/// Clients in a bucket. Reason: a line of the processor's cache.
const WAYS: usize = 4;

/// A client: the sum of what he is known by, and when all of his budget is back. No sum is zero.
#[derive(Clone, Copy, Default)]
struct Entry {
    sum: u64,
    full_at: u64,
}

#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Bucket([Entry; WAYS]);

/// The clients of one limit.
pub(super) struct Table {
    shards: Box<[Mutex<Box<[Bucket]>>]>,
    clients: usize,
    buckets_per_shard: usize,
    /// Requests that passed because nobody could be forgotten.
    unremembered: AtomicU64,
    /// Whether that was told.
    is_told: AtomicBool,
}

/// Where in a shard an entry is: bucket and way.
type Spot = (usize, usize);

impl Table {
    /// A table of so many clients, a few more at most.
    pub(super) fn of(clients: usize) -> Self {
        let buckets_per_shard = clients.div_ceil(SHARDS * WAYS).max(1);
        // Zeros: the system gives memory for what is touched, and not before.
        let shard = |_| Mutex::new(vec![Bucket::default(); buckets_per_shard].into_boxed_slice());
        Self {
            shards: (0..SHARDS).map(shard).collect(),
            clients,
            buckets_per_shard,
            unremembered: AtomicU64::new(0),
            is_told: AtomicBool::new(false),
        }
    }

    /// How many clients it was made for.
    pub(super) fn clients(&self) -> usize {
        self.clients
    }

    /// What would become of a client's next request. Changes nothing.
    pub(super) fn judge(&self, sum: u64, quota: Quota, now: u64) -> Verdict {
        self.with(sum, |place, buckets| {
            let full_at = place
                .find(buckets)
                .map_or(0, |(bucket, way)| buckets[bucket].0[way].full_at);
            quota.judge(full_at, now).0
        })
    }

    /// A client asks: what becomes of it, and that is counted.
    pub(super) fn take(&self, sum: u64, quota: Quota, now: u64) -> Verdict {
        self.with(sum, |place, buckets| {
            if let Some((bucket, way)) = place.find(buckets) {
                let entry = &mut buckets[bucket].0[way];
                let (verdict, full_at) = quota.judge(entry.full_at, now);
                entry.full_at = full_at;
                return verdict;
            }
            let (verdict, full_at) = quota.judge(0, now);
            match place.room(buckets, quota, now) {
                Some((bucket, way)) => {
                    let sum = place.sum;
                    buckets[bucket].0[way] = Entry { sum, full_at };
                }
                None => {
                    self.unremembered.fetch_add(1, Ordering::Relaxed);
                }
            }
            verdict
        })
    }

    /// From here on another quota holds: nobody owes more than all of its budget.
    pub(super) fn forgive(&self, quota: Quota, now: u64) {
        for shard in &self.shards {
            let mut buckets = shard.lock().unwrap_or_else(PoisonError::into_inner);
            for entry in buckets.iter_mut().flat_map(|bucket| &mut bucket.0) {
                entry.full_at = entry.full_at.min(quota.deepest(now));
            }
        }
    }

    /// Requests that passed because nobody could be forgotten.
    pub(super) fn unremembered(&self) -> u64 {
        self.unremembered.load(Ordering::Relaxed)
    }

    /// Whether it is to be told that there are such requests: once.
    pub(super) fn is_to_be_told(&self) -> bool {
        self.unremembered() > 0 && !self.is_told.swap(true, Ordering::Relaxed)
    }

    /// Bytes it holds, from its beginning to its end.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        let shard =
            size_of::<Mutex<Box<[Bucket]>>>() + self.buckets_per_shard * size_of::<Bucket>();
        size_of::<Self>() + self.shards.len() * shard
    }

    fn with<T>(&self, hash: u64, work: impl FnOnce(Place, &mut [Bucket]) -> T) -> T {
        let count = self.buckets_per_shard;
        // Three numbers of one sum: the shard by its last bits, the buckets by its first and its middle.
        let shard = usize::try_from(hash % SHARDS as u64).unwrap_or(0);
        let bucket = |bits: u64| {
            let part = (bits & u64::from(u32::MAX)) * count as u64;
            usize::try_from(part >> 32).unwrap_or(0)
        };
        let (first, second) = (bucket(hash >> 32), bucket(hash >> 6));
        let place = Place {
            sum: hash.max(1),
            buckets: [first, second],
        };
        let mut buckets = self.shards[shard]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        work(place, &mut buckets)
    }
}

/// Where a client may stand.
struct Place {
    sum: u64,
    buckets: [usize; 2],
}

impl Place {
    /// Where he stands.
    fn find(&self, buckets: &[Bucket]) -> Option<Spot> {
        self.buckets.into_iter().find_map(|bucket| {
            let is_he = |entry: &Entry| entry.sum == self.sum;
            let way = buckets[bucket].0.iter().position(is_he)?;
            Some((bucket, way))
        })
    }

    /// Where there is room for him, if there is some to be made.
    fn room(&self, buckets: &[Bucket], quota: Quota, now: u64) -> Option<Spot> {
        let counts = |bucket: usize| {
            let counts = |entry: &&Entry| entry.full_at > now;
            buckets[bucket].0.iter().filter(counts).count()
        };
        let [first, second] = self.buckets;
        let bucket = if counts(second) < counts(first) {
            second
        } else {
            first
        };
        if counts(bucket) < WAYS {
            return nearest_to_full(buckets, [bucket]).map(|(spot, _)| spot);
        }
        let (spot, full_at) = nearest_to_full(buckets, self.buckets)?;
        (!quota.is_spent(full_at, now)).then_some(spot)
    }
}

/// Who of these buckets has all of his budget back first, and when.
fn nearest_to_full(buckets: &[Bucket], of: impl IntoIterator<Item = usize>) -> Option<(Spot, u64)> {
    let spots = of.into_iter().flat_map(|bucket| {
        let entries = buckets[bucket].0.iter().enumerate();
        entries.map(move |(way, entry)| ((bucket, way), entry.full_at))
    });
    spots.min_by_key(|(_, full_at)| *full_at)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use std::hash::{BuildHasher, Hash, RandomState};
    use std::sync::LazyLock;

    use super::*;
    use crate::config::ClientLimit;

    fn sum_of(client: &impl Hash) -> u64 {
        static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::new);
        HASHER.hash_one(client)
    }

    fn quota(text: &str) -> Quota {
        let limit = ClientLimit::read("rate-limit", "a", text).unwrap();
        Quota::of(limit.rate.unwrap(), limit.burst)
    }

    fn passes(verdict: Verdict) -> bool {
        matches!(verdict, Verdict::Pass { .. })
    }

    /// As long as there is room, it is a map from clients to moments.
    #[test]
    fn it_does_what_a_map_would() {
        let (table, quota) = (Table::of(1 << 12), quota("5/s,burst=3"));
        let mut map: HashMap<u64, u64> = HashMap::new();
        let (mut state, mut tick_ms) = (1_u64, 1000);
        for _ in 0..50_000 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let client = (state >> 33) % 300;
            tick_ms += (state >> 50) % 7;
            let now = Quota::moment(tick_ms);
            let full_at = map.entry(client).or_default();
            let (expected, then) = quota.judge(*full_at, now);
            assert_eq!(
                table.judge(sum_of(&client), quota, now),
                expected,
                "looking"
            );
            assert_eq!(table.take(sum_of(&client), quota, now), expected, "taking");
            *full_at = then;
        }
        assert_eq!(table.unremembered(), 0);
    }

    #[test]
    fn to_look_changes_nothing() {
        let (table, quota) = (Table::of(64), quota("1/h,burst=2"));
        for _ in 0..10 {
            assert_eq!(
                table.judge(sum_of(&"a"), quota, 0),
                Verdict::Pass { left: 1 }
            );
        }
    }

    /// One client has spent his budget, another asks within his; a million others ask, each once or
    /// twice. Neither does the first get his budget back, nor is the second refused, nor anybody who
    /// has not asked before; and not one byte more is held.
    #[test]
    fn a_million_addresses_change_nothing_for_the_others_and_hold_no_more() {
        let quota = quota("60/h,burst=5");
        let table = Table::of(1 << 12);
        let held = table.bytes();
        assert_eq!(held, 4096 * 16 + 64 * 24 + size_of::<Table>());
        let mut tick_ms = 1000;
        let spent = "spent";
        for _ in 0..5 {
            assert!(passes(table.take(
                sum_of(&spent),
                quota,
                Quota::moment(tick_ms)
            )));
        }
        for address in 0..1_000_000_u32 {
            let now = Quota::moment(tick_ms);
            assert!(
                passes(table.take(sum_of(&address), quota, now)),
                "{address} is new"
            );
            if address % 3 == 0 {
                table.take(sum_of(&address), quota, now);
            }
            if address % 1000 == 0 {
                let verdict = table.take(sum_of(&spent), quota, now);
                assert!(!passes(verdict), "after {address} others: {verdict:?}");
            }
            if address % 100_000 == 0 {
                // Once in a minute is what he may.
                tick_ms += 60_000;
                assert!(passes(table.take(
                    sum_of(&"honest"),
                    quota,
                    Quota::moment(tick_ms)
                )));
                assert!(
                    passes(table.take(sum_of(&spent), quota, Quota::moment(tick_ms))),
                    "his minute"
                );
            }
        }
        assert_eq!(table.bytes(), held);
        assert_eq!(table.unremembered(), 0);
    }

    /// Everybody the table has room for has spent his budget: strangers pass, nobody who is refused is
    /// forgotten, and it is counted.
    #[test]
    fn in_a_table_of_spent_budgets_strangers_pass_and_are_counted() {
        let quota = quota("1/h,burst=1");
        let table = Table::of(256);
        let now = Quota::moment(1);
        for client in 0..20_000_u32 {
            assert!(
                passes(table.take(sum_of(&client), quota, now)),
                "{client} is new"
            );
        }
        assert!(table.unremembered() > 19_000);
        let refused =
            (0..20_000_u32).filter(|client| !passes(table.judge(sum_of(client), quota, now)));
        assert_eq!(
            refused.count(),
            256,
            "who was remembered is refused all the same"
        );
    }

    #[test]
    fn it_is_filled_before_anybody_is_forgotten() {
        let quota = quota("1/h,burst=10");
        let table = Table::of(1 << 12);
        let now = Quota::moment(1);
        for client in 0..3_000_u32 {
            table.take(sum_of(&client), quota, now);
        }
        let known =
            |client: &u32| table.judge(sum_of(client), quota, now) == Verdict::Pass { left: 8 };
        let known = (0..3_000_u32).filter(known).count();
        assert!(known > 2_900, "{known} of 3000, in 4096 places");
    }

    #[test]
    fn threads_that_ask_for_one_client_get_no_more_than_his_budget() {
        let (table, quota) = (Table::of(64), quota("1/d,burst=1000"));
        let pass = || {
            (0..1000)
                .filter(|_| passes(table.take(sum_of(&"a"), quota, 1)))
                .count()
        };
        let passed: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(pass)).collect();
            { threads.into_iter() }
                .map(|thread| thread.join().unwrap())
                .sum()
        });
        assert_eq!(passed, 1000);
    }
}
