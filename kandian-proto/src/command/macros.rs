//! The macro that turns the rows of the table into enums and dispatch.

macro_rules! operations {
    ($(
        $(#[$meta:meta])*
        $variant:ident: $section:literal $id:literal $interface:ident $(($command:expr))?, $from:ident => $to:ident,
            $topic:ident::{$request:ident, $response:ident} in $file:literal,
            $zh:literal, $en:literal $(soap $soap:literal)?, [$($erratum:literal),* $(,)?];
    )*) => {
        /// The operations of the specification.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Operation { $( $(#[$meta])* $variant, )* }

        /// All rows, in the order of the sections.
        pub const OPERATIONS: &[OperationInfo] = &[$(
            OperationInfo {
                operation: Operation::$variant,
                section: $section,
                id: $id,
                interface: Interface::$interface $(($command))?,
                requester: Party::$from,
                responder: Party::$to,
                request: <message::$topic::$request as crate::Message>::INFO,
                response: <message::$topic::$response as crate::Message>::INFO,
                file: $file,
                title_zh: $zh,
                title_en: $en,
                soap_operation: { let name: &[&'static str] = &[$($soap)?]; if let [name] = name { Some(*name) } else { None } },
                errata: &[$(crate::Erratum($erratum)),*],
            },
        )*];

        impl Operation {
            /// The operation's row.
            #[must_use]
            pub fn info(self) -> &'static OperationInfo {
                // Variants and rows come from the same list.
                &OPERATIONS[self as usize]
            }
        }

        /// Any request.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant)] // a message lives for one dispatch; boxing would cost more
        pub enum Request { $( $(#[$meta])* $variant(message::$topic::$request), )* }

        /// Any response.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant)] // a message lives for one dispatch; boxing would cost more
        pub enum Response { $( $(#[$meta])* $variant(message::$topic::$response), )* }

        impl Request {
            /// Which operation it belongs to.
            #[must_use]
            pub fn operation(&self) -> Operation {
                match self { $( Self::$variant(_) => Operation::$variant, )* }
            }

            /// Reads the request of an operation from the children of an element.
            pub(crate) fn read(
                operation: Operation,
                document: &crate::xml::Document<'_>,
                node: usize,
                notes: &mut crate::xml::Notes,
            ) -> Result<Self, crate::DecodeError> {
                match operation {
                    $( Operation::$variant => crate::codec::read_message(document, node, notes).map(Self::$variant), )*
                }
            }

            /// Writes it as a document with these unknown elements.
            ///
            /// # Errors
            /// As [`encode`](crate::encode).
            pub fn encode(&self, unknown: &[crate::xml::UnknownElement], profile: crate::Profile) -> Result<Vec<u8>, crate::EncodeError> {
                match self { $( Self::$variant(m) => crate::encode_with_unknown(m, unknown, profile), )* }
            }

            /// The message's fields, whatever it is.
            pub(crate) fn write(&self, writer: &mut dyn crate::xml::FieldWriter) -> Result<(), crate::EncodeError> {
                match self { $( Self::$variant(m) => crate::xml::Group::write(m, writer), )* }
            }
        }

        impl Response {
            /// Which operation it belongs to.
            #[must_use]
            pub fn operation(&self) -> Operation {
                match self { $( Self::$variant(_) => Operation::$variant, )* }
            }

            /// Reads the response of an operation from the children of an element.
            pub(crate) fn read(
                operation: Operation,
                document: &crate::xml::Document<'_>,
                node: usize,
                notes: &mut crate::xml::Notes,
            ) -> Result<Self, crate::DecodeError> {
                match operation {
                    $( Operation::$variant => crate::codec::read_message(document, node, notes).map(Self::$variant), )*
                }
            }

            /// Writes it as a document with these unknown elements.
            ///
            /// # Errors
            /// As [`encode`](crate::encode).
            pub fn encode(&self, unknown: &[crate::xml::UnknownElement], profile: crate::Profile) -> Result<Vec<u8>, crate::EncodeError> {
                match self { $( Self::$variant(m) => crate::encode_with_unknown(m, unknown, profile), )* }
            }

            /// The message's fields, whatever it is.
            pub(crate) fn write(&self, writer: &mut dyn crate::xml::FieldWriter) -> Result<(), crate::EncodeError> {
                match self { $( Self::$variant(m) => crate::xml::Group::write(m, writer), )* }
            }
        }

        $(
            impl Call for message::$topic::$request {
                type Response = message::$topic::$response;
                const OPERATION: Operation = Operation::$variant;
            }

            impl From<message::$topic::$request> for Request {
                fn from(message: message::$topic::$request) -> Self {
                    Self::$variant(message)
                }
            }

            impl From<message::$topic::$response> for Response {
                fn from(message: message::$topic::$response) -> Self {
                    Self::$variant(message)
                }
            }
        )*
    };
}

pub(crate) use operations;
