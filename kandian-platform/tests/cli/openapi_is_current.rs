use serde_json::Value;

use super::world::World;

/// The description that is checked in, the one that is printed and the one that is served are the same.
#[test]
fn as_checked_in_printed_and_served() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let checked_in = read(&std::fs::read_to_string(path).unwrap_or_default());
    let printed =
        std::process::Command::new(env!("CARGO_BIN_EXE_kandian-platform")).arg("openapi").output().unwrap();
    let printed = read(std::str::from_utf8(&printed.stdout).unwrap());
    assert!(printed["paths"].is_object());
    assert!(
        checked_in == printed,
        "docs/openapi.json is stale; run: cargo run -p kandian-platform -- openapi > docs/openapi.json"
    );
    // Its directory goes with it.
    let world = World::new();
    let platform = world.serve();
    let (status, served) = super::world::http(platform.rest, "GET /api/v1/openapi.json HTTP/1.1", "");
    assert_eq!((status, read(&served)), (200, printed));
}
