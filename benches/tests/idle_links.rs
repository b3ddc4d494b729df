//! What a link that is logged in and idle costs at the platform, heap included.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is a failed test")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kandian_benches::sample;
use kandian_benches::session::{feed, online_link};
use kandian_proto::session::platform::{Config, Link};

/// The system's allocator, adding up what is in use.
struct InUse;

static BYTES: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is handed on to `System` as it came; counting neither allocates nor unwinds.
unsafe impl GlobalAlloc for InUse {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the pointer came from `System` with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: InUse = InUse;

/// Fewer in a debug build, which takes a minute for all of them; the result is the same.
const LINKS: usize = if cfg!(debug_assertions) { 5_000 } else { 100_000 };
/// The bound that the documentation of `Link` states.
const MOST_BYTES: usize = 1024;

/// Every frame arrives in two pieces, so that the decoder has used its buffer.
const PIECES: usize = 2;

#[test]
fn a_link_that_is_idle_takes_less_than_a_kilobyte() {
    let heartbeat = sample("HEARTBEAT_REQ").frame;
    let config = Arc::new(Config::default());
    let mut links: Vec<Link> = Vec::with_capacity(LINKS);
    let before = BYTES.load(Ordering::Relaxed);
    links.extend((0..LINKS).map(|_| {
        let mut link = online_link(&config, PIECES);
        feed(&mut link, &heartbeat, PIECES);
        link
    }));
    let heap = (BYTES.load(Ordering::Relaxed) - before) / LINKS;
    let own = size_of::<Link>();
    println!("{LINKS} idle links: {own} bytes each in place, {heap} on the heap, {} together", own + heap);
    assert!(own + heap <= MOST_BYTES);
}
