//! Runs the program and makes captures for it.

use std::io::Write;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use etherparse::{PacketBuilder, VlanId};
use kandian_codec::FrameRef;
use serde_json::Value;

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// The JSON lines.
    pub(crate) fn json(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// What each line is about: the name of the operation, or the kind of its first diagnostic.
    pub(crate) fn gist(&self) -> Vec<String> {
        let gist = |line: &Value| match line["name"].as_str() {
            Some(name) => name.to_owned(),
            None => line["diagnostics"][0]["kind"].as_str().unwrap_or("?").to_owned(),
        };
        self.json().iter().map(gist).collect()
    }
}

/// Runs `inspect` with the bytes on its standard input.
pub(crate) fn inspect(args: &[&str], input: &[u8]) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_inspect"))
        .args(args)
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // The program may stop reading early; then the rest has nowhere to go.
    let feeder = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    Run {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A file of the test data of kandian-proto.
pub(crate) fn testdata(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../kandian-proto/testdata").join(path)
}

/// The bytes that a file of hex digits stands for.
pub(crate) fn hex_file(path: &str) -> Vec<u8> {
    let text = std::fs::read_to_string(testdata(path)).unwrap();
    let lines = text.lines().map(|line| line.split('#').next().unwrap());
    let digits: Vec<u8> = lines.flat_map(str::bytes).filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// A frame with a correct digest.
pub(crate) fn frame(command: u8, seq: u16, data: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    kandian_codec::encode(&FrameRef::new(command.into(), seq, data), &mut out, 65_535).unwrap();
    out
}

/// The declaration and an element around `fields`.
pub(crate) fn document(root: &str, fields: &str) -> Vec<u8> {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\" ?><{root}>{fields}</{root}>").into_bytes()
}

/// A TCP connection that is being captured: the device at 192.0.2.7 talks to 198.51.100.1.
pub(crate) struct Capture {
    packets: Vec<(u64, Vec<u8>)>,
    pub(crate) port: u16,
    pub(crate) vlan: Option<u16>,
    time: u64,
    /// Next sequence numbers of device and platform.
    seq: [u32; 2],
}

pub(crate) const DEVICE: usize = 0;
pub(crate) const PLATFORM: usize = 1;

impl Capture {
    /// With sequence numbers about to wrap, so that every test crosses the edge.
    pub(crate) fn new(port: u16) -> Self {
        let time = 1_415_151_000_000_000;
        Self { packets: Vec::new(), port, vlan: None, time, seq: [u32::MAX - 99, u32::MAX - 49] }
    }

    /// The three packets that open a connection.
    pub(crate) fn open(mut self) -> Self {
        self.packet(DEVICE, self.seq[DEVICE], "S", b"");
        self.seq[DEVICE] = self.seq[DEVICE].wrapping_add(1);
        self.packet(PLATFORM, self.seq[PLATFORM], "SA", b"");
        self.seq[PLATFORM] = self.seq[PLATFORM].wrapping_add(1);
        self.packet(DEVICE, self.seq[DEVICE], "A", b"");
        self
    }

    /// Bytes in one packet.
    pub(crate) fn send(&mut self, from: usize, bytes: &[u8]) -> &mut Self {
        let seq = self.advance(from, bytes.len());
        self.packet(from, seq, "A", bytes)
    }

    /// Moves on without sending; returns where the bytes would have stood.
    pub(crate) fn advance(&mut self, from: usize, bytes: usize) -> u32 {
        let seq = self.seq[from];
        self.seq[from] = seq.wrapping_add(bytes as u32);
        seq
    }

    /// Next sequence number of a side.
    pub(crate) fn next_seq(&self, side: usize) -> u32 {
        self.seq[side]
    }

    /// One packet; flags are letters of SYN, ACK, FIN, RST.
    pub(crate) fn packet(&mut self, from: usize, seq: u32, flags: &str, bytes: &[u8]) -> &mut Self {
        let (device, platform) = (Ipv4Addr::new(192, 0, 2, 7), Ipv4Addr::new(198, 51, 100, 1));
        let (source, destination) = if from == DEVICE { (device, platform) } else { (platform, device) };
        let (from_port, to_port) = if from == DEVICE { (40_000, self.port) } else { (self.port, 40_000) };
        let ethernet = PacketBuilder::ethernet2([2; 6], [4; 6]);
        let (source, destination) = (source.octets(), destination.octets());
        let ip = match self.vlan {
            Some(id) => ethernet.single_vlan(VlanId::try_new(id).unwrap()).ipv4(source, destination, 64),
            None => ethernet.ipv4(source, destination, 64),
        };
        let mut tcp = ip.tcp(from_port, to_port, seq, 29_200);
        for flag in flags.chars() {
            tcp = match flag {
                'S' => tcp.syn(),
                'A' => tcp.ack(self.seq[1 - from]),
                'F' => tcp.fin(),
                'R' => tcp.rst(),
                other => panic!("no flag {other}"),
            };
        }
        let mut packet = Vec::new();
        tcp.write(&mut packet, bytes).unwrap();
        self.time += 1_000;
        self.packets.push((self.time, packet));
        self
    }

    /// As `tcpdump -X` prints it, or `-XX` with the header of the link.
    pub(crate) fn dump(&self, with_link: bool) -> String {
        let mut out = String::new();
        for (time, packet) in &self.packets {
            out += &format!(
                "01:30:00.{:06} IP 192.0.2.7.40000 > 198.51.100.1.{}: Flags [P.], length 1\n",
                time % 1_000_000,
                self.port
            );
            for (row, bytes) in packet[if with_link { 0 } else { 14 }..].chunks(16).enumerate() {
                let columns: String = bytes
                    .chunks(2)
                    .map(|pair| pair.iter().map(|b| format!("{b:02x}")).collect::<String>() + " ")
                    .collect();
                let text: String =
                    bytes.iter().map(|&b| if b.is_ascii_graphic() { char::from(b) } else { '.' }).collect();
                out += &format!("\t0x{:04x}:  {columns:<40} {text}\n", row * 16);
            }
        }
        out
    }

    /// As a pcap file.
    pub(crate) fn pcap(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend(0xA1B2_C3D4_u32.to_le_bytes());
        out.extend([2, 0, 4, 0]);
        out.extend([0; 8]);
        out.extend(65_535_u32.to_le_bytes());
        out.extend(1_u32.to_le_bytes());
        for (time, packet) in &self.packets {
            out.extend(((time / 1_000_000) as u32).to_le_bytes());
            out.extend(((time % 1_000_000) as u32).to_le_bytes());
            out.extend((packet.len() as u32).to_le_bytes());
            out.extend((packet.len() as u32).to_le_bytes());
            out.extend(packet);
        }
        out
    }

    /// As a big-endian pcapng file with nanoseconds.
    pub(crate) fn pcapng(&self) -> Vec<u8> {
        let mut out = Vec::new();
        block(
            &mut out,
            0x0A0D_0D0A,
            &[&0x1A2B_3C4D_u32.to_be_bytes()[..], &[0, 1, 0, 0], &[0xFF; 8]].concat(),
        );
        block(&mut out, 1, &[0, 1, 0, 0, 0, 0, 0xFF, 0xFF, 0, 9, 0, 1, 9, 0, 0, 0, 0, 0, 0, 0]);
        for (time, packet) in &self.packets {
            let nanos = time * 1_000;
            let length = (packet.len() as u32).to_be_bytes();
            let mut body = [&[0; 4][..], &nanos.to_be_bytes(), &length, &length, packet].concat();
            body.resize(body.len().next_multiple_of(4), 0);
            block(&mut out, 6, &body);
        }
        out
    }
}

fn block(out: &mut Vec<u8>, kind: u32, body: &[u8]) {
    let length = (body.len() as u32 + 12).to_be_bytes();
    out.extend(kind.to_be_bytes());
    out.extend(length);
    out.extend(body);
    out.extend(length);
}
