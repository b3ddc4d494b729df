//! What one document may cost.

/// Limits on one document, each with its reason. Every reader takes them; nothing is unbounded.
///
/// ```
/// use kandian_proto::xml::Limits;
/// let small = Limits { document_bytes: 4_072, ..Limits::default() };
/// assert!(small.document_bytes < Limits::default().document_bytes);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

impl Default for Limits {
    fn default() -> Self {
        Self::FRAME
    }
}
