//! Orders of CRM: who sends them, and whether they are his.; E-188.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::accounts::checked_limit;
use super::body::is_object;
use super::problem::Problem;
use crate::app::App;
use crate::config::{CrmAuth, CrmClient};
use crate::crm::{HEADERS, Signed};
use crate::service::crm::{OrderFailure, Placed, Wish, carry_out};
use crate::web::{Encryption, shown_certificate};

/// Seconds by which the clock of a client may be off.
pub(super) const WINDOW_SECS: i64 = 300;
/// Characters of a key, at most.
pub(super) const LONGEST_KEY: usize = 64;

/// Who a request says it comes from, and what shows that; empty where nothing is said.
struct Shown<'a> {
    client: &'a str,
    signature: &'a str,
}

pub(super) async fn order(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    encryption: Encryption,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let [client, timestamp, key, signature] =
        HEADERS.map(|name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default());
    let shown = Shown { client, signature };
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let signed = Signed { method: method.as_str(), target, timestamp, key, body: &body };
    let client = authentic(&app, &shown, &signed, &encryption)?;
    let is_key = |c: u8| c.is_ascii_alphanumeric() || b"._-".contains(&c);
    if key.is_empty() || key.len() > LONGEST_KEY || !key.bytes().all(is_key) {
        let title = format!("Idempotency-Key has 1 to {LONGEST_KEY} letters, digits, `.`, `_` and `-`");
        return Err(Problem::invalid(title));
    }
    if !is_object(&body) {
        return Err(Problem::invalid("The body is no JSON object"));
    }
    let wish: Wish = serde_json::from_slice(&body)
        .map_err(|error| Problem::invalid("The body is no order").because(error))?;
    wish.points().map(checked_limit).transpose()?;
    let placed = Placed { client, key: key.to_owned(), request: signed.request(), wish };
    let done = carry_out(&app, &placed).await?;
    metrics::counter!("kandian_crm_orders_total", "operation" => wish.name()).increment(1);
    let status = StatusCode::from_u16(done.status).unwrap_or(StatusCode::OK);
    Ok((status, [(header::CONTENT_TYPE, "application/json")], done.answer).into_response())
}

fn refused(why: &str) -> Problem {
    metrics::counter!("kandian_rest_unauthorized_total").increment(1);
    tracing::info!(why, "an order of CRM was refused");
    let next = "see the chapter CRM of docs/platform.md for what is signed and how";
    let title = "It is not certain who sends this";
    Problem::new(StatusCode::UNAUTHORIZED, "not_authentic", title, next).because(why)
}

/// The name of who sends this.
fn authentic(
    app: &App,
    shown: &Shown<'_>,
    signed: &Signed<'_>,
    encryption: &Encryption,
) -> Result<String, Problem> {
    let settings = &app.config.crm;
    match settings.auth {
        CrmAuth::Off => {
            let next = "set crm.auth";
            Err(Problem::new(StatusCode::NOT_FOUND, "no_crm", "This platform takes no orders of CRM", next))
        }
        CrmAuth::Mtls => {
            let Some(certificate) = shown_certificate(encryption) else {
                return Err(refused("no certificate was shown"));
            };
            let holds = |client: &CrmClient| {
                client.certificates.iter().any(|known| known.eq_ignore_ascii_case(&certificate))
            };
            let found = settings.clients.iter().find(|(_, client)| holds(client));
            found.map(|(name, _)| name.clone()).ok_or_else(|| refused("the certificate is nobody's"))
        }
        CrmAuth::Hmac => {
            let secrets = settings.clients.get(shown.client).map(|client| client.secrets.as_slice());
            // Who has no such name is told the same as who signs wrongly.
            if !signed.is_signed_with(secrets.unwrap_or_default(), shown.signature) {
                return Err(refused("the signature is wrong"));
            }
            let sent = signed.timestamp.parse::<i64>().map_err(|_| refused("the timestamp is no number"))?;
            if (app.clock.wall().0 / 1_000).abs_diff(sent) > WINDOW_SECS.unsigned_abs() {
                return Err(refused("the timestamp is more than five minutes off"));
            }
            Ok(shown.client.to_owned())
        }
    }
}

impl From<OrderFailure> for Problem {
    fn from(failure: OrderFailure) -> Self {
        match failure {
            OrderFailure::KeyUsed => {
                let (title, next) =
                    ("The key was used for another order", "give each order a key of its own");
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "key_used", title, next)
            }
            OrderFailure::Account(failure) => failure.into(),
            OrderFailure::Cancelled => {
                let (title, next) = ("The account was cancelled", "open it again");
                Self::new(StatusCode::CONFLICT, "cancelled", title, next)
            }
            OrderFailure::Store(error) => error.into(),
        }
    }
}
