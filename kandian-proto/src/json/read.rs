//! Messages from whatever serde can deserialise, through the same code that reads XML.

use core::fmt;

use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::Erratum;
use crate::codec::read_fields;
use crate::xml::{
    Builder, DecodeError, DecodeErrorKind, Diagnostic, DiagnosticKind, Document, Group, Limits, Mode, Notes,
};

/// Reads a message or group.
pub(crate) fn deserialize<'de, G: Group, D: Deserializer<'de>>(
    name: &'static str,
    deserializer: D,
) -> Result<G, D::Error> {
    read(name, deserializer, |document, node, notes| read_fields(document, node, name, notes))
}

/// Reads a tree and then, from it, whatever `read` reads.
pub(super) fn read<'de, D: Deserializer<'de>, T>(
    name: &'static str,
    deserializer: D,
    read: impl FnOnce(&Document<'_>, usize, &mut Notes) -> Result<T, DecodeError>,
) -> Result<T, D::Error> {
    let tree = Tree::deserialize(deserializer)?;
    read_tree(name, &tree, read).map_err(|error| {
        // Offsets mean nothing here: the elements were never bytes.
        D::Error::custom(format_args!("{}: {}", error.path, error.kind))
    })
}

fn read_tree<T>(
    name: &'static str,
    tree: &Tree,
    read: impl FnOnce(&Document<'_>, usize, &mut Notes) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    let mut builder = Builder::new("", Limits::CLIENT);
    tree.build(name, &mut builder)?;
    let document = builder.finish();
    let mut notes = Notes::new(Mode::Json, Limits::CLIENT);
    let value = read(&document, 0, &mut notes)?;
    // An object has no order, and what an erratum lets a peer leave out may be left out here too. Ids and
    // tokens are those of the devices there are: who writes them here did not choose them.
    let is_defect = |d: &Diagnostic| match d.kind {
        DiagnosticKind::Value { .. } => !matches!(d.erratum, Some(Erratum(21 | 91 | 114))),
        DiagnosticKind::OutOfOrder(_) => false,
        DiagnosticKind::MissingElement(_) => d.erratum.is_none(),
        _ => d.is_repair(),
    };
    match notes.diagnostics.into_iter().find(is_defect) {
        Some(defect) => {
            let path = defect.path.clone();
            Err(DecodeError::new(DecodeErrorKind::NotStrict(Box::new(defect)), path, 0))
        }
        None => Ok(value),
    }
}

enum Tree {
    Absent,
    Text(String),
    Group(Vec<(String, Self)>),
    List(Vec<Self>),
}

impl Tree {
    fn build<'a>(&'a self, name: &'a str, builder: &mut Builder<'a>) -> Result<(), DecodeError> {
        match self {
            Self::Absent => Ok(()),
            Self::List(items) => items.iter().try_for_each(|item| item.build(name, builder)),
            Self::Text(text) => {
                builder.open(name, 0)?;
                builder.value(text)?;
                builder.close();
                Ok(())
            }
            Self::Group(entries) => {
                builder.open(name, 0)?;
                for (name, value) in entries {
                    value.build(name, builder)?;
                }
                builder.close();
                Ok(())
            }
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with wire names as keys")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Absent)
    }

    fn visit_none<E>(self) -> Result<Tree, E> {
        Ok(Tree::Absent)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        Tree::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Text(u8::from(value).to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Tree, E> {
        Ok(Tree::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Tree::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Tree::Group(entries))
    }
}
