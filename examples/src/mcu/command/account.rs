//! Login, logout, a forgotten password. Spec §8.1 to §8.3.

use kandian_proto::message::client::SmsRequest;
use kandian_proto::value::SmsType;
use serde_json::json;

use super::devices::points;
use crate::mcu::client::Client;
use crate::mcu::failure::Failure;
use crate::mcu::output::Output;
use crate::mcu::soap::Soap;
use crate::mcu::words::Lang;

pub(super) async fn login(client: &mut Client, output: Output) -> Result<(), Failure> {
    let answer = client.log_in().await?;
    let grant = &answer.content;
    let said = match output.lang {
        Lang::En => format!("logged in; the account may bind {} devices of its own (R-8.5)", grant.dev_num),
        Lang::Zh => format!("登录成功；该账号最多可绑定 {} 台自有设备（R-8.5）", grant.dev_num),
    };
    output.done(&format!("{said}\n{}", points(&grant.devices, output.lang)), json!({"answer": answer.json}));
    Ok(())
}

pub(super) async fn logout(client: &mut Client, output: Output) -> Result<(), Failure> {
    if client.log_out().await? {
        output.obeyed("logged out", "已登出");
    } else {
        output.obeyed("there was no session", "没有会话");
    }
    Ok(())
}

/// A password by SMS.; E-156.
pub(super) async fn sms(soap: &Soap, account: &str, output: Output) -> Result<(), Failure> {
    soap.ask(SmsRequest::new(account, SmsType::PASSWORD)).await?;
    output.obeyed("the platform sends the password by SMS", "平台已用短信发送密码");
    Ok(())
}
