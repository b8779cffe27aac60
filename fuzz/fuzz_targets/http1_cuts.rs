//! See `hello_fuzz::http1::cuts`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hello_fuzz::http1::cuts::check(bytes));
