//! The program as its users see it: the real binary, real sockets, literal bytes in and out.
//!
//! Law: no test sleeps or measures time, and none names a port. `harness/` starts the program and
//! reads its journal; every other file holds the claims about one area.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails, and says where"
)]
#![allow(
    unreachable_pub,
    reason = "a test binary is reached by nobody: `pub` says what the harness offers"
)]

mod access;
mod access_log;
mod alike;
mod client_limits;
mod compress;
mod config;
mod config_keys;
mod control;
mod crowd;
mod crowds;
mod deadlines;
mod errors;
mod explain;
mod files;
mod full_screen;
mod guide;
mod harness;
mod house;
mod http2;
mod layout;
mod limits;
mod limits_page;
mod listening;
mod live;
mod metrics;
mod output;
mod program;
mod protocol;
mod reach;
mod refusals;
mod repository;
mod resets;
mod running;
mod seccomp;
mod service;
mod settings;
mod site;
mod sites;
mod spec;
mod stopping;
mod terminal;
mod texts;
mod tls;
mod tls_policy;
mod tracing;
mod trial;
mod trust;
mod why;

#[path = "../../crates/hello-http1/tests/it/offences.rs"]
mod offences;
