//! Writes the fuzzer's dictionary, or compares it with `--check`.

use std::process::ExitCode;

use kandian_examples::generated;

fn main() -> ExitCode {
    generated::main("dict", Ok(vec![generated::dict()]))
}
