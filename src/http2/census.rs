//! Counts frames before the library sees them, and stops where a client sends what no honest one
//! does.
//!
//! Law: a frame that is cheap to send may be dear to handle, so each kind has an allowance: some for
//! nothing, more for requests, for content sent, and for time. The frame that exceeds it is the first
//! that the library does not get.
//!
//! Only the nine bytes at the beginning of each frame are looked at (RFC 9113 §4.1), and what the
//! library does not know: updates of priorities.

use super::limits::{
    BYTES_EACH_WINDOW_UPDATE, CONTINUATIONS_MAX, EARNED_FRAMES_MAX, FRAMES_EACH_REQUEST,
    IDLE_FRAMES_EACH_SECOND, IDLE_FRAMES_MAX, TINY_DATA_BYTES,
};
use super::offence::Offence;
use super::streams::Streams;
use super::updates::Updates;

const PREFACE_BYTES: u8 = 24;
const HEAD_BYTES: usize = 9;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;
const PRIORITY_UPDATE: u8 = 16;

const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const PADDED: u8 = 8;

/// Padding takes at most this much of a frame, bytes (RFC 9113 §6.1).
const PADDING_MAX: u32 = 256;

/// What a client has sent, as far as it counts.
pub(super) struct Census {
    preface_left: u8,
    head: [u8; HEAD_BYTES],
    head_bytes: usize,
    payload_left: u32,
    /// The head of a request has begun, and goes on in CONTINUATION frames.
    continuations: Option<u8>,
    /// Frames that may still be sent for nothing, by kind.
    allowances: [u32; KINDS],
    /// When time was last counted in.
    earned_ms: Option<u64>,
    /// Content sent that has not earned anything yet, bytes.
    sent: u64,
    /// Which streams are open.
    pub(super) streams: Streams,
    /// What the client wants first, said anew.
    pub(super) updates: Updates,
    /// Whether what the library says shows that it should hear no more, not even of what has passed.
    pub(super) is_enough: bool,
    /// The rule that was broken, once one was.
    pub(super) offence: Option<Offence>,
}

/// Kinds of frames that are counted, and what too many of them are.
const FLOODS: [Offence; KINDS] = [
    Offence::DataFlood,
    Offence::ResetFlood,
    Offence::SettingsFlood,
    Offence::PingFlood,
    Offence::WindowFlood,
    Offence::PriorityFlood,
    Offence::ForcedResetFlood,
    Offence::HeaderFlood,
];
const KINDS: usize = 8;
const OF_DATA: usize = 0;
const OF_RESETS: usize = 1;
const OF_SETTINGS: usize = 2;
const OF_PINGS: usize = 3;
const OF_WINDOWS: usize = 4;
const OF_OTHERS: usize = 5;
const OF_TOO_MANY: usize = 6;
const OF_LARGE_HEADS: usize = 7;

impl Default for Census {
    fn default() -> Self {
        Self {
            preface_left: PREFACE_BYTES,
            head: [0; HEAD_BYTES],
            head_bytes: 0,
            payload_left: 0,
            continuations: None,
            allowances: [IDLE_FRAMES_MAX; KINDS],
            earned_ms: None,
            sent: 0,
            streams: Streams::default(),
            updates: Updates::default(),
            is_enough: false,
            offence: None,
        }
    }
}

impl Census {
    /// Looks at what arrived; answers how much of it may pass: everything before the offence.
    pub(super) fn count(&mut self, bytes: &[u8], tick_ms: u64) -> usize {
        if self.offence.is_some() {
            return 0;
        }
        self.earn_time(tick_ms);
        let mut at = 0;
        let preface = bytes.len().min(self.preface_left.into());
        self.preface_left -= u8::try_from(preface).unwrap_or(PREFACE_BYTES);
        at += preface;
        while at < bytes.len() {
            if self.payload_left > 0 {
                let left = usize::try_from(self.payload_left).unwrap_or(usize::MAX);
                let skipped = left.min(bytes.len() - at);
                self.payload_left -= u32::try_from(skipped).unwrap_or(self.payload_left);
                if self.head[3] == PRIORITY_UPDATE {
                    self.update(&bytes[at..at + skipped]);
                    if self.offence.is_some() {
                        return at;
                    }
                }
                at += skipped;
                continue;
            }
            let begins_at = at - self.head_bytes.min(at);
            let count = (HEAD_BYTES - self.head_bytes).min(bytes.len() - at);
            self.head[self.head_bytes..][..count].copy_from_slice(&bytes[at..at + count]);
            self.head_bytes += count;
            at += count;
            if self.head_bytes == HEAD_BYTES {
                self.head_bytes = 0;
                self.offence = self.frame();
                if self.offence.is_some() {
                    return begins_at;
                }
            }
        }
        at
    }

    /// Whether a frame has begun that is not complete, or a head that goes on; content that arrives
    /// slowly is another matter.
    pub(super) fn is_mid_frame(&self) -> bool {
        let is_data = self.head[3] == DATA;
        self.preface_left > 0
            || self.head_bytes > 0
            || self.continuations.is_some()
            || (self.payload_left > 0 && !is_data)
    }

    /// Content was sent: each part of it may be acknowledged.
    pub(super) fn sent(&mut self, count: usize) {
        self.sent += count as u64;
        let earned = self.sent / BYTES_EACH_WINDOW_UPDATE;
        if earned > 0 {
            self.sent %= BYTES_EACH_WINDOW_UPDATE;
            self.earn(OF_WINDOWS, u32::try_from(earned).unwrap_or(u32::MAX));
        }
    }

    /// The library said this. A head that was too large for it cost more than it looked, and the client
    /// had been told.
    pub(super) fn overhear(&mut self, bytes: &[u8]) {
        for _ in 0..self.streams.overhear(bytes) {
            let offence = self
                .spend(OF_LARGE_HEADS)
                .or_else(|| self.spend(OF_LARGE_HEADS));
            self.is_enough |= offence.is_some();
            self.offence = self.offence.or(offence);
        }
    }

    /// A request was answered: another may be taken back.
    pub(super) fn answered(&mut self) {
        self.earn(OF_RESETS, 1);
    }

    fn earn(&mut self, kind: usize, frames: u32) {
        let most = IDLE_FRAMES_MAX + EARNED_FRAMES_MAX;
        let allowance = &mut self.allowances[kind];
        *allowance = allowance.saturating_add(frames).min(most);
    }

    /// Time earns frames of every kind, but no more than there were at the beginning.
    fn earn_time(&mut self, tick_ms: u64) {
        let since = *self.earned_ms.get_or_insert(tick_ms);
        let passed = tick_ms.saturating_sub(since);
        let earned = passed * u64::from(IDLE_FRAMES_EACH_SECOND) / 1000;
        if earned == 0 {
            return;
        }
        self.earned_ms = Some(tick_ms);
        let earned = u32::try_from(earned).unwrap_or(u32::MAX);
        for allowance in &mut self.allowances {
            if *allowance < IDLE_FRAMES_MAX {
                *allowance = allowance.saturating_add(earned).min(IDLE_FRAMES_MAX);
            }
        }
    }

    /// A frame has begun: what is wrong with it, if anything is.
    fn frame(&mut self) -> Option<Offence> {
        let [high, middle, low, kind, flags, stream @ ..] = self.head;
        let stream = u32::from_be_bytes(stream) & 0x7fff_ffff;
        self.payload_left = u32::from_be_bytes([0, high, middle, low]);
        match kind {
            HEADERS => {
                self.continuations = (flags & END_HEADERS == 0).then_some(0);
                for kind in [OF_PINGS, OF_WINDOWS, OF_OTHERS] {
                    self.earn(kind, FRAMES_EACH_REQUEST);
                }
                if self.streams.open(stream) {
                    return self.spend(OF_TOO_MANY);
                }
                None
            }
            CONTINUATION => {
                let count = self.continuations.unwrap_or(0) + 1;
                self.continuations = (flags & END_HEADERS == 0).then_some(count);
                (count > CONTINUATIONS_MAX).then_some(Offence::ContinuationFlood)
            }
            DATA if flags & END_STREAM != 0 => None,
            // Of padding, no more than the most is known here: honest clients have none.
            DATA if flags & PADDED != 0 && self.payload_left < TINY_DATA_BYTES + PADDING_MAX => {
                self.spend(OF_DATA)
            }
            DATA if self.payload_left >= TINY_DATA_BYTES => None,
            DATA => self.spend(OF_DATA),
            RST_STREAM => {
                self.streams.take_back(stream);
                self.spend(OF_RESETS)
            }
            SETTINGS => self.spend(OF_SETTINGS),
            PING => self.spend(OF_PINGS),
            WINDOW_UPDATE => self.spend(OF_WINDOWS),
            PRIORITY_UPDATE => {
                let fault = self.updates.begin(stream, self.payload_left);
                fault.or_else(|| self.spend(OF_OTHERS))
            }
            // PRIORITY, GOAWAY, and kinds that nobody knows (RFC 9113 §5.5).
            _ => self.spend(OF_OTHERS),
        }
    }

    /// A part of an update of a priority has come.
    fn update(&mut self, part: &[u8]) {
        self.updates.take(part);
        if self.payload_left == 0 {
            self.offence = self.updates.finish(self.streams.newest());
        }
    }

    fn spend(&mut self, kind: usize) -> Option<Offence> {
        let allowance = &mut self.allowances[kind];
        match allowance.checked_sub(1) {
            Some(left) => {
                *allowance = left;
                None
            }
            None => Some(FLOODS[kind]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, payload: usize) -> Vec<u8> {
        let length = u32::try_from(payload).unwrap().to_be_bytes();
        let mut frame = length[1..].to_vec();
        frame.extend([kind, flags, 0, 0, 0, 1]);
        frame.resize(HEAD_BYTES + payload, 0);
        frame
    }

    fn begun() -> Census {
        let mut census = Census::default();
        assert_eq!(census.count(&[0; PREFACE_BYTES as usize], 0), 24);
        census
    }

    /// How many frames pass before the offence.
    fn passed(census: &mut Census, frames: &[Vec<u8>], tick_ms: u64) -> usize {
        { frames.iter() }
            .take_while(|frame| census.count(frame, tick_ms) == frame.len())
            .count()
    }

    #[test]
    fn each_kind_has_an_allowance_of_its_own() {
        for (kind, flood) in [
            (DATA, Offence::DataFlood),
            (2, Offence::PriorityFlood),
            (RST_STREAM, Offence::ResetFlood),
            (SETTINGS, Offence::SettingsFlood),
            (PING, Offence::PingFlood),
            (WINDOW_UPDATE, Offence::WindowFlood),
            (0xfe, Offence::PriorityFlood),
        ] {
            let mut census = begun();
            let frames = vec![frame(kind, 0, 8); 300];
            assert_eq!(passed(&mut census, &frames, 0), IDLE_FRAMES_MAX as usize);
            assert_eq!(census.offence, Some(flood));
        }
    }

    #[test]
    fn what_is_cut_anywhere_is_counted_alike() {
        let mut bytes = vec![0; PREFACE_BYTES.into()];
        for _ in 0..=IDLE_FRAMES_MAX {
            bytes.extend(frame(PING, 0, 8));
        }
        bytes.extend(frame(DATA, 1, 5000));
        let mut whole = Census::default();
        let passed = whole.count(&bytes, 0);
        assert_eq!(passed, 24 + IDLE_FRAMES_MAX as usize * 17);
        for size in 1..40 {
            let mut census = Census::default();
            let parts: usize = bytes.chunks(size).map(|part| census.count(part, 0)).sum();
            assert_eq!(census.offence, whole.offence);
            assert!(parts <= passed + HEAD_BYTES, "{parts} in parts of {size}");
        }
    }

    #[test]
    fn time_requests_and_content_earn_more() {
        let mut census = begun();
        let pings = vec![frame(PING, 0, 8); 100];
        assert_eq!(passed(&mut census, &pings, 0), 100);
        assert_eq!(passed(&mut census, &pings[..10], 1000), 10);
        let request = frame(HEADERS, 5, 20);
        assert_eq!(passed(&mut census, &[request], 1000), 1);
        assert_eq!(passed(&mut census, &pings, 1000), 4);
        let mut census = begun();
        census.sent(1 << 20);
        let updates = vec![frame(WINDOW_UPDATE, 0, 4); 2000];
        assert_eq!(passed(&mut census, &updates, 0), 1100);
        let mut census = begun();
        (0..50).for_each(|_| census.answered());
        let resets = vec![frame(RST_STREAM, 0, 4); 200];
        assert_eq!(passed(&mut census, &resets, 0), 150);
    }

    #[test]
    fn a_head_has_few_pieces() {
        let mut census = begun();
        assert_eq!(passed(&mut census, &[frame(HEADERS, 0, 9)], 0), 1);
        assert!(census.is_mid_frame());
        let pieces = vec![frame(CONTINUATION, 0, 0); 9];
        assert_eq!(passed(&mut census, &pieces, 0), 4);
        assert_eq!(census.offence, Some(Offence::ContinuationFlood));
    }
}
