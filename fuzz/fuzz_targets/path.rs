//! See `hello_fuzz::site::path`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hello_fuzz::site::path::check(bytes));
