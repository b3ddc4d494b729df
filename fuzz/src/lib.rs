//! What the fuzz targets share: one table of them, and replaying stored inputs.
//!
//! The laws themselves are functions in the crates under test (`kandian_codec::fuzz`,
//! `kandian_proto::fuzz`), so that a change there cannot leave a target behind.

#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

#[cfg(fuzzing)]
#[doc(hidden)]
pub use libfuzzer_sys;

/// A law that must hold for every input; it panics where it does not.
pub type Law = fn(&[u8]);

/// Every target by its name, which is also the name of its corpus.
pub const TARGETS: [(&str, Law); 13] = [
    ("frame", kandian_codec::fuzz::frame),
    ("resync", kandian_codec::fuzz::resync),
    ("decode_message", kandian_proto::fuzz::decode_message),
    ("roundtrip", kandian_proto::fuzz::roundtrip),
    ("strict_vs_lenient", kandian_proto::fuzz::strict_vs_lenient),
    ("soap", kandian_proto::fuzz::soap),
    ("http", kandian_proto::fuzz::http),
    ("rtsp_server", kandian_proto::fuzz::rtsp_server),
    ("rtsp_client", kandian_proto::fuzz::rtsp_client),
    ("depacketise", kandian_proto::fuzz::depacketise),
    ("device_ops", kandian_proto::fuzz::device_ops),
    ("platform_ops", kandian_proto::fuzz::platform_ops),
    ("pair", kandian_proto::fuzz::pair),
];

/// The body of a target: run by libFuzzer under cargo-fuzz, else a program that replays files.
#[macro_export]
macro_rules! target {
    ($law:path) => {
        #[cfg(fuzzing)]
        $crate::libfuzzer_sys::fuzz_target!(|data: &[u8]| $law(data));

        #[cfg(not(fuzzing))]
        fn main() -> ::std::process::ExitCode {
            $crate::replay_arguments($law, ::std::env::args_os().skip(1))
        }
    };
}

/// The folder of the stored inputs of a target.
#[must_use]
pub fn corpus(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}

/// The files of a folder, in the order of their names.
///
/// # Errors
/// When the folder cannot be read.
pub fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path()));
    let mut files = entries.collect::<io::Result<Vec<_>>>()?;
    files.retain(|path| path.is_file());
    files.sort();
    Ok(files)
}

/// Runs a law on each file, and on each file of each folder. A broken law panics.
#[must_use]
pub fn replay_arguments(law: Law, arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let mut count = 0;
    for argument in arguments {
        match replay(law, Path::new(&argument)) {
            Ok(replayed) => count += replayed,
            Err(error) => {
                eprintln!("{}: {error}", Path::new(&argument).display());
                return ExitCode::FAILURE;
            }
        }
    }
    if count == 0 {
        eprintln!(
            "usage: <target> FILE|FOLDER …   replays stored inputs; `cargo fuzz run` searches for new ones"
        );
        return ExitCode::from(2);
    }
    println!("{count} inputs, no broken law");
    ExitCode::SUCCESS
}

/// Runs a law on a file, or on each file of a folder; returns how many there were.
///
/// # Errors
/// When something cannot be read.
pub fn replay(law: Law, path: &Path) -> io::Result<usize> {
    let inputs = if path.is_dir() { files(path)? } else { vec![path.to_path_buf()] };
    for input in &inputs {
        law(&fs::read(input)?);
    }
    Ok(inputs.len())
}
