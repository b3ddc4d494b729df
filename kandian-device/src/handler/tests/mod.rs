//! Every command: what it changes, what it answers, and what it refuses.

mod devices;
mod recorder;
mod settings;
mod storage;

use std::path::Path;
use std::sync::Arc;

use kandian_proto::command::{OPERATIONS, Party};
use kandian_proto::value::DevType;
use kandian_proto::{DevId, Operation, Profile};
use tempfile::TempDir;

use super::*;
use crate::config::Config;
use crate::state::State;
use crate::station::Station;

pub(super) const NOT_FOUND: u16 = 1;
pub(super) const OTHER: u16 = 255;

pub(super) fn id() -> DevId {
    "81100000001".parse().unwrap()
}

/// A device that nobody has switched on, in a directory of its own.
pub(super) struct Bench {
    pub(super) unit: Arc<Unit>,
    directory: TempDir,
}

impl Bench {
    pub(super) fn new(kind: DevType) -> Self {
        Self::with(kind, |_| {})
    }

    pub(super) fn with(kind: DevType, change: impl FnOnce(&mut Config)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut config = Config::new(kind, id(), "K7M2P9Q4", directory.path());
        change(&mut config);
        Self { unit: Station::open(config).unwrap().unit(), directory }
    }

    pub(super) fn directory(&self) -> &Path {
        self.directory.path()
    }

    pub(super) fn state(&self) -> Arc<State> {
        self.unit.store.read()
    }

    /// Carries out a request, which must have an answer that can be sent.
    pub(super) async fn ask(&self, request: impl Into<Request>) -> Answer {
        let request = request.into();
        let answer = handle(&self.unit, &request).await.unwrap();
        assert_eq!(answer.response.operation(), request.operation());
        let document = answer.response.encode(&[], Profile::Spec);
        document.unwrap_or_else(|error| panic!("{:?}: {error}", request.operation()));
        answer
    }

    /// The code of the answer.
    pub(super) async fn code(&self, request: impl Into<Request>) -> u16 {
        result(&self.ask(request).await.response)
    }

    /// A request that is refused with a code: it changes nothing, and the log has the rule.
    pub(super) async fn refuses(&self, request: impl Into<Request>, code: u16, rule: &str) {
        let (before, request) = (self.state(), request.into());
        let answer = self.ask(request.clone()).await;
        assert_eq!(result(&answer.response), code, "{request:?}");
        assert!(matches!(answer.after, After::Nothing), "{request:?}: {:?}", answer.after);
        assert_eq!(self.state(), before, "{request:?}");
        let log = String::from_utf8(self.unit.journal.newest().unwrap()).unwrap();
        let last = log.lines().last().unwrap_or_default();
        assert!(last.contains(&format!("({rule})")), "{rule} is not in {last:?}");
    }
}

/// The `Result` of a response.
pub(super) fn result(response: &Response) -> u16 {
    let document = String::from_utf8(response.encode(&[], Profile::Spec).unwrap()).unwrap();
    let text = document.split_once("<Result>").and_then(|(_, rest)| rest.split_once("</Result>"));
    text.unwrap().0.parse().unwrap()
}

/// The document of a response.
pub(super) fn xml(response: &Response) -> String {
    String::from_utf8(response.encode(&[], Profile::Spec).unwrap()).unwrap()
}

/// A request of every operation that a platform asks of a device, from the samples of the specification.
fn requests() -> Vec<Request> {
    let of_platform = |row: &&kandian_proto::command::OperationInfo| {
        row.requester == Party::Province && row.responder == Party::Device && row.command().is_some()
    };
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kandian-proto/testdata/canonical");
    let sample = |row: &kandian_proto::command::OperationInfo| {
        let plain = directory.join(format!("{}.xml", row.request.root));
        let numbered = directory.join(format!("{}.{}.xml", row.request.root, row.section));
        let path = if plain.exists() { plain } else { numbered };
        let document = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        row.operation.decode_request(&document, kandian_proto::xml::Limits::FRAME).unwrap().message
    };
    OPERATIONS.iter().filter(of_platform).map(sample).collect()
}

/// All 31 commands of a platform are answered by every kind of device, those of another kind with an error.,
/// E-11, E-25, E-148.
#[tokio::test]
async fn every_command_is_answered() {
    let requests = requests();
    assert_eq!(requests.len(), 31);
    for kind in [DevType::IPCAM, DevType::DVR, DevType::NVR] {
        let bench = Bench::new(kind);
        for request in &requests {
            let operation = request.operation();
            if applies_to(operation, kind) {
                bench.ask(request.clone()).await;
                continue;
            }
            let code = if operation == Operation::StoreFormat { 2 } else { OTHER };
            bench.refuses(request.clone(), code, "R-7.1").await;
        }
    }
}

/// What cannot be written is not done: the platform hears an error, and the settings are as before.
#[tokio::test]
async fn a_full_disk_is_an_error() {
    for kind in [DevType::IPCAM, DevType::NVR] {
        let mut changes = 0;
        for request in requests() {
            let (good, bad) = (Bench::new(kind), Bench::new(kind));
            // In the way of every change.
            std::fs::create_dir(bad.directory().join("state.json.new")).unwrap();
            let (before, answer) = (good.state(), bad.ask(request.clone()).await);
            good.ask(request.clone()).await;
            if good.state() != before {
                changes += 1;
                assert_eq!(result(&answer.response), OTHER, "{request:?}");
                assert!(matches!(answer.after, After::Nothing), "{request:?}: {:?}", answer.after);
            }
            assert_eq!(bad.state().video, before.video);
            assert_eq!(bad.state().plan, before.plan, "{request:?}");
            assert_eq!(bad.state().bindings, before.bindings, "{request:?}");
        }
        assert!(changes > 0, "{kind}: {changes}");
    }
}
