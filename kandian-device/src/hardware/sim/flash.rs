//! Flash that takes a file for firmware.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::hardware::{Fault, Firmware};
use crate::state::file;

/// How an image begins that says its version: the rest of the line is the version.
pub(super) const SIGNATURE: &str = "KANDIAN-FIRMWARE ";

/// Images of cameras have 8 to 64 MiB.
const SPACE: u64 = 64 << 20;

/// Simulated flash: the image becomes the file `firmware.img` in the data directory.
///
/// Any file that is not empty is an image. One that begins with `KANDIAN-FIRMWARE ` and a version has to be of the
/// version that the command names, so that the failure of an upgrade can be shown as well.
#[derive(Debug)]
pub struct Flash {
    path: PathBuf,
}

impl Flash {
    pub(super) fn new(directory: &Path) -> Self {
        Self { path: directory.join("firmware.img") }
    }
}

impl Firmware for Flash {
    fn space(&self) -> u64 {
        SPACE
    }

    fn install(&self, image: &Path, version: &str) -> Result<(), Fault> {
        let mut start = Vec::new();
        File::open(image)?.take(256).read_to_end(&mut start)?;
        if start.is_empty() {
            return Err(Fault("the image is empty".to_owned()));
        }
        if let Some(rest) = start.strip_prefix(SIGNATURE.as_bytes()) {
            let line = rest.split(|b| *b == b'\n').next().unwrap_or_default();
            let named = String::from_utf8_lossy(line);
            if named.trim_end() != version {
                return Err(Fault(format!("the image is version {:?}", named.trim_end())));
            }
        }
        File::open(image)?.sync_all()?;
        fs::rename(image, &self.path)?;
        file::sync_directory_of(&self.path).map_err(io::Error::into)
    }
}
