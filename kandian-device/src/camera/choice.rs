//! Sources in words, as people choose them.

use std::str::FromStr;
use std::sync::Arc;

use kandian_proto::DevId;

use super::{Command, File, Microphone, Source, Transport, Upstream, Voiced};
use crate::hardware::Fault;
use crate::hardware::sim::Microphones;
use crate::settings::nearest;

/// A source that somebody chose: `pattern`, `clip`, a file, `rtsp://…`, or `cmd:…`.
///
/// ```
/// use kandian_device::camera::Choice;
/// let choice: Choice = "cmd:rpicam-vid --timeout 0 --width {width} --height {height} --codec h264 --inline --output -".parse()?;
/// assert!(matches!(choice, Choice::Command(command) if command.program() == "rpicam-vid"));
/// let wrong = "http://192.0.2.64/video".parse::<Choice>().unwrap_err();
/// assert!(wrong.contains("cmd:ffmpeg"), "{wrong}");
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Choice {
    /// The test pattern; the clip in a build without an encoder.
    Pattern,
    /// The clip that is part of the library.
    Clip,
    /// A file.
    File(File),
    /// Another camera.
    Camera(Upstream),
    /// What a program prints.
    Command(Command),
}

impl Choice {
    /// Looks whether what is chosen is there. Blocks. A camera is not asked: it may be switched on later.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), Fault> {
        match self {
            Self::Pattern | Self::Clip | Self::Camera(_) => Ok(()),
            Self::File(file) => file.check(),
            Self::Command(command) => command.check(),
        }
    }

    /// Builds it, for a device whose civil time is so many minutes ahead of UTC.
    #[must_use]
    pub fn source(&self, device: DevId, offset_minutes: i16, microphones: &Microphones) -> Arc<dyn Source> {
        let (source, usual): (Arc<dyn Source>, _) = match self {
            Self::Pattern => (pattern(device, offset_minutes), Some(Microphone::tone())),
            Self::Clip => (Arc::new(File::clip()), Some(Microphone::tone())),
            Self::File(file) => (Arc::new(file.clone()), None),
            Self::Camera(upstream) => (Arc::new(upstream.clone()), None),
            Self::Command(command) => (Arc::new(command.clone()), None),
        };
        let microphone = match microphones {
            Microphones::Usual => usual,
            Microphones::None => None,
            Microphones::All(microphone) => Some(microphone.clone()),
        };
        match microphone {
            Some(microphone) => Arc::new(Voiced::new(source, microphone)),
            None => source,
        }
    }
}

#[cfg(feature = "encoder")]
fn pattern(device: DevId, offset_minutes: i16) -> Arc<dyn Source> {
    Arc::new(super::TestPattern::new(device.as_str(), offset_minutes))
}

/// Nothing can be drawn without an encoder.
#[cfg(not(feature = "encoder"))]
fn pattern(_device: DevId, _offset_minutes: i16) -> Arc<dyn Source> {
    Arc::new(File::clip())
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words =
            "a source is `pattern`, `clip`, a file (.h264, .264, .mp4), rtsp://…, or cmd:PROGRAM ARGUMENT…";
        match text {
            "pattern" => return Ok(Self::Pattern),
            "clip" => return Ok(Self::Clip),
            "" => return Err(words.to_owned()),
            _ => {}
        }
        if let Some(line) = text.strip_prefix("cmd:") {
            return command(line).map(Self::Command);
        }
        if let Some(path) = text.strip_prefix("file:") {
            return Ok(Self::File(File::new(path)));
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            return camera(&scheme.to_ascii_lowercase(), rest).map(Self::Camera);
        }
        if text.contains(['/', '\\', '.']) {
            return Ok(Self::File(File::new(text)));
        }
        let hint = nearest(text, ["pattern", "clip"].into_iter());
        let hint = hint.map(|word| format!("; did you mean `{word}`?")).unwrap_or_default();
        Err(format!("{text:?} is no source: {words}{hint}"))
    }
}

/// Words as a shell would cut them; there is no shell.
fn command(line: &str) -> Result<Command, String> {
    let words = shlex::split(line).ok_or("a quotation mark of the command is not closed")?;
    Command::new(words).map_err(|_| "the command is empty: cmd:PROGRAM ARGUMENT…".to_owned())
}

fn camera(scheme: &str, rest: &str) -> Result<Upstream, String> {
    let transport = match scheme {
        "rtsp" => Transport::Tcp,
        "rtsp+udp" => Transport::Udp,
        "rtsps" => return Err("RTSP over TLS is not spoken; is there rtsp:// as well?".to_owned()),
        other => {
            return Err(format!(
                "{other}:// is no source; a camera is rtsp:// (or rtsp+udp://), and for everything else there is \
                 cmd:ffmpeg -i {other}://… -c:v libx264 -bf 0 -f h264 -"
            ));
        }
    };
    let url =
        format!("rtsp://{rest}").parse().map_err(|error| format!("not the URL of a camera: {error}"))?;
    Ok(Upstream::new(url, transport))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        text.parse::<Choice>().unwrap_err()
    }

    #[test]
    fn words() {
        assert_eq!("pattern".parse(), Ok(Choice::Pattern));
        assert_eq!("clip".parse(), Ok(Choice::Clip));
        for path in ["/srv/shop.mp4", "shop.h264", "file:shop"] {
            let file = File::new(path.trim_start_matches("file:"));
            assert_eq!(path.parse(), Ok(Choice::File(file)), "{path}");
        }
        for (url, transport) in
            [("rtsp://192.0.2.64/1", Transport::Tcp), ("RTSP+UDP://192.0.2.64/1", Transport::Udp)]
        {
            let upstream = Upstream::new("rtsp://192.0.2.64/1".parse().unwrap(), transport);
            assert_eq!(url.parse(), Ok(Choice::Camera(upstream)), "{url}");
        }
        let words = ["ffmpeg", "-i", "my video.avi", "-f", "h264", "-"].map(str::to_owned).to_vec();
        let command = Command::new(words).unwrap();
        assert_eq!("cmd:ffmpeg -i 'my video.avi' -f h264 -".parse(), Ok(Choice::Command(command)));
    }

    /// Whoever mistypes hears what would be right.
    #[test]
    fn wrong_words() {
        for (text, says) in [
            ("", "a source is"),
            ("patern", "did you mean `pattern`?"),
            ("http://192.0.2.64/v.mjpg", "cmd:ffmpeg -i http://"),
            ("rtsps://192.0.2.64/1", "TLS"),
            ("rtsp://", "not the URL of a camera"),
            ("cmd:", "the command is empty"),
            ("cmd:ffmpeg -i 'x", "not closed"),
        ] {
            assert!(wrong(text).contains(says), "{text}: {}", wrong(text));
        }
    }

    /// The password of a camera is not shown.
    #[test]
    fn no_password_in_logs() {
        let choice: Choice = "rtsp://admin:s3cret@192.0.2.64/1?pwd=s3cret".parse().unwrap();
        assert!(!format!("{choice:?}").contains("s3cret"), "{choice:?}");
        assert!(!wrong("rtsp://admin:s3cret@:99999/").contains("s3cret"));
    }
}
