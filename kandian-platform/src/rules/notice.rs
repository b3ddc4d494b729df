//! Who hears of an alarm, and how the text of a message is filled in. R-2.7, E-136.

use std::fmt;
use std::str::FromStr;

use kandian_proto::DevId;
use kandian_proto::value::AlarmType;

use super::Mobile;

/// Minutes of a day.
pub const DAY: u16 = 24 * 60;

/// Some of the four types of alarms (§7.5.34).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AlarmTypes(u8);

const TYPES: [AlarmType; 4] =
    [AlarmType::MOTION, AlarmType::INFRARED, AlarmType::MANUAL, AlarmType::DIGITAL_INPUT];

impl AlarmTypes {
    /// Whether this is among them. A type that the specification does not know is among all of them.
    #[must_use]
    pub fn has(self, alarm: AlarmType) -> bool {
        match TYPES.iter().position(|known| *known == alarm) {
            Some(at) => self.0 & (1 << at) != 0,
            None => usize::try_from(self.0.count_ones()) == Ok(TYPES.len()),
        }
    }

    /// They, one by one.
    pub fn iter(self) -> impl Iterator<Item = AlarmType> {
        TYPES.into_iter().filter(move |alarm| self.has(*alarm))
    }
}

impl FromIterator<AlarmType> for AlarmTypes {
    fn from_iter<I: IntoIterator<Item = AlarmType>>(types: I) -> Self {
        let places = types.into_iter().filter_map(|alarm| TYPES.iter().position(|known| *known == alarm));
        Self(places.fold(0, |bits, at| bits | 1 << at))
    }
}

impl fmt::Display for AlarmTypes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for alarm in self.iter() {
            write!(f, "{separator}{}", alarm.0)?;
            separator = ",";
        }
        Ok(())
    }
}

impl FromStr for AlarmTypes {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let known = |name: &str| {
            let alarm = AlarmType(name.parse().map_err(|_| ())?);
            if TYPES.contains(&alarm) { Ok(alarm) } else { Err(()) }
        };
        text.split(',').filter(|name| !name.is_empty()).map(known).collect()
    }
}

/// Of what somebody wants to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoticeRule {
    /// Who.
    pub account: Mobile,
    /// Of this device.
    pub device: DevId,
    /// Of this channel; `None`: of every channel that has no rule of its own.
    pub channel: Option<u16>,
    /// Of these alarms.
    pub alarms: AlarmTypes,
    /// Whether of exceptions too.
    pub exceptions: bool,
    /// From this minute of the day on.
    pub begins: u16,
    /// Before this one; the same as `begins` is the whole day, an earlier one is of the next day.
    pub ends: u16,
}

/// What there is to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// An alarm.
    Alarm(AlarmType),
    /// An exception.
    Exception,
}

impl NoticeRule {
    fn wants(&self, what: Heard, minute: u16) -> bool {
        let wanted = match what {
            Heard::Alarm(alarm) => self.alarms.has(alarm),
            Heard::Exception => self.exceptions,
        };
        wanted && self.is_open(minute)
    }

    fn is_open(&self, minute: u16) -> bool {
        match self.begins.cmp(&self.ends) {
            std::cmp::Ordering::Less => (self.begins..self.ends).contains(&minute),
            std::cmp::Ordering::Equal => true,
            std::cmp::Ordering::Greater => minute >= self.begins || minute < self.ends,
        }
    }
}

/// Who hears of it, each once. Of the rules of one account, the one for the channel counts, whatever it says.
#[must_use]
pub fn who_hears(rules: &[NoticeRule], channel: u16, what: Heard, minute: u16) -> Vec<Mobile> {
    let own = |rule: &&NoticeRule| rule.channel == Some(channel);
    let has_own = |account: Mobile| rules.iter().filter(own).any(|rule| rule.account == account);
    let counts = |rule: &&NoticeRule| own(rule) || (rule.channel.is_none() && !has_own(rule.account));
    rules.iter().filter(counts).filter(|rule| rule.wants(what, minute)).map(|rule| rule.account).collect()
}

/// Characters of a value that is filled into a text, at most: a message of 70 characters is one message.
const VALUE_CHARS: usize = 64;

/// Fills a text in. What stands in braces and is no name of a value stays as it is; a value is not looked at again.
#[must_use]
pub fn filled(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let value = rest.find('}').and_then(|end| {
            let name = &rest[1..end];
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((*value, end + 1))
        });
        match value {
            Some((value, end)) => {
                text.push_str(value);
                rest = &rest[end..];
            }
            None => {
                text.push('{');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    text
}

/// What somebody wrote, fit for a short message: one line, and not long.
#[must_use]
pub fn in_a_message(words: &str) -> String {
    let words: String =
        words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(VALUE_CHARS).collect();
    words.trim().to_owned()
}

/// The names in braces of a text that are not among those that it knows.
#[must_use]
pub fn unknown_names(template: &str, known: &[&str]) -> Vec<String> {
    let names = template.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    names.filter(|name| is_name(name) && !known.contains(name)).map(str::to_owned).collect()
}

/// Braces of JSON are no names.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(account: u64, channel: Option<u16>, alarms: &str, (begins, ends): (u16, u16)) -> NoticeRule {
        NoticeRule {
            account: account.to_string().parse().unwrap(),
            device: "85000012345".parse().unwrap(),
            channel,
            alarms: alarms.parse().unwrap(),
            exceptions: false,
            begins,
            ends,
        }
    }

    #[test]
    fn types_are_written_and_read() {
        for text in ["", "1", "1,2,3,4", "2,4"] {
            assert_eq!(text.parse::<AlarmTypes>().unwrap().to_string(), text);
        }
        assert_eq!("4,1".parse::<AlarmTypes>().unwrap().to_string(), "1,4");
        assert!("5".parse::<AlarmTypes>().is_err() && "x".parse::<AlarmTypes>().is_err());
        let unknown = AlarmType(9);
        assert!("1,2,3,4".parse::<AlarmTypes>().unwrap().has(unknown));
        assert!(!"1,2,3".parse::<AlarmTypes>().unwrap().has(unknown));
    }

    #[test]
    fn the_rule_of_a_channel_comes_first() {
        let (anna, bo) = (18_900_000_001, 18_900_000_002);
        let rules =
            [rule(anna, None, "1,2", (0, 0)), rule(anna, Some(1), "4", (0, 0)), rule(bo, None, "1", (0, 0))];
        let hear = |channel, alarm| {
            let who = who_hears(&rules, channel, Heard::Alarm(alarm), 0);
            who.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(hear(0, AlarmType::MOTION), [anna.to_string(), bo.to_string()]);
        assert_eq!(hear(1, AlarmType::MOTION), [bo.to_string()]);
        assert_eq!(hear(1, AlarmType::DIGITAL_INPUT), [anna.to_string()]);
        assert!(who_hears(&rules, 0, Heard::Exception, 0).is_empty());
    }

    #[test]
    fn hours_may_span_midnight() {
        let at = |span, minute| rule(18_900_000_001, None, "1", span).is_open(minute);
        assert!(at((0, 0), 0) && at((600, 600), 1_439));
        assert!(at((540, 1_080), 540) && !at((540, 1_080), 1_080) && !at((540, 1_080), 0));
        assert!(at((1_320, 360), 1_320) && at((1_320, 360), 359) && !at((1_320, 360), 360));
    }

    #[test]
    fn texts_are_filled_in_once() {
        let values = [("name", "{key}"), ("key", "secret")];
        assert_eq!(filled("{name}: {key} {other} {", &values), "{key}: secret {other} {");
        assert_eq!(filled("", &values), "");
        assert_eq!(unknown_names(r#"{"to":"{number}","x":"{nmuber}"}"#, &["number"]), ["nmuber"]);
        assert_eq!(in_a_message("a\r\nb"), "a  b");
        assert_eq!(in_a_message(&"长".repeat(100)).chars().count(), 64);
    }
}
