//! A connection of the visitor as markup: a line from accept to close, with its requests on it.
//!
//! Law: whatever a client sent is escaped here, and nothing but markup made here reaches the page:
//! what the page shows first and what the live view tells later are made by the same function.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant, UNIX_EPOCH};

use crate::clock;
use crate::exchange::Peer;
use crate::i18n::{self, Args, Language};
use crate::observe::why::{Why, probe_of};
use crate::observe::{
    Progress, Story, Watch, duration_in_words, progress_in_words, size_in_words, status_text,
};
use crate::site::limits::{ASKED_MAX, TARGET_CHARS_MAX, THREADS_MAX};
use crate::site::pages::escaped;

/// Who knows the connections.
pub(super) struct Witness {
    watch: Arc<Watch>,
    /// A word for this run of the server: revisions of another run mean nothing.
    run: u64,
}

impl Witness {
    pub(super) fn new(watch: Arc<Watch>) -> Self {
        let since_1970 = { clock::wall().duration_since(UNIX_EPOCH) }.unwrap_or_default();
        let run = u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX);
        Self { watch, run }
    }

    /// The revision in the id of an event, if it is of this run.
    pub(super) fn revision_of(&self, id: &[u8]) -> Option<u64> {
        let (run, revision) = std::str::from_utf8(id).ok()?.split_once('-')?;
        let is_ours = u64::from_str_radix(run, 16).ok()? == self.run;
        is_ours.then(|| revision.parse().ok()).flatten()
    }

    /// The visitor's connections that changed after a revision (0: all), oldest first, of many the
    /// latest; and the revision now.
    fn threads(&self, view: &View, after: u64) -> (u64, Vec<Thread>) {
        let now = clock::now();
        let changes = self.watch.changes_since(after, view.visitor, now);
        let stories = &changes.stories[changes.stories.len().saturating_sub(THREADS_MAX)..];
        let threads = stories
            .iter()
            .map(|story| Thread::of(story, now, view.language));
        (changes.revision, threads.collect())
    }
}

/// A connection, with all times counted from its being accepted.
#[derive(Clone, Debug, Default)]
pub(super) struct Thread {
    /// Its number.
    pub(super) id: u64,
    /// The visitor's port.
    pub(super) port: u16,
    /// Microseconds from accept to now.
    pub(super) age_us: u64,
    /// What it is doing, in the journal's word; `None` once it has ended.
    pub(super) state: Option<&'static str>,
    /// Since when it does that, microseconds.
    pub(super) state_since_us: u64,
    /// When it ended, microseconds, and how, in words.
    pub(super) end: Option<(u64, String)>,
    /// The last requests, oldest first.
    pub(super) asked: Vec<Asked>,
    /// Requests in all.
    pub(super) asked_in_all: u64,
    /// Requests that are being answered.
    pub(super) running: Vec<Running>,
    /// Whether nothing was asked for on it while others of the visitor were busy.
    pub(super) is_spare: bool,
    /// What is likely behind it, in words.
    pub(super) why: Option<String>,
}

/// A request and its answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) status: u16,
    /// Bytes of content.
    pub(super) bytes: u64,
    pub(super) began_us: u64,
    pub(super) ended_us: u64,
    /// Who asks every server for this, or what became of it; in words.
    pub(super) note: Option<String>,
}

/// A request that is being answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Running {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) began_us: u64,
    pub(super) progress: Progress,
}

impl Running {
    /// How much of it has been sent, in percent: of what has no end and of what nobody knows the
    /// length of, nothing is said, or every word of it would be news.
    fn percent(&self) -> Option<u64> {
        let Progress { sent, of, .. } = self.progress;
        Some((sent.saturating_mul(100)).checked_div(of?).unwrap_or(100))
    }
}

impl Thread {
    fn of(story: &Story, now: Instant, language: Language) -> Self {
        let us = |at: Instant| {
            let since = at.saturating_duration_since(story.accepted_at);
            u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
        };
        let age_us = us(now);
        let in_state_ms = clock::tick_ms().saturating_sub(story.state_since_ms);
        let asked = story.requests.iter().map(|told| {
            // This site has an icon, which is asked for all the same.
            let probe = told.probe.or_else(|| probe_of(told.target.as_bytes()));
            let probe = probe.map(|probe| probe.in_words(language));
            let why = || told.why.map(|why| why.in_words(language));
            Asked {
                method: told.method.name().to_owned(),
                target: told.target.clone(),
                status: told.status,
                bytes: told.content_bytes,
                began_us: us(told.begun),
                ended_us: us(told.ended),
                note: probe.or_else(why),
            }
        });
        let running = story.running.iter().map(|asked| Running {
            method: asked.method.name().to_owned(),
            target: asked.target.clone(),
            began_us: us(asked.begun),
            progress: asked.progress,
        });
        let end = { story.end.as_ref() }.map(|end| (us(end.at), end.in_words(language)));
        Self {
            id: story.id,
            port: port_of(story.peer),
            age_us,
            state: end.is_none().then(|| story.state.name()),
            state_since_us: age_us.saturating_sub(in_state_ms.saturating_mul(1000)),
            end,
            asked: asked.collect(),
            asked_in_all: u64::from(story.requests_total),
            running: running.collect(),
            is_spare: matches!(story.why, Some(Why::SpareConnection { .. })),
            why: story.why.map(|why| why.in_words(language)),
        }
    }

    /// What a page has to be told anew when it changes: all but the passing of time and the bytes of
    /// what has no end, or two pages that watch each other would never fall silent.
    fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let is_over = self.end.is_some();
        (self.state, self.asked_in_all, is_over, &self.why).hash(&mut hasher);
        for running in &self.running {
            (running.began_us, running.progress.status, running.percent()).hash(&mut hasher);
        }
        hasher.finish()
    }
}

fn port_of(peer: Peer) -> u16 {
    match peer {
        Peer::Tcp(address) | Peer::Told(address) => address.port(),
        Peer::Unix | Peer::Untold => 0,
    }
}

/// Who looks, and how.
#[derive(Clone, Copy)]
pub(super) struct View {
    /// The visitor, on the connection that carries what they see.
    pub(super) visitor: Peer,
    /// Whether they are told live, or see a page.
    pub(super) is_live: bool,
    pub(super) language: Language,
}

/// What a page that is told live knows.
#[derive(Default)]
pub(super) struct Known {
    /// The revision; 0 if it knows nothing.
    revision: u64,
    /// Connections and their digests, as they were told last.
    told: VecDeque<(u64, u64)>,
}

impl Known {
    /// A page that was here before, and has heard everything up to a revision.
    pub(super) fn up_to(revision: u64) -> Self {
        Self {
            revision,
            told: VecDeque::new(),
        }
    }

    /// Whether it has to be told of a connection; if so, it now knows.
    fn learns(&mut self, thread: &Thread) -> bool {
        let digest = thread.digest();
        if let Some(told) = self.told.iter_mut().find(|(id, _)| *id == thread.id) {
            return std::mem::replace(&mut told.1, digest) != digest;
        }
        if self.told.len() >= THREADS_MAX {
            self.told.pop_front();
        }
        self.told.push_back((thread.id, digest));
        true
    }
}

impl View {
    /// All connections of the visitor, latest first.
    pub(super) fn all(&self, witness: &Witness) -> String {
        let (_, threads) = witness.threads(self, 0);
        let latest_first = threads.iter().rev();
        latest_first.map(|thread| self.markup(thread)).collect()
    }

    /// What the page does not know yet, as events.
    pub(super) fn events(&self, witness: &Witness, known: &mut Known) -> String {
        let before = known.revision;
        let (now, threads) = witness.threads(self, before);
        known.revision = now;
        let news = threads.iter().filter(|thread| known.learns(thread));
        if before == 0 {
            let news: Vec<&Thread> = news.collect();
            let list: String = { news.iter().rev() }
                .map(|thread| self.markup(thread))
                .collect();
            return format!("id: {:x}-{now}\nevent: all\ndata: {list}\n\n", witness.run);
        }
        // The latest last: each new one goes to the top of the page.
        let events = news.map(|thread| {
            let markup = self.markup(thread);
            format!(
                "id: {:x}-{now}\nevent: thread\ndata: {markup}\n\n",
                witness.run
            )
        });
        events.collect()
    }

    fn markup(&self, thread: &Thread) -> String {
        let mut html = String::with_capacity(2 << 10);
        let open = if thread.end.is_none() { " open" } else { "" };
        let age_ms = thread.age_us / 1000;
        let number = i18n::text_with(
            self.language,
            "site-thread-number",
            &Args::new().with("number", thread.id),
        );
        let is_own = thread.port == port_of(self.visitor) && thread.end.is_none();
        let state = match (thread.state, &thread.end) {
            (_, Some((_, words))) => escaped(words),
            // This very answer: it is being worked on while we look.
            (Some(_), None) if is_own && !self.is_live => {
                i18n::text(self.language, "state-answering-text")
            }
            (Some(state), None) => i18n::text(self.language, &format!("state-{state}-text")),
            (None, None) => String::new(),
        };
        // Writing to a string cannot fail.
        let _ = write!(
            html,
            "<li class=\"thread{open}\" id=\"c{}\" data-age=\"{age_ms}\"><p><b>{number}</b>\
             <span class=\"state\">{state}</span>",
            thread.id
        );
        if thread.is_spare {
            let spare = i18n::text(self.language, "site-thread-spare");
            let _ = write!(html, "<span class=\"why\">{spare}</span>");
        }
        html.push_str("</p>");
        track(&mut html, thread);
        self.requests(&mut html, thread, is_own);
        self.remarks(&mut html, thread, is_own);
        html.push_str("</li>");
        html
    }

    fn requests(&self, html: &mut String, thread: &Thread, is_own: bool) {
        // That this very view is being told is said below, in words.
        let is_this = |running: &&Running| is_own && running.progress.is_endless;
        let mut running = { thread.running.iter() }
            .filter(|running| !is_this(running))
            .peekable();
        if thread.asked.is_empty() && running.peek().is_none() {
            return;
        }
        let shown = &thread.asked[thread.asked.len().saturating_sub(ASKED_MAX)..];
        let earlier = thread.asked_in_all.saturating_sub(shown.len() as u64);
        html.push_str("<ol class=\"asked\">");
        if earlier > 0 {
            let args = Args::new().with("count", earlier);
            let text = i18n::text_with(self.language, "site-thread-earlier", &args);
            let _ = write!(html, "<li class=\"note\">{text}</li>");
        }
        for asked in shown {
            let _ = write!(
                html,
                "<li><code>{} {}</code>",
                escaped(&asked.method),
                escaped(&shortened(&asked.target))
            );
            if let Some(note) = &asked.note {
                let _ = write!(html, "<span class=\"note\">{}</span>", escaped(note));
            }
            let took = Duration::from_micros(asked.ended_us.saturating_sub(asked.began_us));
            let took = duration_in_words(self.language, took);
            let _ = write!(
                html,
                "<span class=\"facts\">{} · {} · {took}</span></li>",
                status_text(asked.status).trim_start(),
                size_in_words(self.language, asked.bytes)
            );
        }
        for running in running {
            self.running(html, thread, running);
        }
        html.push_str("</ol>");
    }

    /// A request that is being answered; the script has its time go on.
    fn running(&self, html: &mut String, thread: &Thread, running: &Running) {
        let seconds = |text: &str| {
            let args = Args::new().with("seconds", text);
            i18n::text_with(self.language, "site-running-seconds", &args)
        };
        let Progress {
            status, is_endless, ..
        } = running.progress;
        let status = status.map_or_else(String::new, |status| format!("{status} · "));
        let progress = if is_endless {
            i18n::text(self.language, "site-running-endless")
        } else {
            progress_in_words(self.language, running.progress)
        };
        let lasts_s = thread.age_us.saturating_sub(running.began_us) / 1_000_000;
        let _ = write!(
            html,
            "<li class=\"running\"><code>{} {}</code><span class=\"facts\">{status}{progress} · \
             <span data-began=\"{}\" data-text=\"{}\">{}</span></span></li>",
            escaped(&running.method),
            escaped(&shortened(&running.target)),
            running.began_us / 1000,
            escaped(&seconds("#")),
            escaped(&seconds(&lasts_s.to_string())),
        );
    }

    /// What is likely behind it, and what it has to do with the page.
    fn remarks(&self, html: &mut String, thread: &Thread, is_own: bool) {
        if let Some(why) = &thread.why {
            let _ = write!(html, "<p class=\"said\">{}</p>", escaped(why));
        }
        let key = match (is_own, self.is_live) {
            (true, true) => "site-thread-live",
            (true, false) => "site-thread-page",
            (false, _) if thread.state == Some("accepted") && thread.why.is_none() => {
                "site-thread-silent"
            }
            (false, _) => return,
        };
        let text = i18n::text(self.language, key);
        let _ = write!(html, "<p class=\"said\">{text}</p>");
    }
}

/// The line of a connection: time runs to the right, ten times as fast with every mark.
fn track(html: &mut String, thread: &Thread) {
    let to = place(thread.end.as_ref().map_or(thread.age_us, |(at, _)| *at));
    html.push_str("<svg class=\"track\" width=\"100%\" height=\"28\" aria-hidden=\"true\">");
    let _ = write!(
        html,
        "<line class=\"life\" x1=\"0\" x2=\"{to}%\" y1=\"14\" y2=\"14\"/>"
    );
    for asked in &thread.asked {
        let class = match asked.status {
            1..300 => "",
            300..400 => " far",
            0 | 400.. => " bad",
        };
        let (from, to) = (place(asked.began_us), place(asked.ended_us));
        let _ = write!(
            html,
            "<line class=\"ask{class}\" x1=\"{from}%\" x2=\"{to}%\" y1=\"14\" y2=\"14\"/>"
        );
    }
    html.push_str("<circle class=\"from\" cx=\"0\" cy=\"14\" r=\"4\"/>");
    if thread.end.is_some() {
        let _ = write!(
            html,
            "<line class=\"stop\" x1=\"{to}%\" x2=\"{to}%\" y1=\"8\" y2=\"20\"/>"
        );
    } else {
        if matches!(thread.state, Some("answering" | "sending" | "reading")) {
            let since = { thread.running.iter() }.map(|running| running.began_us);
            let from = place(since.min().unwrap_or(thread.state_since_us));
            let _ = write!(
                html,
                "<line class=\"now\" x1=\"{from}%\" x2=\"{to}%\" y1=\"14\" y2=\"14\"/>"
            );
        }
        for (class, radius) in [("halo", 9), ("head", 4)] {
            let _ = write!(
                html,
                "<circle class=\"{class}\" cx=\"{to}%\" cy=\"14\" r=\"{radius}\"/>"
            );
        }
    }
    html.push_str("</svg>");
}

/// Where a moment stands on the line, in percent: from 0.1 ms to ten minutes.
fn place(us: u64) -> String {
    /// Ten minutes are so many tenths of a millisecond.
    const WHOLE: f64 = 6e6;
    #[expect(
        clippy::cast_precision_loss,
        reason = "a line on a screen has a thousand places"
    )]
    let tenths = us as f64 / 100.0;
    let place = 100.0 * tenths.max(1.0).log10() / WHOLE.log10();
    format!("{:.2}", place.min(100.0))
}

/// The beginning of a target, if it is long.
fn shortened(target: &str) -> String {
    match target.char_indices().nth(TARGET_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &target[..end]),
        None => target.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEW: View = View {
        visitor: Peer::Unix,
        is_live: false,
        language: Language::English,
    };

    #[test]
    fn what_a_client_sent_is_shown_and_never_obeyed() {
        let thread = Thread {
            asked: vec![Asked {
                method: "GET".to_owned(),
                target: "/<script>\n\ndata: '\"&\u{1b}[31m".to_owned(),
                note: Some("<b>".to_owned()),
                ..Asked::default()
            }],
            running: vec![Running {
                method: "GET".to_owned(),
                target: "/<script>\n\"".to_owned(),
                ..Running::default()
            }],
            why: Some("<i>".to_owned()),
            end: Some((1, "<u>".to_owned())),
            ..Thread::default()
        };
        let html = VIEW.markup(&thread);
        for live in ["<script", "<b>GET", "<b></b>", "<i>", "<u>", "\n", "\u{1b}"] {
            assert!(!html.contains(live), "{live:?} in {html}");
        }
        assert!(html.contains("/&lt;script&gt;\u{fffd}\u{fffd}data: &#39;&quot;&amp;\u{fffd}[31m"));
        assert!(
            html.contains("&lt;b&gt;") && html.contains("&lt;i&gt;"),
            "{html}"
        );
    }

    /// What a page is shown of a request that is sent so far.
    fn shown(progress: Progress, view: View) -> String {
        let running = Running {
            method: "GET".to_owned(),
            target: "/thing".to_owned(),
            began_us: 1_000_000,
            progress,
        };
        view.markup(&Thread {
            age_us: 4_900_000,
            state: Some("sending"),
            running: vec![running],
            ..Thread::default()
        })
    }

    #[test]
    fn what_is_being_answered_stands_below_what_was() {
        let html = shown(Progress::default(), VIEW);
        let row = "<li class=\"running\"><code>GET /thing</code><span class=\"facts\">\
                   no answer yet · <span data-began=\"1000\" data-text=\"# s\">3 s</span>";
        assert!(html.contains(row), "{html}");
        let from = format!("<line class=\"now\" x1=\"{}%\"", place(1_000_000));
        assert!(html.contains(&from), "{html}");
        let progress = Progress {
            status: Some(200),
            sent: 512,
            of: Some(2048),
            is_endless: false,
        };
        let html = shown(progress, VIEW);
        assert!(html.contains("200 · 25 % of 2.0 KiB · "), "{html}");
    }

    #[test]
    fn the_view_itself_is_no_news_to_itself() {
        let endless = Progress {
            status: Some(200),
            sent: 99,
            of: None,
            is_endless: true,
        };
        let own = View {
            visitor: Peer::Tcp("127.0.0.1:0".parse().unwrap()),
            is_live: true,
            language: Language::English,
        };
        assert!(!shown(endless, own).contains("/thing"));
        let other = View {
            visitor: Peer::Tcp("127.0.0.1:9".parse().unwrap()),
            ..own
        };
        assert!(shown(endless, other).contains("200 · stays open · "));
    }

    #[test]
    fn a_download_is_news_with_each_percent_and_what_has_no_end_never() {
        let thread = |sent, of, is_endless| Thread {
            running: vec![Running {
                progress: Progress {
                    status: Some(200),
                    sent,
                    of,
                    is_endless,
                },
                ..Running::default()
            }],
            ..Thread::default()
        };
        let mut known = Known::default();
        assert!(known.learns(&thread(1_000, Some(10_000), false)));
        assert!(!known.learns(&thread(1_050, Some(10_000), false)));
        assert!(known.learns(&thread(1_100, Some(10_000), false)));
        assert!(known.learns(&thread(1, None, true)));
        assert!(!known.learns(&thread(2_000, None, true)));
        assert!(known.learns(&Thread::default()), "it is over");
    }

    #[test]
    fn time_runs_from_a_tenth_of_a_millisecond_to_ten_minutes() {
        for (us, percent) in [
            (0, "0.00"),
            (100, "0.00"),
            (1000, "14.75"),
            (1_000_000, "59.01"),
            (60_000_000, "85.25"),
            (600_000_000, "100.00"),
            (u64::MAX, "100.00"),
        ] {
            assert_eq!(place(us), percent, "{us}");
        }
    }

    #[test]
    fn a_long_target_is_cut_between_characters() {
        assert_eq!(shortened("/short"), "/short");
        let cut = shortened(&"ы".repeat(TARGET_CHARS_MAX + 1));
        assert_eq!(cut.chars().count(), TARGET_CHARS_MAX + 1);
        assert!(cut.ends_with('…'));
    }
}
