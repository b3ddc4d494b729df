//! SDP: what there is to be seen and heard. R-10.1; E-173, E-179.
//!
//! ```
//! use kandian_proto::rtsp::h264::ParameterSets;
//! use kandian_proto::rtsp::sdp::{Codec, Description, Remote, Sound};
//! let mut sets = ParameterSets::default();
//! sets.take(&[0x67, 0x42, 0xC0, 0x1E, 0xD9]);
//! sets.take(&[0x68, 0xCE, 0x3C, 0x80]);
//! let description = Description::live(sets.clone()).sound(Sound::Pcma);
//! let text = description.write("192.0.2.7".parse()?, 1);
//! assert!(text.contains("a=fmtp:96 packetization-mode=1;profile-level-id=42C01E;sprop-parameter-sets=Z0LAHtk=,aM48gA==\r\n"));
//!
//! let remote = Remote::parse(text.as_bytes())?;
//! assert_eq!(remote.tracks.iter().map(|track| track.codec).collect::<Vec<_>>(), [Codec::H264, Codec::Pcma]);
//! assert_eq!(remote.tracks[0].parameter_sets, sets);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod read;
mod write;

pub use read::{Codec, MAX_TRACKS, Remote, RemoteTrack, SdpError};
pub use write::{Description, Sound};
