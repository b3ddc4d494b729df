//! A camera driven from one thread, as firmware without threads does it: look at the socket, look at the clock, rest.
//!
//! Try it with `platform_demo`.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread::sleep;
use std::time::Duration;

use clap::Parser;
use kandian_examples::loops::{Clock, DeviceArgs, post};
use kandian_proto::session::device::{Device, Event};
use kandian_proto::session::{HttpAnswer, Input, Output, Server};
use kandian_proto::time::Millis;

/// How long the loop rests when nothing happens. A real one would wait in `poll` or `select`.
const REST: Duration = Duration::from_millis(20);

fn main() {
    let args = DeviceArgs::parse();
    let clock = Clock::start();
    let device = Device::new(args.config(), clock.now());
    let mut firmware = Firmware { clock, device, socket: None, unsent: VecDeque::new(), wake: None };
    loop {
        firmware.drain();
        firmware.send();
        if !firmware.receive() {
            sleep(REST);
        }
        let now = firmware.clock.now();
        if firmware.wake.is_some_and(|at| at <= now.mono) {
            firmware.device.handle_input(now, Input::Timeout);
        }
    }
}

struct Firmware {
    clock: Clock,
    device: Device,
    socket: Option<TcpStream>,
    /// What the socket did not take yet.
    unsent: VecDeque<u8>,
    /// When the machine wants to be woken.
    wake: Option<Millis>,
}

impl Firmware {
    fn drain(&mut self) {
        loop {
            match self.device.poll_output() {
                Output::Http(request) => {
                    // Blocks for the moment; the link is not up yet.
                    let answer = post(&request.url, &request.body);
                    let answer =
                        HttpAnswer { ticket: request.ticket, status: answer.status, body: &answer.body };
                    self.device.handle_input(self.clock.now(), Input::HttpAnswer(answer));
                }
                Output::Connect(server) => self.connect(&server),
                Output::Disconnect(reason) => {
                    println!("link closed: {reason:?}");
                    self.send();
                    self.socket = None;
                    self.unsent.clear();
                }
                Output::Transmit(bytes) => self.unsent.extend(bytes),
                Output::Event(Event::Online) => println!("online"),
                Output::Event(event) => println!("{event:?}"),
                Output::Timeout(at) => {
                    self.wake = at.map(|(at, _)| at);
                    return;
                }
                _ => {}
            }
        }
    }

    fn connect(&mut self, server: &Server) {
        let stream = TcpStream::connect((server.host.as_str(), server.port))
            .and_then(|stream| stream.set_nonblocking(true).map(|()| stream));
        self.socket = stream.ok();
        let input = if self.socket.is_some() { Input::Connected } else { Input::Disconnected };
        self.device.handle_input(self.clock.now(), input);
    }

    /// Sends what the socket takes, and tells the machine whether more can come.
    fn send(&mut self) {
        let Some(socket) = &mut self.socket else { return };
        let blocked = loop {
            if self.unsent.is_empty() {
                break false;
            }
            match socket.write(self.unsent.make_contiguous()) {
                Ok(n) => drop(self.unsent.drain(..n)),
                // Other errors show when reading.
                Err(error) => break error.kind() == ErrorKind::WouldBlock,
            }
        };
        let input = if blocked { Input::WriteBlocked } else { Input::Writable };
        self.device.handle_input(self.clock.now(), input);
    }

    /// Takes what has arrived; returns whether there was anything.
    fn receive(&mut self) -> bool {
        let Some(socket) = &mut self.socket else { return false };
        let mut piece = [0; 2048];
        let now = self.clock.now();
        match socket.read(&mut piece) {
            Ok(n @ 1..) => self.device.handle_input(now, Input::Bytes(&piece[..n])),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            Ok(_) | Err(_) => {
                self.socket = None;
                self.unsent.clear();
                self.device.handle_input(now, Input::Disconnected);
            }
        }
        true
    }
}
