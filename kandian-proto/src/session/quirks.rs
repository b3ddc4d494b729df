//! What is tolerated of a peer, as named policies that are chosen at run time and per device.

use core::fmt;
use core::str::FromStr;

use kandian_codec::DigestPolicy;

use crate::Profile;
use crate::value::Manufacturer;

/// A text that names no value of a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no {what}; expected {expected}")]
pub struct UnknownQuirk {
    /// The policy, or `quirk`.
    pub what: &'static str,
    /// The names there are.
    pub expected: &'static str,
    /// The text.
    pub found: String,
}

/// Defines a policy whose values have names; the first is the default and tolerates nothing.
macro_rules! policy {
    ($(#[$meta:meta])* $Policy:ident: $what:literal, $expected:literal {
        $(#[$first_meta:meta])* $First:ident = $first:literal,
        $($(#[$vmeta:meta])* $Variant:ident = $name:literal,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $Policy {
            $(#[$first_meta])*
            #[default]
            $First,
            $($(#[$vmeta])* $Variant,)*
        }

        impl fmt::Display for $Policy {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { Self::$First => $first, $(Self::$Variant => $name),* })
            }
        }

        /// Reads what `Display` writes.
        impl FromStr for $Policy {
            type Err = UnknownQuirk;

            fn from_str(text: &str) -> Result<Self, UnknownQuirk> {
                match text {
                    $first => Ok(Self::$First),
                    $($name => Ok(Self::$Variant),)*
                    _ => Err(UnknownQuirk { what: $what, expected: $expected, found: text.to_owned() }),
                }
            }
        }
    };
}

policy! {
    /// Which response answers a request. R-7.35, E-65, E-66.
    ResponseMatch: "way of matching responses", "seq-and-command, command" {
        /// `seq-and-command`: tolerates nothing; the response has the SEQ and the command word of the
        /// request.
        SeqAndCommand = "seq-and-command",
        /// `command`: tolerates a device that answers with the SEQ its counter happens to have. The
        /// command word alone decides, when exactly one request with it is open.
        Command = "command",
    }
}

policy! {
    /// What keeps a link open at the platform. R-7.30, E-59.
    KeepAlive: "way of keeping a link open", "heartbeat, any-frame" {
        /// `heartbeat`: tolerates nothing; 360 seconds without a heartbeat request close the link.
        Heartbeat = "heartbeat",
        /// `any-frame`: tolerates a device that stops its heartbeats while it is busy with something
        /// else. Any frame with a correct digest counts.
        AnyFrame = "any-frame",
    }
}

policy! {
    /// What becomes of a request that names another device than the login did. E-72.
    ForeignDevId: "treatment of a foreign DevID", "refuse, accept" {
        /// `refuse`: tolerates nothing; the request is refused where its response has a Result, and
        /// ignored otherwise.
        Refuse = "refuse",
        /// `accept`: tolerates firmware that puts a fixed or a shortened id into some messages. The
        /// login alone says who it is, and the application must not believe the id in the message.
        Accept = "accept",
    }
}

policy! {
    /// What a device's silence on a command means to those who asked. E-67.
    Silence: "meaning of silence", "no-answer, unsupported" {
        /// `no-answer`: nothing is concluded.
        NoAnswer = "no-answer",
        /// `unsupported`: tolerates firmware that drops commands it does not know. Two requests in a row without an
        /// answer mean that the device does not have the command, where that is known to happen: Wi-Fi, picture
        /// policies, the alarm query, the log, the cloud switch, the factory reset.
        Unsupported = "unsupported",
    }
}

policy! {
    /// How a device numbers the channels in RTSP URLs. E-15.
    ChannelBase: "numbering of channels", "zero, one" {
        /// `zero`: tolerates nothing; the first channel is 0, as everywhere.
        Zero = "zero",
        /// `one`: tolerates firmware whose RTSP server counts from 1.
        One = "one",
    }
}

/// The policies for one device. Chosen by its manufacturer and firmware, by an operator, or learned.
///
/// The text form names what differs from the default, `response-match=command,keep-alive=any-frame`;
/// `spec` and `legacy-recorder` are the two complete sets.
///
/// ```
/// use kandian_proto::session::{Quirks, ResponseMatch};
///
/// let quirks: Quirks = "legacy-recorder,channel-base=one".parse()?;
/// assert_eq!(quirks.response_match, ResponseMatch::Command);
/// assert_eq!(quirks.to_string().parse::<Quirks>()?, quirks);
/// assert_eq!(Quirks::default().to_string(), "spec");
/// # Ok::<(), kandian_proto::session::UnknownQuirk>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Quirks {
    /// Which response answers a request (`response-match`).
    pub response_match: ResponseMatch,
    /// What keeps the link open (`keep-alive`).
    pub keep_alive: KeepAlive,
    /// What becomes of frames with a wrong digest (`digest`).
    pub digest: DigestPolicy,
    /// What becomes of requests that name another device (`foreign-dev-id`).
    pub foreign_dev_id: ForeignDevId,
    /// What silence on a command means (`silence`).
    pub silence: Silence,
    /// How the device numbers channels in RTSP URLs (`channel-base`).
    pub channel_base: ChannelBase,
    /// How messages to it are written (`profile`).
    pub profile: Profile,
}

const KEYS: &str = "response-match, keep-alive, digest, foreign-dev-id, silence, channel-base, profile, or one of \
    the sets spec, legacy-recorder";

impl Quirks {
    /// Tolerates nothing; what the specification says and the errata decide.
    pub const SPEC: Self = Self {
        response_match: ResponseMatch::SeqAndCommand,
        keep_alive: KeepAlive::Heartbeat,
        digest: DigestPolicy::Verify,
        foreign_dev_id: ForeignDevId::Refuse,
        silence: Silence::NoAnswer,
        channel_base: ChannelBase::Zero,
        profile: Profile::Spec,
    };

    /// For recorders of 2014 whose firmware reports `V1.6_<date>`: they answer with the SEQ their counter
    /// happens to have, keep silent on a third of the commands, and read only frames that fit their
    /// buffer of 4,096 bytes.
    pub const LEGACY_RECORDER: Self = Self {
        response_match: ResponseMatch::Command,
        silence: Silence::Unsupported,
        profile: Profile::LegacyRecorder,
        ..Self::SPEC
    };

    /// What is known of deployed equipment, by the manufacturer's code and the firmware version of a login; a
    /// place to start from, when nobody has chosen anything for the device.
    ///
    /// The recorders that the legacy set is made for come under the codes 112, 850 and 901, which are not in the
    /// specification's table (E-24), and report `V1.6_<date>`.
    ///
    /// ```
    /// use kandian_proto::session::Quirks;
    /// use kandian_proto::value::Manufacturer;
    /// assert_eq!(Quirks::of_device(Manufacturer::new("850").ok(), "V1.6_20141105"), Quirks::LEGACY_RECORDER);
    /// assert_eq!(Quirks::of_device(Manufacturer::new("811").ok(), "V1.6_20141105"), Quirks::SPEC);
    /// ```
    #[must_use]
    pub fn of_device(manufacturer: Option<Manufacturer>, dev_ver: &str) -> Self {
        const LEGACY: [&str; 3] = ["112", "850", "901"];
        let is_legacy = manufacturer.is_some_and(|m| LEGACY.contains(&m.as_str()));
        if is_legacy && dev_ver.starts_with("V1.6_") { Self::LEGACY_RECORDER } else { Self::SPEC }
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), UnknownQuirk> {
        let unknown = |what, expected| UnknownQuirk { what, expected, found: value.to_owned() };
        match key {
            "response-match" => self.response_match = value.parse()?,
            "keep-alive" => self.keep_alive = value.parse()?,
            "digest" => {
                let parsed = value.parse();
                self.digest = parsed.map_err(|_| unknown("digest policy", "verify, report, ignore"))?;
            }
            "foreign-dev-id" => self.foreign_dev_id = value.parse()?,
            "silence" => self.silence = value.parse()?,
            "channel-base" => self.channel_base = value.parse()?,
            "profile" => {
                let parsed = value.parse();
                self.profile = parsed.map_err(|_| unknown("profile", "spec, legacy-recorder"))?;
            }
            _ => return Err(UnknownQuirk { what: "quirk", expected: KEYS, found: key.to_owned() }),
        }
        Ok(())
    }
}

impl fmt::Display for Quirks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::LEGACY_RECORDER {
            return f.write_str("legacy-recorder");
        }
        let plain = Self::SPEC;
        let mut separator = "";
        let mut item = |differs: bool, key: &str, value: &dyn fmt::Display| {
            if !differs {
                return Ok(());
            }
            write!(f, "{separator}{key}={value}")?;
            separator = ",";
            Ok(())
        };
        item(self.response_match != plain.response_match, "response-match", &self.response_match)?;
        item(self.keep_alive != plain.keep_alive, "keep-alive", &self.keep_alive)?;
        item(self.digest != plain.digest, "digest", &self.digest)?;
        item(self.foreign_dev_id != plain.foreign_dev_id, "foreign-dev-id", &self.foreign_dev_id)?;
        item(self.silence != plain.silence, "silence", &self.silence)?;
        item(self.channel_base != plain.channel_base, "channel-base", &self.channel_base)?;
        item(self.profile != plain.profile, "profile", &self.profile)?;
        if separator.is_empty() { f.write_str("spec") } else { Ok(()) }
    }
}

/// Reads what `Display` writes; later items change what earlier ones set.
impl FromStr for Quirks {
    type Err = UnknownQuirk;

    fn from_str(text: &str) -> Result<Self, UnknownQuirk> {
        let mut quirks = Self::SPEC;
        for item in text.split(',').map(str::trim) {
            match item.split_once('=') {
                Some((key, value)) => quirks.set(key.trim(), value.trim())?,
                None if item == "spec" => quirks = Self::SPEC,
                None if item == "legacy-recorder" => quirks = Self::LEGACY_RECORDER,
                None => quirks.set(item, "")?,
            }
        }
        Ok(quirks)
    }
}
