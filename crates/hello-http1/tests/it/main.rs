//! The engine as its driver sees it: dialogues, cuts, goldens and the ledger.

#![expect(
    unreachable_pub,
    reason = "the checks of `fuzz/` are public there and private here"
)]

mod answers;
mod corpus;
mod cuts;
mod deadlines;
mod dialogues;
mod ledger;
mod offences;
mod refusals;
mod state_table;
mod wire;
