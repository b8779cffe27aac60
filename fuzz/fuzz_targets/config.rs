//! See `hello_fuzz::config::file`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hello_fuzz::config::file::check(bytes));
