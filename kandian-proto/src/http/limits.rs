//! What one HTTP message may cost.

/// Limits on one HTTP message, each with its reason. A reader holds at most the head, the body and the places of
/// the header lines, and takes memory as bytes arrive, never by what a peer announces.
///
/// Time is bounded by the caller: one deadline for the whole message, not one per piece.
///
/// ```
/// use kandian_proto::http::Limits;
/// assert_eq!(Limits::REQUEST.body_bytes(), 8_192);
/// assert!(Limits::REQUEST.with_body_bytes(16_384).is_some());
/// assert!(Limits::REQUEST.with_body_bytes(16_385).is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    head_bytes: usize,
    fields: usize,
    body_bytes: usize,
}

impl Limits {
    /// Longest head that can be allowed, in bytes. Ten thousand connections that send nothing but heads then
    /// hold 160 MB at worst.
    pub const MOST_HEAD_BYTES: usize = 16_384;

    /// Most header lines that can be allowed.
    pub const MOST_FIELDS: usize = 256;

    /// Longest body that can be allowed, in bytes. The longest request of the specification has some 300; twice
    /// what the front end in the field takes is room for every extension.
    pub const MOST_BODY_BYTES: usize = 16_384;

    /// For what devices send to a platform. The head of a recorder has 196 bytes in 7 lines; 4 KB and 64 lines are
    /// room for whatever forwards it. The front end in the field takes bodies of 8 KB.
    pub const REQUEST: Self = Self { head_bytes: 4_096, fields: 64, body_bytes: 8_192 };

    /// For what a platform answers. Servers add cookies and name themselves, hence 8 KB of head; an answer has 700
    /// bytes, but the page with which a proxy says that a platform is down has some kilobytes.
    pub const ANSWER: Self = Self { head_bytes: 8_192, fields: 64, body_bytes: Self::MOST_BODY_BYTES };

    /// Longest head, in bytes: everything up to the empty line, empty lines before it and interim answers
    /// included. What frames the chunks of a body may take as much again.
    #[must_use]
    pub const fn head_bytes(&self) -> usize {
        self.head_bytes
    }

    /// Most header lines, lines that say nothing included.
    #[must_use]
    pub const fn fields(&self) -> usize {
        self.fields
    }

    /// Longest body, in bytes.
    #[must_use]
    pub const fn body_bytes(&self) -> usize {
        self.body_bytes
    }

    /// The same with another head; `None` when it is longer than [`Limits::MOST_HEAD_BYTES`].
    #[must_use]
    pub const fn with_head_bytes(self, head_bytes: usize) -> Option<Self> {
        if head_bytes > Self::MOST_HEAD_BYTES { None } else { Some(Self { head_bytes, ..self }) }
    }

    /// The same with another number of header lines; `None` above [`Limits::MOST_FIELDS`].
    #[must_use]
    pub const fn with_fields(self, fields: usize) -> Option<Self> {
        if fields > Self::MOST_FIELDS { None } else { Some(Self { fields, ..self }) }
    }

    /// The same with another body; `None` when it is longer than [`Limits::MOST_BODY_BYTES`].
    #[must_use]
    pub const fn with_body_bytes(self, body_bytes: usize) -> Option<Self> {
        if body_bytes > Self::MOST_BODY_BYTES { None } else { Some(Self { body_bytes, ..self }) }
    }
}
