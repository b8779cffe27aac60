//! See `hello_fuzz::site::range`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hello_fuzz::site::range::check(bytes));
