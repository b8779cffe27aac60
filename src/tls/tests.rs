//! Certificates made for the occasion.

use super::*;
