//! Writes the map from the specification to the code, or compares it with `--check`.

use std::process::ExitCode;

use kandian_examples::generated;

fn main() -> ExitCode {
    let map = generated::spec_map(&generated::workspace());
    generated::main("spec_map", map.map(|map| vec![map]))
}
