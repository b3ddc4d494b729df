use std::net::TcpListener;
use std::process::{Command, Stdio};

use super::disk::Disk;
use super::program::{Program, prepared, serve};

/// The exit code, and what it says to people.
fn refused(mut command: Command) -> (Option<i32>, String) {
    let output = command.stdout(Stdio::null()).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

fn assert_refused(command: Command, parts: &[&str]) {
    let (code, said) = refused(command);
    assert_eq!(code, Some(1), "{said}");
    for part in parts {
        assert!(said.contains(part), "`{part}` is not in: {said}");
    }
}

/// A port that is taken: which setting, which address, and what to do. Nothing is left half-done.
#[test]
fn the_port_is_in_use() {
    let data = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (flag, key) in
        [("--http", "http.listen"), ("--device-http", "device_http.listen"), ("--access", "access.listen")]
    {
        let mut command = serve(&[], data.path());
        let flags: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
        command = Command::new(command.get_program());
        command.env_clear().stdin(Stdio::null());
        // The flag that is there gets the port that is taken.
        let mut replaced = false;
        for word in flags {
            command.arg(if std::mem::take(&mut replaced) { (&*address).into() } else { word.clone() });
            replaced = word == *flag;
        }
        let expected = format!("{key} = {address} cannot be listened on: ");
        assert_refused(command, &[&expected, "stop what listens there", "or choose another address or port"]);
    }
    drop(taken);
}

/// A data directory in which nothing can be written, at the first start and at a later one.
#[test]
fn the_data_directory_is_read_only() {
    let Some(mut disk) = Disk::mount(20_000) else { return };
    let made = tempfile::tempdir().unwrap();
    prepared(made.path(), "81100000001", "K7M2P9Q4");
    disk.copy_from(made.path(), "old");
    disk.make_read_only();
    for name in ["old", "new"] {
        let data = disk.path().join(name);
        let shown = format!("the data directory {}", data.display());
        let parts = [&shown, "Read-only file system", "--data-dir", "right to write"];
        assert_refused(serve(&disk.joined(), &data), &parts);
    }
}

/// A data directory that is a file, and a disk that is full from the start, and then is not.
#[test]
fn there_is_no_place_for_data() {
    let file = tempfile::NamedTempFile::new().unwrap();
    assert_refused(serve(&[], file.path()), &["the data directory", "cannot be used", "--data-dir"]);
    let Some(disk) = Disk::mount(20_000) else { return };
    let data = disk.path().join("data");
    disk.fill();
    assert_refused(
        serve(&disk.joined(), &data),
        &["the data directory", "No space left on device", "free space"],
    );
    disk.clear();
    let logs = tempfile::NamedTempFile::new().unwrap();
    assert_eq!(Program::start(serve(&disk.joined(), &data), logs.path()).stop(), Some(0));
}

/// What is no database is named, and left as it is.
#[test]
fn the_database_is_none() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("kandian.sqlite3");
    let text = "this is no database, ".repeat(1_000);
    std::fs::write(&file, &text).unwrap();
    assert_refused(serve(&[], data.path()), &["the database", "file is not a database"]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}
