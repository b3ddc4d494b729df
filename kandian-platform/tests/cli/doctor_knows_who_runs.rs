use super::world::{World, left};

/// A platform that runs is no fault of its own ports.
#[test]
fn and_what_is_to_be_done() {
    let world = World::new();
    let _platform = world.serve();
    let left = left(&world.data());
    let http = left["rest"].as_str().unwrap();
    let free = ["--device-http", "127.0.0.1:0", "--access", "127.0.0.1:0", "--advertise", "127.0.0.1"];
    let look = world.run(&[&["doctor", "--json", "--http", http][..], &free].concat());
    let findings = look.json();
    let found = |what: &str| findings.iter().find(|finding| finding["what"] == what).unwrap().clone();
    assert_eq!(found("platform")["found"], format!("process {} serves http://{http}", left["process"]));
    assert_eq!(found("port for people and programs")["ok"], true, "{look:?}");
    let nowhere = World::new();
    let taken = nowhere.run(&[&["doctor", "--json", "--http", http][..], &free].concat());
    assert_eq!(taken.code, 1);
    let fault = taken.json().into_iter().find(|finding| finding["ok"] == false).unwrap();
    assert_eq!(fault["what"], "port for people and programs", "{taken:?}");
    assert!(fault["remedy"].as_str().unwrap().contains("another port"), "{fault}");
}
