//! See `hello_fuzz::http1::chunked`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hello_fuzz::http1::chunked::check(bytes));
