//! Tells what happens on standard output and standard error: to a person in lines, to a program in
//! objects.
//!
//! - `printer`: a thread that reads the journal and writes, whatever becomes of the output.
//! - `terminal/`: events as lines; `json`: events as objects. Both pure.
//! - `lasting`: which answers take so long that it is worth a word.
//! - `screen`: whether there is a window, and how wide it is.
//!
//! Law: whoever does not read holds up this thread and nobody else. The first words and the last
//! are told from here too; what each line looks like is in `terminal/mod.rs`.

mod json;
mod lasting;
mod printer;
mod restraint;
mod screen;
mod terminal;

pub use printer::{Format, Printer, Style};
pub use restraint::Restraint;
pub use screen::Colours;
pub use terminal::{Besides, Lines, Mounted, Opening, Page, Shared, all_errors, last_lines};
