//! Shows a server in another process as it would show itself: `hello connections --follow` prints its
//! journal, `hello trace` how it answers some requests, `hello top` is its full-screen view.
//!
//! What the server says is heard by a thread of its own and kept in a [`Mirror`]; the printer and the
//! view read that, and know nothing of it. A signal, a key or the end of the server ends it.

use std::io;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use super::asking::not_shown;
use super::complain;
use super::stop::Stop;
use crate::config::{Colour, OutputSettings};
use crate::control::client::{Answer, Server, Unasked};
use crate::control::mirror::Mirror;
use crate::control::protocol::{Ask, Reply, Status};
use crate::i18n::{Language, shown, text};
use crate::observe::{Colours, Format, Opening, Printer, Style as PrinterStyle};
use crate::tui::{Screen, Style, View};
use crate::{clock, tasks};

/// Prints what happens at a server, as lines or as objects.
pub(super) fn follow(
    server: &Server,
    output: &OutputSettings,
    is_for_programs: bool,
) -> Result<Stop, Unasked> {
    print(server, Attached::to(server)?, output, is_for_programs)
}

/// Prints how a server answers these requests, as lines or as objects. `begun` is told once it does.
pub(super) fn trace(
    server: &Server,
    ask: Ask,
    output: &OutputSettings,
    (is_for_programs, begun): (bool, impl FnOnce(u32)),
) -> Result<Stop, Unasked> {
    let (attached, status) = Attached::by(server, ask)?;
    attached.answer.be_patient_for(None)?;
    begun(status.pid);
    print(server, attached, output, is_for_programs)
}

/// Prints what one is told who is attached.
fn print(
    server: &Server,
    attached: Attached,
    output: &OutputSettings,
    is_for_programs: bool,
) -> Result<Stop, Unasked> {
    let style = PrinterStyle {
        format: if is_for_programs {
            Format::Json
        } else {
            Format::Lines
        },
        language: output.text_language(),
        greeting_language: output.greeting_language,
        colours: match output.colour {
            Colour::Auto => Colours::OnTerminals,
            Colour::Always => Colours::Always,
            Colour::Never => Colours::Never,
        },
        columns: output.columns.map(usize::from),
        has_hints: true,
        is_attached: true,
    };
    let mirror = &attached.mirror;
    let printer = Printer::start(
        mirror.journal.clone(),
        mirror.registry.clone(),
        style,
        Opening::default(),
    );
    let printer = printer.map_err(|source| not_shown(server, source))?;
    let end = attached.listen(server)?;
    printer.stop();
    Ok(last_words(output.text_language(), end))
}

/// Shows a server on the whole screen.
pub(super) fn top(server: &Server, output: &OutputSettings) -> Result<Stop, Unasked> {
    let language = output.text_language();
    let Some(screen) = Screen::of_process() else {
        let complaint = complain::without_terminal();
        return Ok(Stop::complaining(complaint.in_full(language)));
    };
    let screen = screen.map_err(|source| not_shown(server, source))?;
    let attached = Attached::to(server)?;
    let style = Style {
        language,
        has_colours: output.colour != Colour::Never,
        path: (!attached.paths.is_empty()).then(|| attached.paths.join(" ")),
        addresses: attached.listening.clone(),
    };
    let mirror = &attached.mirror;
    let view = View::start(screen, &mirror.journal, &mirror.registry, &style);
    let view = view.map_err(|source| not_shown(server, source))?;
    let end = attached.listen(server);
    view.stop();
    Ok(last_words(language, end?))
}

/// Why it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The person has seen enough, or as much as was asked for.
    Enough,
    /// The server has ended, or will say no more.
    Server,
}

fn last_words(language: Language, end: End) -> Stop {
    Stop {
        text: match end {
            End::Enough => String::new(),
            End::Server => text(language, "server-ended"),
        },
        to_stdout: false,
        is_laid_out: false,
        exit_code: 0,
    }
}

/// A server that is being watched.
struct Attached {
    answer: Answer,
    mirror: Mirror,
    listening: Vec<String>,
    paths: Vec<String>,
}

impl Attached {
    /// Asks to be told what happens. What the server says at first is how it is.
    fn by(server: &Server, ask: Ask) -> Result<(Self, Status), Unasked> {
        let mut answer = server.ask(ask)?;
        let status = loop {
            match answer.hear()? {
                Some(Reply::Status(status)) => break status,
                Some(Reply::Error(error)) => return Err(server.refused(error)),
                Some(_) => {}
                None => return Err(not_shown(server, io::ErrorKind::UnexpectedEof.into())),
            }
        };
        let attached = Self {
            answer,
            mirror: Mirror::new(&status, clock::now()),
            listening: Vec::new(),
            paths: Vec::new(),
        };
        Ok((attached, status))
    }

    /// Begins to watch.
    fn to(server: &Server) -> Result<Self, Unasked> {
        let (mut attached, _) = Self::by(server, Ask::Watch)?;
        // What it serves where follows at once, and then its totals.
        loop {
            match attached.answer.hear()? {
                Some(Reply::Listening { address }) => attached.listening.push(shown(&address)),
                Some(Reply::Place(place)) => {
                    attached.paths.extend(place.path.as_deref().map(shown));
                }
                Some(reply) => {
                    attached.mirror.hear(&reply, clock::now());
                    break;
                }
                None => break,
            }
        }
        // From now on it may be silent for as long as nothing happens.
        attached.answer.be_patient_for(None)?;
        Ok(attached)
    }

    /// Keeps the mirror in step, until a signal comes or the server ends.
    fn listen(self, server: &Server) -> Result<End, Unasked> {
        let failed = |source| not_shown(server, source);
        let hang_up = self.answer.hang_up_handle().map_err(failed)?;
        let (mut answer, mut mirror) = (self.answer, self.mirror);
        let (tell, ended) = oneshot::channel();
        let hearing = tasks::thread("hello-attached", move || {
            let mut end = End::Server;
            while let Ok(Some(reply)) = answer.hear_of_many() {
                if reply == (Reply::Done {}) {
                    end = End::Enough;
                    break;
                }
                mirror.hear(&reply, clock::now());
            }
            let _ = tell.send(end);
        });
        let hearing = hearing.map_err(failed)?;
        let end = until_enough(ended).map_err(failed);
        let _ = UnixStream::shutdown(&hang_up, Shutdown::Both);
        let _ = hearing.join();
        end
    }
}

/// Waits for a signal, or for the server's end.
fn until_enough(ended: oneshot::Receiver<End>) -> io::Result<End> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    runtime.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hangup = signal(SignalKind::hangup())?;
        Ok(tokio::select! {
            _ = interrupt.recv() => End::Enough,
            _ = terminate.recv() => End::Enough,
            _ = hangup.recv() => End::Enough,
            end = ended => end.unwrap_or(End::Server),
        })
    })
}
