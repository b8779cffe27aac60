//! See `hello_fuzz::net::proxy_protocol`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hello_fuzz::net::proxy_protocol::check(bytes));
