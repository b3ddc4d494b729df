//! The output of a command as a source: `rpicam-vid`, `ffmpeg`, whatever prints H.264.

use std::collections::VecDeque;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kandian_proto::message::device::VideoParameters;
use kandian_proto::value::{FrameSizeDialect, Resolution};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, ChildStdout, Command as Process};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};

use super::shaper::{DISORDER, Shaper};
use super::splitter::Splitter;
use super::{Change, Feed, Source, StreamId, Unit};
use crate::hardware::{Fault, Pending};

/// How long a command may take to its first picture: cameras warm up, and `ffmpeg` looks at its input first.
const FIRST_PICTURE: Duration = Duration::from_secs(20);
/// How long it may print nothing.
const SILENCE: Duration = Duration::from_secs(10);
/// What is said of a command that ended, once its output is closed.
const EXIT: Duration = Duration::from_secs(1);
/// Longest line that it says of what went wrong, in characters.
const MOST_SAID: usize = 200;
/// Bits per second and the rate where none are set (E-99).
const USUAL_KBPS: u16 = 256;

/// A command that prints H.264 with start codes (Annex B) to its standard output. It runs while somebody watches, and is
/// killed afterwards, by its id. It is no line of a shell: each word reaches the program as it is.
///
/// `{width}`, `{height}`, `{fps}`, `{kbps}`, `{bps}`, `{channel}` and `{stream}` in its words stand for the parameters of the
/// stream. A command that has one of the first five is started anew when `SET_CHANNEL` changes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    words: Vec<String>,
}

impl Command {
    /// A program and its arguments.
    ///
    /// # Errors
    /// When there is no program.
    pub fn new(words: Vec<String>) -> Result<Self, Fault> {
        match words.first() {
            Some(program) if !program.is_empty() => Ok(Self { words }),
            _ => Err(Fault("the command has no program".to_owned())),
        }
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// Looks whether the program is there, so that a wrong name is refused now and not when somebody watches. Blocks.
    ///
    /// # Errors
    /// When it is not.
    pub fn check(&self) -> Result<(), Fault> {
        let program = Path::new(self.program());
        if program.components().count() > 1 {
            return match std::fs::metadata(program) {
                Ok(meta) if meta.is_file() => Ok(()),
                Ok(_) => Err(Fault(format!("{} is no program", said(self.program())))),
                Err(error) => Err(Fault(format!("{}: {error}", said(self.program())))),
            };
        }
        let places = std::env::var_os("PATH").unwrap_or_default();
        let is_there = std::env::split_paths(&places).any(|place| place.join(program).is_file());
        let missing = || Fault(format!("there is no program {:?} in PATH", said(self.program())));
        if is_there { Ok(()) } else { Err(missing()) }
    }

    fn start(&self, stream: StreamId, wanted: &VideoParameters) -> Result<Running, Fault> {
        let words: Vec<String> = self.words.iter().map(|word| fill(word, stream, wanted)).collect();
        let mut child = Process::new(&words[0])
            .args(&words[1..])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| Fault(format!("{} cannot be started: {error}", said(&words[0]))))?;
        let Some(output) = child.stdout.take() else {
            return Err(Fault("the command has no output".to_owned()));
        };
        let last_words = Arc::new(Mutex::new(String::new()));
        let overheard =
            child.stderr.take().map(|errors| tokio::spawn(overhear(errors, Arc::clone(&last_words))));
        tracing::debug!(command = ?words, pid = child.id(), "a command was started");
        Ok(Running {
            program: said(&words[0]),
            is_steered: self.words.iter().any(|word| PARAMETERS.iter().any(|name| word.contains(name))),
            child,
            output,
            last_words,
            overheard,
            splitter: Splitter::default(),
            shaper: Shaper::default(),
            is_disordered: false,
            ready: VecDeque::new(),
            buffer: vec![0; 64 << 10],
            began: Instant::now(),
            has_picture: false,
        })
    }
}

/// Parameters of a stream that a command may want to hear of.
const PARAMETERS: [&str; 5] = ["{width}", "{height}", "{fps}", "{kbps}", "{bps}"];

/// A word with the parameters of the stream in it.
fn fill(word: &str, stream: StreamId, wanted: &VideoParameters) -> String {
    let size = wanted.frame_size.resolution(FrameSizeDialect::ThreeCodes);
    let (width, height) = size.map_or((352, 288), Resolution::pixels);
    let kbps = wanted.bit_rate.kbps().unwrap_or(USUAL_KBPS);
    let values = [
        ("{width}", width.to_string()),
        ("{height}", height.to_string()),
        ("{fps}", wanted.frame_rate.clamp().0.to_string()),
        ("{kbps}", kbps.to_string()),
        ("{bps}", (u32::from(kbps) * 1_000).to_string()),
        ("{channel}", stream.channel.to_string()),
        ("{stream}", stream.stream.0.to_string()),
    ];
    values.iter().fold(word.to_owned(), |word, (name, value)| word.replace(name, value))
}

/// Text of a program, as it can stand in a log.
fn said(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MOST_SAID)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Keeps the last line that a command says of what goes wrong.
async fn overhear(errors: tokio::process::ChildStderr, last_words: Arc<Mutex<String>>) {
    /// Longest line that is read as one.
    const LINE: u64 = 4_096;
    let mut lines = BufReader::new(errors);
    loop {
        let mut line = Vec::new();
        // A line without an end must not fill the memory.
        match (&mut lines).take(LINE).read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let line = said(&String::from_utf8_lossy(&line));
        if !line.is_empty() {
            tracing::debug!("the command says: {line}");
            *last_words.lock().unwrap_or_else(PoisonError::into_inner) = line;
        }
    }
}

/// A command that runs.
struct Running {
    program: String,
    is_steered: bool,
    child: Child,
    output: ChildStdout,
    last_words: Arc<Mutex<String>>,
    overheard: Option<JoinHandle<()>>,
    splitter: Splitter,
    shaper: Shaper,
    /// It was said that there are B-frames.
    is_disordered: bool,
    /// Pictures that came together.
    ready: VecDeque<Unit>,
    buffer: Vec<u8>,
    began: Instant,
    has_picture: bool,
}

impl Running {
    async fn picture(&mut self) -> Result<Unit, Fault> {
        loop {
            if let Some(unit) = self.ready.pop_front() {
                return Ok(unit);
            }
            let deadline =
                if self.has_picture { Instant::now() + SILENCE } else { self.began + FIRST_PICTURE };
            let read = timeout_at(deadline, self.output.read(&mut self.buffer)).await;
            let Ok(read) = read else { return Err(self.silent()) };
            match read {
                Ok(0) | Err(_) => return Err(self.ended().await),
                Ok(read) => self.take(read)?,
            }
        }
    }

    fn take(&mut self, read: usize) -> Result<(), Fault> {
        let bytes = self.buffer.get(..read).unwrap_or_default();
        self.splitter
            .push(bytes)
            .map_err(|error| Fault(format!("what {} prints cannot be shown: {error}", self.program)))?;
        while let Some(data) = self.splitter.poll() {
            if let Some(shaped) = self.shaper.unit(data) {
                self.has_picture = true;
                if self.shaper.has_b_frames() && !std::mem::replace(&mut self.is_disordered, true) {
                    tracing::warn!(program = %self.program, "{DISORDER}");
                }
                let at = self.began.elapsed();
                self.ready.push_back(Unit { at, is_key: shaped.is_key, data: shaped.data });
            }
        }
        Ok(())
    }

    fn silent(&self) -> Fault {
        let program = &self.program;
        Fault(if self.has_picture {
            format!("{program} has printed nothing for {SILENCE:?}{}", self.last_words())
        } else {
            let what = "no picture that stands by itself (IDR with SPS and PPS)";
            format!("{program} has printed {what} within {FIRST_PICTURE:?}{}", self.last_words())
        })
    }

    /// Its output is closed.
    async fn ended(&mut self) -> Fault {
        if let Some(overheard) = self.overheard.take() {
            let _ = timeout(EXIT, overheard).await;
        }
        let program = &self.program;
        match timeout(EXIT, self.child.wait()).await {
            Ok(Ok(status)) => Fault(format!("{program} ended with {}{}", words(status), self.last_words())),
            _ => Fault(format!("{program} closed its output and goes on{}", self.last_words())),
        }
    }

    fn last_words(&self) -> String {
        let last = self.last_words.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_empty() { String::new() } else { format!("; it said last: {last}") }
    }
}

fn words(status: ExitStatus) -> String {
    status.code().map_or_else(|| status.to_string(), |code| format!("exit code {code}"))
}

impl Source for Command {
    fn open(&self, stream: StreamId, wanted: &VideoParameters) -> Pending<'_, Result<Box<dyn Feed>, Fault>> {
        let started = self.start(stream, wanted);
        Box::pin(async move { Ok(Box::new(started?) as Box<dyn Feed>) })
    }
}

impl Feed for Running {
    fn next(&mut self) -> Pending<'_, Result<Unit, Fault>> {
        Box::pin(self.picture())
    }

    fn set(&mut self, _: &VideoParameters) -> Change {
        // A command does not listen.
        if self.is_steered { Change::Reopen } else { Change::Ignored }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
