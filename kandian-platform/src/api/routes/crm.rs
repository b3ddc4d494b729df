//! Orders of CRM.

use axum::routing::post;

use super::{CRM, Route};
use crate::api::crm;

pub(super) const ROUTES: &[Route] = &[Route {
    method: "POST",
    path: "/api/v1/crm/orders",
    role: CRM,
    summary: "Open, change, suspend, resume or cancel an account by order of CRM; the same key is one order",
    summary_zh: "CRM 工单：开通、变更、停机、复机、销户；相同的键只执行一次",
    takes: Some("Order"),
    gives: Some("OrderDone"),
    query: &[],
    handler: || post(crm::order),
}];
