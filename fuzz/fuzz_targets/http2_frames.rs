//! See `hello_fuzz::http2::frames`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hello_fuzz::http2::frames::check(bytes));
