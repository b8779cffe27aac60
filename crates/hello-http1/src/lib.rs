//! The HTTP/1.1 engine of hello: bytes in, events out; answers in, bytes out.
//!
//! It has no socket, no clock and no runtime. Received bytes are shown to a
//! [`Connection`], which says what they mean; answers are described to it, and
//! it appends their heads and framing to a buffer. Time comes in as a
//! parameter, and deadlines go out as values. So every dialogue can be tested
//! as a table, replayed, and fuzzed.
//!
//! Law: no byte from the network can make this crate panic, allocate without
//! bound, or read a message in two ways.
//!
//! Read [`state`] first: it is the protocol on one page.

mod answer;
mod chunked;
mod connection;
mod deadline;
mod event;
mod fields;
mod framing;
mod head;
mod limits;
mod opening;
mod refusal;
mod response;
mod rules;
pub mod state;
mod target;

pub use connection::Connection;
pub use event::{BodyLength, Deadline, Framing, Misuse, Next, Overdue, Version};
pub use head::RequestHead;
pub use limits::{FIELDS_CEILING, Limits};
pub use opening::HTTP2_OPENING;
pub use refusal::Refusal;
pub use response::{CommonFields, RenderedHead};
pub use rules::{Asking, check};
pub use state::{After, Misstep, Persist, Reading, Why, Writing};
pub use target::TargetForm;
