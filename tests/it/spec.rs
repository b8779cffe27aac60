//! What the documents say is enforced and tested, is.
//!
//! The engine holds its own ledger of RFC 9112 (`docs/spec.md`) against its own code; here every
//! document is held against all of it.

use crate::repository::{self, Text};

/// `file.rs::function`, in any document: the function has not been renamed.
#[test]
fn every_function_the_documents_name_exists() {
    let known = repository::functions();
    for Text { path, content } in repository::documents() {
        for name in repository::quoted(&content) {
            let Some((file, function)) = name.split_once(".rs::") else {
                continue;
            };
            let function = function.trim_end_matches("()");
            let is_type = function.starts_with(|c: char| c.is_ascii_uppercase());
            assert!(
                is_type || known.contains(function),
                "{path} names `{name}`, and no function is called so: rename it here too ({file}.rs)"
            );
        }
    }
}
