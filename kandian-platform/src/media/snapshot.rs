//! One picture: the first from which decoding can begin, as an MP4 of a single frame. A JPEG would need a decoder of H.264,
//! and with it a C++ compiler, on every platform.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::Camera;
use super::hub::Full;
use crate::app::App;
use crate::rules::Mobile;

/// How long a picture may take: a connection, a token, and a long group of pictures.
const PATIENCE: Duration = Duration::from_secs(15);

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoPicture {
    /// Too many watch.
    #[error(transparent)]
    Full(#[from] Full),
    /// None came in time.
    #[error("no picture came within 15 s")]
    Late,
}

/// The next picture of a camera, which is fetched for it if nobody watches.
///
/// # Errors
///
/// [`NoPicture`].
pub async fn picture(app: &Arc<App>, account: Mobile, camera: Camera) -> Result<Bytes, NoPicture> {
    let seat = app.media.hub.join(app, camera, account)?;
    let mut out = Vec::new();
    let found = async {
        // The first two pieces of a queue are what a decoder needs, and an IDR picture.
        while let Some(piece) = seat.queue.next().await {
            match (piece.first(), piece.get(1)) {
                (Some(&super::hub::INIT), Some(&name)) => {
                    out = piece.get(2 + usize::from(name)..).unwrap_or_default().to_vec();
                }
                (Some(&super::hub::PICTURE), _) if !out.is_empty() => {
                    out.extend_from_slice(piece.get(2..).unwrap_or_default());
                    return true;
                }
                _ => {}
            }
        }
        false
    };
    match tokio::time::timeout(PATIENCE, found).await {
        Ok(true) => Ok(out.into()),
        Ok(false) | Err(_) => Err(NoPicture::Late),
    }
}
