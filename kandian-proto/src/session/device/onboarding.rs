//! From the first start to the addresses of the access servers. Spec §5, §7.2.

use super::machine::{Device, Next, Phase, Round};
use super::{Event, Obstacle, Output, Saved};
use crate::message::redirect::RedirectResponse;
use crate::message::register::RegisterResponse;
use crate::session::{Exchange, HttpAnswer, HttpRequest, Server};
use crate::value::{RedirectResult, Url};
use crate::{Outcome, Profile, decode, encode};

/// Status of an HTTP answer that is worth reading.
const OK: u16 = 200;
/// Status of the group platform for a device that no province has claimed (E-27).
const UNAUTHORIZED: u16 = 401;

impl Device {
    /// What a device does first: register where an address is known, else ask for one.
    pub(super) fn start(&mut self) {
        self.servers.clear();
        let saved = self.config.saved.province_url.clone();
        self.province = self.config.province_url.clone().or(saved);
        match (&self.province, self.config.group_url.clone()) {
            (Some(_), _) => self.register(),
            (None, Some(url)) => self.redirect(&url),
            (None, None) => self.unassigned(Obstacle::NoAddress),
        }
    }

    fn redirect(&mut self, url: &Url) {
        let request = self.config.identity.redirect_request();
        match encode(&request, Profile::Spec) {
            Ok(body) => {
                self.phase = Phase::Redirecting { until: self.now + self.config.timing.http };
                self.post(Exchange::Redirect, url, body);
            }
            Err(error) => self.unassigned(Obstacle::Encode(error)),
        }
    }

    fn post(&mut self, exchange: Exchange, url: &Url, body: Vec<u8>) {
        self.exchange = self.tickets.next();
        let (ticket, url) = (self.exchange, url.as_str().to_owned());
        self.output(Output::Http(HttpRequest { ticket, exchange, url, body }));
    }

    /// One exchange with the group platform per start, whatever its outcome (R-5.6, E-29).
    fn unassigned(&mut self, why: Obstacle) {
        self.phase = Phase::Unassigned;
        self.event(Event::Unassigned(why));
    }

    /// Registers, or waits until the interval is over.
    pub(super) fn register(&mut self) {
        let Some(url) = self.province.clone() else { return self.unassigned(Obstacle::NoAddress) };
        if self.registered_at.is_some_and(|last| self.now < last + self.config.timing.registration) {
            return self.rest_until_registration();
        }
        self.registered_at = Some(self.now);
        match encode(&self.config.identity.register_request(), Profile::Spec) {
            Ok(body) => {
                self.phase = Phase::Registering { until: self.now + self.config.timing.http };
                self.post(Exchange::Register, &url, body);
            }
            Err(error) => self.not_registered(Obstacle::Encode(error)),
        }
    }

    /// Waits for the next registration. Servers that are known are tried in the meantime: the platform may be
    /// back long before the interval is over.
    pub(super) fn rest_until_registration(&mut self) {
        let timing = &self.config.timing;
        let last = self.registered_at.unwrap_or(self.now);
        let allowed = last + self.jitter.span(timing.registration, timing.registration_spread);
        let retry = self.now + self.backoff();
        self.phase = if self.servers.is_empty() || allowed <= retry {
            Phase::Resting { until: allowed.max(self.now), then: Next::Register }
        } else {
            Phase::Resting { until: retry, then: Next::Connect }
        };
    }

    fn not_registered(&mut self, why: Obstacle) {
        self.event(Event::NotRegistered(why));
        self.losses = self.losses.saturating_add(1);
        self.rest_until_registration();
    }

    /// The end of an HTTP exchange, or of the wait for it.
    pub(super) fn http_answer(&mut self, answer: HttpAnswer<'_>) {
        if answer.ticket != self.exchange {
            return;
        }
        match self.phase {
            Phase::Redirecting { .. } => self.redirected(answer),
            Phase::Registering { .. } => self.registered(answer),
            // It took too long.
            _ => {}
        }
    }

    fn redirected(&mut self, answer: HttpAnswer<'_>) {
        let access = match read_redirect(answer) {
            Ok(access) => access,
            Err(why) => return self.unassigned(why),
        };
        let url = access.lcms_url.clone();
        let stun = Server::stun(&access.stun_ip, access.stun_port);
        let backup = Server::stun(&access.backup_stun_ip, access.backup_stun_port);
        let stun_servers = stun.into_iter().chain(backup).collect();
        self.config.saved = Saved { province_url: Some(url.clone()), stun_servers };
        self.province = Some(url);
        self.event(Event::Save(self.config.saved.clone()));
        self.event(Event::Redirected(Box::new(access)));
        self.register();
    }

    fn registered(&mut self, answer: HttpAnswer<'_>) {
        let (grant, time) = match read_register(answer) {
            Ok(response) => response,
            Err(why) => return self.not_registered(why),
        };
        let primary = Server::new(&grant.access_host, grant.access_port);
        let backup = Server::new(&grant.backup_access_host, grant.backup_access_port);
        let mut servers: Vec<_> = primary.into_iter().chain(backup).collect();
        servers.dedup();
        if servers.is_empty() {
            return self.not_registered(Obstacle::NoServer);
        }
        self.servers = servers;
        self.round = Round::default();
        self.event(Event::Registered { grant: Box::new(grant), time });
        self.prepare();
    }
}

type Grant = crate::message::register::RegisterGrant;
type Access = crate::message::redirect::ProvinceAccess;

/// Success only with status 200 and Result 0; 401 with or without a body, and Result 1, are "not assigned"
/// (E-27).
fn read_redirect(answer: HttpAnswer<'_>) -> Result<Access, Obstacle> {
    match answer.status {
        None => return Err(Obstacle::NoAnswer),
        Some(UNAUTHORIZED) => return Err(Obstacle::NotAssigned),
        Some(OK) => {}
        Some(status) => return Err(Obstacle::Status(status)),
    }
    let read = decode::<RedirectResponse>(answer.body).map_err(Obstacle::Unreadable)?;
    match read.message.outcome {
        Outcome::Success(access) => Ok(access),
        Outcome::Failure(RedirectResult::ADDRESS_UNKNOWN) => Err(Obstacle::NotAssigned),
        Outcome::Failure(result) => Err(Obstacle::Redirect(result)),
    }
}

/// Any status but 200 counts as a failure (E-50).
fn read_register(answer: HttpAnswer<'_>) -> Result<(Grant, Option<crate::time::Timestamp>), Obstacle> {
    match answer.status {
        None => return Err(Obstacle::NoAnswer),
        Some(OK) => {}
        Some(status) => return Err(Obstacle::Status(status)),
    }
    let read = decode::<RegisterResponse>(answer.body).map_err(Obstacle::Unreadable)?;
    match read.message.outcome {
        Outcome::Success(grant) => Ok((grant, read.message.time.get())),
        Outcome::Failure(result) => Err(Obstacle::Register(result)),
    }
}
