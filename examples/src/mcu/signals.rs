//! Ctrl-C, and the signal that asks programs to end.

/// Status of a program that ended by Ctrl-C, as shells have it.
const INTERRUPTED: i32 = 130;

/// Waits until the user has enough. From then on there is a little to do, a goodbye and a logout; whoever does not want
/// to wait for it says so once more, and it ends at once: what was recorded is in its file.
pub(super) async fn enough() {
    asked().await;
    tokio::spawn(async {
        asked().await;
        std::process::exit(INTERRUPTED);
    });
}

async fn asked() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
