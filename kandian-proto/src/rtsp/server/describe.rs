//! OPTIONS and DESCRIBE; whether a token is good.; E-92.

use super::asked::Asked;
use super::io::{Event, Ticket};
use super::machine::{Known, Server, Serving, Step};
use crate::play::{CheckId, Decision, MAX_TARGETS, Media, PlayRefusal, ReadUrl, StreamState, Target};
use crate::rtsp::message::{Method, Request, Status};
use crate::rtsp::sdp::Description;
use crate::time::Now;
use crate::value::GenericResult;

/// What there is. Players use GET_PARAMETER as their sign of life where it is named; the specification wants OPTIONS
/// so it is served and not named.
const PUBLIC: &str = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN";

/// The same of a live view, which does not pause (E-178). GStreamer pauses what it leaves where that is named, and calls the
/// refusal an error.
pub(super) const LIVE: &str = "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN";

impl Server {
    /// What the target of [`Event::Wanted`] is; or why it cannot be seen.
    pub fn wanted(&mut self, now: Now, ticket: Ticket, found: Result<Description, StreamState>) {
        let now = self.advance(now);
        let waits = |step: &Step| matches!(step, Step::Wanted(_));
        let Some(Serving { request, step: Step::Wanted(read), .. }) = self.take(ticket, waits) else {
            return;
        };
        let state = found.as_ref().err().copied().unwrap_or(StreamState::Available);
        let decision = self.gate.handle_request(now, &read.url, state);
        let target = read.url.target.clone();
        if let Ok(description) = found {
            // Known before its token is good, and used only after that.
            self.remember(target.clone(), description);
        }
        self.decided(request, target, decision);
        self.go_on();
    }

    /// What a target is that was named to the application before, and is known better now. An application that opens a
    /// camera for the holder of a good token, and for nobody else, gives an empty description to [`Server::wanted`], and
    /// the true one here, before it passes on the [`verdict`](Server::verdict).
    pub fn set_description(&mut self, target: &Target, description: Description) {
        let known = self.known.iter_mut().find(|known| known.target == *target);
        known.into_iter().for_each(|known| known.description = description.clone());
    }

    /// The platform's answer to [`Event::Verify`].
    pub fn verdict(&mut self, now: Now, id: CheckId, result: GenericResult) {
        let now = self.advance(now);
        let Some(decision) = self.gate.handle_answer(now, id, result) else { return };
        self.verified(decision);
    }

    /// There is no link to the platform, or it ended: [`Event::Verify`] will not be answered.
    pub fn link_down(&mut self, now: Now) {
        self.advance(now);
        let Some(decision) = self.gate.handle_link_down() else { return };
        self.verified(decision);
    }

    fn verified(&mut self, decision: Decision) {
        if let Some(Serving { request, step: Step::Verdict(target), .. }) =
            self.serving.take_if(|serving| matches!(serving.step, Step::Verdict(_)))
        {
            self.decided(request, target, decision);
        }
        self.go_on();
    }

    /// What the gate says about a request.
    fn decided(&mut self, request: Request, target: Target, decision: Decision) {
        match decision {
            Decision::Ask(check) => {
                self.wait(request, check.deadline, Step::Verdict(target));
                self.event(Event::Verify(check));
            }
            Decision::Serve => {
                let known = self.known.iter_mut().find(|known| known.target == target);
                known.into_iter().for_each(|known| known.is_verified = true);
                self.serve(&request, &target);
            }
            Decision::Refuse(refusal) => self.refuse(&request, Status(refusal.status()), Some(refusal)),
            // One request is served at a time, so no other check is open.
            Decision::Wait => self.refuse(&request, Status::UNAVAILABLE, None),
        }
    }

    /// A request whose token is good.
    fn serve(&mut self, request: &Request, target: &Target) {
        let result = match request.method {
            Method::Describe => self.described(request, target),
            _ => self.set_up_verified(request, target),
        };
        if let Err(status) = result {
            self.refuse(request, status, None);
        }
    }

    /// The request that waits, when it is this one and waits for this.
    pub(super) fn take(&mut self, ticket: Ticket, waits: impl Fn(&Step) -> bool) -> Option<Serving> {
        self.serving.take_if(|serving| serving.ticket == ticket && waits(&serving.step))
    }

    /// Nobody answered in time.
    pub(super) fn give_up(&mut self, status: Status, why: Option<PlayRefusal>) {
        let Some(serving) = self.serving.take() else { return };
        if let Step::SetUp { session, track, is_new } = serving.step {
            self.not_set_up(session, track, is_new);
        }
        self.refuse(&serving.request, status, why);
        self.go_on();
    }

    pub(super) fn options(&mut self, request: &Request) -> Result<(), Status> {
        self.check_session(request)?;
        let is_live = match Asked::read(&request.url) {
            Ok(Asked::Play(read)) => matches!(read.url.target.media, Media::Live(_)),
            _ => false,
        };
        let public = if is_live { LIVE } else { PUBLIC };
        let answer = self.answer(request, Status::OK).header("Public", public);
        self.send(&answer);
        Ok(())
    }

    pub(super) fn describe(&mut self, request: &Request) -> Result<(), Status> {
        let accepts = |accept: &str| {
            ["application/sdp", "application/*", "*/*"].iter().any(|kind| accept.contains(kind))
        };
        if request.headers.first("Accept").is_some_and(|accept| !accepts(accept)) {
            return Err(Status::NOT_ACCEPTABLE);
        }
        match Asked::read(&request.url)? {
            Asked::Play(read) => self.ask_for(request, read),
            // Without a token nothing is shown.
            Asked::Short(_) => return Err(Status::UNAUTHORIZED),
        }
        Ok(())
    }

    /// Asks the application what is wanted.
    pub(super) fn ask_for(&mut self, request: &Request, read: Box<ReadUrl>) {
        let target = read.url.target.clone();
        let deadline = self.application_deadline();
        let ticket = self.wait(request.clone(), deadline, Step::Wanted(read));
        self.event(Event::Wanted { ticket, target });
    }

    fn remember(&mut self, target: Target, description: Description) {
        if let Some(known) = self.known.iter_mut().find(|known| known.target == target) {
            known.description = description;
            return;
        }
        if self.known.len() > MAX_TARGETS {
            // The gate verifies no more than that, so one of them is not verified, and what is refused is not needed
            // again.
            let forgotten = self.known.iter().position(|known| !known.is_verified).unwrap_or(0);
            self.known.remove(forgotten);
        }
        self.known.push(Known { target, description, is_verified: false });
    }

    pub(super) fn description(&self, target: &Target) -> Option<&Description> {
        self.known.iter().find(|known| known.target == *target).map(|known| &known.description)
    }

    fn described(&mut self, request: &Request, target: &Target) -> Result<(), Status> {
        let description = self.description(target).ok_or(Status::INTERNAL)?;
        let text = description.write(self.config.local, 1);
        let Asked::Play(read) = Asked::read(&request.url)? else { return Err(Status::INTERNAL) };
        let base = format!("{}/", read.url.to_url());
        let answer =
            self.answer(request, Status::OK).header("Content-Base", base).body("application/sdp", text);
        self.send(&answer);
        Ok(())
    }
}
