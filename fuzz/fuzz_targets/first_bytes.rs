//! See `hello_fuzz::server::first_bytes`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hello_fuzz::server::first_bytes::check(bytes));
