//! Every sentence a person reads, in every language (catalogues in `locales/`).
//!
//! What was not written by us and stands among them passes `showing.rs`.
//!
//! Law: code names a key and gives arguments; the words, their order and their plurals are the
//! catalogue's. A test holds the languages against each other: same keys, same placeables.

mod catalogue;
mod language;
mod showing;
mod system;

pub use catalogue::{Args, keys, text, text_with};
pub use language::Language;
pub use showing::{
    columns, is_plain, printable, printable_bytes, shell_word, shortened, show_target, shown,
    wrapped,
};
pub use system::{resolver_in_words, system_in_words};
