//! A small FTP server that keeps its files in memory. It knows what RFC 959 says and nothing of this project.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

pub(crate) const USER: &str = "ftp-user";
pub(crate) const PASSWORD: &str = "ftp!@#password";

#[derive(Default)]
pub(crate) struct Knobs {
    pub(crate) files: HashMap<String, Vec<u8>>,
    /// Whether files may be renamed.
    pub(crate) renames: bool,
    /// Whether there is no room for another file.
    pub(crate) full: bool,
    /// Ends a download after so many bytes without saying that it is complete.
    pub(crate) cut_after: Option<usize>,
}

pub(crate) struct Ftp {
    pub(crate) address: SocketAddr,
    pub(crate) knobs: Arc<Mutex<Knobs>>,
    _tasks: JoinSet<()>,
}

impl Ftp {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let knobs = Arc::new(Mutex::new(Knobs { renames: true, ..Knobs::default() }));
        let (shared, mut tasks) = (Arc::clone(&knobs), JoinSet::new());
        tasks.spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { address, knobs, _tasks: tasks }
    }

    pub(crate) fn put(&self, name: &str, content: impl Into<Vec<u8>>) {
        self.knobs.lock().unwrap().files.insert(name.to_owned(), content.into());
    }

    pub(crate) fn files(&self) -> HashMap<String, Vec<u8>> {
        self.knobs.lock().unwrap().files.clone()
    }
}

async fn serve(stream: TcpStream, knobs: Arc<Mutex<Knobs>>) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let mut say = async |text: &str| writer.write_all(format!("{text}\r\n").as_bytes()).await.is_ok();
    let (mut user, mut known, mut data, mut from) =
        (String::new(), false, None::<TcpListener>, String::new());
    say("220 ready").await;
    while let Ok(Some(line)) = lines.next_line().await {
        let (verb, argument) = line.split_once(' ').unwrap_or((&line, ""));
        let going = match verb {
            "USER" => {
                user = argument.to_owned();
                say("331 password").await
            }
            "PASS" => {
                known = user == USER && argument == PASSWORD;
                say(if known { "230 welcome" } else { "530 no" }).await
            }
            "QUIT" => {
                say("221 bye").await;
                false
            }
            _ if !known => say("530 log in first").await,
            "TYPE" => say("200 ok").await,
            "PASV" => {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                let port = listener.local_addr().unwrap().port();
                data = Some(listener);
                // An address that is not the server's, as behind a router.
                say(&format!("227 passive (192,0,2,1,{},{})", port >> 8, port & 255)).await
            }
            "RETR" => {
                let (file, cut) = {
                    let knobs = knobs.lock().unwrap();
                    (knobs.files.get(argument).cloned(), knobs.cut_after)
                };
                match (file, data.take()) {
                    (Some(file), Some(listener)) => {
                        say("150 here").await;
                        let (mut stream, _) = listener.accept().await.unwrap();
                        let length = cut.unwrap_or(file.len()).min(file.len());
                        let _ = stream.write_all(&file[..length]).await;
                        drop(stream);
                        say(if cut.is_some() { "426 cut" } else { "226 done" }).await
                    }
                    _ => say("550 no such file").await,
                }
            }
            "STOR" if knobs.lock().unwrap().full => say("452 no room").await,
            "STOR" => match data.take() {
                Some(listener) => {
                    say("150 go on").await;
                    let (mut stream, _) = listener.accept().await.unwrap();
                    let mut content = Vec::new();
                    let _ = stream.read_to_end(&mut content).await;
                    knobs.lock().unwrap().files.insert(argument.to_owned(), content);
                    say("226 done").await
                }
                None => say("425 PASV first").await,
            },
            "RNFR" if knobs.lock().unwrap().renames => {
                from = argument.to_owned();
                say("350 to what").await
            }
            "RNTO" => {
                let file = knobs.lock().unwrap().files.remove(&from);
                knobs.lock().unwrap().files.extend(file.map(|file| (argument.to_owned(), file)));
                say("250 done").await
            }
            "DELE" => {
                knobs.lock().unwrap().files.remove(argument);
                say("250 done").await
            }
            _ => say("502 unknown").await,
        };
        if !going {
            return;
        }
    }
}
