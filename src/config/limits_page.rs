//! Makes the table of `docs/limits.md` from the table of limits and compares the two.

use super::limits::{LIMITS, Limit};
use crate::config::golden;
use crate::i18n::{Language, text};

const PAGE: &str = include_str!("../../docs/limits.md");
const START: &str =
    "<!-- the table is made of src/config/limits.rs: UPDATE_GOLDEN=1 cargo test -->\n";
const END: &str = "<!-- end of the table -->\n";

#[test]
fn the_page_of_limits_tells_what_the_program_does() {
    let (before, rest) = PAGE.split_once(START).expect("the page has the start mark");
    let (_, after) = rest.split_once(END).expect("the page has the end mark");
    golden::check(
        "docs/limits.md",
        &format!("{before}{START}{}{END}{after}", table()),
    );
}

fn table() -> String {
    let mut table = String::from(
        "| limit | default | from … to | what it bounds | reason | at the limit |\n\
         |---|--:|---|---|---|---|\n",
    );
    table.extend(LIMITS.iter().map(row));
    table
}

fn row(limit: &Limit) -> String {
    let option = limit.option;
    let say = |end: &str| text(Language::English, &format!("limit-{option}{end}"));
    format!(
        "| `--{option}` | {} | {} … {} | {} | {} | {} |\n",
        limit.default_value().unwrap_or_else(|| "–".to_owned()),
        limit.least(),
        limit.most(),
        say(""),
        say("-reason"),
        say("-consequence"),
    )
}
