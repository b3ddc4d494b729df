//! Chapter 6: province platform and group platform (省平台与集团平台协议).
//!
//! The specification gives tables of parameters and neither transport nor element names (E-38). Documents are
//! posted by HTTP; the root elements are names of this project, the fields those of the tables. A SOAP
//! envelope around the same document is read as well.
//!
//! | Section | Operation | Types |
//! |---|---|---|
//! | 6.1 | 地址信息上报 | [`AddressReportRequest`], [`AddressReportResponse`], [`ClientDownloads`] |
//! | 6.2 | 业务开通 | [`ServiceOpenRequest`], [`ServiceOpenResponse`] |
//! | 6.3 | 业务变更 | [`ServiceChangeRequest`], [`ServiceChangeResponse`] |
//! | 6.4 | 业务注销 | [`ServiceCancelRequest`], [`ServiceCancelResponse`] |
//! | 6.5 | 设备使用通告 | [`DeviceUseRequest`], [`DeviceUseResponse`] |

mod address_report;
mod device_use;
mod service_cancel;
mod service_change;
mod service_open;

pub use address_report::{AddressReportRequest, AddressReportResponse, ClientDownloads};
pub use device_use::{DeviceUseRequest, DeviceUseResponse};
pub use service_cancel::{ServiceCancelRequest, ServiceCancelResponse};
pub use service_change::{ServiceChangeRequest, ServiceChangeResponse};
pub use service_open::{ServiceOpenRequest, ServiceOpenResponse};
