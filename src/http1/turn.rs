//! What a connection needs while something is in hand, and what it does with it.
//!
//! A turn is lent by the worker: an idle connection has none. It takes in what was read, answers
//! every request it holds, and lets the answers leave together.

use std::cell::RefCell;
use std::time::Instant;

use hello_http1::{
    BodyLength, CommonFields, Connection, Framing, Misuse, RenderedHead, RequestHead, Version,
};
use http::StatusCode;

use super::input::Input;
use super::limits::{INPUT_SPARE_BYTES, TURNS_KEPT, WALKS_BYTES_MAX};
use super::output::Output;
use super::request::View;
use super::stream::{Source, Streaming};
use crate::clock;
use crate::driving::{REQUEST_ID, RequestId, Witness};
use crate::exchange::{
    Body, FieldList, Kept, Limited, Peer, Response, ResponseHead, Scheme, Takeover, Which,
};
use crate::observe::{
    Exchange, Journal, Live, Method, Progress, Protocol, Sayings, Target, Underway, Wanted, pack,
    pack_limit, pack_walk,
};
use crate::site::Generation;

/// Buffers for one turn.
pub(super) struct Turn {
    pub(super) input: Input,
    pub(super) output: Output,
    /// When it began, by [`crate::clock::tick_ms`].
    pub(super) tick_ms: u64,
    /// What logs want to know of its requests.
    pub(super) wanted: Wanted,
    head: RequestHead,
    /// Answers queued and not yet with the kernel, oldest first.
    answered: Vec<Answered>,
    /// What their clients said of themselves, as far as it is wanted.
    pub(super) said: Vec<u8>,
    /// What limits hold for them until they have left.
    limited: Vec<Limited>,
    /// The answer whose content is made while it is sent. Behind it nothing is queued.
    pub(super) streaming: Option<Box<Streaming>>,
    /// The answer that has to be waited for, as others see it.
    pub(super) running: Option<Underway>,
    /// Bytes of the request in hand, to be consumed once it is answered.
    in_hand: usize,
    /// Who asks for it, where somebody else passed it on.
    told: Option<Box<Peer>>,
    /// How it was asked, as they say.
    told_scheme: Option<Scheme>,
}

/// An answer that is queued.
pub(super) struct Answered {
    pub(super) exchange: Exchange,
    /// The target's place in the input.
    target: (usize, usize),
    has_query: bool,
    /// Who asked, where somebody else passed it on.
    told: Option<Box<Peer>>,
    /// The place of what the client said of itself.
    said: SaidAt,
    /// Where in the output the answer ends.
    ends_at: u64,
}

/// The answer that was under way when a connection broke.
pub(super) struct Broken<'a> {
    pub(super) target: Target<'a>,
    pub(super) exchange: Exchange,
    pub(super) of: u64,
}

/// The place of what a client said of itself, among what all said.
type SaidAt = (u32, u32);

thread_local! {
    #[expect(clippy::vec_box, reason = "a turn is lent by its box: moving the box moves eight bytes")]
    static READY: RefCell<Vec<Box<Turn>>> = const { RefCell::new(Vec::new()) };
}

impl Turn {
    /// Buffers for a turn, from this worker's store if it has some of this size.
    pub(super) fn lend(input_bytes: usize) -> Box<Self> {
        let capacity = input_bytes + INPUT_SPARE_BYTES;
        match READY.with_borrow_mut(Vec::pop) {
            Some(turn) if turn.input.capacity() == capacity => turn,
            _ => Box::new(Self {
                input: Input::with_capacity(capacity),
                output: Output::default(),
                tick_ms: 0,
                wanted: Wanted::NOTHING,
                head: RequestHead::default(),
                answered: Vec::new(),
                said: Vec::new(),
                limited: Vec::new(),
                streaming: None,
                running: None,
                in_hand: 0,
                told: None,
                told_scheme: None,
            }),
        }
    }

    /// Gives the buffers back to the worker (any worker).
    pub(super) fn give_back(self: Box<Self>) {
        self.cleared().put_back();
    }

    /// The same of buffers that hold nothing.
    pub(super) fn put_back(self: Box<Self>) {
        READY.with_borrow_mut(|ready| {
            if ready.len() < TURNS_KEPT {
                ready.push(self);
            }
        });
    }

    /// Forgets all of the turn that is over.
    #[must_use]
    pub(super) fn cleared(mut self: Box<Self>) -> Box<Self> {
        self.input.clear();
        self.output.clear();
        self.answered.clear();
        self.said.clear();
        self.limited.clear();
        self.in_hand = 0;
        (self.told, self.told_scheme) = (None, None);
        self
    }

    /// What the received bytes mean, next; a refusal is a value like any other.
    pub(super) fn receive(
        &mut self,
        engine: &mut Connection,
        now: Instant,
    ) -> Result<hello_http1::Next, hello_http1::Refusal> {
        engine.receive(now, self.input.unread(), &mut self.head)
    }

    /// The request that [`Turn::receive`] just found, as the site sees it.
    pub(super) fn view(&self) -> View<'_> {
        View {
            head: &self.head,
            bytes: self.input.unread(),
            told: self.told.as_deref(),
            told_scheme: self.told_scheme,
        }
    }

    /// The language asked for, looked for in bytes that may be no request at all: whoever is
    /// refused is told so in their own language, if they said which.
    pub(super) fn asked_language(&self) -> Option<&[u8]> {
        const NAME: &[u8] = b"accept-language:";
        let lines = self.input.unread().split(|byte| *byte == b'\n');
        lines
            .filter_map(|line| line.split_at_checked(NAME.len()))
            .find(|(name, _)| name.eq_ignore_ascii_case(NAME))
            .map(|(_, value)| value)
    }

    /// A request was found: the next so many bytes of the input.
    pub(super) fn found(&mut self, bytes: usize) {
        self.in_hand = bytes;
    }

    /// Hears who asks, where somebody else passed the request in hand on.
    #[inline]
    pub(super) fn hear_who_asks(&mut self, live: &Witness, sites: &Generation) {
        let view = self.view();
        let (told, told_scheme) = (live.told(sites, &view), live.told_scheme(sites, &view));
        (self.told, self.told_scheme) = (told, told_scheme);
    }

    /// Notes the request in hand before its answer is queued.
    fn note(&mut self, live: &Live, now: Instant, said: SaidAt) -> Answered {
        let bytes = self.input.unread();
        let target = self.head.target(bytes);
        let offset = target.as_ptr() as usize - bytes.as_ptr() as usize;
        Answered {
            exchange: Exchange {
                number: live.count_request(),
                target: (0, 0),
                client_bytes: 0,
                said_bytes: 0,
                site: 0,
                method: Method::of(self.head.method()),
                protocol: match self.head.version() {
                    Version::Http10 => Protocol::Http10,
                    Version::Http11 => Protocol::Http11,
                },
                status: 0,
                reason: None,
                coding: None,
                lacks_sibling: false,
                shadow: None,
                content_bytes: 0,
                begun: now,
            },
            target: (self.input.position() + offset, target.len()),
            has_query: self.head.query(bytes).is_some(),
            told: self.told.take(),
            said,
            ends_at: 0,
        }
    }

    /// Keeps what logs want to know of the request in hand, and names it, if that is wanted; its answer says
    /// the name, if there is an engine to say it.
    #[inline]
    fn tell_logs(
        &mut self,
        engine: Option<&mut Connection>,
        live: &Live,
        user: Option<&str>,
    ) -> SaidAt {
        if self.wanted.is_nothing() {
            return (0, 0);
        }
        self.keep_said(engine, live, user)
    }

    #[inline(never)]
    fn keep_said(
        &mut self,
        engine: Option<&mut Connection>,
        live: &Live,
        user: Option<&str>,
    ) -> SaidAt {
        let id = engine.and_then(|engine| self.name(engine));
        let start = self.said.len();
        let bytes = self.input.unread();
        // What nobody wants is not looked for.
        let field = |kind, name| {
            let is_wanted = self.wanted.has(kind);
            { is_wanted.then(|| self.head.field(bytes, name)) }.flatten()
        };
        let sayings = Sayings {
            host: self.head.authority(bytes),
            referer: field(Wanted::REFERER, "referer"),
            user_agent: field(Wanted::USER_AGENT, "user-agent"),
            request_id: id.as_ref().map(RequestId::as_bytes),
            user: user.map(str::as_bytes),
        };
        let peer = self.told.as_deref().unwrap_or(&live.peer);
        pack(self.wanted, peer, &sayings, &mut self.said);
        let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
        (place(start), place(self.said.len()))
    }

    /// Names the request in hand, if that is wanted, and has the answer say the name.
    fn name(&self, engine: &mut Connection) -> Option<RequestId> {
        if !self.wanted.has(Wanted::REQUEST_ID) {
            return None;
        }
        let bytes = self.input.unread();
        let id = RequestId::of(self.head.field(bytes, REQUEST_ID));
        let field = CommonFields::new([(REQUEST_ID, id.as_bytes())]);
        engine.say_once(Box::new(field.ok()?));
        Some(id)
    }

    /// Queues the answer to the request in hand, which is dated now, however long ago it was begun.
    pub(super) fn answer(
        &mut self,
        engine: &mut Connection,
        live: &Live,
        (begun, now): (Instant, Instant),
        mut response: Response,
    ) -> Result<(), Misuse> {
        let Some(length) = response.body.len() else {
            return self.begin_stream(engine, live, (begun, now), response);
        };
        let before = self.output.total();
        let (status, reason) = (response.status().as_u16(), response.reason);
        let (coding, lacks_sibling) = (response.coding(), response.lacks_sibling);
        let site = response.site;
        let said = self.tell_logs(Some(&mut *engine), live, response.user.as_deref());
        let limited = response.limited.take();
        let head_only = queue(engine, &mut self.output, now, response, length)?;
        let mut answered = self.note(live, begun, said);
        answered.exchange.status = status;
        answered.exchange.reason = reason;
        answered.exchange.coding = coding;
        answered.exchange.lacks_sibling = lacks_sibling;
        answered.exchange.site = site;
        if let Some(mut limited) = limited {
            answered.exchange.shadow = limited.shadow;
            self.tell_limits(&mut answered, Some(&mut limited));
            self.limited.push(*limited);
        }
        answered.ends_at = self.output.total();
        answered.exchange.content_bytes = answered.ends_at - before - head_only;
        self.answered.push(answered);
        self.input.consume(std::mem::take(&mut self.in_hand));
        Ok(())
    }

    /// Keeps which limit refused an answer, and how it came about, behind what its client said of itself,
    /// which was kept last.
    #[cold]
    fn tell_limits(&mut self, answered: &mut Answered, limited: Option<&mut Limited>) {
        let Some(limited) = limited else { return };
        let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
        let before = self.said.len();
        if let Some(limit) = limited.refused_by.take() {
            pack_limit(&limit, &mut self.said);
        }
        if let Some(walk) = limited.walk.take() {
            let is_room = self.said.len() < WALKS_BYTES_MAX;
            let json = if is_room { &walk.json[..] } else { &[] };
            pack_walk(walk.whom, json, &mut self.said);
        }
        if self.said.len() == before {
            return;
        }
        if answered.said.0 == answered.said.1 {
            answered.said.0 = place(before);
        }
        answered.said.1 = place(self.said.len());
    }

    /// Queues the answer to something that was no request.
    pub(super) fn refuse(
        &mut self,
        engine: &mut Connection,
        now: Instant,
        response: Response,
    ) -> Result<(), Misuse> {
        let length = response.body.len().unwrap_or(0);
        queue(engine, &mut self.output, now, response, length).map(|_| ())
    }

    /// Queues the head of an answer whose content is still to be made. For HEAD that is all of it.
    #[cold]
    fn begin_stream(
        &mut self,
        engine: &mut Connection,
        live: &Live,
        (begun, now): (Instant, Instant),
        mut response: Response,
    ) -> Result<(), Misuse> {
        let mut limited = response.limited.take();
        if let Body::Takeover(takeover) = response.body {
            let answer = (&response.head, takeover, limited);
            let said = self.tell_logs(None, live, response.user.as_deref());
            return self.begin_takeover(engine, live, (begun, response.site, said), answer);
        }
        let said = self.tell_logs(Some(&mut *engine), live, response.user.as_deref());
        let (head, length) = (&response.head, BodyLength::Unknown);
        let framing = queue_head(engine, &mut self.output, now, head, length)?;
        let mut answered = self.note(live, begun, said);
        answered.exchange.status = response.status().as_u16();
        answered.exchange.reason = response.reason;
        answered.exchange.coding = response.coding();
        answered.exchange.site = response.site;
        answered.exchange.shadow = { limited.as_ref() }.and_then(|limited| limited.shadow);
        self.tell_limits(&mut answered, limited.as_deref_mut());
        answered.ends_at = self.output.total();
        match response.body {
            Body::Stream(stream) if framing != Framing::Empty => {
                self.streaming = Some(Box::new(Streaming::new(
                    Source::Stream(stream),
                    framing,
                    answered,
                    limited,
                )));
            }
            _ => {
                self.answered.push(answered);
                self.limited.extend(limited.map(|limited| *limited));
            }
        }
        self.input.consume(std::mem::take(&mut self.in_hand));
        Ok(())
    }

    /// Queues what the answer is likely to say, for a client that can hear it before the answer. What
    /// cannot be written is left out: it is a hint.
    pub(super) fn hint(&mut self, engine: &mut Connection, fields: &FieldList) {
        let _ = engine.interim(
            StatusCode::EARLY_HINTS,
            &pairs(fields),
            &mut self.output.copied,
        );
    }

    /// Queues the 101 behind which somebody else goes on.
    fn begin_takeover(
        &mut self,
        engine: &mut Connection,
        live: &Live,
        (begun, site, said): (Instant, u16, SaidAt),
        (head, takeover, mut limited): (&ResponseHead, Box<dyn Takeover>, Option<Box<Limited>>),
    ) -> Result<(), Misuse> {
        engine.switch_protocols(&pairs(head.fields()), &mut self.output.copied)?;
        let mut answered = self.note(live, begun, said);
        answered.exchange.status = StatusCode::SWITCHING_PROTOCOLS.as_u16();
        answered.exchange.site = site;
        answered.exchange.shadow = { limited.as_ref() }.and_then(|limited| limited.shadow);
        self.tell_limits(&mut answered, limited.as_deref_mut());
        answered.ends_at = self.output.total();
        let source = Source::Takeover(takeover);
        let streaming = Streaming::new(source, Framing::Empty, answered, limited);
        self.streaming = Some(Box::new(streaming));
        self.input.consume(std::mem::take(&mut self.in_hand));
        Ok(())
    }

    /// Gives up the memory that nobody needs while an answer is waited for: what the request
    /// arrived in stays, the room for more goes until [`Turn::widen`].
    pub(super) fn narrow(&mut self) {
        self.input.narrow();
        self.output.narrow();
    }

    /// The request whose answer was waited for, if one was.
    pub(super) fn unanswered(&mut self, live: &Live, sites: &Generation) -> Option<Answered> {
        let running = self.running.take()?;
        if self.in_hand == 0 || running.progress().status.is_some() {
            return None;
        }
        let site = sites.number_for(self.head.authority(self.input.unread()));
        let said = self.tell_logs(None, live, None);
        let mut unanswered = self.note(live, running.begun, said);
        unanswered.exchange.site = site;
        Some(unanswered)
    }

    /// Has room for more bytes again.
    pub(super) fn widen(&mut self, input_bytes: usize) {
        self.input.widen(input_bytes + INPUT_SPARE_BYTES);
    }

    /// The answer to the request in hand is going to take a while: from here on others see it.
    pub(super) fn begin(&mut self, live: &Witness, begun: Instant) {
        let bytes = self.input.unread();
        let target = Target {
            bytes: self.head.target(bytes),
            has_query: self.head.query(bytes).is_some(),
            client: None,
            said: &[],
        };
        let method = Method::of(self.head.method());
        // It is counted when its answer is queued.
        let number = live.requests().wrapping_add(1);
        self.running = None;
        self.running = Some(live.begin(number, method, target, begun));
    }

    /// An answer leaves slowly: others see which, and how far it has come.
    pub(super) fn show_progress(&mut self, live: &Witness) {
        let Some((answered, progress)) = self.leaving() else {
            self.running = None;
            return;
        };
        let number = answered.exchange.number;
        if { self.running.as_ref() }.is_none_or(|running| running.number != number) {
            let target = answered.target(&self.input, &self.said);
            let Exchange { method, begun, .. } = answered.exchange;
            let begun = live.begin(number, method, target, begun);
            self.running = Some(begun);
        }
        if let Some(running) = &self.running {
            running.has_come(progress);
        }
    }

    /// The first answer that is not with the kernel, and how far it has come.
    fn leaving(&self) -> Option<(&Answered, Progress)> {
        let sent = self.output.sent();
        let left = self
            .answered
            .partition_point(|answered| answered.ends_at <= sent);
        if let Some(answered) = self.answered.get(left) {
            let of = answered.exchange.content_bytes;
            let progress = Progress {
                status: Some(answered.exchange.status),
                sent: answered.sent_of_content(sent),
                of: Some(of),
                is_endless: false,
            };
            return Some((answered, progress));
        }
        let streaming = self.streaming.as_ref()?;
        let exchange = streaming.exchange(self.output.total() - sent);
        let progress = Progress {
            status: Some(exchange.status),
            sent: exchange.content_bytes,
            of: None,
            is_endless: streaming.is_endless(),
        };
        Some((&streaming.answered, progress))
    }

    /// Whether answers are queued whose last byte is not with the kernel.
    pub(super) fn owes(&self) -> bool {
        !self.output.is_empty()
    }

    /// Everything queued is with the kernel: says so in the journal.
    pub(super) fn settle(&mut self, journal: &Journal, live: &Live, now: Instant) {
        self.release();
        for answered in &self.answered {
            journal.answered(
                live.id,
                now,
                answered.target(&self.input, &self.said),
                &answered.exchange,
            );
        }
        self.answered.clear();
        self.output.clear();
        if self.streaming.is_none() {
            self.said.clear();
        }
    }

    /// Gives back what limits hold.
    pub(super) fn release(&mut self) {
        self.limited.clear();
    }

    /// Gives back what limits hold for answers whose last bytes leave next: not after them, for whoever
    /// has them may ask again at once.
    #[inline]
    pub(super) fn release_before_the_end(&mut self) {
        if !self.limited.is_empty() && self.output.ends_here() {
            self.limited.clear();
        }
    }

    /// The connection ends: says what was answered completely, and answers what was under way, if
    /// anything was.
    pub(super) fn settle_broken(
        &mut self,
        journal: &Journal,
        live: &Live,
        now: Instant,
    ) -> Option<Broken<'_>> {
        let sent = self.output.sent();
        let whole = self
            .answered
            .iter()
            .take_while(|answered| answered.ends_at <= sent)
            .count();
        for answered in self.answered.drain(..whole) {
            journal.answered(
                live.id,
                now,
                answered.target(&self.input, &self.said),
                &answered.exchange,
            );
        }
        // What was queued behind the broken one never left.
        for unsent in self.answered.iter().skip(1) {
            let exchange = Exchange {
                content_bytes: 0,
                ..unsent.exchange
            };
            let of = unsent.exchange.content_bytes;
            journal.broken(
                live.id,
                now,
                unsent.target(&self.input, &self.said),
                &exchange,
                of,
            );
        }
        if let Some(streaming) = &self.streaming {
            let unsent = self.output.total() - sent;
            let exchange = streaming.exchange(unsent);
            let target = streaming.answered.target(&self.input, &self.said);
            if self.answered.is_empty() {
                let of = streaming.answered.exchange.content_bytes;
                return Some(Broken {
                    target,
                    exchange,
                    of,
                });
            }
            journal.broken(live.id, now, target, &exchange, 0);
        }
        let broken = self.answered.first()?;
        Some(Broken {
            target: broken.target(&self.input, &self.said),
            exchange: Exchange {
                content_bytes: broken.sent_of_content(sent),
                ..broken.exchange
            },
            of: broken.exchange.content_bytes,
        })
    }
}

impl Answered {
    /// How much of its content has left, when so many bytes of the output have.
    fn sent_of_content(&self, sent: u64) -> u64 {
        let of = self.exchange.content_bytes;
        of - self.ends_at.saturating_sub(sent).min(of)
    }

    pub(super) fn target<'a>(&'a self, input: &'a Input, said: &'a [u8]) -> Target<'a> {
        let (start, len) = self.target;
        let (said_start, said_end) = self.said;
        Target {
            bytes: input.at(start, len),
            has_query: self.has_query,
            client: self.told.as_deref(),
            said: { said.get(said_start as usize..said_end as usize) }.unwrap_or(&[]),
        }
    }
}

/// Has the engine write the head and queues the content. Answers the bytes that are not content.
fn queue(
    engine: &mut Connection,
    output: &mut Output,
    now: Instant,
    response: Response,
    length: u64,
) -> Result<u64, Misuse> {
    let before = output.total();
    let exact = BodyLength::Exact(length);
    let framing = queue_head(engine, output, now, &response.head, exact)?;
    let head_bytes = output.total() - before;
    if framing != Framing::Empty {
        engine.body_sent(length)?;
        output.push_body(response.body);
        engine.finish(now, &[], &mut output.copied)?;
    }
    Ok(head_bytes)
}

#[inline]
fn queue_head(
    engine: &mut Connection,
    output: &mut Output,
    now: Instant,
    head: &ResponseHead,
    length: BodyLength,
) -> Result<Framing, Misuse> {
    let date = clock::http_date(now);
    match head {
        ResponseHead::Kept { kept, which } => {
            let rendered = rendered(kept, *which)?;
            engine.respond(now, rendered, length, &date, &mut output.copied)
        }
        ResponseHead::Own { status, fields } => {
            let rendered = render(*status, fields)?;
            engine.respond(now, &rendered, length, &date, &mut output.copied)
        }
    }
}

/// The head as it goes over the wire, rendered the first time it is sent.
fn rendered(kept: &Kept, which: Which) -> Result<&RenderedHead, Misuse> {
    let head = kept.head(which);
    let keepsake = head
        .keepsake
        .get_or_keep(|| render(head.status, &head.fields));
    match keepsake {
        Some(Ok(rendered)) => Ok(rendered),
        Some(Err(misuse)) => Err(*misuse),
        None => Err(Misuse::BadStatus),
    }
}

fn render(status: StatusCode, fields: &FieldList) -> Result<RenderedHead, Misuse> {
    RenderedHead::new(
        status,
        fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes())),
    )
}

/// Fields as the engine takes them.
pub(super) fn pairs(fields: &FieldList) -> Vec<(&str, &[u8])> {
    { fields.iter() }
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect()
}
