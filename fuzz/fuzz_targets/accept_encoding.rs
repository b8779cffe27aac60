//! See `hello_fuzz::site::accept_encoding`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hello_fuzz::site::accept_encoding::check(bytes));
