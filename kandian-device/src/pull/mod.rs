//! Watching somebody else's camera: sockets around [`kandian_proto::rtsp::client`]. Spec §10, §15.
//!
//! A [`Pull`] is one view over TCP or UDP: it connects, keeps the view alive, punches holes into NATs (R-15.13), and gives
//! what the machine gives, one [`Event`] at a time. Whoever needs a picture from another camera uses it: a device that
//! shows a foreign one ([`camera::Upstream`](crate::camera::Upstream)), and a client of 手机看店.
//!
//! ```no_run
//! use kandian_device::pull::{Event, Pull, PullError, View};
//!
//! # async fn watch() -> Result<(), PullError> {
//! let url = "rtsp://admin:secret@192.0.2.64/Streaming/Channels/101".parse()?;
//! let mut pull = Pull::foreign(url, View::tcp()).await?;
//! loop {
//!     match pull.next().await? {
//!         Event::Media { track, media } => println!("{track:?}: {} bytes", media.data.len()),
//!         event => println!("{event:?}"),
//!     }
//! }
//! # }
//! ```
//!
//! # Memory
//!
//! Nothing is read from a socket before everything that came is fetched with [`Pull::next`]. A camera that sends faster than
//! its pictures are fetched fills the buffers of the system, and then waits (TCP) or loses packets (UDP).

mod connect;
mod error;
mod sockets;

use std::fmt;
use std::io;
use std::time::Duration;

use kandian_proto::play::PlayUrl;
use kandian_proto::rtsp::client::{Client, Input, Output};
pub use kandian_proto::rtsp::client::{EndReason, Event, NotNow, RtspUrl};
use kandian_proto::rtsp::message::{Range, Scale};
use kandian_proto::time::{Millis, Now};
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until};

pub use self::connect::View;
pub use self::error::PullError;
pub use self::sockets::Sockets;

/// Bytes taken from the connection at a time; what they hold is fetched before more is read.
const PIECE_BYTES: usize = 16 << 10;
/// Longest datagram.
const DATAGRAM_BYTES: usize = 64 << 10;
/// Most bytes that wait to be sent. A client sends short requests and waits for each answer; a server that asks and does
/// not read makes it more.
const MOST_UNSENT: usize = 64 << 10;
/// How long a wait without a deadline takes at most.
const DAY: Duration = Duration::from_secs(86_400);

/// One view of a camera.
pub struct Pull {
    client: Client,
    started: Instant,
    stream: TcpStream,
    sockets: Option<Sockets>,
    /// What the connection did not take yet.
    unsent: Vec<u8>,
    buffer: Vec<u8>,
    ended: Option<PullError>,
}

impl fmt::Debug for Pull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Pull");
        shown.field("client", &self.client).field("sockets", &self.sockets);
        shown.field("ended", &self.ended).finish_non_exhaustive()
    }
}

/// What happened while waiting.
enum Happened {
    /// The connection may be read, or written.
    Connection,
    /// A datagram came; whether to the port for RTP or RTCP, the machine sees by itself.
    Datagram,
    Deadline,
}

impl Pull {
    /// Connects to a device and begins to ask for a view. The URL holds the token.
    ///
    /// # Errors
    /// When there is no connection, or no ports for UDP.
    pub async fn device(url: PlayUrl, view: View) -> Result<Self, PullError> {
        let stream = connect::connect(&RtspUrl::from(&url), view.connect_within()).await?;
        Self::device_over(stream, url, view).await
    }

    /// The same over a connection that is up: through a relay, say.
    ///
    /// # Errors
    /// When there are no ports for UDP.
    pub async fn device_over(stream: TcpStream, url: PlayUrl, view: View) -> Result<Self, PullError> {
        let (options, sockets) = view.ready(&stream).await?;
        Ok(Self::begin(stream, sockets, |now| Client::new(url, options, now)))
    }

    /// Connects to any other camera and begins to ask for a view.
    ///
    /// # Errors
    /// When there is no connection, or no ports for UDP.
    pub async fn foreign(url: RtspUrl, view: View) -> Result<Self, PullError> {
        let stream = connect::connect(&url, view.connect_within()).await?;
        let (options, sockets) = view.ready(&stream).await?;
        Ok(Self::begin(stream, sockets, |now| Client::foreign(url, options, now)))
    }

    fn begin(stream: TcpStream, sockets: Option<Sockets>, client: impl FnOnce(Now) -> Client) -> Self {
        let mut client = client(Now::mono(Millis(0)));
        if let Ok(peer) = stream.peer_addr() {
            client.handle_input(Now::mono(Millis(0)), Input::Connected(peer.ip()));
        } else {
            client.handle_input(Now::mono(Millis(0)), Input::Closed);
        }
        Self {
            client,
            started: Instant::now(),
            stream,
            unsent: Vec::new(),
            buffer: vec![0; if sockets.is_some() { DATAGRAM_BYTES } else { PIECE_BYTES }],
            sockets,
            ended: None,
        }
    }

    /// The next event. May be dropped before it is there, and called again: nothing is lost by it.
    ///
    /// # Errors
    /// Why the view is over; from then on again and again.
    pub async fn next(&mut self) -> Result<Event, PullError> {
        loop {
            if let Some(ended) = &self.ended {
                return Err(ended.clone());
            }
            let deadline = match self.drain() {
                Some(Drained::Event(event)) => return Ok(event),
                Some(Drained::Wait(deadline)) => deadline,
                None => continue,
            };
            match self.happens(deadline).await {
                Happened::Deadline => self.client.handle_input(self.now(), Input::Timeout),
                Happened::Connection => self.read(),
                Happened::Datagram => self.receive(),
            }
        }
    }

    /// Goes on, from another place or at another speed: see [`Client::play`].
    ///
    /// # Errors
    /// When nothing plays or pauses.
    pub fn play(&mut self, range: Option<Range>, scale: Option<Scale>) -> Result<(), NotNow> {
        self.client.play(self.now(), range, scale)
    }

    /// Pauses a recording: see [`Client::pause`].
    ///
    /// # Errors
    /// When nothing plays or pauses.
    pub fn pause(&mut self) -> Result<(), NotNow> {
        self.client.pause(self.now())
    }

    /// Ends the view; [`Pull::next`] then gives what still comes and the end. Dropping a view closes the connection
    /// without a word, which ends it as well.
    pub fn tear_down(&mut self) {
        self.client.tear_down(self.now());
    }

    /// Whether the camera has said that it plays.
    #[must_use]
    pub fn is_playing(&self) -> bool {
        self.client.is_playing()
    }

    /// Where the camera is.
    #[must_use]
    pub fn peer(&self) -> Option<std::net::SocketAddr> {
        self.stream.peer_addr().ok()
    }

    fn now(&self) -> Now {
        Now::mono(Millis(u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)))
    }

    /// Does what the machine wants, up to the next event.
    fn drain(&mut self) -> Option<Drained> {
        loop {
            match self.client.poll_output() {
                // One input makes few and short ones.
                Output::Transmit(bytes) => self.unsent.extend_from_slice(&bytes),
                Output::Datagram { track, is_rtcp, to, data } => {
                    if let Some(sockets) = &self.sockets {
                        sockets.send(track, is_rtcp, to, &data);
                    }
                }
                Output::Event(event) => {
                    self.write();
                    return Some(Drained::Event(event));
                }
                Output::Close(reason) => {
                    self.write();
                    // What the system said is more precise than that the connection ended.
                    self.ended.get_or_insert(PullError::Ended(reason));
                    return None;
                }
                Output::Timeout(deadline) => {
                    self.write();
                    if self.unsent.len() > MOST_UNSENT {
                        self.ended.get_or_insert(PullError::Unread);
                        return None;
                    }
                    return Some(Drained::Wait(deadline.map(|(at, _)| at)));
                }
                _ => {}
            }
        }
    }

    async fn happens(&mut self, deadline: Option<Millis>) -> Happened {
        let after = deadline.map_or(DAY, |at| Duration::from_millis(at.0).min(self.started.elapsed() + DAY));
        let at = self.started + after;
        // A camera that sends without a pause must not hold up what is due.
        if at <= Instant::now() {
            return Happened::Deadline;
        }
        let writing = if self.unsent.is_empty() { None } else { Some(Interest::WRITABLE) };
        let interest = writing.map_or(Interest::READABLE, |writing| writing | Interest::READABLE);
        tokio::select! {
            // An error shows when reading.
            _ = self.stream.ready(interest) => Happened::Connection,
            () = sockets::readable(self.sockets.as_ref()) => Happened::Datagram,
            () = sleep_until(at) => Happened::Deadline,
        }
    }

    fn read(&mut self) {
        self.write();
        let now = self.now();
        match self.stream.try_read(&mut self.buffer[..PIECE_BYTES]) {
            Ok(0) => self.client.handle_input(now, Input::Closed),
            Ok(length) => self.client.handle_input(now, Input::Bytes(&self.buffer[..length])),
            Err(error) => self.failed(&error),
        }
    }

    /// Takes one datagram of each port.
    fn receive(&mut self) {
        let now = self.now();
        let Some(sockets) = &self.sockets else { return };
        sockets.receive(&mut self.buffer, |track, from, data| {
            self.client.handle_input(now, Input::Datagram { track, from, data });
        });
    }

    fn write(&mut self) {
        while !self.unsent.is_empty() {
            match self.stream.try_write(&self.unsent) {
                Ok(written) => drop(self.unsent.drain(..written)),
                Err(error) => return self.failed(&error),
            }
        }
    }

    fn failed(&mut self, error: &io::Error) {
        if error.kind() == io::ErrorKind::WouldBlock {
            return;
        }
        self.ended.get_or_insert(PullError::Connection(error.kind()));
        self.client.handle_input(self.now(), Input::Closed);
    }
}

enum Drained {
    Event(Event),
    Wait(Option<Millis>),
}

#[cfg(test)]
pub(crate) mod tests;
