#[path = "../../benches/hostile/mod.rs"]
mod hostile;

use hostile::{ATTACKS, Field, Healthy};

use super::program::{Program, on_runtime, prepared, serve};

const CAMERA: &str = "81100000001";
const KEY: &str = "K7M2P9Q4";
/// Hostile connections in each attack.
const CONNECTIONS: usize = 300;
/// More memory than so many links with all their buffers may take, and far less than one that is unbounded takes.
const MOST_MEMORY: u64 = 64 << 20;

/// Slow, lying, flooding and silent peers, some hundred at a time: a device that is logged in stays so, and each command
/// to it is answered; memory stays within bounds. How it is with ten thousand is measured by the benchmark
/// `hostile_load`.
#[test]
fn harms_nobody_else() {
    let data = tempfile::tempdir().unwrap();
    let logs = tempfile::NamedTempFile::new().unwrap();
    let token = prepared(data.path(), CAMERA, KEY);
    let mut command = serve(&[], data.path());
    command.env("KANDIAN_LOG", "error");
    let program = Program::start(command, logs.path());
    let field = Field { rest: program.rest, device_http: program.device_http, access: program.access };
    on_runtime(async {
        let mut healthy = Healthy::log_in(field, CAMERA, KEY, &token).await;
        healthy.command().await;
        let before = program.memory();
        for attack in ATTACKS {
            let hostile = attack.begin(field, CONNECTIONS);
            hostile.under_way().await;
            for _ in 0..20 {
                healthy.command().await;
            }
            let grown = program.memory().saturating_sub(before);
            println!("{}: {} KB more, {} connections", attack.name, grown / 1024, hostile.made());
            assert!(grown < MOST_MEMORY, "{}: {grown} bytes", attack.name);
        }
        // One login, which nothing has ended.
        assert_eq!(healthy.end().await, 1);
    });
    assert_eq!(program.stop(), Some(0));
}
