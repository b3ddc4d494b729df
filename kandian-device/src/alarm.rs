//! What a detector sets off: a picture, a recording, a message. Spec §7.5.32, §7.5.34, E-136,
//! E-138 to E-140, E-144.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kandian_proto::message::device::AlarmNotifyRequest;
use kandian_proto::session::SendError;
use kandian_proto::value::AlarmType;
use tokio::time::{Instant, timeout};

use crate::journal::note;
use crate::link::Delivery;
use crate::picture;
use crate::state::AlarmSource;
use crate::status::LinkPhase;
use crate::unit::Unit;

/// For the picture to be on the server before the platform hears of the alarm without it. E-139
const PICTURE: Duration = Duration::from_secs(10);

/// What became of an alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Raised {
    /// It went to the platform.
    Sent(Delivery),
    /// The source is disarmed; nobody hears of it.
    Disarmed,
    /// The device has no such source.
    NoSuchSource,
}

/// The alarms that a new one of the same source would repeat. The session machine does not send the same alarm twice
/// here it is known before a picture of it is taken.
#[derive(Debug, Default)]
pub(crate) struct Recent(Mutex<HashMap<AlarmSource, Stage>>);

/// How far an alarm is.
#[derive(Clone, Copy, Debug)]
enum Stage {
    /// Its picture is being taken.
    UnderWay,
    /// It was sent.
    Sent(Instant),
}

impl Recent {
    /// Begins an alarm, unless the same was sent within the span or is about to be.
    fn begin(&self, source: AlarmSource, span: Duration) -> Option<UnderWay<'_>> {
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let repeated = match recent.get(&source) {
            None => false,
            Some(Stage::UnderWay) => true,
            Some(Stage::Sent(at)) => at.elapsed() < span,
        };
        if !repeated {
            recent.insert(source, Stage::UnderWay);
        }
        // Not made when there is none: its end would be noted.
        (!repeated).then(|| UnderWay { recent: self, source, sent: false })
    }

    /// Forgets all of them: the device starts again, and so does its session machine.
    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// An alarm that is under way. One that ends without having been sent is none to be repeated.
#[derive(Debug)]
struct UnderWay<'a> {
    recent: &'a Recent,
    source: AlarmSource,
    sent: bool,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut recent = self.recent.0.lock().unwrap_or_else(PoisonError::into_inner);
        if self.sent {
            recent.insert(self.source, Stage::Sent(Instant::now()));
        } else {
            recent.remove(&self.source);
        }
    }
}

impl Unit {
    /// Whether the device has this source of alarms. E-84, E-138.
    pub(crate) fn has_source(&self, source: AlarmSource) -> bool {
        let model = &self.config.model;
        let input = match (source.kind, source.input) {
            (AlarmType::DIGITAL_INPUT, Some(input)) => input < model.dido,
            (AlarmType::DIGITAL_INPUT, None) => false,
            (_, input) => input.is_none(),
        };
        input && self.has_channel(source.channel) && model.has_alarm(source.kind)
    }

    /// A detector fired: the channel is recorded, with or without a platform, and the platform hears of it
    /// with the name of a picture., E-136.
    pub(crate) async fn raise(&self, source: AlarmSource) -> Raised {
        if !self.has_source(source) {
            note!(self, warn, "an alarm of a source that this device does not have: {source:?}");
            return Raised::NoSuchSource;
        }
        if self.store.read().disarmed.contains(&source) {
            note!(self, info, "alarm {} is disarmed and not reported (R-7.103)", source.kind);
            return Raised::Disarmed;
        }
        self.recording.link(source.channel);
        self.look_again();
        let delivery = self.announce(source).await;
        note!(self, warn, "alarm {} on channel {}: {delivery}", source.kind, source.channel);
        Raised::Sent(delivery)
    }

    async fn announce(&self, source: AlarmSource) -> Delivery {
        if !matches!(self.link.borrow().phase, LinkPhase::LoggedIn | LinkPhase::Online) {
            // No picture for a platform that is not there: the alarm is not sent later.
            return Delivery::NotSent(SendError::NotOnline);
        }
        let span = Duration::from_millis(self.config.timing.same_alarm.0);
        let Some(mut under_way) = self.recent.begin(source, span) else {
            return Delivery::NotSent(SendError::Repeated);
        };
        let text = source.kind.name_zh().unwrap_or("告警");
        let mut alarm = AlarmNotifyRequest::new(self.config.id, source.channel, source.kind, text);
        alarm.dido_no = source.input;
        alarm.file_name = self.alarm_picture(source.channel).await;
        let delivery = self.line.ask(alarm.into()).await;
        under_way.sent = !matches!(delivery, Delivery::NotSent(_));
        delivery
    }

    /// The name of a picture on the FTP server; empty when there is none in time (E-139).
    async fn alarm_picture(&self, channel: u16) -> String {
        let sent = timeout(PICTURE, picture::send(self, channel)).await;
        let sent = sent.unwrap_or_else(|_| Err(format!("it was not on the server within {PICTURE:?}")));
        match sent {
            Ok(picture) => picture.name,
            Err(why) => {
                note!(self, warn, "the alarm goes without a picture: {why}");
                String::new()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// E-136: an alarm that is under way or was sent 59 s ago is the same, one of 60 s ago is not; nor is
    /// one that was not sent, or another input's.
    #[tokio::test(start_paused = true)]
    async fn the_same_alarm() {
        let (recent, span) = (Recent::default(), Duration::from_secs(60));
        let input = |input| AlarmSource { channel: 0, kind: AlarmType::DIGITAL_INPUT, input: Some(input) };
        let mut first = recent.begin(input(0), span).unwrap();
        assert!(recent.begin(input(0), span).is_none());
        drop(recent.begin(input(1), span).unwrap());
        drop(recent.begin(input(1), span).unwrap());
        first.sent = true;
        drop(first);
        tokio::time::advance(Duration::from_secs(59)).await;
        assert!(recent.begin(input(0), span).is_none());
        tokio::time::advance(Duration::from_secs(1)).await;
        recent.begin(input(0), span).unwrap().sent = true;
        assert!(recent.begin(input(0), span).is_none());
        recent.clear();
        assert!(recent.begin(input(0), span).is_some());
    }
}
