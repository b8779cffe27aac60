//! Builds the rooms from settings; starts, drains and stops.

mod assemble;
mod error;
mod face;
pub mod limits;
mod listeners;
mod run;

pub use error::StartError;
pub use run::run;
