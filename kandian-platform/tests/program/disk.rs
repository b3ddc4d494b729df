//! A small disk of its own, which can be filled up and made read-only.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use tempfile::TempDir;

use super::program::installed;

/// A file system in memory, mounted where only a process of ours sees it, and those that join it. It needs no rights:
/// user namespaces give them.
pub(crate) struct Disk {
    keeper: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    mount: TempDir,
}

impl Disk {
    /// A disk of so many KB; `None`, with a line that says so, where the system allows none.
    pub(crate) fn mount(kilobytes: u32) -> Option<Self> {
        let mount = tempfile::tempdir().unwrap();
        let keeper = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut keeper) = keeper else {
            println!("NOT CHECKED: there is no `unshare` to make a disk with");
            return None;
        };
        let (orders, answers) = (keeper.stdin.take().unwrap(), BufReader::new(keeper.stdout.take().unwrap()));
        let mut disk = Self { keeper, orders, answers, mount };
        let path = disk.mount.path().display().to_string();
        if !disk.order(&format!("mount -t tmpfs -o size={kilobytes}k,mode=755 tmpfs {path}")) {
            println!("NOT CHECKED: this system lets nobody mount a file system of his own");
            return None;
        }
        Some(disk)
    }

    /// Whether the keeper did it.
    fn order(&mut self, what: &str) -> bool {
        let sent = writeln!(self.orders, "{what} 2>/dev/null >&2 && echo yes || echo no");
        let mut answer = String::new();
        sent.is_ok() && self.answers.read_line(&mut answer).is_ok() && answer.trim() == "yes"
    }

    /// Where it is, for a program that joins it.
    pub(crate) fn path(&self) -> &Path {
        self.mount.path()
    }

    /// What a program is started by that joins it.
    pub(crate) fn joined(&self) -> Vec<String> {
        let nsenter = installed("nsenter").expect("nsenter comes with unshare").display().to_string();
        let flags = ["--user", "--mount", "--preserve-credentials", "--target"].map(str::to_owned);
        [vec![nsenter], flags.to_vec(), vec![self.keeper.id().to_string()]].concat()
    }

    /// Where it is for everybody else. Only the kernel can follow this path, and no program that resolves it itself.
    fn outside(&self) -> PathBuf {
        let inside = self.mount.path().strip_prefix("/").unwrap();
        Path::new("/proc").join(self.keeper.id().to_string()).join("root").join(inside)
    }

    /// Copies the files of a directory to one there.
    pub(crate) fn copy_from(&self, directory: &Path, name: &str) {
        let into = self.outside().join(name);
        std::fs::create_dir_all(&into).unwrap();
        for file in std::fs::read_dir(directory).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), into.join(file.file_name())).unwrap();
        }
    }

    /// Takes all the space that is left.
    pub(crate) fn fill(&self) {
        let mut filler = std::fs::File::create(self.outside().join("filler")).unwrap();
        let mut size = 64 << 10;
        while size > 0 {
            match filler.write(&vec![b'x'; size]) {
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::StorageFull => size /= 2,
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Gives it back.
    pub(crate) fn clear(&self) {
        std::fs::remove_file(self.outside().join("filler")).unwrap();
    }

    pub(crate) fn make_read_only(&mut self) {
        let path = self.mount.path().display().to_string();
        assert!(self.order(&format!("mount -o remount,ro {path}")));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // The mount ends with its last process.
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
    }
}
