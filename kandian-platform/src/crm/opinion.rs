//! Whether somebody may log in, as CRM says..

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kandian_proto::time::Millis;
use reqwest::header::{HeaderMap, HeaderValue};
use serde::Deserialize;

use super::sign::{HEADERS, Signed, signature};
use crate::app::App;
use crate::config::OnSilence;
use crate::rules::Mobile;

/// Answers that are remembered. Only whoever brought a right password costs one.
const MOST: usize = 16_384;
/// How long CRM may take: somebody waits for his login.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long nobody is asked after CRM was silent: else each login would wait as long.
const PAUSE: Millis = Millis::from_secs(10);

/// What CRM said lately.
#[derive(Debug, Default)]
pub struct Opinions {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    known: HashMap<Mobile, (bool, Millis)>,
    silent_until: Millis,
}

/// What is known without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Answer(bool),
    /// CRM was silent a moment ago.
    Silence,
    Nothing,
}

#[derive(Deserialize)]
struct Answer {
    allow: bool,
}

impl Opinions {
    fn known(&self, number: Mobile, now: Millis) -> Known {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        match inner.known.get(&number) {
            Some((allowed, until)) if now < *until => Known::Answer(*allowed),
            _ if now < inner.silent_until => Known::Silence,
            _ => Known::Nothing,
        }
    }

    fn learn(&self, number: Mobile, allowed: bool, now: Millis, until: Millis) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.known.len() >= MOST {
            inner.known.retain(|_, (_, until)| now < *until);
        }
        // When all of them still count, the newest is asked for again.
        if inner.known.len() < MOST {
            inner.known.insert(number, (allowed, until));
        }
        inner.silent_until = Millis(0);
    }

    fn was_silent(&self, now: Millis) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).silent_until = now + PAUSE;
    }

    /// Forgets what was said of a number: an order has changed it.
    pub(crate) fn forget(&self, number: Mobile) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).known.remove(&number);
    }
}

/// Whether CRM lets somebody log in. Asked after the password was right, so that it tells a stranger nothing and a flood of
/// guesses does not reach CRM.
pub(crate) async fn allows(app: &App, number: Mobile) -> bool {
    let Some(url) = &app.config.crm.check_url else { return true };
    let now = app.clock.now().mono;
    let silence = app.config.crm.on_silence == OnSilence::Allow;
    match app.opinions.known(number, now) {
        Known::Answer(allowed) => return counted("remembered", allowed),
        Known::Silence => return counted("silent", silence),
        Known::Nothing => {}
    }
    let asked = tokio::time::timeout(PATIENCE, ask(app, url, number)).await;
    let now = app.clock.now().mono;
    let Some(allowed) = asked.unwrap_or_default() else {
        app.opinions.was_silent(now);
        tracing::warn!(
            account = number.masked(),
            let_in = silence,
            "CRM did not say whether a user may log in"
        );
        return counted("silent", silence);
    };
    let settings = &app.config.crm;
    let seconds = if allowed { settings.allow_secs } else { settings.deny_secs };
    app.opinions.learn(number, allowed, now, now + Millis::from_secs(seconds.into()));
    counted("asked", allowed)
}

fn counted(how: &'static str, allowed: bool) -> bool {
    let outcome = if allowed { "allowed" } else { "denied" };
    metrics::counter!("kandian_crm_checks_total", "how" => how, "outcome" => outcome).increment(1);
    allowed
}

/// What CRM says; `None` when it says nothing that is an answer.
async fn ask(app: &App, url: &str, number: Mobile) -> Option<bool> {
    let body = serde_json::json!({ "number": number }).to_string();
    // As the client sends it.
    let read = reqwest::Url::parse(url).ok()?;
    let target =
        read.query().map_or_else(|| read.path().to_owned(), |query| format!("{}?{query}", read.path()));
    let timestamp = (app.clock.wall().0 / 1_000).to_string();
    let key = crate::service::random_text(26);
    let signed =
        Signed { method: "POST", target: &target, timestamp: &timestamp, key: &key, body: body.as_bytes() };
    let signature = signature(&signed, app.config.crm.check_secret.as_ref()?)?;
    let mut headers = HeaderMap::new();
    for (name, value) in HEADERS.into_iter().zip(["kandian", &timestamp, &key, &signature]) {
        headers.insert(name, HeaderValue::from_str(value).ok()?);
    }
    let answered = app.outward.post(url, "application/json", headers, body.into_bytes()).await;
    let answer = answered.inspect_err(|error| tracing::debug!(%error, "CRM does not answer")).ok()?;
    if !answer.is_success() {
        tracing::debug!(status = answer.status, "CRM answers with an error");
        return None;
    }
    serde_json::from_slice::<Answer>(&answer.body).ok().map(|answer| answer.allow)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(last: u64) -> Mobile {
        format!("189{last:08}").parse().unwrap()
    }

    /// What is remembered ends, and has an end as a whole.
    #[test]
    fn what_was_said_is_remembered_for_a_while() {
        let opinions = Opinions::default();
        let (now, until) = (Millis(1_000), Millis(2_000));
        opinions.learn(number(1), false, now, until);
        assert_eq!(opinions.known(number(1), Millis(1_999)), Known::Answer(false));
        assert_eq!(opinions.known(number(1), until), Known::Nothing);
        for last in 0..30_000 {
            opinions.learn(number(last), true, now, until);
        }
        assert_eq!(opinions.inner.lock().unwrap().known.len(), MOST);
        opinions.learn(number(99_999), true, until, Millis(3_000));
        assert_eq!(opinions.inner.lock().unwrap().known.len(), 1);
        opinions.was_silent(until);
        assert_eq!(opinions.known(number(5), until), Known::Silence);
        assert_eq!(opinions.known(number(99_999), until), Known::Answer(true));
        opinions.forget(number(99_999));
        assert_eq!(opinions.known(number(99_999), until), Known::Silence);
        opinions.learn(number(6), true, until, Millis(3_000));
        assert_eq!(opinions.known(number(5), until), Known::Nothing);
    }
}
