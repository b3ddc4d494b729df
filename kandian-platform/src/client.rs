//! The SOAP interface of phones and web clients. Spec §8; E-151.
//!
//! One path takes all operations; which one it is says the first child of the Body. What a client does wrong is answered
//! with the result code of the operation; a fault says that there was no operation to answer.

mod account;
mod alarms;
mod code;
mod dialect;
mod firmware;
mod relay;
mod tags;
mod unreadable;
mod watch;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Extension, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response as HttpResponse};
use axum::routing::post;
use kandian_proto::soap::{self, Fault, FaultCode, Form, Service, Version};
use kandian_proto::{DevId, Profile, Request, Response};

use crate::access::PeerAddr;
use crate::app::App;
use crate::config::Dialect;
use crate::rules::Mobile;
use crate::store::StoreError;
use code::Broken;

/// Where the interface is: its own name, and where clients of deployed platforms of the family look.
pub const PATHS: [&str; 3] = ["/MobileService", "/cxf/MobileService", "/tykd/cxf/MobileService"];
/// Longest call. The longest of the table has a few hundred bytes.
const BODY_BYTES: usize = 64 << 10;
/// What the first path is called in the description.
const FIRST: &str = PATHS[0];

/// The routes of the interface.
pub(crate) fn router(dialects: &[Dialect]) -> Router<Arc<App>> {
    let handler = || post(call).get(describe).layer(DefaultBodyLimit::max(BODY_BYTES));
    let router = PATHS.iter().fold(Router::new(), |router, path| router.route(path, handler()));
    if !dialects.contains(&Dialect::UrnCu) {
        return router;
    }
    // Its clients know a host and a port.
    router.route("/", post(call).layer(DefaultBodyLimit::max(BODY_BYTES)))
}

/// The WSDL, for `?wsdl`.
async fn describe(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> HttpResponse {
    if !query.is_some_and(|query| query.eq_ignore_ascii_case("wsdl")) {
        let hint = "This is the SOAP interface of 手机看店, section 8: POST a call, or GET ?wsdl for its description.\n";
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST")], hint).into_response();
    }
    let scheme = if app.config.http.tls == crate::config::Tls::Off { "http" } else { "https" };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let document = soap::wsdl(Service::Client, &format!("{scheme}://{host}{FIRST}"));
    ([(header::CONTENT_TYPE, "text/xml;charset=UTF-8")], document).into_response()
}

async fn call(State(app): State<Arc<App>>, peer: Option<Extension<PeerAddr>>, body: Bytes) -> HttpResponse {
    let spoken = dialect::understood(&app.config.client.dialects, &body);
    let document = spoken.as_ref().map_or(&body[..], |call| &call.document);
    let called = match soap::read_request(document) {
        Ok(mut called) => {
            if spoken.is_some() {
                called.form = sent_as(&body, true);
            }
            called
        }
        Err(error) => {
            tracing::debug!(%error, "a call that cannot be read (E-151)");
            let Some((row, response)) = unreadable::answer(document, &error) else {
                return fault(form_of(&body), &error.to_fault());
            };
            count(row.id, "answered");
            return reply(&app, spoken.as_ref(), sent_as(&body, spoken.is_some()), None, &response).await;
        }
    };
    let Some(Extension(peer)) = peer else {
        return fault(called.form, &Fault::new(FaultCode::Receiver, "the peer is not known"));
    };
    let operation = called.read.message.operation().info();
    let adding = dialect::adding(&called.read.message);
    // In a task of its own: who hangs up in the middle leaves nothing half done.
    let (task, message) = (Arc::clone(&app), called.read.message);
    let outcome =
        app.tasks.spawn(async move { answer(&task, peer, message).await }).await.unwrap_or(Err(Broken));
    let name = match &outcome {
        Ok(Some(_)) => "answered",
        Ok(None) => "unknown",
        Err(Broken) => "failed",
    };
    count(operation.id, name);
    match outcome {
        Ok(Some(response)) => reply(&app, spoken.as_ref(), called.form, adding, &response).await,
        Ok(None) => fault(called.form, &Fault::new(FaultCode::Sender, "this operation is not served here")),
        Err(Broken) => {
            fault(called.form, &Fault::new(FaultCode::Receiver, "the platform could not do it now"))
        }
    }
}

/// The answer to a call; `None` for operations of other interfaces.
async fn answer(app: &App, peer: PeerAddr, request: Request) -> Result<Option<Response>, Broken> {
    Ok(Some(match request {
        Request::ClientSms(request) => account::send_password(app, peer, &request).await.into(),
        Request::ClientLogin(request) => account::log_in(app, peer, &request).await?.into(),
        Request::ClientLogout(request) => account::log_out(app, &request).await?.into(),
        Request::ClientGetDevices(request) => account::devices(app, &request).await?.into(),
        Request::ClientAddDevice(request) => account::add_device(app, peer, &request).await.into(),
        Request::ClientDelDevice(request) => account::remove_device(app, peer, &request).await.into(),
        Request::ClientSetName(request) => account::rename(app, request).await.into(),
        Request::ClientVideoPlay(request) => watch::live(app, peer, &request).await.into(),
        Request::ClientVideoPtz(request) => relay::steer(app, &request).await.into(),
        Request::ClientGetChannel(request) => relay::get_channel(app, &request).await.into(),
        Request::ClientSetChannel(request) => relay::set_channel(app, request).await.into(),
        Request::ClientGetWifi(request) => relay::get_wifi(app, &request).await.into(),
        Request::ClientSetWifi(request) => relay::set_wifi(app, request).await.into(),
        Request::ClientReboot(request) => relay::reboot(app, &request).await.into(),
        Request::ClientGetDevVer(request) => firmware::versions(app, &request).await.into(),
        Request::ClientUpgrade(request) => firmware::upgrade(app, &request).await.into(),
        Request::ClientGetAlarm(request) => relay::get_alarm(app, &request).await.into(),
        Request::ClientSetAlarm(request) => relay::set_alarm(app, &request).await.into(),
        Request::ClientQueryAlarm(request) => alarms::search(app, &request).await.into(),
        request => return crate::group::answer_client(app, &request).await.map_err(|error| broken(&error)),
    }))
}

fn broken(error: &StoreError) -> Broken {
    tracing::error!(%error, "a call of a client failed");
    Broken
}

fn written(form: Form, response: &Response) -> HttpResponse {
    match soap::write_response(form, response, Profile::Spec) {
        Ok(document) => ([(header::CONTENT_TYPE, form.content_type())], document).into_response(),
        Err(error) => {
            tracing::error!(%error, "an answer to a client cannot be written");
            fault(form, &Fault::new(FaultCode::Receiver, "the answer could not be written"))
        }
    }
}

fn count(operation: &'static str, outcome: &'static str) {
    metrics::counter!("kandian_soap_calls_total", "operation" => operation, "outcome" => outcome)
        .increment(1);
}

/// An answer in the form of the call, and in its words.
async fn reply(
    app: &App,
    spoken: Option<&dialect::Call>,
    form: Form,
    adding: Option<(Mobile, DevId)>,
    response: &Response,
) -> HttpResponse {
    let (Some(call), Form::Soap(version)) = (spoken, form) else { return written(form, response) };
    match call.answered(app, adding, response, version).await {
        Some(document) => ([(header::CONTENT_TYPE, version.content_type())], document).into_response(),
        None => {
            tracing::error!("an answer to a client cannot be written in its dialect");
            fault(form, &Fault::new(FaultCode::Receiver, "the answer could not be written"))
        }
    }
}

/// A fault, with the status that the version of SOAP demands. A caller without an envelope gets one all the same.
fn fault(form: Form, fault: &Fault) -> HttpResponse {
    let version = match form {
        Form::Soap(version) => version,
        Form::Bare => Version::V11,
    };
    let status = match (version, fault.code) {
        (Version::V12, FaultCode::Sender) => StatusCode::BAD_REQUEST,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    (status, [(header::CONTENT_TYPE, version.content_type())], fault.write(version)).into_response()
}

/// The form of a call that the reader of all messages has not told. A dialect has no bare form.
fn sent_as(body: &[u8], in_dialect: bool) -> Form {
    let is_bare = !in_dialect && tags::called(body).is_some_and(|call| !call.is_enveloped);
    if is_bare { Form::Bare } else { form_of(body) }
}

/// The version of a call that cannot be read.
fn form_of(body: &[u8]) -> Form {
    let wanted = Version::V12.namespace().as_bytes();
    let is_newer = body.windows(wanted.len()).any(|window| window == wanted);
    Form::Soap(if is_newer { Version::V12 } else { Version::V11 })
}
