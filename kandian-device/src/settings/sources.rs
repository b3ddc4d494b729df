//! What the channels show, and what is heard.

use std::fs;
use std::path::PathBuf;
use std::str::FromStr;

use kandian_proto::value::StreamType;
use serde::{Deserialize, Deserializer};

use super::problem::nearest;
use super::{Origin, Problem, Settings};
use crate::camera::Microphone;
use crate::config::Config;
use crate::hardware::sim::{Assigned, Microphones};

/// What a channel shows: `[CHANNEL[/main|/sub]=]WHAT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelSource(pub Assigned);

impl FromStr for ChannelSource {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let Some((place, what)) = text.split_once('=').filter(|(place, _)| is_place(place)) else {
            return Ok(Self(Assigned { channel: None, stream: None, choice: text.parse()? }));
        };
        let (channel, stream) = match place.split_once('/') {
            None => (place, None),
            Some((channel, "main")) => (channel, Some(StreamType::MAIN)),
            Some((channel, "sub")) => (channel, Some(StreamType::SUB)),
            Some((_, other)) => {
                let hint = nearest(other, ["main", "sub"].into_iter());
                let hint = hint.map(|word| format!("; did you mean `{word}`?")).unwrap_or_default();
                return Err(format!("{other:?} is no stream: there are main and sub{hint}"));
            }
        };
        let channel = channel.parse().map_err(|_| format!("{channel} is no channel"))?;
        Ok(Self(Assigned { channel: Some(channel), stream, choice: what.parse()? }))
    }
}

/// Whether this is a channel, and not the begin of a URL or a command with `=` in it.
fn is_place(text: &str) -> bool {
    let channel = text.split_once('/').map_or(text, |(channel, _)| channel);
    !channel.is_empty() && channel.bytes().all(|byte| byte.is_ascii_digit())
}

impl<'de> Deserialize<'de> for ChannelSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What is heard where a source has no sound.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SoundChoice {
    /// Nothing.
    None,
    /// A tone every second.
    Tone,
    /// A WAV file, again and again.
    Wav(PathBuf),
}

impl FromStr for SoundChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::None),
            "tone" => Ok(Self::Tone),
            path if path.contains(['/', '\\', '.']) => Ok(Self::Wav(path.into())),
            other => Err(format!("{other:?} is neither `none` nor `tone` nor a WAV file")),
        }
    }
}

impl<'de> Deserialize<'de> for SoundChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Settings {
    /// What the cameras see and hear. Files are looked into, so that a wrong one is refused now.
    pub(super) fn show(&self, config: &mut Config, origin: &Origin) -> Result<(), Problem> {
        let sources = self.source.as_deref().unwrap_or_default();
        for (at, ChannelSource(assigned)) in sources.iter().enumerate() {
            let channels = config.model.channels;
            if let Some(channel) = assigned.channel.filter(|channel| *channel >= channels) {
                let text = format!("there is no channel {channel}; the device has 0 to {}", channels - 1);
                return Err(origin.problem("source", text));
            }
            let is_again = |other: &ChannelSource| {
                (other.0.channel, other.0.stream) == (assigned.channel, assigned.stream)
            };
            if sources[..at].iter().any(is_again) {
                return Err(origin.problem("source", format!("{} is said twice", assigned.place())));
            }
            assigned.choice.check().map_err(|fault| origin.problem("source", fault.to_string()))?;
        }
        config.simulation.sources = sources.iter().map(|source| source.0.clone()).collect();
        config.simulation.microphones = match &self.sound {
            None => Microphones::Usual,
            Some(SoundChoice::None) => Microphones::None,
            Some(SoundChoice::Tone) => Microphones::All(Microphone::tone()),
            Some(SoundChoice::Wav(path)) => {
                let read = Microphone::wav(path);
                Microphones::All(read.map_err(|fault| origin.problem("sound", fault.to_string()))?)
            }
        };
        if let Some(picture) = &self.picture
            && let Err(error) = fs::File::open(picture)
        {
            return Err(origin.problem("picture", format!("{}: {error}", picture.display())));
        }
        config.simulation.picture.clone_from(&self.picture);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Result<Config, Problem> {
        let head = "id = \"81100000001\"\nkey = \"K7M2P9Q4\"\nkind = \"nvr\"\n";
        let text = format!("{head}{text}");
        let settings = Settings::from_toml(&text, "device.toml".as_ref())?;
        settings.resolve(&Origin::new(Some(("device.toml".into(), text)), Vec::new()))
    }

    #[test]
    fn places() {
        let assigned =
            |text: &str| text.parse::<ChannelSource>().map(|source| (source.0.channel, source.0.stream));
        assert_eq!(assigned("pattern"), Ok((None, None)));
        assert_eq!(assigned("3=clip"), Ok((Some(3), None)));
        assert_eq!(assigned("0/sub=rtsp://192.0.2.64/a=b"), Ok((Some(0), Some(StreamType::SUB))));
        assert_eq!(assigned("rtsp://192.0.2.64/?channel=1"), Ok((None, None)));
        assert_eq!(assigned("cmd:sh -c 'a=1'"), Ok((None, None)));
        assert!(assigned("0/mian=clip").unwrap_err().contains("did you mean `main`?"));
        assert!(assigned("99999=clip").unwrap_err().contains("99999 is no channel"));
    }

    /// What is wrong is refused before the device starts, with the place where it stands.
    #[test]
    fn what_is_refused() {
        for (text, says) in [
            ("source = [\"7=clip\"]", "device.toml:4: source: there is no channel 7; the device has 0 to 3"),
            ("source = [\"1=clip\", \"1=pattern\"]", "device.toml:4: source: channel 1 is said twice"),
            ("source = [\"clip\", \"clip\"]", "device.toml:4: source: every channel is said twice"),
            ("source = [\"/no/such.mp4\"]", "device.toml:4: source: /no/such.mp4: No such file"),
            (
                "source = [\"cmd:no-such-program -x\"]",
                "source: there is no program \"no-such-program\" in PATH",
            ),
            ("source = [\"patern\"]", "did you mean `pattern`?"),
            ("sound = \"/no/such.wav\"", "device.toml:4: sound: /no/such.wav: No such file"),
            ("sound = \"loud\"", "neither `none` nor `tone` nor a WAV file"),
        ] {
            let problem = settings(text).unwrap_err().to_string();
            assert!(problem.contains(says), "{text}: {problem}");
        }
        let config = settings("source = [\"clip\", \"0/main=pattern\"]\nsound = \"tone\"").unwrap();
        assert_eq!(config.simulation.sources.len(), 2);
        assert_eq!(config.simulation.microphones, Microphones::All(Microphone::tone()));
    }
}
