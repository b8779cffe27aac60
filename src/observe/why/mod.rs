//! Why clients do what they do: what is known of what they ask for, and what is likely.
//!
//! - `probes`: the one table of paths that browsers, tools and scanners ask every server for.
//! - `label`: the labels, each with the facts that say so.
//! - `likely`: from facts to a label; pure.
//! - `memory`: what is remembered of the last connections; `machine`: whose they are.
//! - `labeller`: hears the journal and answers the label of each event.
//!
//! Law: a label never says more than its facts. What each of them needs, and what it could be
//! instead, stands in `docs/why.md`.

mod label;
mod labeller;
mod likely;
mod machine;
mod memory;
mod probes;

pub use label::{Cause, Families, Left, Sign, Why};
pub use labeller::{Label, Labeller, Tally};
pub use machine::Machine;
pub use probes::{BuiltInAnswer, Probe, probe_of};
