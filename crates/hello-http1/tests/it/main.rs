//! The engine as its driver sees it: dialogues, cuts, goldens and the ledger.

mod dialogues;
mod wire;
