//! A short message centre that speaks SMPP.
//!
//! The connection is made when the first message is to be sent, and again when it was lost. Texts are UCS-2, in as many
//! parts as they need.

use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use futures_util::{Stream, StreamExt as _};
use kandian_proto::Secret;
use rusmpp::extra::concatenation::SubmitSmMultipartExt as _;
use rusmpp::pdus::{BindTransceiver, DeliverSm, DeliverSmResp, SubmitSm};
use rusmpp::types::COctetString;
use rusmpp::values::{EsmClass, InterfaceVersion, Npi, RegisteredDelivery, ServiceType, Ton};
use rusmpp::{CommandStatus, Pdu};
use rusmppc::error::Error;
use rusmppc::{Client, ConnectionBuilder, Event};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::timeout;

use super::{Gateway, GatewayFailure, Outgoing, Receipt, Taken, receipt};
use crate::config::Smpp;

/// How long the centre may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// How long for an answer.
const ANSWER: Duration = Duration::from_secs(15);
/// How long a failure to connect stands for all messages.
const AFTER_FAILURE: Duration = Duration::from_secs(3);
/// How often it is asked whether it is there.
const ENQUIRE: Duration = Duration::from_secs(30);
/// `esm_class` of an ordinary message.
const PLAIN: u8 = 0;
/// `registered_delivery`: one receipt, when it is decided whether the message arrives.
const RECEIPT: u8 = 1;
const NO_RECEIPT: u8 = 0;
/// The bits of `esm_class` that say what a message is, and what they are in a receipt.
const KIND: u8 = 0b0011_1100;
const RECEIVED: u8 = 0b0000_0100;
/// Longest command taken from it.
const LONGEST: usize = 64 << 10;

/// The connection, or why there was none moments ago: the messages of one batch need not wait for it one after the other.
#[derive(Debug, Default)]
struct Bound {
    client: Option<Client>,
    failed: Option<(Instant, GatewayFailure)>,
}

/// Sends messages to the centre of the settings.
#[derive(Debug)]
pub(super) struct SmppGateway {
    settings: Smpp,
    receipts: mpsc::Sender<Receipt>,
    bound: Mutex<Bound>,
    /// Of texts in several parts, what holds them together.
    reference: AtomicU16,
}

impl SmppGateway {
    pub(super) fn new(settings: &Smpp, receipts: mpsc::Sender<Receipt>) -> Self {
        let reference = AtomicU16::new(rand::random());
        Self { settings: settings.clone(), receipts, bound: Mutex::default(), reference }
    }

    /// The connection, made when there is none.
    async fn client(&self) -> Result<Client, GatewayFailure> {
        let mut bound = self.bound.lock().await;
        if let Some(client) = bound.client.as_ref().filter(|client| client.is_active()) {
            return Ok(client.clone());
        }
        if let Some((at, why)) = &bound.failed
            && at.elapsed() < AFTER_FAILURE
        {
            return Err(why.clone());
        }
        match self.bind().await {
            Ok(client) => {
                bound.failed = None;
                Ok(bound.client.insert(client).clone())
            }
            Err(why) => {
                bound.failed = Some((Instant::now(), why.clone()));
                Err(why)
            }
        }
    }

    async fn bind(&self) -> Result<Client, GatewayFailure> {
        let later = |error: &dyn std::fmt::Display| {
            GatewayFailure::Later(format!("{}: {error}", self.settings.address))
        };
        let stream = timeout(CONNECT, TcpStream::connect(&self.settings.address)).await;
        let stream = stream.map_err(|_| later(&"no connection in time"))?.map_err(|error| later(&error))?;
        let builder = ConnectionBuilder::new()
            .enquire_link_interval(ENQUIRE)
            .response_timeout(ANSWER)
            .max_command_length(LONGEST)
            // The library knows 5.0, whose fields of a bind are those of 3.4.
            .disable_interface_version_check();
        let (client, events) = builder.connected(stream);
        tokio::spawn(listen(events, client.clone(), self.receipts.clone()));
        let password = self.settings.password.as_ref().map_or("", Secret::reveal);
        let bind = BindTransceiver::builder()
            .system_id(text(&self.settings.system_id, "sms.smpp.system_id")?)
            .password(text(password, "sms.smpp.password")?)
            // The version that centres know; the fields used here are the same in all of them.
            .interface_version(InterfaceVersion::Smpp3_4)
            .build();
        if let Err(error) = client.bind_transceiver(bind).await {
            let _ = client.close().await;
            return Err(later(&shown(&error)));
        }
        tracing::info!(address = %self.settings.address, "bound to the short message centre");
        Ok(client)
    }

    async fn submit(&self, message: &Outgoing) -> Result<Taken, GatewayFailure> {
        let never = |error: &dyn std::fmt::Display| GatewayFailure::Never(error.to_string());
        let parts = SubmitSm::builder()
            .service_type(ServiceType::default())
            .source_addr_ton(Ton::Unknown)
            .source_addr_npi(Npi::Unknown)
            .source_addr(text(&self.settings.source, "sms.smpp.source")?)
            .dest_addr_ton(Ton::Unknown)
            .dest_addr_npi(Npi::Unknown)
            .destination_addr(text(&message.to.to_string(), "the number")?)
            // Said in full: the default of the library is an acknowledgement, which a message of ours is not.
            .esm_class(EsmClass::from(PLAIN))
            .registered_delivery(RegisteredDelivery::from(RECEIPT))
            .build();
        let parts = parts
            .multipart(message.text.reveal())
            .reference_u16(self.reference.fetch_add(1, Ordering::Relaxed))
            .ucs2()
            .build()
            .map_err(|error| never(&error))?;
        let client = self.client().await?;
        let mut id = String::new();
        let last = parts.len().saturating_sub(1);
        for (index, mut part) in parts.into_iter().enumerate() {
            if index != last {
                // The receipt of the last part stands for the whole.
                part.registered_delivery = RegisteredDelivery::from(NO_RECEIPT);
            }
            let answer = client.submit_sm(part).await.map_err(|error| failure(&error))?;
            id = answer.message_id().as_str().to_owned();
        }
        Ok(Taken::Sent(id))
    }
}

impl Gateway for SmppGateway {
    fn send<'a>(&'a self, message: &'a Outgoing) -> BoxFuture<'a, Result<Taken, GatewayFailure>> {
        Box::pin(self.submit(message))
    }
}

fn text<const MIN: usize, const MAX: usize>(
    value: &str,
    what: &str,
) -> Result<COctetString<MIN, MAX>, GatewayFailure> {
    // A setting can be mended, so the message waits.
    COctetString::from_str(value).map_err(|error| GatewayFailure::Later(format!("{what}: {error}")))
}

/// What an error means for the message.
fn failure(error: &Error) -> GatewayFailure {
    use CommandStatus as Status;
    let Error::UnexpectedResponse { response } = error else { return GatewayFailure::Later(shown(error)) };
    match response.status() {
        // It is the message that is wrong, not the moment.
        Status::EsmeRinvdstadr | Status::EsmeRinvmsglen | Status::EsmeRinvdcs | Status::EsmeRinvesmclass => {
            GatewayFailure::Never(shown(error))
        }
        _ => GatewayFailure::Later(shown(error)),
    }
}

/// An error in a few words: the whole answer of a centre is not for the records.
fn shown(error: &Error) -> String {
    match error {
        Error::UnexpectedResponse { response } => {
            format!("the centre answered {:?} ({:#010x})", response.status(), u32::from(response.status()))
        }
        Error::ResponseTimeout { .. } => "the centre gave no answer in time".to_owned(),
        error => error.to_string(),
    }
}

/// Hears what the centre says, until it is gone.
async fn listen(
    mut events: impl Stream<Item = Event> + Unpin,
    client: Client,
    receipts: mpsc::Sender<Receipt>,
) {
    while let Some(event) = events.next().await {
        match event {
            Event::Incoming(command) => {
                let number = command.sequence_number();
                if let Some(Pdu::DeliverSm(message)) = command.pdu() {
                    delivered(message, &receipts).await;
                    let _ = client.deliver_sm_resp(number, DeliverSmResp::default()).await;
                }
            }
            Event::Error(error) => {
                tracing::warn!(error = %shown(&error), "the connection to the short message centre failed");
            }
        }
    }
    tracing::info!("the connection to the short message centre ended");
}

/// Passes a receipt on, and waits until it is on record: the centre does not say it twice.
async fn delivered(message: &DeliverSm, receipts: &mpsc::Sender<Receipt>) {
    if u8::from(message.esm_class) & KIND != RECEIVED {
        // Anybody can write to this number, also what looks like a receipt.
        return tracing::info!("a short message to this platform was passed over");
    }
    let text = String::from_utf8_lossy(message.short_message().as_ref()).into_owned();
    let Some(read) = receipt::read(&text) else {
        return tracing::info!("a receipt that cannot be read was passed over");
    };
    let Some(arrived) = receipt::arrived(&read.word) else { return };
    let (noted, is_noted) = oneshot::channel();
    let receipt = Receipt { gateway_id: read.id, arrived, word: read.word, noted };
    if receipts.send(receipt).await.is_ok() {
        // It ends without a word when the platform stops; then the centre gets no answer that anybody noted.
        let _ = is_noted.await;
    }
}

/// Keeps the type honest: what is shared between tasks can be.
const _: fn() = || {
    fn shared<T: Send + Sync>() {}
    shared::<Arc<SmppGateway>>();
};
