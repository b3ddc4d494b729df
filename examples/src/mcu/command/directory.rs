//! What the group platform says to clients. Spec §9.1; E-169, E-171.

use kandian_proto::message::directory::{CheckVersionRequest, QueryCmsRequest};
use kandian_proto::value::{ClientUpgradeResult, Url};
use serde_json::json;

use crate::inspect::Safe;
use crate::mcu::args::Global;
use crate::mcu::failure::Failure;
use crate::mcu::output::Output;
use crate::mcu::soap::Soap;
use crate::mcu::table::table;

/// The list from which users choose their platform..
pub(super) async fn platforms(soap: &Soap, global: &Global, output: Output) -> Result<(), Failure> {
    let answer = soap.ask(QueryCmsRequest::new(global.client_version.as_str())).await?;
    let head = [output.lang.pick("name", "名称"), output.lang.pick("address", "地址")];
    let platforms = answer.content.platforms.iter();
    let rows: Vec<_> =
        platforms.map(|platform| vec![platform.cms_name.clone(), platform.cms_url.to_string()]).collect();
    output.done(&table(&head, &rows), json!({"answer": answer.json}));
    Ok(())
}

/// Whether there is a newer client..
pub(super) async fn update(
    soap: &Soap,
    global: &Global,
    (cms_url, cms_name): (&str, &str),
    output: Output,
) -> Result<(), Failure> {
    let account = super::account(global)?;
    let cms_url: Url = cms_url.parse().map_err(|_| Failure::Usage(format!("{cms_url:?} is no address")))?;
    let request = CheckVersionRequest::new(account, cms_url, cms_name, global.client_version.as_str());
    let answer = soap.ask(request).await?;
    let url = answer.content.update_url.as_ref().map(|url| Safe(url.as_str()).to_string());
    let text = match answer.content.result {
        ClientUpgradeResult::UP_TO_DATE => {
            output.lang.pick("this version is new enough", "当前版本无需升级").to_owned()
        }
        _ => {
            let old =
                output.lang.pick("this version is too old; a newer one is at", "当前版本过低，新版本地址：");
            format!("{old} {}", url.as_deref().unwrap_or("?"))
        }
    };
    output.done(&text, json!({"answer": answer.json}));
    Ok(())
}
