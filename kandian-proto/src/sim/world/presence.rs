//! Who is online, how long they are not, and the restarts of the platform.

use super::{Happening, Simulation};
use crate::session::platform::Hub;
use crate::sim::platform::State;
use crate::sim::report::Rule;
use crate::sim::{RestartKind, Sample};
use crate::time::Millis;

impl Simulation {
    /// A device says that its heartbeats run. It is only online when the other end of its link exists.
    pub(super) fn go_online(&mut self, device: u32) {
        let slot = &mut self.slots[device as usize];
        let Some(at) = slot.link else { return };
        if slot.online || !self.linked(at).is_some_and(|linked| !linked.dead && linked.link.is_some()) {
            return;
        }
        self.note(device, 7, 1);
        let slot = &mut self.slots[device as usize];
        slot.online = true;
        let (kind, offline, torn_by) = (slot.kind, self.now - slot.since, slot.torn_by.take());
        self.online[kind.index()] += 1;
        self.figures(device).offline.add(offline);
        if let Some(restart) = torn_by.and_then(|index| self.restarts.get_mut(index)) {
            restart.back[kind.index()].add(self.now - restart.restart.at);
        }
        if offline > self.config.patience[kind.index()] {
            let found = format!("online again only after {} s", offline.as_secs());
            self.violated(device, Rule::NotStuck, found);
        }
    }

    pub(super) fn go_offline(&mut self, device: u32) {
        let slot = &mut self.slots[device as usize];
        if !core::mem::take(&mut slot.online) {
            return;
        }
        slot.since = self.now;
        let index = slot.kind.index();
        self.online[index] -= 1;
        self.fewest[index] = self.fewest[index].min(self.online[index]);
        self.note(device, 7, 0);
    }

    /// Something happened to a device that it is not to blame for; its patience begins anew.
    pub(super) fn disturb(&mut self, device: u32) {
        let slot = &mut self.slots[device as usize];
        if !slot.online {
            slot.since = self.now;
        }
    }

    /// At the end: nobody may have been offline for too long.
    pub(super) fn look_for_stuck_devices(&mut self) {
        for device in 0..self.slots.len() as u32 {
            let slot = &self.slots[device as usize];
            let offline = self.now - slot.since;
            if slot.online
                || self.core.state != State::Up
                || offline <= self.config.patience[slot.kind.index()]
            {
                continue;
            }
            let found = format!("offline for {} s; {:?}", offline.as_secs(), slot.unit);
            self.violated(device, Rule::NotStuck, found);
        }
    }

    pub(super) fn platform_down(&mut self, index: usize) {
        let Some(&restart) = self.config.restarts.get(index) else { return };
        for slot in &mut self.slots {
            if slot.online {
                slot.torn_by = Some(index);
                self.restarts[index].online_before[slot.kind.index()] += 1;
            }
        }
        self.core.state = match restart.kind {
            RestartKind::Reset => State::Refusing,
            RestartKind::HalfOpen => State::Silent,
        };
        self.cut_all_links(restart.kind == RestartKind::Reset);
        self.core.hub = Hub::new();
        self.queue.push(self.now + restart.down_for, Happening::PlatformUp);
        // The peaks of the logins after a restart are those since it.
        for kind in &mut self.kinds {
            kind.logins.begin_period();
        }
    }

    pub(super) fn platform_up(&mut self) {
        self.core.state = State::Up;
        for device in 0..self.slots.len() as u32 {
            self.disturb(device);
        }
    }

    /// Draws the points of the curves that lie before a moment.
    pub(super) fn sample_until(&mut self, at: Millis) {
        while self.next_sample <= at && self.next_sample <= self.config.duration {
            let mut logins = [0; 3];
            for (logins, kind) in logins.iter_mut().zip(&mut self.kinds) {
                *logins = kind.logins.sample();
            }
            let passed =
                self.config.restarts.iter().take_while(|restart| restart.at < self.next_sample).count();
            if let Some(report) = passed.checked_sub(1).and_then(|last| self.restarts.get_mut(last)) {
                for (peak, logins) in report.login_peak.iter_mut().zip(logins) {
                    *peak = logins.max(*peak);
                }
            }
            self.samples.push(Sample {
                at: self.next_sample,
                online: core::mem::replace(&mut self.fewest, self.online),
                logins,
                heartbeats: self.heartbeats.sample(),
            });
            self.next_sample = self.next_sample + self.config.sample;
        }
    }
}
