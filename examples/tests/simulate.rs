//! The program `simulate`, from the outside.
#![allow(clippy::unwrap_used)]

use std::process::{Command, Output};

fn simulate(args: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_simulate")).args(args.split_whitespace()).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_report_says_what_happened_and_how_to_see_it_again() {
    let run =
        simulate("--devices 40 --legacy 25% --hostile 2 --hours 0.4 --seed 3 --restart-at 10m --down-for 5s");
    let report = text(&run.stdout);
    assert_eq!(run.status.code(), Some(0), "{report}{}", text(&run.stderr));
    for expected in [
        "28 spec + 10 legacy + 2 hostile devices",
        "the platform restarts at 0:10:00, down for 5.0 s, links reset",
        "spec 规范设备   legacy 老录像机   hostile 恶意设备",
        "✓ no device is stuck",
        "once more          simulate --devices 40 --legacy 25%",
    ] {
        assert!(report.contains(expected), "{expected}\n{report}");
    }
    assert!(!report.contains('✗'), "{report}");
    // No terminal, no progress.
    assert_eq!(text(&run.stderr), "");
}

#[test]
fn json_repeats_to_the_last_digit() {
    let run = |seed: u32| {
        let run = simulate(&format!("--devices 20 --hours 0.3 --seed {seed} --loss 2% --split 30% --json"));
        let mut report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
        for real_time in ["wall_seconds", "device_hours_per_second"] {
            assert!(report.as_object_mut().unwrap().remove(real_time).is_some());
        }
        report
    };
    let first = run(1);
    assert_eq!(first, run(1));
    assert_ne!(first["trace"], run(2)["trace"]);
    assert_eq!(first["kinds"]["spec"]["devices"], 20);
    assert_eq!(first["violation_count"], 0);
}

#[test]
fn the_picture_is_well_formed() {
    let file = std::env::temp_dir().join(format!("kandian-simulate-{}.svg", std::process::id()));
    let run = simulate(&format!("--devices 20 --hours 0.3 --restart-at 10m --svg {}", file.display()));
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    let picture = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
    let open = picture.matches('<').count() - picture.matches("</").count();
    assert_eq!(open, picture.matches("/>").count() + picture.matches("</").count());
    assert!(picture.contains("在线") && !picture.contains("NaN"));
}

#[test]
fn a_broken_rule_is_status_1_with_the_way_to_see_it_again() {
    let run = simulate("--devices 3 --hours 0.5 --login-time 6s");
    assert_eq!(run.status.code(), Some(1));
    assert!(text(&run.stdout).contains("✗ no device is stuck: not 3 times"), "{}", text(&run.stdout));
    let complaint = text(&run.stderr);
    assert!(
        complaint.contains("seed 1; once more: simulate --devices 3 --hours 0.5 --login-time 6s"),
        "{complaint}"
    );
}

#[test]
fn arguments_that_make_no_sense_are_status_2() {
    for args in [
        "--legacy lots",
        "--devices 10 --legacy 8 --hostile 8",
        "--hours 0",
        "--hours 1 --restart-at 2h",
        "--latency 60ms..10ms",
        "--loss 120%",
        "--restart-at 6",
        "--devices 0",
        "--stalls -1",
    ] {
        let run = simulate(args);
        assert_eq!(run.status.code(), Some(2), "{args}: {}", text(&run.stderr));
        assert!(run.stdout.is_empty() && !run.stderr.is_empty(), "{args}");
    }
}
