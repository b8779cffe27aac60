//! What is spoken between the clients and the servers of a test.
//!
//! What the server does is claimed once, by a plain function whose clients talk in the words of
//! HTTP/1.1, and held over every protocol: the list [`over_every_protocol`] makes four tests of it.
//! Where the protocols have to differ the claim asks what is spoken ([`Protocol::spoken`]), and
//! `docs/protocols.md` says why.

use std::cell::Cell;

/// A protocol, as clients and servers in tests speak it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Http1,
    Http1WithTls,
    Http2,
    Http2WithTls,
}

thread_local! {
    static SPOKEN: Cell<Protocol> = const { Cell::new(Protocol::Http1) };
}

impl Protocol {
    pub const ALL: [Self; 4] = [
        Self::Http1,
        Self::Http1WithTls,
        Self::Http2,
        Self::Http2WithTls,
    ];

    /// What the test at hand speaks: HTTP/1.1 in clear, unless it was told otherwise.
    pub fn spoken() -> Self {
        SPOKEN.get()
    }

    /// Runs a test in which this is spoken.
    pub fn speak<T>(self, test: impl FnOnce() -> T) -> T {
        struct Back(Protocol);
        impl Drop for Back {
            fn drop(&mut self) {
                SPOKEN.set(self.0);
            }
        }
        let _back = Back(SPOKEN.replace(self));
        test()
    }

    /// Whether it is sealed.
    pub fn is_private(self) -> bool {
        matches!(self, Self::Http1WithTls | Self::Http2WithTls)
    }

    /// Whether an answer can be given up alone, and the connection goes on.
    pub fn has_streams(self) -> bool {
        matches!(self, Self::Http2 | Self::Http2WithTls)
    }

    pub fn scheme(self) -> &'static str {
        if self.is_private() { "https" } else { "http" }
    }

    /// Its name in the journal.
    pub fn version(self) -> &'static str {
        if self.has_streams() {
            "HTTP/2"
        } else {
            "HTTP/1.1"
        }
    }
}

/// Makes a test of each claim for each protocol.
macro_rules! over_every_protocol {
    ($($claim:ident,)*) => {
        $crate::harness::spoken! { over_http1 Http1 $($claim)* }
        $crate::harness::spoken! { over_http1_with_tls Http1WithTls $($claim)* }
        $crate::harness::spoken! { over_http2 Http2 $($claim)* }
        $crate::harness::spoken! { over_http2_with_tls Http2WithTls $($claim)* }
    };
}

/// Makes two tests of each claim about what only HTTP/1.1 has: in clear, and with TLS.
macro_rules! of_http1_alone {
    ($($claim:ident,)*) => {
        $crate::harness::spoken! { of_http1 Http1 $($claim)* }
        $crate::harness::spoken! { of_http1_with_tls Http1WithTls $($claim)* }
    };
}

/// Makes two tests of each claim about what only TLS has, over either protocol.
macro_rules! with_tls {
    ($($claim:ident,)*) => {
        $crate::harness::spoken! { http1_with_tls Http1WithTls $($claim)* }
        $crate::harness::spoken! { http2_with_tls Http2WithTls $($claim)* }
    };
}

/// Makes a test of each claim for one protocol.
macro_rules! spoken {
    ($name:ident $protocol:ident $($claim:ident)*) => {
        mod $name {
            $(
                #[test]
                fn $claim() {
                    $crate::harness::Protocol::$protocol.speak(super::$claim);
                }
            )*
        }
    };
}

pub(crate) use {of_http1_alone, over_every_protocol, spoken, with_tls};
