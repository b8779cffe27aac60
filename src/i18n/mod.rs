//! Every sentence a person reads, in every language (catalogues in `locales/`).
//!
//! Law: code names a key and gives arguments; the words, their order and their plurals are the
//! catalogue's. A test holds the languages against each other: same keys, same placeables.

mod catalogue;
mod language;
mod printing;

pub use catalogue::{Args, keys, text, text_with};
pub use language::Language;
pub use printing::prints;
