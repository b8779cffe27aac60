//! Signs links: what `hello sign` does.

use std::path::Path;
use std::time::Duration;

use super::AccessError;
use crate::clock;
use crate::site::LinkKey;

/// A path and what follows its question mark, with a signature that is good for so long from now on.
pub fn sign(
    path: &str,
    query: Option<&str>,
    time: Duration,
    key_file: &Path,
) -> Result<String, AccessError> {
    let key = LinkKey::in_file(key_file)?;
    Ok(key.sign(path, query, clock::wall() + time))
}
