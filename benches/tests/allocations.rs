//! Counts allocations: none for a frame that is borrowed, few for a message.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;

use kandian_benches::{Message, decode_frame, encode_frame, samples};
use kandian_codec::{FrameDecoder, HEADER_LEN};
use kandian_proto::Command;

/// The system's allocator, counting what the current thread asks for.
struct Counting;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

impl Counting {
    fn count() {
        // The counter of a thread that ends may be gone; such a thread is none of those measured.
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
    }
}

// SAFETY: every call is handed on to `System` as it came; counting neither allocates nor unwinds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::count();
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer came from `System` with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::count();
        // SAFETY: the caller keeps the contract of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        Self::count();
        // SAFETY: the pointer came from `System` with this layout; the caller keeps the rest.
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations and reallocations of this thread while `run` runs.
fn allocations<T>(run: impl FnOnce() -> T) -> u64 {
    let before = COUNT.get();
    drop(black_box(run()));
    COUNT.get() - before
}

/// What an empty decoder keeps of its buffer, as its documentation says.
const KEPT_BYTES: usize = 512;

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| vec![0_u8; 100]), 1);
    assert_eq!(allocations(|| 1 + 1), 0);
}

#[test]
fn a_borrowed_frame_costs_no_allocation() {
    let mut decoder = FrameDecoder::new();
    for sample in samples() {
        let count = allocations(|| decode_frame(&mut decoder, &sample.frame));
        assert_eq!(count, 0, "{}", sample.root);
    }
    assert_eq!(decoder.allocated(), 0);
}

/// Many frames that arrived in one piece.
#[test]
fn a_run_of_frames_costs_no_allocation() {
    let stream: Vec<u8> = samples().into_iter().flat_map(|sample| sample.frame).collect();
    let mut decoder = FrameDecoder::new();
    let mut frames = 0;
    let count = allocations(|| {
        let mut input = stream.as_slice();
        while let Some(item) = decoder.decode(&mut input).expect("frames of our own") {
            black_box(item);
            frames += 1;
        }
    });
    assert_eq!((count, frames), (0, samples().len()));
}

/// Frames cut in two: the decoder's buffer is allocated once and used again. Longer frames than it
/// keeps between frames cost one or two allocations each.
#[test]
fn a_cut_frame_costs_no_allocation_in_steady_state() {
    let mut samples = samples();
    samples.retain(|sample| sample.frame.len() <= KEPT_BYTES);
    assert!(samples.len() > 60, "only {} short frames", samples.len());
    let mut decoder = FrameDecoder::new();
    let mut counts = [0; 3];
    for count in &mut counts {
        *count = allocations(|| {
            for sample in &samples {
                let (mut head, mut tail) = sample.frame.split_at(sample.frame.len() / 2);
                assert!(decoder.decode(&mut head).expect("a start").is_none());
                assert!(decoder.decode(&mut tail).expect("the rest").is_some());
            }
        });
    }
    println!("allocations for {} cut frames, pass by pass: {counts:?}", samples.len());
    assert_eq!(counts[1..], [0, 0]);
}

#[test]
fn a_frame_written_into_a_used_buffer_costs_no_allocation() {
    let mut out = Vec::with_capacity(65_536);
    for sample in samples() {
        let command = Command(sample.frame[2]);
        let payload = &sample.frame[HEADER_LEN..sample.frame.len() - kandian_codec::DIGEST_LEN];
        assert_eq!(allocations(|| encode_frame(command, payload, &mut out)), 0, "{}", sample.root);
    }
}

/// A message needs memory for its texts and lists, and the tree in between; not for each element.
#[test]
fn messages() {
    println!("{:28} {:>8} {:>7} {:>7}", "", "elements", "decode", "encode");
    for sample in samples() {
        let elements = sample.document.matches("</").count() as u64;
        let decode = allocations(|| sample.decode());
        let encode = allocations(|| sample.message.encode());
        println!("{:28} {elements:>8} {decode:>7} {encode:>7}", sample.root);
        let texts = texts(&sample.message);
        assert!(decode <= elements + texts + 8, "{}: {decode}", sample.root);
    }
}

/// An upper bound of the texts in a message: the lines of its debug form that hold a quote.
fn texts(message: &Message) -> u64 {
    format!("{message:#?}").lines().filter(|line| line.contains('"')).count() as u64
}
