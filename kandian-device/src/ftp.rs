//! Files to and from FTP servers: firmware comes, logs go. Spec §7.5.17, §7.5.35; E-126, E-141.
//!
//! Passive mode, binary, relative to the login directory (E-141). The server is one that the platform names:
//! nothing it does takes more than a bounded time, and data are fetched from the server itself, whatever address
//! it gives for them.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use suppaftp::tokio::AsyncFtpStream;
use suppaftp::types::FileType;
use suppaftp::{FtpError, Mode};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, timeout, timeout_at};

use crate::state::FtpProfile;

/// Port of a server that names none.
const PORT: u16 = 21;
/// For the connection and the login.
const LOGIN: Duration = Duration::from_secs(20);
/// For a piece of the file to arrive.
const SILENCE: Duration = Duration::from_secs(30);
/// For a whole file: the largest image over a line of one megabit.
const TRANSFER: Duration = Duration::from_secs(600);
/// For what ends a transfer.
const FAREWELL: Duration = Duration::from_secs(10);

/// Why a file was not transferred. None of the texts holds a password.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FtpFault {
    #[error("FTP server {0}: no address")]
    NoAddress(String),
    #[error("FTP server: no answer while {0}")]
    Silence(&'static str),
    #[error("FTP server, {0}: {1}")]
    Refused(&'static str, String),
    #[error("the file has more than {0} bytes")]
    TooLong(u64),
    #[error("{0}")]
    Disk(#[from] std::io::Error),
}

/// A step with a server, within a time.
async fn step<T>(
    what: &'static str,
    within: Duration,
    step: impl Future<Output = Result<T, FtpError>>,
) -> Result<T, FtpFault> {
    match timeout(within, step).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(FtpFault::Refused(what, plain(&error))),
        Err(_) => Err(FtpFault::Silence(what)),
    }
}

/// What a server said, fit for a line of a log and for an element of a report.
fn plain(error: &FtpError) -> String {
    let text = match error {
        FtpError::UnexpectedResponse(response) => String::from_utf8_lossy(&response.body).into_owned(),
        other => other.to_string(),
    };
    text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(120).collect()
}

async fn log_in(server: &FtpProfile) -> Result<AsyncFtpStream, FtpFault> {
    let port = server.port.get().unwrap_or(PORT);
    let named = || FtpFault::NoAddress(server.host.to_string());
    let addresses = tokio::net::lookup_host((server.host.as_str(), port));
    let addresses = timeout(LOGIN, addresses).await.map_err(|_| named())?.map_err(|_| named())?;
    let addresses: Vec<SocketAddr> = addresses.collect();
    let connecting = async {
        let stream = tokio::net::TcpStream::connect(addresses.as_slice()).await;
        AsyncFtpStream::connect_with_stream(stream.map_err(FtpError::ConnectionError)?).await
    };
    let mut ftp = step("connecting", LOGIN, connecting).await?;
    step("logging in", LOGIN, ftp.login(server.account.as_str(), server.password.reveal())).await?;
    step("setting binary mode", FAREWELL, ftp.transfer_type(FileType::Binary)).await?;
    ftp.set_mode(Mode::Passive);
    // The address in the answer to PASV could be anybody's.
    ftp.set_passive_nat_workaround(true);
    Ok(ftp)
}

/// Fetches a file; returns its length. What was fetched of a longer one is left to the caller to remove.
///
/// # Errors
/// Why there is none.
pub(crate) async fn fetch(server: &FtpProfile, name: &str, to: &Path, most: u64) -> Result<u64, FtpFault> {
    let mut ftp = log_in(server).await?;
    let mut stream = step("asking for the file", SILENCE, ftp.retr_as_stream(name)).await?;
    let mut file = File::create(to).await?;
    let (mut piece, mut length) = (vec![0; 32 << 10], 0_u64);
    let end = Instant::now() + TRANSFER;
    loop {
        let read = timeout_at(end.min(Instant::now() + SILENCE), stream.read(&mut piece)).await;
        let read = read.map_err(|_| FtpFault::Silence("sending the file"))??;
        let Some(piece) = piece.get(..read).filter(|piece| !piece.is_empty()) else { break };
        length += piece.len() as u64;
        if length > most {
            return Err(FtpFault::TooLong(most));
        }
        file.write_all(piece).await?;
    }
    file.flush().await?;
    // Only the server's word tells a whole file from one that was cut.
    step("confirming the file", FAREWELL, stream.finish()).await?;
    let _ = timeout(FAREWELL, ftp.quit()).await;
    Ok(length)
}

/// Sends a file, under another name until it is whole where the server lets files be renamed (E-141).
///
/// # Errors
/// Why it is not there.
pub(crate) async fn send(server: &FtpProfile, name: &str, content: &[u8]) -> Result<(), FtpFault> {
    let mut ftp = log_in(server).await?;
    let beside = format!("{name}.part");
    put(&mut ftp, &beside, content).await?;
    if step("renaming the file", FAREWELL, ftp.rename(beside.as_str(), name)).await.is_err() {
        put(&mut ftp, name, content).await?;
        let _ = timeout(FAREWELL, ftp.rm(&beside)).await;
    }
    let _ = timeout(FAREWELL, ftp.quit()).await;
    Ok(())
}

async fn put(ftp: &mut AsyncFtpStream, name: &str, content: &[u8]) -> Result<(), FtpFault> {
    let mut stream = step("offering the file", SILENCE, ftp.put_with_stream(name)).await?;
    let write = timeout(TRANSFER, stream.write_all(content)).await;
    write.map_err(|_| FtpFault::Silence("taking the file"))??;
    step("confirming the file", SILENCE, stream.finish()).await
}
