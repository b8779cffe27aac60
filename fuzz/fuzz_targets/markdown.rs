//! See `hello_fuzz::site::markdown`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hello_fuzz::site::markdown::check(bytes));
