//! See `hello_fuzz::config::pattern`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hello_fuzz::config::pattern::check(bytes));
