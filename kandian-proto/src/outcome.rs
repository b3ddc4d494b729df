//! Answers whose content exists only on success.

use crate::value::ResultCode;
use crate::xml::{
    DecodeError, EncodeError, EncodeErrorKind, Field, FieldInfo, FieldWriter, Group, GroupReader, Shape,
};

/// The `Result` of an answer together with what only a success carries (E-12).
///
/// ```
/// use kandian_proto::{Outcome, message::device::VideoParameters, value::GenericResult};
/// let refused: Outcome<GenericResult, VideoParameters> = Outcome::Failure(GenericResult(255));
/// assert_eq!(refused.code(), GenericResult(255));
/// assert!(refused.success().is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<C, B> {
    /// The operation succeeded; the code on the wire is the code type's `OK`.
    Success(B),
    /// The operation was refused with this code. Writing a message fails when the code is the one
    /// of success.
    Failure(C),
}

impl<C: ResultCode, B> Outcome<C, B> {
    /// The code on the wire.
    pub fn code(&self) -> C {
        match self {
            Self::Success(_) => C::OK,
            Self::Failure(code) => *code,
        }
    }

    /// What a success carries.
    pub fn success(&self) -> Option<&B> {
        match self {
            Self::Success(body) => Some(body),
            Self::Failure(_) => None,
        }
    }

    /// What a success carries, or the code of the refusal.
    ///
    /// # Errors
    /// The code of the refusal.
    pub fn into_result(self) -> Result<B, C> {
        match self {
            Self::Success(body) => Ok(body),
            Self::Failure(code) => Err(code),
        }
    }
}

impl<C: ResultCode, B> From<Result<B, C>> for Outcome<C, B> {
    fn from(result: Result<B, C>) -> Self {
        match result {
            Ok(body) => Self::Success(body),
            Err(code) => Self::Failure(code),
        }
    }
}

impl<C: ResultCode, B: Group> Outcome<C, B> {
    /// Reads what follows the code: the body of a success, or nothing.
    #[doc(hidden)]
    pub fn read_body(self, reader: &mut GroupReader<'_, '_>) -> Result<Self, DecodeError> {
        if self.code().is_ok() {
            return B::read(reader).map(Self::Success);
        }
        reader.ignore_body(B::FIELDS)?;
        Ok(self)
    }

    /// Writes the body of a success, or nothing.
    #[doc(hidden)]
    pub fn write_body(&self, writer: &mut dyn FieldWriter) -> Result<(), EncodeError> {
        match self {
            Self::Success(body) => body.write(writer),
            Self::Failure(code) if code.is_ok() => {
                Err(EncodeError::new(EncodeErrorKind::SuccessWithoutBody, writer.path()))
            }
            Self::Failure(_) => Ok(()),
        }
    }
}

impl<C: ResultCode, B: Group> Field for Outcome<C, B> {
    const SHAPE: Shape = Shape::Required(C::KIND);
    const BODY: &'static [FieldInfo] = B::FIELDS;

    /// Reads the code only; the macro calls `read_body` where the body stands.
    fn read_field(reader: &mut GroupReader<'_, '_>, info: &'static FieldInfo) -> Result<Self, DecodeError> {
        C::read_field(reader, info).map(Self::Failure)
    }

    fn write_field(&self, info: &'static FieldInfo, writer: &mut dyn FieldWriter) -> Result<(), EncodeError> {
        writer.scalar(info, &self.code())
    }
}
