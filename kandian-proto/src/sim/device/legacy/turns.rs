//! What it does when a wait is over.

use kandian_codec::Command;

use super::{HEARTBEAT_AGAIN, KIND, Legacy, MOST_UNANSWERED, State, TOKEN, TURN, document_of};
use crate::sim::Span;
use crate::sim::device::{Do, NEVER, Outbox};
use crate::time::Millis;

impl Legacy {
    pub(super) fn woken(&mut self, now: Millis, out: &mut Outbox) {
        let over = |until: Millis| until <= now;
        match self.state {
            State::Testing { until } if over(until) => self.log_in(now, out),
            State::Sleeping { until } if over(until) => self.test(now),
            State::Formatting { until } if over(until) && self.connected => {
                self.state = State::Online;
                self.read(now, out);
            }
            State::Formatting { until } | State::Resting { until } if over(until) => self.dial(now, 0, out),
            State::Registering { until } if over(until) => self.registered(now, None, &[], out),
            State::Pausing { until } if over(until) => self.register(now, out),
            State::Dialing { until, .. } if over(until) => {
                // Gives up the attempt, if it is still under way.
                out.todo.push(Do::Close("timeout: TCP connection"));
                self.unreachable(now, out);
            }
            State::AwaitingLogin { until } if over(until) => self.test(now),
            State::Reporting { until } if over(until) => self.report(now, out),
            State::Online if over(self.due) => self.heartbeat(now, out),
            State::Leaving { until } if over(until) => {
                if self.connected {
                    self.reconnect(now, out);
                    out.todo.push(Do::Close("device restarts"));
                }
                self.state = State::Booting { until: now + self.random.within(Span::millis(20_000, 60_000)) };
            }
            State::Booting { until } if over(until) => self.boot(now, out),
            _ => {}
        }
        if !self.is_blocked() && self.rest_until <= now && self.connected {
            self.close(now, "gap inside a frame", out);
        }
        self.other_threads(now, out);
    }

    /// Viewers, and replies that took a while.
    pub(super) fn other_threads(&mut self, now: Millis, out: &mut Outbox) {
        while let Some(at) = self.later.iter().position(|(due, ..)| *due <= now) {
            let (_, command, document) = self.later.swap_remove(at);
            self.write(command, &document, out);
        }
        while let Some(at) = self.tokens.iter().position(|due| *due <= now) {
            self.tokens.swap_remove(at);
            out.notices[KIND].no_answer += 1;
        }
        if self.next_viewer <= now {
            self.next_viewer = self.random.wait(self.life.alarms).map_or(NEVER, |wait| now + wait);
            if self.is_logged_in() {
                self.seq = self.seq.wrapping_add(1);
                let token = self.random.next();
                let body = format!(
                    "<ChannelNo>0</ChannelNo><StreamType>2</StreamType><HashToken>{token:032x}</HashToken>"
                );
                self.write(Command::VIDEO_PLAY, &self.request("VIDEO_PLAY_REQ", &body), out);
                self.tokens.push(now + TOKEN);
                out.notices[KIND].sent += 1;
            }
        }
        if self.next_change <= now {
            self.next_change = self.random.wait(self.life.changes).map_or(NEVER, |wait| now + wait);
            self.relay_port = 50_000 + self.random.below(10_000) as u16;
            if self.state == State::Online {
                self.heartbeat(now, out);
            }
        }
    }

    pub(super) fn log_in(&mut self, now: Millis, out: &mut Outbox) {
        self.state = State::AwaitingLogin { until: now + TURN };
        let document = format!(
            "<LOGIN_REQ><DevVer>V1.6_20141105</DevVer><DevID>{}</DevID><DevKey>{}</DevKey><UpnpIP></UpnpIP>\
             <RtspUpnpPort>0</RtspUpnpPort><LocalIP>192.168.1.88</LocalIP><RtspLocalPort>1554</RtspLocalPort>\
             <TurnRelayIP></TurnRelayIP><RtspTurnRelayPort>0</RtspTurnRelayPort><NetType>0</NetType>\
             <NatType>1</NatType></LOGIN_REQ>",
            self.id,
            self.key.reveal(),
        );
        self.ask(Command::LOGIN, &document_of(&document), out);
        self.read(now, out);
    }

    pub(super) fn report(&mut self, now: Millis, out: &mut Outbox) {
        self.state = State::Reporting { until: now + TURN };
        // Whether there is a disk is read from memory that nobody wrote.
        let disk = self.random.below(2);
        let body = format!(
            "<ChannelNum>4</ChannelNum><PTZFlag>1</PTZFlag><EStoreFlag>0</EStoreFlag>\
             <LocalStoreFlag>{disk}</LocalStoreFlag><MotionDetectionFlag>1</MotionDetectionFlag>\
             <InfraredDetectionFlag>0</InfraredDetectionFlag><ManualAlarmFlag>0</ManualAlarmFlag>\
             <DIDOAlarmFlag>1</DIDOAlarmFlag><DIDONum>4</DIDONum><Video><StreamType>1</StreamType>\
             <FrameSize>1</FrameSize></Video><Video><StreamType>2</StreamType><FrameSize>2</FrameSize></Video>\
             <Video><StreamType>2</StreamType><FrameSize>3</FrameSize></Video>"
        );
        self.ask(Command::ABILITYUP, &self.request("ABILITYUP_REQ", &body), out);
    }

    pub(super) fn heartbeat(&mut self, now: Millis, out: &mut Outbox) {
        let port = self.relay_port;
        let body = format!(
            "<CurVideoNum>0</CurVideoNum><UpnpIP></UpnpIP><RtspUpnpPort>0</RtspUpnpPort>\
             <LocalIP>192.168.1.88</LocalIP><RtspLocalPort>1554</RtspLocalPort>\
             <TurnRelayIP>198.51.100.20</TurnRelayIP><RtspTurnRelayPort>{port}</RtspTurnRelayPort>"
        );
        self.ask(Command::HEARTBEAT, &self.request("HEARTBEAT_REQ", &body), out);
        self.sent_at = now;
        self.unanswered += 1;
        self.due = now + HEARTBEAT_AGAIN;
        if self.unanswered == MOST_UNANSWERED {
            self.close(now, "timeout: answer of the platform", out);
        }
    }
}
