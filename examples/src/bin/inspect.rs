//! Shows what is in a capture, a byte stream, hex text or an XML file. See `inspect --help`.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::process::ExitCode;

use clap::Parser;
use kandian_examples::inspect::{Args, Failure, run};

const UNREADABLE: u8 = 1;
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let args = Args::parse();
    let input: Box<dyn Read> = if args.file.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        match File::open(&args.file) {
            Ok(file) => Box::new(file),
            Err(error) => return complain(&args, &format!("cannot open: {error}"), UNREADABLE),
        }
    };
    let stdout = io::stdout().lock();
    let colour = args.color.resolve(stdout.is_terminal(), std::env::var_os("NO_COLOR").as_deref());
    let mut output = BufWriter::new(stdout);
    match run(&args, input, &mut output, colour) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(UNREADABLE),
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(Failure::Usage(text)) => complain(&args, &text, USAGE),
        Err(failure) => complain(&args, &failure.to_string(), UNREADABLE),
    }
}

/// Says on standard error what is wrong with which file.
fn complain(args: &Args, text: &str, status: u8) -> ExitCode {
    let name =
        if args.file.as_os_str() == "-" { "standard input".to_owned() } else { format!("{:?}", args.file) };
    // Nobody is left to tell when standard error is gone.
    let _ = writeln!(io::stderr(), "inspect: {name}: {text}");
    ExitCode::from(status)
}
