//! Messages as a tree that serde can serialise.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::EncodeError;
use crate::secret::{MASK, mask_url};
use crate::xml::{FieldInfo, FieldWriter, ScalarKind, WriteEntry, WriteGroup, WriteScalar};

/// Serialises what `write` writes.
pub(crate) fn serialize<S: Serializer>(
    write: impl FnOnce(&mut dyn FieldWriter) -> Result<(), EncodeError>,
    reveal: bool,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut writer = TreeWriter { entries: Vec::new(), reveal };
    write(&mut writer).map_err(|error| super::failed::<S>(&error))?;
    Tree::Group(writer.entries).serialize(serializer)
}

enum Tree {
    Number(u64),
    Text(String),
    Group(Vec<(&'static str, Self)>),
    List(Vec<Self>),
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(n) => serializer.serialize_u64(*n),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Group(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (name, value) in entries {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            Self::List(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
        }
    }
}

struct TreeWriter {
    entries: Vec<(&'static str, Tree)>,
    reveal: bool,
}

impl TreeWriter {
    fn inner(&self, fields: WriteGroup<'_>) -> Result<Tree, EncodeError> {
        let mut writer = Self { entries: Vec::new(), reveal: self.reveal };
        fields(&mut writer)?;
        Ok(Tree::Group(writer.entries))
    }
}

impl FieldWriter for TreeWriter {
    fn scalar(&mut self, info: &'static FieldInfo, value: &dyn WriteScalar) -> Result<(), EncodeError> {
        let mut text = String::new();
        if value.write_text(&mut text).is_err() {
            // A value that stands for "not said": the key is left out, as the element was.
            return Ok(());
        }
        let tree = match (value.kind(), value.integer()) {
            // An empty secret hides nothing; masking it could not be read back.
            (ScalarKind::Secret, _) if !self.reveal && !text.is_empty() => Tree::Text(MASK.to_owned()),
            (ScalarKind::Url, _) if !self.reveal => Tree::Text(mask_url(&text).into_owned()),
            (ScalarKind::Integer, Some(number)) => Tree::Number(number),
            _ => Tree::Text(text),
        };
        self.entries.push((info.name, tree));
        Ok(())
    }

    fn group(&mut self, info: &'static FieldInfo, fields: WriteGroup<'_>) -> Result<(), EncodeError> {
        let group = self.inner(fields)?;
        self.entries.push((info.name, group));
        Ok(())
    }

    fn list(
        &mut self,
        info: &'static FieldInfo,
        len: usize,
        entry: WriteEntry<'_>,
    ) -> Result<(), EncodeError> {
        let items: Result<_, _> =
            (0..len).map(|index| self.inner(&mut |writer| entry(index, writer))).collect();
        self.entries.push((info.name, Tree::List(items?)));
        Ok(())
    }

    fn path(&self) -> String {
        String::new()
    }
}
