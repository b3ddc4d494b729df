//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use kandian_codec::Side;

/// Examples at the end of `--help`.
const EXAMPLES: &str = "\
Examples:
  inspect capture.pcapng                  every frame on port 8588 and every HTTP document of the
                                          protocol, with time and direction
  tcpdump -i eth0 -U -w - tcp port 8588 | inspect -
                                          the same, while it happens
  tcpdump -X -n -r capture.pcap | inspect -
                                          packets as text
  inspect heartbeat.hex                   hex digits, or a dump of xxd, hexdump -C, od -t x1, xxd -i
  inspect stream.bin --role device        the bytes that a device sent
  inspect damaged.bin --raw --scan        look for frames in a damaged stream
  inspect register.xml                    XML documents, HTTP messages or SOAP envelopes
  inspect capture.pcap --json | jq 'select(.name == \"LOGIN\")'
  inspect answer.xml --strict && echo as the specification has it

Hex text:
  Digits in pairs, or a dump whose offsets count the bytes; `*` repeats a line. Dumps that begin with
  the headers of a packet (tcpdump -X and -XX, Wireshark) are put together as captures are. What they
  hold may be frames, HTTP messages or a document.

JSON:
  One object per line with the keys offset, command, name, seq, digest, message, diagnostics.
  `offset` counts from the start of the stream; the offsets of diagnostics count from the start of
  DATA, or of the document. `message` is null when the bytes cannot be read; the reason is then
  among the diagnostics, and an eighth key, outline, holds the fields that could be read, as text.

Secrets:
  Keys, passwords, access keys, sessions and tokens are shown as ***, also in URLs, in elements that
  the specification does not define and in messages of vendors, where the names tell.

Exit status:
  0  everything could be read
  1  something could not be read: XML beyond repair, a wrong digest, bytes outside frames, lost
     segments; with --strict also when there is any diagnostic at all, be it a remark
  2  the arguments make no sense";

/// Shows what is in a capture, a byte stream, hex text or an XML file of the protocol 手机看店 V1.6.2.
///
/// The format is recognised by its first bytes. Nothing is refused that can be understood: every
/// deviation from the specification is accepted, shown and named by its erratum (E-nn).
#[derive(Clone, Debug, Parser)]
#[command(name = "inspect", version, after_help = EXAMPLES)]
pub struct Args {
    /// File to read; `-` is the standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Hex digits or a hex dump of frames, documents or packets; `#` starts a comment
    #[arg(long, group = "format", help_heading = "Format")]
    pub hex: bool,

    /// A pcap or pcapng capture; TCP connections are put together
    #[arg(long, group = "format", help_heading = "Format")]
    pub pcap: bool,

    /// XML documents, with or without HTTP headers or a SOAP envelope
    #[arg(long, group = "format", help_heading = "Format")]
    pub xml: bool,

    /// Bytes of one direction of a link, as sent
    #[arg(long, group = "format", help_heading = "Format")]
    pub raw: bool,

    /// Who sent the frames of --hex and --raw; otherwise each root element tells
    #[arg(long, value_enum, value_name = "SIDE", conflicts_with = "pcap", help_heading = "Reading")]
    pub role: Option<Role>,

    /// Port of the platform in captures; other ports are read where frames are recognised
    #[arg(long, default_value_t = 8588, value_name = "PORT", help_heading = "Reading")]
    pub port: u16,

    /// Look for the next frame with a correct digest where none starts, instead of giving up
    #[arg(long, help_heading = "Reading")]
    pub scan: bool,

    /// Fail (exit status 1) when there is any diagnostic
    #[arg(long, help_heading = "Reading")]
    pub strict: bool,

    /// One JSON object per line instead of text
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    /// Show device keys, passwords and other secrets in clear
    #[arg(long, help_heading = "Output")]
    pub show_secrets: bool,

    /// When to colour; `auto` is: on a terminal, unless NO_COLOR is set
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN", help_heading = "Output")]
    pub color: Colour,
}

/// A side of the link, for `--role`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Camera or recorder
    Device,
    /// Province platform
    Platform,
}

/// When to colour the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl From<Role> for Side {
    fn from(role: Role) -> Self {
        match role {
            Role::Device => Self::Device,
            Role::Platform => Self::Platform,
        }
    }
}

impl Colour {
    /// Whether to colour, given whether the output is a terminal and the variable `NO_COLOR`
    /// (<https://no-color.org>).
    #[must_use]
    pub fn resolve(self, terminal: bool, no_color: Option<&std::ffi::OsStr>) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => terminal && no_color.is_none_or(std::ffi::OsStr::is_empty),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn colour_only_on_a_terminal_without_no_color() {
        assert!(Colour::Auto.resolve(true, None));
        assert!(Colour::Auto.resolve(true, Some("".as_ref())));
        assert!(!Colour::Auto.resolve(true, Some("1".as_ref())));
        assert!(!Colour::Auto.resolve(false, None));
        assert!(Colour::Always.resolve(false, Some("1".as_ref())));
    }
}
