//! A client that says exactly the frames it is told to (RFC 9113 §4.1), for what no library would say.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::{PATIENCE, is_gone};

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const PRIORITY: u8 = 2;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;
pub const PRIORITY_UPDATE: u8 = 16;

pub const END_STREAM: u8 = 1;
pub const END_HEADERS: u8 = 4;
pub const PADDED: u8 = 8;

pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// `GET /` of `a`, in fields that stand in the static table (RFC 7541 appendix A).
pub const GET: &[u8] = &[0x82, 0x84, 0x86, 0x41, 1, b'a'];

/// `GET /large.bin` of `a`.
pub const GET_LARGE: &[u8] = b"\x82\x04\x0a/large.bin\x86\x41\x01a";

/// A frame as it was heard.
#[derive(Clone, Debug)]
pub struct Frame {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

impl Frame {
    /// The code of a RST_STREAM or GOAWAY frame.
    pub fn code(&self) -> u32 {
        let at = if self.kind == GOAWAY { 4 } else { 0 };
        u32::from_be_bytes(self.payload[at..at + 4].try_into().unwrap())
    }
}

/// A frame as it is said.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = length[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// Fields that make a list of so many KiB longer (RFC 9113 §6.5.2), never indexed.
pub fn fields_of(kib: usize) -> Vec<u8> {
    const OVERHEAD: usize = 32;
    let mut field = b"\x10\x01x\x7f\xe0\x06".to_vec();
    field.resize(field.len() + (1 << 10) - "x".len() - OVERHEAD, b'y');
    field.repeat(kib)
}

/// One connection.
pub struct Frames {
    pub socket: TcpStream,
    heard: Vec<u8>,
}

impl Frames {
    /// Says the opening words, and these settings.
    pub fn open(address: SocketAddr, settings: &[u8]) -> Self {
        let mut client = Self::silent(address);
        client.send(PREFACE);
        client.send(frame(SETTINGS, 0, 0, settings));
        client
    }

    /// Says nothing yet.
    pub fn silent(address: SocketAddr) -> Self {
        let socket = TcpStream::connect(address).expect("hello listens");
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket.set_write_timeout(Some(PATIENCE)).unwrap();
        socket.set_nodelay(true).unwrap();
        Self {
            socket,
            heard: Vec::new(),
        }
    }

    /// Our end, as the journal names it.
    pub fn name(&self) -> String {
        self.socket.local_addr().unwrap().to_string()
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.socket.write_all(bytes.as_ref()).unwrap();
    }

    /// Says as much of it as is heard.
    pub fn try_to_send(&mut self, bytes: &[u8]) {
        // Whoever is sent away in the middle of it has heard why.
        let _ = self.socket.write_all(bytes);
    }

    /// Says something again and again, `most` times or until nobody listens.
    pub fn flood(&mut self, most: usize, mut next: impl FnMut(usize) -> Vec<u8>) {
        for count in 0..most {
            if self.socket.write_all(&next(count)).is_err() {
                return;
            }
        }
    }

    /// The next frame; `None` at the end.
    pub fn hear(&mut self) -> Option<Frame> {
        loop {
            if let Some(frame) = self.take_frame() {
                return Some(frame);
            }
            let mut bytes = [0; 16 << 10];
            match self.socket.read(&mut bytes) {
                Ok(0) => return None,
                Ok(count) => self.heard.extend_from_slice(&bytes[..count]),
                Err(error) if is_gone(&error) => return None,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => panic!("waited for a frame: {error}"),
            }
        }
    }

    /// The next frame of this kind.
    pub fn hear_kind(&mut self, kind: u8) -> Frame {
        loop {
            let frame = self.hear().expect("the connection lives");
            if frame.kind == kind {
                return frame;
            }
        }
    }

    /// Everything up to the end.
    pub fn rest(&mut self) -> Vec<Frame> {
        std::iter::from_fn(|| self.hear()).collect()
    }

    fn take_frame(&mut self) -> Option<Frame> {
        let head = self.heard.get(..9)?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let (kind, flags) = (head[3], head[4]);
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        let payload = self.heard.get(9..9 + length)?.to_vec();
        self.heard.drain(..9 + length);
        Some(Frame {
            kind,
            flags,
            stream,
            payload,
        })
    }
}
