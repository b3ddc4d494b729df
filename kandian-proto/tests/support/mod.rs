//! What the tests share: reading test data, and the law of a tolerated deviation.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub(crate) mod path;
pub(crate) mod plans;
pub(crate) mod play;

use std::fmt::Debug;
use std::path::{Path, PathBuf};

use kandian_proto::xml::DECLARATION;
use kandian_proto::{DecodeErrorKind, Erratum, Message, Profile, decode, decode_strict, encode};

/// A folder or file of `testdata/`.
pub(crate) fn testdata(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(path)
}

/// The bytes of a file of `testdata/`.
pub(crate) fn read(path: &str) -> Vec<u8> {
    std::fs::read(testdata(path)).unwrap_or_else(|e| panic!("testdata/{path}: {e}"))
}

/// All files of a folder of `testdata/` with this ending, sorted.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(testdata(folder))
        .unwrap_or_else(|e| panic!("testdata/{folder}: {e}"))
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(ending))
        .collect();
    names.sort();
    assert!(!names.is_empty(), "testdata/{folder} holds no {ending}");
    names
}

/// The declaration and a body.
pub(crate) fn doc(body: &str) -> String {
    format!("{DECLARATION}{body}")
}

/// `deviant` is read leniently as what `canonical` says, with a diagnostic that names the erratum;
/// strict reading takes `canonical` and refuses `deviant`, naming the erratum.
#[track_caller]
pub(crate) fn tolerates<M: Message + Debug + PartialEq>(erratum: u16, deviant: &str, canonical: &str) {
    tolerates_bytes::<M>(Some(erratum), doc(deviant).as_bytes(), doc(canonical).as_bytes());
}

/// [`tolerates`] for whole documents, and for deviations that no erratum describes.
#[track_caller]
pub(crate) fn tolerates_bytes<M: Message + Debug + PartialEq>(
    erratum: Option<u16>,
    deviant: &[u8],
    canonical: &[u8],
) {
    let id = erratum.map(Erratum);
    let meant = decode_strict::<M>(canonical).unwrap_or_else(|e| panic!("canonical form: {e}"));
    let read = decode::<M>(deviant).unwrap_or_else(|e| panic!("deviant form: {e}"));
    assert_eq!(read.message, meant);
    assert!(
        read.diagnostics.iter().any(|d| d.erratum == id && d.is_repair()),
        "no diagnostic with {id:?} in {:#?}",
        read.diagnostics
    );
    for d in &read.diagnostics {
        assert!(d.offset <= deviant.len(), "{d}");
    }
    let refused = decode_strict::<M>(deviant).expect_err("strict reading must refuse");
    let DecodeErrorKind::NotStrict(why) = &refused.kind else { return };
    assert!(read.diagnostics.contains(why), "{why} is not among the lenient diagnostics");
}

/// Lenient and strict reading both take the document and find nothing to remark.
#[track_caller]
pub(crate) fn accepts<M: Message + Debug + PartialEq>(body: &str) -> M {
    let text = doc(body);
    let strict = decode_strict::<M>(text.as_bytes()).unwrap_or_else(|e| panic!("{e}"));
    let read = decode::<M>(text.as_bytes()).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(read.message, strict);
    assert_eq!(read.diagnostics, []);
    strict
}

/// The canonical body is read and written back byte for byte.
#[track_caller]
pub(crate) fn emits<M: Message + Debug + PartialEq>(body: &str) {
    let message = accepts::<M>(body);
    assert_eq!(String::from_utf8(encode(&message, Profile::Spec).unwrap()).unwrap(), doc(body));
}

/// Neither reading takes the document.
#[track_caller]
pub(crate) fn refuses<M: Message + Debug + PartialEq>(body: &str) -> DecodeErrorKind {
    let text = doc(body);
    decode_strict::<M>(text.as_bytes()).expect_err("strict reading must refuse");
    decode::<M>(text.as_bytes()).expect_err("lenient reading must refuse").kind
}

/// A document without the white space between its tags, as the encoder writes it.
pub(crate) fn compact(pretty: &str) -> String {
    let mut out = String::new();
    let mut rest = pretty.trim_end();
    while let Some(at) = rest.find('>') {
        let (head, tail) = rest.split_at(at + 1);
        out.push_str(head);
        let trimmed = tail.trim_start();
        rest = if trimmed.starts_with('<') { trimmed } else { tail };
    }
    out + rest
}
