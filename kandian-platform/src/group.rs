//! The group platform on the port for people and programs. Spec §6, §9; E-38, E-169.
//!
//! Province platforms post one XML document, or the same in an envelope of SOAP 1.1 or 1.2, and are answered in the form they
//! chose (E-38). Clients ask with SOAP, and bare XML will do (E-169).

mod answers;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Extension, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response as HttpResponse};
use axum::routing::post;
use kandian_proto::soap::{self, Fault, FaultCode, Form, Service, SoapError, Version};
use kandian_proto::{Profile, Response};

use crate::access::PeerAddr;
use crate::app::App;
use crate::config::{Config, Tls};
use crate::store::StoreError;

pub(crate) use answers::answer_client;
use answers::{answer, unreadable};

/// Where province platforms post.
pub const PATH: &str = "/GroupService";
/// Longest call. The longest of the table has a few hundred bytes.
const BODY_BYTES: usize = 64 << 10;

/// The routes of the group platform. Where no province platform runs in this process, clients find the list at the paths of
/// §8 as well.
pub(crate) fn router(config: &Config) -> Router<Arc<App>> {
    let handler = |service| {
        let describe = move |app, headers, query| describe(service, app, headers, query);
        post(call).get(describe).layer(DefaultBodyLimit::max(BODY_BYTES))
    };
    let router = Router::new().route(PATH, handler(Service::Provision));
    if config.roles.province() {
        return router;
    }
    crate::client::PATHS.iter().fold(router, |router, path| router.route(path, handler(Service::Client)))
}

/// The WSDL, for `?wsdl`.
async fn describe(
    service: Service,
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> HttpResponse {
    if !query.is_some_and(|query| query.eq_ignore_ascii_case("wsdl")) {
        let hint = "This is the group platform of 手机看店, sections 6 and 9: POST a call, or GET ?wsdl for its description.\n";
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST")], hint).into_response();
    }
    let scheme = if app.config.http.tls == Tls::Off { "http" } else { "https" };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let path = if service == Service::Provision { PATH } else { crate::client::PATHS[0] };
    let document = soap::wsdl(service, &format!("{scheme}://{host}{path}"));
    ([(header::CONTENT_TYPE, "text/xml;charset=UTF-8")], document).into_response()
}

async fn call(State(app): State<Arc<App>>, peer: Option<Extension<PeerAddr>>, body: Bytes) -> HttpResponse {
    let called = match soap::read_request(&body) {
        Ok(called) => called,
        Err(error) => return not_read(&body, &error),
    };
    let Some(Extension(peer)) = peer else {
        return fault(called.form, &Fault::new(FaultCode::Receiver, "the peer is not known"));
    };
    let operation = called.read.message.operation().info();
    // In a task of its own: who hangs up in the middle leaves nothing half done, and no password counted as wrong.
    let (task, message) = (Arc::clone(&app), called.read.message);
    let outcome = app.tasks.spawn(async move { answer(&task, peer, &message).await }).await;
    let outcome = outcome.unwrap_or(Err(StoreError::Closed));
    let name = match &outcome {
        Ok(Some(_)) => "answered",
        Ok(None) => "unknown",
        Err(_) => "failed",
    };
    metrics::counter!("kandian_soap_calls_total", "operation" => operation.id, "outcome" => name)
        .increment(1);
    match outcome {
        Ok(Some(response)) => written(called.form, &response),
        Ok(None) => fault(called.form, &Fault::new(FaultCode::Sender, "this operation is not served here")),
        Err(error) => {
            tracing::error!(%error, "a call at the group platform failed");
            fault(called.form, &Fault::new(FaultCode::Receiver, "the platform could not do it now"))
        }
    }
}

/// The answer to a call that cannot be read: 255, when it names an operation of §6; else there is nothing to answer.
fn not_read(body: &[u8], error: &SoapError) -> HttpResponse {
    tracing::info!(%error, "a call at the group platform cannot be read");
    let form = form_of(body);
    match unreadable(body) {
        Some(response) => written(form, &response),
        None => fault(form, &error.to_fault()),
    }
}

fn written(form: Form, response: &Response) -> HttpResponse {
    match soap::write_response(form, response, Profile::Spec) {
        Ok(document) => ([(header::CONTENT_TYPE, form.content_type())], document).into_response(),
        Err(error) => {
            tracing::error!(%error, "an answer of the group platform cannot be written");
            fault(form, &Fault::new(FaultCode::Receiver, "the answer could not be written"))
        }
    }
}

/// What is no answer: a fault for who sent an envelope, and a line of text for who did not.
fn fault(form: Form, fault: &Fault) -> HttpResponse {
    let status = |code| match code {
        FaultCode::Receiver => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    match form {
        Form::Bare => (status(fault.code), format!("{}\n", fault.reason)).into_response(),
        Form::Soap(version) => {
            // SOAP 1.1 over HTTP has one status for all faults.
            let status =
                if version == Version::V11 { StatusCode::INTERNAL_SERVER_ERROR } else { status(fault.code) };
            (status, [(header::CONTENT_TYPE, version.content_type())], fault.write(version)).into_response()
        }
    }
}

/// The form of a call that cannot be read, by what stands in it.
fn form_of(body: &[u8]) -> Form {
    let has = |text: &str| body.windows(text.len()).any(|window| window == text.as_bytes());
    match () {
        () if has(Version::V12.namespace()) => Form::Soap(Version::V12),
        () if has(Version::V11.namespace()) || has("Envelope>") => Form::Soap(Version::V11),
        () => Form::Bare,
    }
}
