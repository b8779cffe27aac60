//! See `hello_fuzz::site::forwarded`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hello_fuzz::site::forwarded::check(bytes));
