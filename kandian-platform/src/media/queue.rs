//! What waits for one browser. A slow one loses whole groups of pictures, up to the next IDR picture, and holds up nobody.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;

/// Most bytes that wait: a group of pictures of a large camera, which a new browser gets at once, and some seconds more.
pub const MOST_BYTES: usize = 12 << 20;
/// Most pieces that wait: ten seconds of pictures and sound behind a whole group.
pub const MOST_PIECES: usize = 1_500;

/// What waits for one browser.
#[derive(Debug, Default)]
pub struct Queue {
    inner: Mutex<Inner>,
    more: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    pieces: VecDeque<Bytes>,
    bytes: usize,
    /// Nothing can be shown before the next IDR picture.
    waits: bool,
    dropped: u64,
    ended: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        // What a panic leaves behind is whole: no step of this module has two halves.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A queue of a browser that comes in now: what it needs to begin at once. Without pictures it waits for an IDR picture.
    #[must_use]
    pub fn beginning(init: Option<&Bytes>, group: &[Bytes]) -> Self {
        let mut inner = Inner { waits: group.is_empty(), ..Inner::default() };
        if !group.is_empty() {
            inner.pieces.extend(init.into_iter().chain(group).cloned());
            inner.bytes = inner.pieces.iter().map(Bytes::len).sum();
        }
        Self { inner: Mutex::new(inner), more: Notify::new() }
    }

    /// A picture. `init` is what a decoder needs first, and whether it is new with this picture.
    pub fn picture(&self, (init, is_new): (&Bytes, bool), picture: &Bytes, is_idr: bool) {
        let mut inner = self.lock();
        if inner.waits && !is_idr {
            return inner.lost(1);
        }
        let is_full = inner.bytes + picture.len() > MOST_BYTES || inner.pieces.len() >= MOST_PIECES;
        if is_full {
            let lost = inner.pieces.len() as u64;
            inner.pieces.clear();
            (inner.bytes, inner.waits) = (0, true);
            inner.lost(lost);
            if !is_idr {
                return inner.lost(1);
            }
        }
        if std::mem::take(&mut inner.waits) || is_new {
            inner.push(init.clone());
        }
        inner.push(picture.clone());
        drop(inner);
        self.more.notify_one();
    }

    /// A frame of sound, which is left out where it would be late anyway.
    pub fn sound(&self, sound: &Bytes) {
        let mut inner = self.lock();
        if inner.waits || inner.pieces.len() >= MOST_PIECES / 2 {
            return;
        }
        inner.push(sound.clone());
        drop(inner);
        self.more.notify_one();
    }

    /// Nothing will come any more.
    pub fn end(&self) {
        self.lock().ended = true;
        self.more.notify_one();
    }

    /// The next piece; `None` at the end.
    pub async fn next(&self) -> Option<Bytes> {
        loop {
            {
                let mut inner = self.lock();
                if let Some(piece) = inner.pieces.pop_front() {
                    inner.bytes -= piece.len();
                    return Some(piece);
                }
                if inner.ended {
                    return None;
                }
            }
            self.more.notified().await;
        }
    }

    /// How many pictures and sounds this browser has missed.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.lock().dropped
    }
}

impl Inner {
    fn push(&mut self, piece: Bytes) {
        self.bytes += piece.len();
        self.pieces.push_back(piece);
    }

    fn lost(&mut self, count: u64) {
        self.dropped += count;
        metrics::counter!("kandian_media_dropped_total").increment(count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(byte: u8, size: usize) -> Bytes {
        vec![byte; size].into()
    }

    async fn drained(queue: &Queue) -> Vec<u8> {
        queue.end();
        let mut all = Vec::new();
        while let Some(piece) = queue.next().await {
            all.push(piece[0]);
        }
        all
    }

    #[tokio::test]
    async fn who_comes_in_begins_with_an_idr() {
        let init = piece(0, 1);
        let queue = Queue::beginning(Some(&init), &[piece(1, 1), piece(2, 1)]);
        queue.picture((&init, false), &piece(3, 1), false);
        assert_eq!(drained(&queue).await, [0, 1, 2, 3]);
        let queue = Queue::beginning(Some(&init), &[]);
        queue.picture((&init, false), &piece(3, 1), false);
        queue.sound(&piece(9, 1));
        queue.picture((&init, false), &piece(4, 1), true);
        queue.picture((&init, true), &piece(5, 1), true);
        assert_eq!((queue.dropped(), drained(&queue).await), (1, vec![0, 4, 0, 5]));
    }

    /// Who does not read loses all that waits, and goes on with an IDR picture and what a decoder needs for it.
    #[tokio::test]
    async fn who_is_slow_loses_whole_groups() {
        let init = piece(0, 1);
        let queue = Queue::beginning(Some(&init), &[piece(1, 1)]);
        for _ in 0..13 {
            queue.picture((&init, false), &piece(2, 1 << 20), false);
        }
        assert!(queue.lock().bytes <= MOST_BYTES);
        // Init, the IDR picture, eleven or twelve others; and the one that did not fit, and what came behind it.
        assert_eq!(queue.dropped(), 15);
        queue.picture((&init, false), &piece(3, 1), false);
        queue.picture((&init, false), &piece(4, 1), true);
        queue.picture((&init, false), &piece(5, 1), false);
        assert_eq!(drained(&queue).await, [0, 4, 5]);
        let queue = Queue::beginning(Some(&init), &[piece(1, 1)]);
        for _ in 0..2 * MOST_PIECES {
            queue.picture((&init, false), &piece(2, 1), false);
        }
        assert!(queue.lock().pieces.len() <= MOST_PIECES);
        assert!(drained(&queue).await.is_empty());
    }
}
