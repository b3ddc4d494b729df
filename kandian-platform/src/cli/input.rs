//! What commands read: files and standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::failure::Failure;

/// A whole file; `-` is standard input.
pub(crate) fn file(path: &Path, longest: u64) -> Result<Vec<u8>, Failure> {
    let failed = |error: io::Error| Failure::from(format!("{} cannot be read: {error}", path.display()));
    let mut bytes = Vec::new();
    let reader: Box<dyn Read> = match path.to_str() {
        Some("-") => Box::new(io::stdin()),
        _ => Box::new(File::open(path).map_err(failed)?),
    };
    reader.take(longest + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > longest {
        return Err(format!("{} is longer than {longest} bytes", path.display()).into());
    }
    Ok(bytes)
}
