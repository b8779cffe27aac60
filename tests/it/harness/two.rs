//! A client of HTTP/2 that is told requests in the words of HTTP/1.1, and tells answers in them: so a
//! test of what is answered need not know what is spoken.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use h2::client::{Builder, Connection, ResponseFuture, SendRequest};
use h2::{RecvStream, SendStream};
use http::{Request, Uri};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What the library takes for a socket.
struct Wire(Arc<Mutex<Ends>>);

#[derive(Default)]
struct Ends {
    incoming: VecDeque<u8>,
    is_over: bool,
    outgoing: Vec<u8>,
}

/// One connection, in memory.
pub(super) struct Two {
    ends: Arc<Mutex<Ends>>,
    connection: Connection<Wire, Bytes>,
    asking: Option<SendRequest<Bytes>>,
    /// Words that are not a whole head, or the next piece of a body, yet.
    said: Vec<u8>,
    /// Whether anything was ever asked: who has not says nothing at all, not even who it is.
    has_asked: bool,
    /// The body of the last request, and how many bytes of it are still to be said.
    body: Option<(SendStream<Bytes>, usize)>,
    asked: VecDeque<ResponseFuture>,
    /// The content of the answer that is being heard.
    content: Option<RecvStream>,
    scheme: &'static str,
    /// The server has said that it has no more to say.
    is_over: bool,
}

/// What came of listening.
pub(super) enum Heard<T> {
    Something(T),
    /// Nothing more of this.
    End,
    /// More bytes are needed.
    NotYet,
}

impl Two {
    pub(super) fn begin(scheme: &'static str) -> Self {
        let ends = Arc::new(Mutex::new(Ends::default()));
        // The windows of streams are what holds content back.
        let handshake = Builder::new()
            .initial_connection_window_size(1 << 30)
            .handshake(Wire(ends.clone()));
        let cx = &mut Context::from_waker(Waker::noop());
        let Poll::Ready(Ok((asking, connection))) = pin!(handshake).poll(cx) else {
            panic!("a client begins without waiting");
        };
        Self {
            ends,
            connection,
            asking: Some(asking),
            said: Vec::new(),
            has_asked: false,
            body: None,
            asked: VecDeque::new(),
            content: None,
            scheme,
            is_over: false,
        }
    }

    fn ends(&self) -> MutexGuard<'_, Ends> {
        self.ends.lock().unwrap()
    }

    /// Asks what is asked in these words, as far as they are whole; bodies as far as they go.
    pub(super) fn say(&mut self, words: &[u8]) -> io::Result<()> {
        self.said.extend_from_slice(words);
        loop {
            match self.body.take() {
                Some(body) => {
                    if !self.say_body(body) {
                        return Ok(());
                    }
                }
                None => {
                    if !self.say_head()? {
                        return Ok(());
                    }
                }
            }
            self.go_on();
        }
    }

    /// Says as much of a body as there is; whether that is all of it.
    fn say_body(&mut self, (mut stream, left): (SendStream<Bytes>, usize)) -> bool {
        let count = left.min(self.said.len());
        let piece: Bytes = self.said.drain(..count).collect();
        let is_last = count == left;
        // Who is told to stop goes on talking, as clients do, and is not listened to.
        let _ = stream.send_data(piece, is_last);
        if !is_last {
            self.body = Some((stream, left - count));
        }
        is_last
    }

    /// Says the head of the next request, if it is whole; an error if nobody wants to hear it.
    fn say_head(&mut self) -> io::Result<bool> {
        let Some((request, body_bytes)) = self.next_head() else {
            return Ok(false);
        };
        let asking = self.asking.as_mut();
        let (answer, stream) = { asking.expect("nothing is asked after the end") }
            .send_request(request, body_bytes == 0)
            .map_err(in_io)?;
        self.has_asked = true;
        self.asked.push_back(answer);
        self.body = (body_bytes > 0).then_some((stream, body_bytes));
        Ok(true)
    }

    /// The next head in the words said, if it is whole, and how long its body will be.
    fn next_head(&mut self) -> Option<(Request<()>, usize)> {
        let end = { self.said.windows(4) }.position(|part| part == b"\r\n\r\n")? + 4;
        let head: Vec<u8> = self.said.drain(..end).collect();
        let head = String::from_utf8(head).expect("heads are ASCII");
        let mut lines = head.trim_end().split("\r\n");
        let mut words = lines.next().unwrap().split(' ');
        let (method, target) = (words.next().unwrap(), words.next().unwrap());
        let mut request = Request::builder().method(method);
        let (mut host, mut length) = (None, 0);
        for (name, value) in lines.map(|line| line.split_once(':').expect("a field has a name")) {
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "host" => host = Some(value),
                name => {
                    if name == "content-length" {
                        length = value.parse().unwrap();
                    }
                    request = request.header(name, value);
                }
            }
        }
        let uri = Uri::builder()
            .scheme(self.scheme)
            .authority(host.expect("HTTP/2 needs an authority"))
            .path_and_query(target);
        let request = request.uri(uri.build().expect("a target that HTTP/2 knows"));
        Some((request.body(()).unwrap(), length))
    }

    /// Whether the server has told us to stop with the body under way, and with which code; we do.
    pub(super) fn stop(&mut self) -> io::Result<Heard<u32>> {
        let cx = &mut Context::from_waker(Waker::noop());
        let Some((stream, _)) = &mut self.body else {
            return Ok(Heard::End);
        };
        match stream.poll_reset(cx) {
            Poll::Ready(reason) => {
                self.body = None;
                reason
                    .map(|reason| Heard::Something(reason.into()))
                    .map_err(in_io)
            }
            Poll::Pending => Ok(Heard::NotYet),
        }
    }

    /// Asks for nothing more.
    pub(super) fn finish(&mut self) {
        self.asking = None;
        self.go_on();
    }

    /// What is to be sent.
    pub(super) fn outgoing(&mut self) -> Vec<u8> {
        self.go_on();
        if !self.has_asked {
            return Vec::new();
        }
        std::mem::take(&mut self.ends().outgoing)
    }

    /// So much has come; nothing means that nothing more will.
    pub(super) fn incoming(&mut self, bytes: &[u8]) {
        let mut ends = self.ends();
        ends.is_over |= bytes.is_empty();
        ends.incoming.extend(bytes);
        drop(ends);
        self.go_on();
    }

    fn go_on(&mut self) {
        let cx = &mut Context::from_waker(Waker::noop());
        let outcome = Pin::new(&mut self.connection).poll(cx);
        self.is_over |= self.asking.is_some() && matches!(outcome, Poll::Ready(Ok(())));
    }

    /// Whether the server has said goodbye, and all that it had promised.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Whether content is being heard.
    pub(super) fn is_within_content(&self) -> bool {
        self.content.is_some()
    }

    /// The head of the next answer, in the words of HTTP/1.1.
    pub(super) fn head(&mut self) -> io::Result<Heard<String>> {
        let cx = &mut Context::from_waker(Waker::noop());
        let Some(answer) = self.asked.front_mut() else {
            return Ok(Heard::End);
        };
        let answer = match Pin::new(answer).poll(cx) {
            Poll::Ready(answer) => answer,
            Poll::Pending => return Ok(Heard::NotYet),
        };
        self.asked.pop_front();
        let (head, content) = answer.map_err(in_io)?.into_parts();
        let mut words = format!("HTTP/2.0 {} \r\n", head.status.as_u16());
        for (name, value) in &head.headers {
            let value = value.to_str().expect("heads are ASCII");
            words.extend([name.as_str(), ": ", value, "\r\n"]);
        }
        self.content = Some(content);
        Ok(Heard::Something(words + "\r\n"))
    }

    /// The next piece of content.
    pub(super) fn content(&mut self) -> io::Result<Heard<Bytes>> {
        let cx = &mut Context::from_waker(Waker::noop());
        let Some(content) = &mut self.content else {
            return Ok(Heard::End);
        };
        match content.poll_data(cx) {
            Poll::Ready(Some(Ok(bytes))) => {
                let _ = content.flow_control().release_capacity(bytes.len());
                self.go_on();
                Ok(Heard::Something(bytes))
            }
            Poll::Ready(Some(Err(error))) => {
                self.content = None;
                Err(in_io(error))
            }
            Poll::Ready(None) => {
                self.content = None;
                Ok(Heard::End)
            }
            Poll::Pending => Ok(Heard::NotYet),
        }
    }
}

/// An answer that was taken back is a reset, as is a connection that was.
fn in_io(error: h2::Error) -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionReset, error)
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut ends = self.0.lock().unwrap();
        if ends.incoming.is_empty() && !ends.is_over {
            return Poll::Pending;
        }
        let count = ends.incoming.len().min(buffer.remaining());
        let bytes: Vec<u8> = ends.incoming.drain(..count).collect();
        buffer.put_slice(&bytes);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.lock().unwrap().outgoing.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
