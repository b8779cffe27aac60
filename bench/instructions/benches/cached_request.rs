//! Instructions of a cached request, and of its entry in the journal.
//!
//! `cargo bench` in `bench/instructions`; needs valgrind and gungraun-runner. Each is done a thousand
//! times: divide by a thousand. The first times cost more than the others, and that is not asked.

use std::hint::black_box;

use gungraun::{library_benchmark, library_benchmark_group, main};
use hello_instructions::House;

const TIMES: usize = 1000;

#[library_benchmark]
#[bench::a_thousand(House::warm())]
fn exchange(mut house: House) -> House {
    for _ in 0..TIMES {
        black_box(&mut house).exchange();
    }
    house
}

#[library_benchmark]
#[bench::a_thousand(House::warm())]
fn journal_entry(mut house: House) -> House {
    for _ in 0..TIMES {
        black_box(&mut house).journalled(200);
    }
    house
}

library_benchmark_group!(
    name = cached_request,
    benchmarks = [exchange, journal_entry]
);
main!(library_benchmark_groups = cached_request);
