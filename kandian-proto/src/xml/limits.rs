//! What one document may cost.

/// Limits on one document, each with its reason. Every reader takes them; nothing is unbounded.
///
/// ```
/// use kandian_proto::xml::Limits;
/// let small = Limits::FRAME.with_document_bytes(4_072).with_list_entries(7);
/// assert!(small.document_bytes < Limits::default().document_bytes);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Longest document, in bytes as received. A frame holds at most 65,535 (Spec §7.4.6); client
    /// documents (chapter 8) list every camera of an account and get more, see [`Limits::CLIENT`].
    pub document_bytes: usize,
    /// Deepest nesting of elements. The deepest message of the specification has 3 levels, a SOAP
    /// envelope with one wrapper around a list makes 7.
    pub depth: usize,
    /// Most elements in one document. 65,535 bytes hold about 9,000 of the shortest elements; a
    /// full page of ten files has 44.
    pub elements: usize,
    /// Most entries of one list. A recorder with all policies set lists 28; an account has tens
    /// of cameras.
    pub list_entries: usize,
    /// Longest text of one element, in bytes (E-37).
    pub text_bytes: usize,
    /// Longest element name, in bytes. The longest of the specification has 21.
    pub name_bytes: usize,
    /// Most diagnostics kept; further ones are counted only, so that a document of defects does
    /// not cost a multiple of its size.
    pub diagnostics: usize,
}

impl Limits {
    /// For documents that came in one TCP frame or one device HTTP request.
    pub const FRAME: Self = Self {
        document_bytes: 65_535,
        depth: 16,
        elements: 9_000,
        list_entries: 1_024,
        text_bytes: 1_024,
        name_bytes: 64,
        diagnostics: 64,
    };

    /// For SOAP and HTTP documents of chapters 6, 8 and 9: one megabyte and more entries, because a
    /// device list names every camera of an account with its capabilities.
    pub const CLIENT: Self =
        Self { document_bytes: 1 << 20, elements: 65_536, list_entries: 8_192, ..Self::FRAME };

    /// The same with another [`document_bytes`](Self::document_bytes).
    #[must_use]
    pub const fn with_document_bytes(self, document_bytes: usize) -> Self {
        Self { document_bytes, ..self }
    }

    /// The same with another [`depth`](Self::depth).
    #[must_use]
    pub const fn with_depth(self, depth: usize) -> Self {
        Self { depth, ..self }
    }

    /// The same with another [`elements`](Self::elements).
    #[must_use]
    pub const fn with_elements(self, elements: usize) -> Self {
        Self { elements, ..self }
    }

    /// The same with another [`list_entries`](Self::list_entries).
    #[must_use]
    pub const fn with_list_entries(self, list_entries: usize) -> Self {
        Self { list_entries, ..self }
    }

    /// The same with another [`text_bytes`](Self::text_bytes).
    #[must_use]
    pub const fn with_text_bytes(self, text_bytes: usize) -> Self {
        Self { text_bytes, ..self }
    }

    /// The same with another [`name_bytes`](Self::name_bytes).
    #[must_use]
    pub const fn with_name_bytes(self, name_bytes: usize) -> Self {
        Self { name_bytes, ..self }
    }

    /// The same with another [`diagnostics`](Self::diagnostics).
    #[must_use]
    pub const fn with_diagnostics(self, diagnostics: usize) -> Self {
        Self { diagnostics, ..self }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::FRAME
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_can_be_set_alone() {
        let like = Limits::FRAME;
        for (set, expected) in [
            (like.with_document_bytes(7), Limits { document_bytes: 7, ..like }),
            (like.with_depth(7), Limits { depth: 7, ..like }),
            (like.with_elements(7), Limits { elements: 7, ..like }),
            (like.with_list_entries(7), Limits { list_entries: 7, ..like }),
            (like.with_text_bytes(7), Limits { text_bytes: 7, ..like }),
            (like.with_name_bytes(7), Limits { name_bytes: 7, ..like }),
            (like.with_diagnostics(7), Limits { diagnostics: 7, ..like }),
        ] {
            assert_ne!(set, like);
            assert_eq!(set, expected);
        }
    }

    /// What a frame may hold, a client's document may hold as well; it may be longer and list more.
    #[test]
    fn clients_get_more() {
        let Limits { document_bytes, elements, list_entries, .. } = Limits::CLIENT;
        assert_eq!((document_bytes, elements, list_entries), (1_048_576, 65_536, 8_192));
        let Limits { document_bytes, elements, list_entries, .. } = Limits::FRAME;
        let as_frame = Limits { document_bytes, elements, list_entries, ..Limits::CLIENT };
        assert_eq!(as_frame, Limits::FRAME);
        assert_eq!(Limits::default(), Limits::FRAME);
    }
}
