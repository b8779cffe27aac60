//! A client that says exactly what it is told to, and hears exactly what is said.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};
use socket2::{Domain, Socket, Type};

use super::two::{Heard, Two};
use super::{PATIENCE, Protocol, private};

/// One connection.
pub struct Client {
    pub socket: TcpStream,
    /// What seals what is said, if anything does.
    seal: Option<Box<ClientConnection>>,
    /// What speaks HTTP/2 for us, if that is spoken.
    two: Option<Box<Two>>,
    /// Bytes heard and not yet taken.
    heard: Vec<u8>,
    /// The last byte of a request that was nearly sent.
    held: Vec<u8>,
    /// We have said that we have no more to say.
    is_done: bool,
}

/// How the server let go of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It said that it has no more to say.
    Closed,
    /// It took back whatever was under way.
    Reset,
}

/// An answer, told in full.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status line and the fields, as sent.
    pub head: String,
    pub body: Vec<u8>,
    closed: bool,
}

/// The plainest request for a target.
pub fn get(target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n")
}

impl Client {
    pub fn of(address: SocketAddr) -> Self {
        Self::speaking(TcpStream::connect(address).expect("hello listens"))
    }

    /// Comes from an address of its own: on this machine all of 127.0.0.0/8 are.
    pub fn from(own: Ipv4Addr, address: SocketAddr) -> Self {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let own: SocketAddr = (own, 0).into();
        socket
            .bind(&own.into())
            .expect("it is an address of loopback");
        socket.connect(&address.into()).expect("hello listens");
        Self::speaking(socket.into())
    }

    fn speaking(socket: TcpStream) -> Self {
        let mut client = Self::over(socket);
        let spoken = Protocol::spoken();
        if spoken.is_private() {
            client = client.sealed("localhost", private::believer());
        }
        if spoken.has_streams() {
            client.two = Some(Box::new(Two::begin(spoken.scheme())));
        }
        client
    }

    /// Speaks TLS from here on, and looks for this name; the handshake is made with the first word.
    pub fn sealed(mut self, name: &str, config: Arc<ClientConfig>) -> Self {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let seal = ClientConnection::new(config, name).unwrap();
        self.seal = Some(Box::new(seal));
        self
    }

    /// Makes the handshake now.
    pub fn shake_hands(&mut self) -> io::Result<()> {
        let seal = self.seal.as_mut().expect("TLS is spoken");
        while seal.is_handshaking() {
            seal.complete_io(&mut self.socket)?;
        }
        Ok(())
    }

    /// What was agreed in the handshake.
    pub fn agreed(&self) -> &ClientConnection {
        self.seal.as_ref().expect("TLS is spoken")
    }

    pub fn over(socket: TcpStream) -> Self {
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket.set_write_timeout(Some(PATIENCE)).unwrap();
        // A test that writes twice means two segments.
        socket.set_nodelay(true).unwrap();
        Self {
            socket,
            seal: None,
            two: None,
            heard: Vec::new(),
            held: Vec::new(),
            is_done: false,
        }
    }

    /// Our end, as the journal names it.
    pub fn name(&self) -> String {
        self.socket.local_addr().unwrap().to_string()
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.try_send(bytes).unwrap();
    }

    /// Sends what the server may not want to hear any more.
    pub fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        match &mut self.two {
            None => self.write(bytes.as_ref()),
            Some(two) => {
                two.say(bytes.as_ref())?;
                self.write_two()
            }
        }
    }

    /// Sends a request but for its last byte, whatever that is in what is spoken.
    pub fn send_nearly(&mut self, words: impl AsRef<[u8]>) {
        let mut bytes = match &mut self.two {
            None => words.as_ref().to_vec(),
            Some(two) => {
                two.say(words.as_ref()).unwrap();
                two.outgoing()
            }
        };
        self.held = bytes.split_off(bytes.len() - 1);
        self.write(&bytes).unwrap();
    }

    /// Sends the byte that was missing.
    pub fn send_the_rest(&mut self) {
        let held = std::mem::take(&mut self.held);
        self.write(&held).unwrap();
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.seal {
            None => self.socket.write_all(bytes),
            Some(seal) => {
                let mut stream = rustls::Stream::new(&mut **seal, &mut self.socket);
                stream.write_all(bytes)?;
                stream.flush()
            }
        }
    }

    /// Sends what HTTP/2 has to say.
    fn write_two(&mut self) -> io::Result<()> {
        // Anything that is said now would be taken for the missing byte.
        if self.is_done || !self.held.is_empty() {
            return Ok(());
        }
        let said = self.two.as_mut().map(|two| two.outgoing());
        match said {
            Some(said) if !said.is_empty() => self.write(&said),
            _ => Ok(()),
        }
    }

    /// The head of the next answer over HTTP/2; `None` if the connection ended without one.
    fn head_in_two(&mut self) -> io::Result<Option<Reply>> {
        loop {
            let Some(two) = &mut self.two else {
                return Ok(None);
            };
            match two.head()? {
                Heard::Something(head) => {
                    let body = Vec::new();
                    let closed = false;
                    return Ok(Some(Reply { head, body, closed }));
                }
                Heard::End => return Ok(None),
                Heard::NotYet => {
                    self.read_two()?;
                }
            }
        }
    }

    /// Waits to be told to stop with the body that is being sent, without a word of blame.
    pub fn is_told_to_stop(&mut self) {
        loop {
            let two = self.two.as_mut().expect("HTTP/2 is spoken");
            match two.stop().expect("the connection lives") {
                Heard::Something(code) => return assert_eq!(code, 0, "NO_ERROR"),
                Heard::End => panic!("no body is being sent"),
                Heard::NotYet => {
                    self.read_two().expect("the connection lives");
                }
            }
        }
    }

    /// Reads for HTTP/2; answers how much came.
    fn read_two(&mut self) -> io::Result<usize> {
        self.write_two()?;
        let mut bytes = [0; 16 << 10];
        let count = self.read(&mut bytes)?;
        if let Some(two) = &mut self.two {
            two.incoming(&bytes[..count]);
        }
        let _ = self.write_two();
        Ok(count)
    }

    /// Asks for a target and hears the answer.
    pub fn get(&mut self, target: &str) -> Reply {
        self.send(get(target));
        self.reply()
    }

    /// The next answer, to anything but HEAD.
    pub fn reply(&mut self) -> Reply {
        let mut reply = self.head();
        reply.body = self.body_of(&reply);
        reply
    }

    fn body_of(&mut self, reply: &Reply) -> Vec<u8> {
        match reply.status() {
            100..200 | 204 | 304 => Vec::new(),
            _ if reply.field("content-length").is_some() => self.take(reply.length()),
            _ if self.two.is_some() => self.content_of_two(),
            _ => self.chunks(),
        }
    }

    /// Content whose end is that of its stream.
    fn content_of_two(&mut self) -> Vec<u8> {
        while let Some(two) = &mut self.two {
            match two.content().expect("content") {
                Heard::Something(bytes) => self.heard.extend_from_slice(&bytes),
                Heard::End => break,
                Heard::NotYet => {
                    self.read_two().expect("content");
                }
            }
        }
        std::mem::take(&mut self.heard)
    }

    /// Content in chunks, without extensions or trailers (RFC 9112 §7.1).
    fn chunks(&mut self) -> Vec<u8> {
        let mut content = Vec::new();
        loop {
            while find(&self.heard, b"\r\n").is_none() {
                assert!(
                    self.hear_more().expect("a chunk") > 0,
                    "closed within chunks"
                );
            }
            let line = find(&self.heard, b"\r\n").expect("it was heard");
            let size = self.take(line + 2);
            let size = std::str::from_utf8(&size).ok().map(str::trim);
            let size = size.and_then(|size| usize::from_str_radix(size, 16).ok());
            let size = size.expect("a size in hexadecimal digits");
            content.extend(self.take(size));
            assert_eq!(self.take(2), b"\r\n", "a chunk ends where its size says");
            if size == 0 {
                return content;
            }
        }
    }

    /// The next answer to GET, or `None` if the connection was closed without one.
    pub fn try_reply(&mut self) -> io::Result<Option<Reply>> {
        if self.two.is_some() {
            let Some(mut reply) = self.head_in_two()? else {
                return Ok(None);
            };
            reply.body = self.body_of(&reply);
            return Ok(Some(reply));
        }
        if self.heard.is_empty() && self.hear_more()? == 0 {
            return Ok(None);
        }
        Ok(Some(self.reply()))
    }

    /// The head of the next answer, or `None` if the connection was closed without one.
    pub fn try_head(&mut self) -> io::Result<Option<Reply>> {
        if self.two.is_some() {
            return self.head_in_two();
        }
        if self.heard.is_empty() && self.hear_more()? == 0 {
            return Ok(None);
        }
        Ok(Some(self.head()))
    }

    /// The head of the next answer; its content stays to be read.
    pub fn head(&mut self) -> Reply {
        if self.two.is_some() {
            let head = self.head_in_two().expect("an answer");
            return head.expect("an answer before the end");
        }
        let end = loop {
            if let Some(at) = find(&self.heard, b"\r\n\r\n") {
                break at + 4;
            }
            assert!(
                self.hear_more().expect("an answer") > 0,
                "closed within a head: {:?}",
                String::from_utf8_lossy(&self.heard)
            );
        };
        let head = self.heard.drain(..end).collect();
        Reply {
            head: String::from_utf8(head).expect("heads are ASCII"),
            body: Vec::new(),
            closed: false,
        }
    }

    /// So many bytes of content.
    pub fn take(&mut self, count: usize) -> Vec<u8> {
        while self.heard.len() < count {
            let more = self.hear_more().expect("content");
            assert!(
                more > 0,
                "closed {} bytes too early",
                count - self.heard.len()
            );
        }
        self.heard.drain(..count).collect()
    }

    /// Everything up to the end, and the end.
    pub fn rest(&mut self) -> (Vec<u8>, End) {
        let end = loop {
            match self.hear_more() {
                Ok(0) => break End::Closed,
                Ok(_) => {}
                Err(error) if is_gone(&error) => break End::Reset,
                Err(error) => panic!("waited for the end: {error}"),
            }
        };
        (std::mem::take(&mut self.heard), end)
    }

    /// The next line of an answer that is told line by line; `None` at the end.
    pub fn line(&mut self) -> Option<String> {
        let end = loop {
            if let Some(at) = self.heard.iter().position(|byte| *byte == b'\n') {
                break at + 1;
            }
            if self.hear_more().expect("a line") == 0 {
                return None;
            }
        };
        let line = self.heard.drain(..end).collect();
        Some(String::from_utf8(line).expect("lines are text"))
    }

    /// Throws everything away up to the end.
    pub fn drain(&mut self) -> End {
        loop {
            self.heard.clear();
            match self.hear_more() {
                Ok(0) => return End::Closed,
                Ok(_) => {}
                Err(error) if is_gone(&error) => return End::Reset,
                Err(error) => panic!("waited for the end: {error}"),
            }
        }
    }

    /// Hears the end, and nothing before it.
    pub fn end(&mut self) -> End {
        let (rest, end) = self.rest();
        assert_eq!(String::from_utf8_lossy(&rest), "", "said before the end");
        end
    }

    /// Says that it has no more to say.
    pub fn half_close(&mut self) {
        if let Some(two) = &mut self.two {
            two.finish();
            let _ = self.write_two();
        }
        if let Some(seal) = &mut self.seal {
            seal.send_close_notify();
            seal.complete_io(&mut self.socket).unwrap();
        }
        self.socket.shutdown(Shutdown::Write).unwrap();
        self.is_done = true;
    }

    /// Goes away as a process does that has read everything: with a close, and not with the reset that
    /// unread bytes make of it.
    pub fn close(mut self) {
        self.socket.shutdown(Shutdown::Write).unwrap();
        self.is_done = true;
        self.drain();
    }

    /// Says the first of a handshake, if there has to be one.
    pub fn begin_handshake(&mut self) {
        if let Some(seal) = &mut self.seal {
            seal.write_tls(&mut self.socket).unwrap();
        }
    }

    /// Goes away without a word: the server's kernel hears a reset.
    pub fn reset(self) {
        rustix::net::sockopt::set_socket_linger(&self.socket, Some(Duration::ZERO)).unwrap();
    }

    /// Takes next to nothing at a time. To be said before anything is sent.
    pub fn with_small_buffer(self) -> Self {
        rustix::net::sockopt::set_socket_recv_buffer_size(&self.socket, 4096).unwrap();
        self
    }

    fn hear_more(&mut self) -> io::Result<usize> {
        if self.two.is_some() {
            return self.hear_more_in_two();
        }
        let mut bytes = [0; 16 << 10];
        let count = self.read(&mut bytes)?;
        self.heard.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    /// More content; where none is under way, the end of the connection.
    fn hear_more_in_two(&mut self) -> io::Result<usize> {
        loop {
            match &mut self.two {
                Some(two) if two.is_within_content() => match two.content()? {
                    Heard::Something(bytes) if bytes.is_empty() => {}
                    Heard::Something(bytes) => {
                        self.heard.extend_from_slice(&bytes);
                        return Ok(bytes.len());
                    }
                    // What comes after an answer that was heard to its end is the connection's.
                    Heard::End => {}
                    Heard::NotYet => {
                        self.read_two()?;
                    }
                },
                // A server that has taken its leave need not hear what we still say.
                Some(two) if two.is_over() => return Ok(0),
                _ => {
                    if self.read_two()? == 0 {
                        return Ok(0);
                    }
                }
            }
        }
    }

    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match &mut self.seal {
            None => self.socket.read(bytes),
            // An end without a word is an error here: it might be somebody else's.
            Some(seal) => rustls::Stream::new(&mut **seal, &mut self.socket).read(bytes),
        }
    }
}

impl Reply {
    pub fn status(&self) -> u16 {
        let status = self.head.get(9..12).and_then(|digits| digits.parse().ok());
        status.unwrap_or_else(|| panic!("no status in {:?}", self.head))
    }

    /// The value of a field; it must not stand twice.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut values = self
            .fields()
            .filter(|(field, _)| field.eq_ignore_ascii_case(name));
        let value = values.next().map(|(_, value)| value);
        assert_eq!(values.next(), None, "{name} stands twice");
        value
    }

    /// Names and values, in the order they were sent.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let lines = self.head.trim_end().split("\r\n").skip(1);
        lines.map(|line| line.split_once(": ").expect("a field has a name"))
    }

    pub fn length(&self) -> usize {
        let length = self.field("content-length").and_then(|n| n.parse().ok());
        length.unwrap_or_else(|| panic!("no content-length in {}", self.head))
    }

    /// The content as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Whether the server said that it would close, and closed.
    pub fn closed(&self) -> bool {
        self.closed
    }

    pub fn says_close(&self) -> bool {
        self.field("connection") == Some("close")
    }

    /// Notes that the end was heard.
    pub(super) fn and_closed(mut self) -> Self {
        self.closed = true;
        self
    }
}

/// Whether an error means that the other side is not there any more.
pub fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionReset
            | ErrorKind::BrokenPipe
            | ErrorKind::ConnectionAborted
            // Where TLS is spoken an end that is not said is none.
            | ErrorKind::UnexpectedEof
    )
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|part| part == wanted)
}
