//! See `hello_fuzz::http1::target`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hello_fuzz::http1::target::check(bytes));
