//! Writes the WSDLs of the client and the provisioning interface, or compares them with `--check`.

use std::process::ExitCode;

use kandian_examples::generated;

fn main() -> ExitCode {
    generated::main("wsdl", Ok(generated::wsdl()))
}
