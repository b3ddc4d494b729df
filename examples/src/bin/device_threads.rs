//! A camera driven with threads and blocking sockets of the standard library.
//!
//! One thread owns the machine and waits at a channel; one thread per connection reads. Try it with `platform_demo`.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use clap::Parser;
use kandian_examples::loops::{Clock, DeviceArgs, Post, post};
use kandian_proto::message::device::RebootResponse;
use kandian_proto::session::device::{Device, Event, Restart};
use kandian_proto::session::{HttpAnswer, HttpRequest, Input, Output, Server, Ticket};
use kandian_proto::value::GenericResult;
use kandian_proto::{Request, Response};

/// What the other threads have to tell. A connection is known by its number, so that the last words of an old one are
/// not taken for those of the new one.
enum News {
    Connected(u32, io::Result<TcpStream>),
    Bytes(u32, Vec<u8>),
    Ended(u32),
    Answer(Ticket, Post),
}

fn main() {
    let args = DeviceArgs::parse();
    let clock = Clock::start();
    let (sender, receiver) = channel();
    let device = Device::new(args.config(), clock.now());
    Driver { args, clock, device, sender, connection: None, number: 0 }.run(&receiver);
}

struct Driver {
    args: DeviceArgs,
    clock: Clock,
    device: Device,
    sender: Sender<News>,
    connection: Option<TcpStream>,
    /// Number of the latest connection.
    number: u32,
}

impl Driver {
    fn run(&mut self, receiver: &Receiver<News>) {
        loop {
            let wait = self.drain();
            let news = receiver.recv_timeout(wait);
            let now = self.clock.now();
            match news {
                Err(RecvTimeoutError::Timeout) => self.device.handle_input(now, Input::Timeout),
                Err(RecvTimeoutError::Disconnected) => return,
                Ok(News::Answer(ticket, Post { status, body })) => {
                    let answer = HttpAnswer { ticket, status, body: &body };
                    self.device.handle_input(now, Input::HttpAnswer(answer));
                }
                Ok(News::Bytes(number, bytes)) if number == self.number => {
                    self.device.handle_input(now, Input::Bytes(&bytes));
                }
                Ok(News::Connected(number, Ok(stream))) if number == self.number => {
                    self.connection = Some(stream);
                    self.device.handle_input(now, Input::Connected);
                }
                Ok(News::Connected(number, Err(_)) | News::Ended(number)) if number == self.number => {
                    self.connection = None;
                    self.device.handle_input(now, Input::Disconnected);
                }
                Ok(_) => {}
            }
        }
    }

    /// Does everything the machine wants done; returns how long it can wait.
    fn drain(&mut self) -> Duration {
        loop {
            match self.device.poll_output() {
                Output::Http(request) => self.ask(request),
                Output::Connect(server) => self.connect(server),
                Output::Disconnect(reason) => {
                    println!("link closed: {reason:?}");
                    if let Some(stream) = self.connection.take() {
                        // Ends the reader as well.
                        let _ = stream.shutdown(Shutdown::Both);
                    }
                    self.number += 1;
                }
                Output::Transmit(bytes) => {
                    // The reader notices when the connection is gone.
                    let _ = self.connection.as_mut().map(|stream| stream.write_all(&bytes));
                }
                Output::Event(event) => self.event(event),
                Output::Timeout(None) => return Duration::from_secs(3600),
                Output::Timeout(Some((at, _))) => {
                    return Duration::from_millis((at - self.clock.now().mono).0);
                }
                _ => {}
            }
        }
    }

    fn ask(&self, request: HttpRequest) {
        let sender = self.sender.clone();
        thread::spawn(move || {
            let answer = post(&request.url, &request.body);
            sender.send(News::Answer(request.ticket, answer))
        });
    }

    fn connect(&mut self, server: Server) {
        self.number += 1;
        let (number, sender) = (self.number, self.sender.clone());
        thread::spawn(move || {
            let stream = TcpStream::connect((server.host.as_str(), server.port));
            let reader = stream.as_ref().ok().and_then(|stream| stream.try_clone().ok());
            let _ = sender.send(News::Connected(number, stream));
            if let Some(reader) = reader {
                read(reader, number, &sender);
            }
        });
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Online => println!("{} is online", self.args.id),
            Event::Request { ticket, request, .. } => self.obey(ticket, &request),
            other => println!("{other:?}"),
        }
    }

    /// An example has nothing to steer; it can start again, and says so for the rest.
    fn obey(&mut self, ticket: Ticket, request: &Request) {
        println!("asked: {:?}", request.operation());
        if !matches!(request, Request::Reboot(_)) {
            return;
        }
        let done: Response = RebootResponse::new(GenericResult::OK).dev_id(self.args.id).into();
        let now = self.clock.now();
        if self.device.respond(now, ticket, done).is_ok() {
            self.drain();
            self.device.restart(now, Restart::Reboot);
        }
    }
}

fn read(mut stream: TcpStream, number: u32, sender: &Sender<News>) {
    let mut piece = [0; 2048];
    while let Ok(n @ 1..) = stream.read(&mut piece) {
        if sender.send(News::Bytes(number, piece[..n].to_vec())).is_err() {
            return;
        }
    }
    let _ = sender.send(News::Ended(number));
}
