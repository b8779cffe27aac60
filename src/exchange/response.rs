//! A response as the site describes it.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use arc_swap::ArcSwapOption;
use http::StatusCode;
use http::header::{CONTENT_ENCODING, HeaderName, HeaderValue};

use super::{Body, Coding, Limited, Reason};

/// An answer: at once, or after something that may wait (a file that is not in memory).
pub enum Reply<'a> {
    /// The answer.
    Now(Response),
    /// The answer, later. The future may look at the request until then.
    Later(Pin<Box<dyn Future<Output = Response> + Send + 'a>>),
    /// The answer, after a wait that may be long.
    Patient(Patient),
}

/// An answer that takes its time. It has taken what it needs of the request, so that whoever holds
/// the request's bytes may put them away meanwhile.
pub type Patient = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// What a wait comes to.
pub enum Answer {
    /// The answer.
    Final(Response),
    /// What the answer is likely to say, so that the client can begin to fetch it, and the rest of
    /// the wait (103, RFC 8297). Clients of HTTP/1.0 do not hear it. There are clients of HTTP/1.1
    /// who take it for the answer, so it is for those who are known not to.
    EarlyHints(FieldList, Patient),
}

/// What a client is to be told. Not how: that is the driver's business.
pub struct Response {
    /// Status and fields.
    pub head: ResponseHead,
    /// Content. For HEAD it is described all the same; the driver leaves it out.
    pub body: Body,
    /// Why this answer and not the file asked for, if there is something to say.
    pub reason: Option<Reason>,
    /// Whether a form of the file in fewer bytes would have been sent, if one lay beside it.
    pub lacks_sibling: bool,
    /// What limits say of it; nothing, where there are none.
    pub limited: Option<Box<Limited>>,
    /// The number of the site that answers.
    pub site: u16,
    /// Who asked, if it is known by a password.
    pub user: Option<Box<str>>,
}

impl Response {
    /// A response with its own head.
    pub fn new(status: StatusCode, fields: FieldList, body: Body) -> Self {
        Self {
            head: ResponseHead::Own { status, fields },
            body,
            reason: None,
            lacks_sibling: false,
            limited: None,
            site: 0,
            user: None,
        }
    }

    /// The representation whose heads were settled before.
    pub fn kept(kept: Arc<Kept>, body: Body) -> Self {
        Self {
            head: ResponseHead::Kept {
                kept,
                which: Which::Whole,
            },
            body,
            reason: None,
            lacks_sibling: false,
            limited: None,
            site: 0,
            user: None,
        }
    }

    /// The same response with the reason it came about.
    #[must_use]
    pub fn because(mut self, reason: Reason) -> Self {
        self.reason = Some(reason);
        self
    }

    /// The status code.
    pub fn status(&self) -> StatusCode {
        match &self.head {
            ResponseHead::Own { status, .. } => *status,
            ResponseHead::Kept { kept, which } => kept.head(*which).status,
        }
    }

    /// The fields, without those that depend on the connection (date, framing, connection).
    pub fn fields(&self) -> &FieldList {
        self.head.fields()
    }

    /// Status and fields, to be changed for this response alone: what was settled is copied.
    pub fn head_to_edit(&mut self) -> (&mut StatusCode, &mut FieldList) {
        if let ResponseHead::Kept { kept, which } = &self.head {
            let head = kept.head(*which);
            self.head = ResponseHead::Own {
                status: head.status,
                fields: head.fields.clone(),
            };
        }
        match &mut self.head {
            ResponseHead::Own { status, fields } => (status, fields),
            ResponseHead::Kept { .. } => unreachable!("it has just been made its own"),
        }
    }

    /// How the content is coded, if there is content and it is.
    pub fn coding(&self) -> Option<Coding> {
        match &self.head {
            ResponseHead::Kept {
                kept,
                which: Which::Whole,
            } => kept.coding,
            ResponseHead::Kept { .. } => None,
            ResponseHead::Own { fields, .. } => {
                let name = fields.get(&CONTENT_ENCODING)?;
                Coding::named(name.as_bytes())
            }
        }
    }

    /// What the content may be validated by, if this is the whole of a kept representation.
    pub fn validators(&self) -> Option<&Validators> {
        match &self.head {
            ResponseHead::Kept {
                kept,
                which: Which::Whole,
            } => kept.validators.as_ref(),
            ResponseHead::Kept { .. } | ResponseHead::Own { .. } => None,
        }
    }
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self::Final(response)
    }
}

/// Status and fields of a response: made for it, or settled once and given again.
pub enum ResponseHead {
    /// Made for this response.
    Own {
        /// Status code.
        status: StatusCode,
        /// Fields in the order they are sent.
        fields: FieldList,
    },
    /// Settled when the file was read: finishers that do not read the request have been applied.
    Kept {
        /// The representation.
        kept: Arc<Kept>,
        /// Which of its heads.
        which: Which,
    },
}

impl ResponseHead {
    /// The fields, without those that depend on the connection (date, framing, connection).
    pub fn fields(&self) -> &FieldList {
        match self {
            Self::Own { fields, .. } => fields,
            Self::Kept { kept, which } => &kept.head(*which).fields,
        }
    }
}

/// Which settled head of a representation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The whole representation (usually 200).
    Whole,
    /// 304: the client has it already.
    NotModified,
}

/// A representation's heads, settled once for as long as the file stays the same.
pub struct Kept {
    /// The head sent with the content.
    pub whole: KeptHead,
    /// The 304; `None` where there is nothing to validate by (error pages).
    pub not_modified: Option<KeptHead>,
    /// What conditions and ranges judge by.
    pub validators: Option<Validators>,
    /// How the content is coded, if it is.
    pub coding: Option<Coding>,
    /// The same heads with what a site's lines say, made last.
    pub dressed: Dressed,
}

/// Room for one other form of settled heads, and for what it was made by.
#[derive(Default)]
pub struct Dressed(ArcSwapOption<(DressedBy, Arc<Kept>)>);

/// Which site's lines (a number that no other site has), and which of them, by their place.
pub(crate) type DressedBy = (u64, u64);

impl Dressed {
    /// The form made by these lines; made now if the last was made by others.
    pub(crate) fn get_or_make(&self, by: DressedBy, dress: impl FnOnce() -> Kept) -> Arc<Kept> {
        if let Some(last) = &*self.0.load()
            && last.0 == by
        {
            return last.1.clone();
        }
        let made = Arc::new(dress());
        self.0.store(Some(Arc::new((by, made.clone()))));
        made
    }
}

impl Kept {
    /// The head asked for; without a 304 of its own, the whole.
    pub fn head(&self, which: Which) -> &KeptHead {
        match (which, &self.not_modified) {
            (Which::NotModified, Some(head)) => head,
            _ => &self.whole,
        }
    }
}

/// One settled head, with room for a driver's rendering of it.
pub struct KeptHead {
    /// Status code.
    pub status: StatusCode,
    /// Fields in the order they are sent.
    pub fields: FieldList,
    /// The head as a driver wrote it, so that it is written once.
    pub keepsake: Keepsake,
}

impl KeptHead {
    /// A settled head that no driver has rendered yet.
    pub fn new(status: StatusCode, fields: FieldList) -> Self {
        Self {
            status,
            fields,
            keepsake: Keepsake::default(),
        }
    }
}

/// Places where drivers keep one thing each beside a settled head. The site never looks inside.
#[derive(Default)]
pub struct Keepsake([OnceLock<Box<dyn Any + Send + Sync>>; Self::PLACES]);

impl Keepsake {
    /// As many as there are protocols with a rendering of their own: HTTP/1.1 and HTTP/2.
    const PLACES: usize = 2;

    /// What was kept, made on the first call. `None` if the places are taken by other types.
    pub fn get_or_keep<T: Any + Send + Sync>(&self, make: impl FnOnce() -> T) -> Option<&T> {
        let mut make = Some(make);
        for place in &self.0 {
            let kept = match place.get() {
                Some(kept) => kept,
                None => place.get_or_init(|| {
                    let new = make.take().map(|make| make());
                    Box::new(new)
                }),
            };
            if let Some(kept) = kept.downcast_ref::<Option<T>>() {
                return kept.as_ref();
            }
        }
        None
    }
}

/// What a client may compare its copy with (RFC 9110 §8.8).
#[derive(Clone, Debug)]
pub struct Validators {
    /// The ETag as sent, with quotes, and `W/` if weak.
    pub etag: HeaderValue,
    /// Last modification, whole seconds; `None` where nobody knows.
    pub last_modified: Option<SystemTime>,
}

/// Header fields in the order they are sent: a flat list, for there are few.
#[derive(Clone, Debug, Default)]
pub struct FieldList(Vec<(HeaderName, HeaderValue)>);

impl FieldList {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a field.
    pub fn add(&mut self, name: HeaderName, value: HeaderValue) {
        self.0.push((name, value));
    }

    /// Replaces every field of that name by one.
    pub fn set(&mut self, name: HeaderName, value: HeaderValue) {
        self.0.retain(|(field, _)| *field != name);
        self.0.push((name, value));
    }

    /// Appends a field unless there is one of that name.
    pub fn set_if_absent(&mut self, name: HeaderName, value: HeaderValue) {
        if self.get(&name).is_none() {
            self.0.push((name, value));
        }
    }

    /// Removes every field of that name.
    pub fn remove(&mut self, name: &HeaderName) {
        self.0.retain(|(field, _)| field != name);
    }

    /// The first value of that name.
    pub fn get(&self, name: &HeaderName) -> Option<&HeaderValue> {
        self.0
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value)
    }

    /// Name and value of each field, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&HeaderName, &HeaderValue)> {
        self.0.iter().map(|(name, value)| (name, value))
    }
}
