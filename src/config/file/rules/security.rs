//! `[security]`: what browsers may do with the pages.

use serde_json::json;

use super::super::table::{Form, Key, Table};
use super::super::values::value;
use crate::config::routing::Security;

pub(super) static SECURITY: Table<Security> = Table {
    name: "security",
    keys: &[
        policy::<0>("no-referrer"),
        policy::<1>("camera=(), microphone=()"),
        policy::<2>("default-src 'self'"),
        policy::<3>("'none'"),
        policy::<4>("same-origin-allow-popups"),
        policy::<5>("require-corp"),
        policy::<6>("same-site"),
    ],
};

const fn policy<const N: usize>(example: &'static str) -> Key<Security> {
    Key::text(
        Security::NAMES[N],
        Form::Text,
        example,
        |security| {
            let is_own = security.values[N].is_some();
            json!(Some(security.said(N)).filter(|said| is_own || !said.is_empty()))
        },
        |security, word| {
            value(Security::NAMES[N], word.text)?;
            word.text
                .clone_into(security.values[N].get_or_insert_default());
            Ok(())
        },
    )
}
