//! How clients of the family speak that do not speak as chapter 8 is read here (E-151).
//!
//! Two dialects were seen, and neither is normative. A dialect has names of its own for operations and fields, and a form of
//! its own for answers; what is done is the same. So a call is put into the words of chapter 8, goes the way of all calls, and
//! the answer is put into the words of the dialect. Each is spoken only when the settings say so.

mod sttri;
mod urn_cu;

use std::ops::Range;

use kandian_proto::soap::{self, Form, Version};
use kandian_proto::value::McuAddDeviceResult;
use kandian_proto::{DevId, Profile, Request, Response};

use super::code::number;
use super::tags::{Element, called, elements};
use crate::app::App;
use crate::config::Dialect;
use crate::rules::Mobile;
use crate::store::Hold;

/// An operation in the words of a dialect.
struct Row {
    /// The root of the request of chapter 8.
    root: &'static str,
    /// Fields that have other names there: theirs, ours.
    fields: &'static [(&'static str, &'static str)],
    /// What chapter 8 wants and the dialect does not say.
    defaults: &'static [(&'static str, &'static str)],
    /// How the answer differs.
    answer: Answer,
}

/// How an answer differs from that of chapter 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// It does not.
    Same,
    /// It has the account in it, and no list.
    Login,
    /// It has one URL, in an element of this name: the first that there is of local, UPnP and relay.
    Play(&'static str),
    /// It is a page of devices.
    Terminals,
    /// Its results have other numbers.
    Added,
}

/// A call in a dialect that was understood.
pub(super) struct Call {
    dialect: Dialect,
    /// What the operation is called, without `Req`.
    name: String,
    answer: Answer,
    /// The call in the words of chapter 8.
    pub(super) document: Vec<u8>,
    /// The account as the client wrote it.
    account: Vec<u8>,
    /// The entries of a list that are wanted.
    page: Range<usize>,
}

/// A call that is in one of these dialects.
pub(super) fn understood(spoken: &[Dialect], bytes: &[u8]) -> Option<Call> {
    if spoken.is_empty() {
        return None;
    }
    let call = called(bytes)?.element;
    let (dialect, row) =
        spoken.iter().find_map(|dialect| Some((*dialect, row(*dialect, call.name, bytes)?)))?;
    let inside = elements(call.inner)?;
    let parameters = match inside.as_slice() {
        [only] if only.name == "req" => elements(only.inner)?,
        _ => inside,
    };
    let text = |name: &str| parameters.iter().find(|field| field.name == name).map(|field| field.inner);
    let count =
        |name| text(name).and_then(|text| std::str::from_utf8(text).ok()?.trim().parse::<usize>().ok());
    let size = count("PageSize").unwrap_or(usize::MAX);
    let first = count("CurrPage").unwrap_or(1).saturating_sub(1).saturating_mul(size);
    Some(Call {
        dialect,
        name: call.name.strip_suffix("Req").unwrap_or(call.name).to_owned(),
        answer: row.answer,
        document: translated(declaration(bytes), &row, &parameters),
        account: text("Account").unwrap_or_default().to_vec(),
        page: first..first.saturating_add(size),
    })
}

fn row(dialect: Dialect, name: &str, document: &[u8]) -> Option<Row> {
    match dialect {
        Dialect::Sttri => sttri::row(name, document),
        Dialect::UrnCu => urn_cu::row(name),
    }
}

/// What says how the bytes are to be read.
fn declaration(bytes: &[u8]) -> &[u8] {
    let end = bytes.windows(2).position(|two| two == b"?>").map(|at| at + 2);
    end.filter(|_| bytes.trim_ascii_start().starts_with(b"<?xml"))
        .and_then(|end| bytes.get(..end))
        .unwrap_or_default()
}

fn translated(declaration: &[u8], row: &Row, parameters: &[Element<'_>]) -> Vec<u8> {
    let mut document = declaration.to_vec();
    let mut inside = Vec::new();
    for field in parameters {
        let name =
            row.fields.iter().find(|(theirs, _)| *theirs == field.name).map_or(field.name, |(_, ours)| ours);
        element(&mut inside, name, field.inner);
    }
    for (name, value) in row.defaults {
        if !parameters.iter().any(|field| field.name == *name) {
            element(&mut inside, name, value.as_bytes());
        }
    }
    element(&mut document, row.root, &inside);
    document
}

fn element(out: &mut Vec<u8>, name: &str, inner: &[u8]) {
    for part in [b"<", name.as_bytes(), b">", inner, b"</", name.as_bytes(), b">"] {
        out.extend_from_slice(part);
    }
}

impl Call {
    /// The answer in the words of the dialect, in an envelope of this version; `None` when it cannot be written.
    pub(super) async fn answered(
        &self,
        app: &App,
        adding: Option<(Mobile, DevId)>,
        response: &Response,
        version: Version,
    ) -> Option<Vec<u8>> {
        let document = soap::write_response(Form::Bare, response, Profile::Spec).ok()?;
        let root = elements(&document)?.into_iter().next()?;
        let parts = elements(root.inner)?;
        let mut inside = Vec::new();
        match self.answer {
            Answer::Same => parts.iter().for_each(|part| self.copy(&mut inside, part)),
            Answer::Login => self.login(&mut inside, &parts),
            Answer::Play(name) => self.play(&mut inside, &parts, name),
            Answer::Terminals => self.terminals(&mut inside, &parts),
            Answer::Added => {
                let is_own = is_own(app, adding).await;
                element(&mut inside, "Result", added(response, is_own).to_string().as_bytes());
            }
        }
        Some(self.enveloped(&inside, version))
    }

    /// An element as it is, under the name of the dialect.
    fn copy(&self, out: &mut Vec<u8>, part: &Element<'_>) {
        let name = match self.dialect {
            Dialect::Sttri if part.name == "DevID" => "DevId",
            _ => part.name,
        };
        match elements(part.inner).filter(|inside| !inside.is_empty()) {
            None => element(out, name, part.inner),
            Some(fields) => {
                let mut inside = Vec::new();
                fields.iter().for_each(|field| self.copy(&mut inside, field));
                element(out, name, &inside);
            }
        }
    }

    fn login(&self, out: &mut Vec<u8>, parts: &[Element<'_>]) {
        let is_open = parts.iter().any(|part| part.name == "LoginSession");
        for part in parts.iter().filter(|part| ["Result", "LoginSession"].contains(&part.name)) {
            self.copy(out, part);
            // Before the session; a refusal repeats nothing.
            if part.name == "Result" && is_open {
                element(out, "Account", &self.account);
            }
        }
    }

    fn play(&self, out: &mut Vec<u8>, parts: &[Element<'_>], name: &str) {
        parts.iter().filter(|part| part.name == "Result").for_each(|part| self.copy(out, part));
        let ways = ["LocalPlayUrl", "UpnpPlayUrl", "TurnPlayUrl"];
        let urls = ways.iter().filter_map(|way| parts.iter().find(|part| part.name == *way));
        let mut urls = urls.map(|part| part.inner).filter(|url| !url.is_empty());
        element(out, name, urls.next().unwrap_or_default());
        if self.dialect == Dialect::Sttri {
            // What it says is not known; clients that read it find it empty.
            element(out, "MediaSource", b"");
        }
    }

    fn terminals(&self, out: &mut Vec<u8>, parts: &[Element<'_>]) {
        parts.iter().filter(|part| part.name == "Result").for_each(|part| self.copy(out, part));
        let devices = parts.iter().filter(|part| part.name == "Device");
        for device in devices.skip(self.page.start).take(self.page.len()) {
            self.copy(out, &Element { name: "terminalInfo", ..*device });
        }
    }

    fn enveloped(&self, inside: &[u8], version: Version) -> Vec<u8> {
        let (prefix, namespace, suffix, more) = match (self.dialect, version) {
            (Dialect::Sttri, _) => ("ns1", sttri::NAMESPACE, "Res", ""),
            (Dialect::UrnCu, Version::V11) => ("cu", urn_cu::NAMESPACE, "Response", urn_cu::ENCODING),
            (Dialect::UrnCu, Version::V12) => ("cu", urn_cu::NAMESPACE, "Response", ""),
        };
        let envelope = version.namespace();
        let name = &self.name;
        let mut out = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soap:Envelope xmlns:soap=\"{envelope}\"><soap:Body>\
             <{prefix}:{name}{suffix} xmlns:{prefix}=\"{namespace}\"{more}>"
        )
        .into_bytes();
        out.extend_from_slice(inside);
        out.extend_from_slice(format!("</{prefix}:{name}{suffix}></soap:Body></soap:Envelope>").as_bytes());
        out
    }
}

/// Who wants to add which device, when that is what a call is about.
pub(super) fn adding(request: &Request) -> Option<(Mobile, DevId)> {
    let Request::ClientAddDevice(request) = request else { return None };
    Some((number(&request.account)?, request.dev_id))
}

/// Whether the account holds the device that it wanted to add.
async fn is_own(app: &App, adding: Option<(Mobile, DevId)>) -> bool {
    let Some((account, device)) = adding else { return false };
    // When the database fails, the number says less; the call itself has been answered.
    matches!(app.store.hold(device, account, app.clock.wall()).await, Ok(Some(Hold::Owner)))
}

/// The result of adding a device, in the numbers of the dialect: 4 belongs to another, 6 is the caller's already, 7 wrong key.
fn added(response: &Response, is_own: bool) -> u16 {
    let Response::ClientAddDevice(response) = response else { return McuAddDeviceResult::OTHER.0 };
    match response.result {
        McuAddDeviceResult::BAD_DEV_KEY => 7,
        McuAddDeviceResult::ALREADY_BOUND if !is_own => 4,
        same => same.0,
    }
}
