//! The WSDL, generated from the table of operations.

use core::fmt::Write as _;

use crate::MessageInfo;
use crate::command::{Interface, OPERATIONS, OperationInfo};
use crate::xml::{FieldInfo, ScalarKind, Shape};

/// Namespace of the service. The messages themselves are in no namespace (E-151).
pub const SERVICE_NAMESPACE: &str = "urn:kandian:mcu:1.6.2";

/// What a WSDL describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Service {
    /// Chapters 8 and 9: phone and web clients.
    Client,
    /// Chapter 6: province platforms at the group platform.
    Provision,
}

impl Service {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Client, Self::Provision];

    /// Name of the WSDL service.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "KandianClient",
            Self::Provision => "KandianProvision",
        }
    }

    fn rows(self) -> impl Iterator<Item = (&'static str, &'static OperationInfo)> {
        let interface = match self {
            Self::Client => Interface::Client,
            Self::Provision => Interface::Provision,
        };
        let rows = OPERATIONS.iter().filter(move |row| row.interface == interface);
        rows.filter_map(|row| row.soap_operation.map(|name| (name, row)))
    }
}

/// The WSDL 1.1 document of a service at `address`, with bindings for SOAP 1.1 and 1.2.
#[must_use]
pub fn wsdl(service: Service, address: &str) -> String {
    let mut out = Wsdl(String::with_capacity(64 * 1024));
    out.document(service, &quick_xml::escape::escape(address));
    out.0
}

struct Wsdl(String);

impl Wsdl {
    fn line(&mut self, level: usize, text: core::fmt::Arguments<'_>) {
        // Writing into a string cannot fail.
        let _ = writeln!(self.0, "{:1$}{text}", "", level * 2);
    }

    fn document(&mut self, service: Service, address: &str) {
        let name = service.name();
        self.line(0, format_args!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"));
        self.line(
            0,
            format_args!("<wsdl:definitions name=\"{name}\" targetNamespace=\"{SERVICE_NAMESPACE}\""),
        );
        self.line(2, format_args!("xmlns:tns=\"{SERVICE_NAMESPACE}\""));
        self.line(2, format_args!("xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\""));
        self.line(2, format_args!("xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\""));
        self.line(2, format_args!("xmlns:soap12=\"http://schemas.xmlsoap.org/wsdl/soap12/\""));
        self.line(2, format_args!("xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">"));
        self.types(service);
        self.messages(service);
        self.port_type(service);
        self.binding(service, "soap", "");
        self.binding(service, "soap12", "12");
        self.line(1, format_args!("<wsdl:service name=\"{name}\">"));
        for (prefix, suffix) in [("soap", ""), ("soap12", "12")] {
            self.line(
                2,
                format_args!("<wsdl:port name=\"{name}Port{suffix}\" binding=\"tns:{name}Binding{suffix}\">"),
            );
            self.line(3, format_args!("<{prefix}:address location=\"{address}\"/>"));
            self.line(2, format_args!("</wsdl:port>"));
        }
        self.line(1, format_args!("</wsdl:service>"));
        self.line(0, format_args!("</wsdl:definitions>"));
    }

    fn types(&mut self, service: Service) {
        self.line(1, format_args!("<wsdl:types>"));
        self.line(2, format_args!("<xsd:schema elementFormDefault=\"unqualified\">"));
        for (_, row) in service.rows() {
            for message in [row.request, row.response] {
                self.root(message);
            }
        }
        self.line(2, format_args!("</xsd:schema>"));
        self.line(1, format_args!("</wsdl:types>"));
    }

    fn root(&mut self, message: &MessageInfo) {
        self.line(3, format_args!("<xsd:element name=\"{}\">", message.root));
        self.complex_type(4, message.fields);
        self.line(3, format_args!("</xsd:element>"));
    }

    fn complex_type(&mut self, level: usize, fields: &[FieldInfo]) {
        self.line(level, format_args!("<xsd:complexType>"));
        self.line(level + 1, format_args!("<xsd:sequence>"));
        let body: &[FieldInfo] = fields.iter().find(|f| !f.body.is_empty()).map_or(&[], |f| f.body);
        for field in fields {
            self.field(level + 2, field, false);
            if field.body_follows {
                body.iter().for_each(|f| self.field(level + 2, f, true));
            }
        }
        self.line(level + 1, format_args!("</xsd:sequence>"));
        self.line(level, format_args!("</xsd:complexType>"));
    }

    /// One element. What only a success carries may be absent.
    fn field(&mut self, level: usize, field: &FieldInfo, on_success: bool) {
        if field.received_only.is_some() {
            return;
        }
        let name = field.name;
        let (min, max, inner) = match field.shape {
            Shape::Required(kind) => (usize::from(!on_success), "1", Ok(kind)),
            Shape::Optional(kind) => (0, "1", Ok(kind)),
            Shape::List(fields) => (field.at_least, "unbounded", Err(fields)),
            Shape::OptionalGroup(fields) => (0, "1", Err(fields)),
        };
        match inner {
            Ok(kind) => {
                let kind = if kind == ScalarKind::Integer { "xsd:int" } else { "xsd:string" };
                self.line(level, format_args!(
                    "<xsd:element name=\"{name}\" type=\"{kind}\" minOccurs=\"{min}\" maxOccurs=\"{max}\"/>"
                ));
            }
            Err(fields) => {
                self.line(
                    level,
                    format_args!("<xsd:element name=\"{name}\" minOccurs=\"{min}\" maxOccurs=\"{max}\">"),
                );
                self.complex_type(level + 1, fields);
                self.line(level, format_args!("</xsd:element>"));
            }
        }
    }

    fn messages(&mut self, service: Service) {
        for (name, row) in service.rows() {
            for (suffix, message) in [("Request", row.request), ("Response", row.response)] {
                self.line(1, format_args!("<wsdl:message name=\"{name}{suffix}\">"));
                self.line(2, format_args!("<wsdl:part name=\"parameters\" element=\"{}\"/>", message.root));
                self.line(1, format_args!("</wsdl:message>"));
            }
        }
    }

    fn port_type(&mut self, service: Service) {
        self.line(1, format_args!("<wsdl:portType name=\"{}\">", service.name()));
        for (name, row) in service.rows() {
            self.line(2, format_args!("<wsdl:operation name=\"{name}\">"));
            self.line(
                3,
                format_args!(
                    "<wsdl:documentation>Spec §{}: {} ({})</wsdl:documentation>",
                    row.section, row.title_en, row.title_zh
                ),
            );
            self.line(3, format_args!("<wsdl:input message=\"tns:{name}Request\"/>"));
            self.line(3, format_args!("<wsdl:output message=\"tns:{name}Response\"/>"));
            self.line(2, format_args!("</wsdl:operation>"));
        }
        self.line(1, format_args!("</wsdl:portType>"));
    }

    fn binding(&mut self, service: Service, prefix: &str, suffix: &str) {
        let port = service.name();
        self.line(1, format_args!("<wsdl:binding name=\"{port}Binding{suffix}\" type=\"tns:{port}\">"));
        self.line(
            2,
            format_args!(
                "<{prefix}:binding style=\"document\" transport=\"http://schemas.xmlsoap.org/soap/http\"/>"
            ),
        );
        for (name, _) in service.rows() {
            self.line(2, format_args!("<wsdl:operation name=\"{name}\">"));
            self.line(3, format_args!("<{prefix}:operation soapAction=\"{name}\" style=\"document\"/>"));
            self.line(3, format_args!("<wsdl:input><{prefix}:body use=\"literal\"/></wsdl:input>"));
            self.line(3, format_args!("<wsdl:output><{prefix}:body use=\"literal\"/></wsdl:output>"));
            self.line(2, format_args!("</wsdl:operation>"));
        }
        self.line(1, format_args!("</wsdl:binding>"));
    }
}
