//! What the loads of a session teach: hints that pages were worth.
//!
//! Heard from the journal alone: which page a connection asked for, and what it asked for right behind
//! it. What nearly every load of a page asks for could have been named in the page's answer.
//!
//! Law: bounded, and paid by whoever reads the journal. It says nothing that it has not seen often.

use std::collections::HashMap;
use std::time::Instant;

use crate::exchange::OWN_PATHS;
use crate::observe::events::{Batch, Event, Exchange, Method, Record};
use crate::observe::limits::{
    ADVICE_MAX, ADVISED_LOADS_MIN, LOAD_TIME, LOADED_PAGES_MAX, LOADED_PARTS_MAX, LOADS_MAX,
};

/// Listens for what could be better.
#[derive(Default)]
pub struct Adviser {
    pages: Vec<Page>,
    /// By connection: the page it asked for last.
    loads: HashMap<u64, Load>,
}

/// A hint that was worth giving: most loads of a page asked for this part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The page's target.
    pub page: String,
    /// The part's target.
    pub part: String,
    /// What it is for, as a link says it.
    pub purpose: &'static str,
    /// Loads that asked for it.
    pub asked: u32,
    /// All loads of the page.
    pub loads: u32,
}

impl Advice {
    /// The value of a `Link` field.
    pub fn link(&self) -> String {
        format!("<{}>; {}", self.part, self.purpose)
    }
}

struct Page {
    target: Box<[u8]>,
    loads: u32,
    parts: Vec<Part>,
}

struct Part {
    target: Box<[u8]>,
    asked: u32,
}

/// A page that is being loaded.
struct Load {
    page: usize,
    begun: Instant,
    /// The parts that it has asked for, a bit each.
    asked: u32,
}

/// Parts are counted in the bits of [`Load::asked`].
const _: () = assert!(LOADED_PARTS_MAX <= 32);

impl Adviser {
    /// Hears one event, in the order of the journal.
    pub fn hear(&mut self, record: &Record, batch: &Batch) {
        match record.event {
            Event::Answered { exchange } => {
                let target = batch.text_at(exchange.target);
                self.answered(record, &exchange, target);
            }
            Event::Ended { .. } => {
                self.loads.remove(&record.connection);
            }
            _ => {}
        }
    }

    /// The hints that were worth most, the surest first.
    pub fn advice(&self) -> Vec<Advice> {
        let mut all: Vec<Advice> = { self.pages.iter() }
            .filter(|page| page.loads >= ADVISED_LOADS_MIN)
            .flat_map(|page| page.parts.iter().filter_map(|part| advice(page, part)))
            .collect();
        all.sort_by_key(|advice| std::cmp::Reverse(advice.asked));
        all.truncate(ADVICE_MAX);
        all
    }

    fn answered(&mut self, record: &Record, exchange: &Exchange, target: &[u8]) {
        if exchange.method != Method::Get || !matches!(exchange.status, 200 | 304) {
            return;
        }
        if purpose_of(target).is_some() {
            self.part(record, target);
        } else if is_page(target) {
            self.page(record, exchange, target);
        }
    }

    fn page(&mut self, record: &Record, exchange: &Exchange, target: &[u8]) {
        let known = self.pages.iter().position(|page| *page.target == *target);
        let page = match known {
            Some(page) => page,
            None if self.pages.len() < LOADED_PAGES_MAX => {
                self.pages.push(Page {
                    target: target.into(),
                    loads: 0,
                    parts: Vec::new(),
                });
                self.pages.len() - 1
            }
            None => return,
        };
        if self.loads.len() >= LOADS_MAX && !self.loads.contains_key(&record.connection) {
            return;
        }
        self.pages[page].loads += 1;
        let load = Load {
            page,
            begun: exchange.begun,
            asked: 0,
        };
        self.loads.insert(record.connection, load);
    }

    fn part(&mut self, record: &Record, target: &[u8]) {
        let Some(load) = self.loads.get_mut(&record.connection) else {
            return;
        };
        if record.at.saturating_duration_since(load.begun) > LOAD_TIME {
            return;
        }
        let parts = &mut self.pages[load.page].parts;
        let known = parts.iter().position(|part| *part.target == *target);
        let place = match known {
            Some(place) => place,
            None if parts.len() < LOADED_PARTS_MAX => {
                parts.push(Part {
                    target: target.into(),
                    asked: 0,
                });
                parts.len() - 1
            }
            None => return,
        };
        let bit = 1 << place;
        if load.asked & bit == 0 {
            load.asked |= bit;
            parts[place].asked += 1;
        }
    }
}

/// What nine loads of ten ask for is worth a hint.
fn advice(page: &Page, part: &Part) -> Option<Advice> {
    if u64::from(part.asked) * 10 < u64::from(page.loads) * 9 {
        return None;
    }
    let purpose = purpose_of(&part.target)?;
    Some(Advice {
        page: std::str::from_utf8(&page.target).ok()?.to_owned(),
        part: std::str::from_utf8(&part.target).ok()?.to_owned(),
        purpose,
        asked: part.asked,
        loads: page.loads,
    })
}

/// What a part of a page is for, as a link says it; `None` if it can wait, or is no part.
fn purpose_of(target: &[u8]) -> Option<&'static str> {
    let purposes: [(&[u8], &str); 4] = [
        (b".css", "rel=preload; as=style"),
        (b".js", "rel=preload; as=script"),
        (b".mjs", "rel=modulepreload"),
        (b".woff2", "rel=preload; as=font; crossorigin"),
    ];
    if target.starts_with(OWN_PATHS.as_bytes()) {
        // Not the page's, and gone when its pages no longer follow their files.
        return None;
    }
    let purpose = purposes.iter().find(|(end, _)| target.ends_with(end));
    purpose.map(|(_, purpose)| *purpose)
}

/// Whether a target looks like a page: a folder, or without an extension, or HTML. One with a query
/// is another page each time.
fn is_page(target: &[u8]) -> bool {
    let name = target.rsplit(|byte| *byte == b'/').next();
    let name = name.unwrap_or_default();
    let is_plain = !name.contains(&b'.') || name.ends_with(b".html") || name.ends_with(b".htm");
    is_plain && !target.contains(&b'?')
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::observe::events::Protocol;

    /// A journal, as far as it matters here.
    #[derive(Default)]
    struct Told {
        adviser: Adviser,
        connection: u64,
    }

    impl Told {
        /// A connection that asks for these, so many milliseconds after its page.
        fn load(&mut self, start: Instant, targets: &[(&str, u64)]) {
            self.connection += 1;
            for (target, after) in targets {
                let at = start + Duration::from_millis(*after);
                let mut exchange = Exchange {
                    number: 1,
                    target: (0, 0),
                    client_bytes: 0,
                    said_bytes: 0,
                    site: 0,
                    method: Method::Get,
                    protocol: Protocol::Http2,
                    status: 200,
                    reason: None,
                    coding: None,
                    lacks_sibling: false,
                    shadow: None,
                    content_bytes: 1,
                    begun: at,
                };
                if target.starts_with("/missing") {
                    exchange.status = 404;
                }
                let record = Record {
                    at,
                    connection: self.connection,
                    event: Event::Answered { exchange },
                };
                self.adviser.answered(&record, &exchange, target.as_bytes());
            }
        }
    }

    fn links(adviser: &Adviser) -> Vec<(String, u32, u32)> {
        let told = |advice: Advice| (advice.link(), advice.asked, advice.loads);
        adviser.advice().into_iter().map(told).collect()
    }

    #[test]
    fn what_nearly_every_load_asks_for_is_worth_a_hint() {
        let (mut told, start) = (Told::default(), crate::clock::now());
        for load in 0..20 {
            let mut targets = vec![
                ("/", 0),
                ("/style.css", 5),
                ("/style.css", 9),
                ("/.hello/live.js", 9),
                ("/a.png", 9),
            ];
            if load != 3 {
                targets.push(("/app.js", 20));
            }
            if load % 2 == 0 {
                targets.push(("/rare.css", 20));
            }
            targets.push(("/missing.css", 20));
            // What comes long after belongs to something else.
            targets.push(("/late.js", 10_000));
            told.load(start, &targets);
        }
        let style = "</style.css>; rel=preload; as=style".to_owned();
        let script = "</app.js>; rel=preload; as=script".to_owned();
        assert_eq!(links(&told.adviser), [(style, 20, 20), (script, 19, 20)]);
    }

    #[test]
    fn what_was_seen_a_few_times_is_no_reason_for_advice() {
        let (mut told, start) = (Told::default(), crate::clock::now());
        for _ in 1..ADVISED_LOADS_MIN {
            told.load(start, &[("/", 0), ("/style.css", 5)]);
        }
        assert!(links(&told.adviser).is_empty());
        told.load(start, &[("/", 0), ("/style.css", 5)]);
        assert_eq!(links(&told.adviser).len(), 1);
    }

    #[test]
    fn however_much_is_asked_for_little_is_remembered() {
        let (mut told, start) = (Told::default(), crate::clock::now());
        for number in 0..10_000 {
            let names = [format!("/page{number}"), format!("/{number}.css")];
            told.load(start, &[(&names[0], 0), (&names[1], 1), ("/style.css", 1)]);
        }
        let adviser = &told.adviser;
        assert!(adviser.pages.len() <= LOADED_PAGES_MAX && adviser.loads.len() <= LOADS_MAX);
        for page in &adviser.pages {
            assert!(page.parts.len() <= LOADED_PARTS_MAX);
        }
    }

    #[test]
    fn a_page_is_told_from_its_parts() {
        for (target, expected) in [
            ("/", true),
            ("/docs/", true),
            ("/about", true),
            ("/about.html", true),
            ("/?page=2", false),
            ("/a.png", false),
            ("/app.js", false),
        ] {
            assert_eq!(is_page(target.as_bytes()), expected, "{target}");
        }
    }
}
