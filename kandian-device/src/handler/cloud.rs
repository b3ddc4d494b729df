//! The cloud account: 65H, 66H, and what a login brings. Spec §7.5.11, §7.5.12, §7.5.1,
//! E-77, E-78, E-112.

use kandian_proto::message::device::{CloudAccount, EstoreAccount, GetEstoreResponse, SetEstoreRequest};
use kandian_proto::{DevId, Outcome, Profile, encode};

use super::{After, Refusal, Verdict};
use crate::state::Cloud;
use crate::unit::Unit;

/// Uses another account from now on.
pub(super) async fn set(unit: &Unit, request: &SetEstoreRequest) -> Verdict<After> {
    has_cloud(unit)?;
    let cloud = Cloud {
        offered: true,
        url: request.url.clone(),
        access_key: request.account.clone(),
        secret_key: request.password.clone(),
        record_bucket: request.record_bucket.clone(),
        picture_bucket: request.picture_bucket.clone(),
    };
    check(&cloud).map_err(|why| Refusal::wrong("R-7.71", why))?;
    let changed = unit.change(|state| {
        state.cloud = cloud;
        Ok(After::Nothing)
    });
    changed.await
}

/// the size is struck out (E-112).
pub(super) fn get(unit: &Unit) -> Verdict<EstoreAccount> {
    has_cloud(unit)?;
    Ok(told(&unit.store.read().cloud))
}

fn told(cloud: &Cloud) -> EstoreAccount {
    let Cloud { url, access_key, secret_key, record_bucket, picture_bucket, .. } = cloud.clone();
    EstoreAccount::new(url, access_key, secret_key, record_bucket, picture_bucket)
}

/// The account of a login.
///
/// A platform that has no cloud for the device sends 0 and empty texts. Then nothing is uploaded; an account that
/// 65H has set is kept for the day on which the platform sets it again.
pub(crate) async fn offered(unit: &Unit, account: CloudAccount) -> Verdict<()> {
    let changed = unit.change(|state| {
        if !account.estore_space.is_some() {
            state.cloud.offered = false;
            return Ok(());
        }
        let cloud = Cloud {
            offered: true,
            url: account.estore_url,
            access_key: account.estore_access_key,
            secret_key: account.estore_secret_key,
            record_bucket: account.estore_record_bucket,
            picture_bucket: account.estore_picture_bucket,
        };
        let wrong = |why| Refusal::wrong("R-7.48", format!("the cloud account of the login: {why}"));
        check(&cloud).map_err(wrong)?;
        state.cloud = cloud;
        Ok(())
    });
    changed.await
}

fn has_cloud(unit: &Unit) -> Verdict<()> {
    let missing = || Refusal::missing("R-7.48", "the device cannot store to the cloud");
    unit.config.model.cloud.then_some(()).ok_or_else(missing)
}

/// Whether an account can be used, and told again: the cloud is reached by HTTP (E-47), and no text is longer than
/// an answer may hold (E-37). An empty URL takes the account away.
fn check(cloud: &Cloud) -> Result<(), String> {
    let lower = cloud.url.as_str().to_ascii_lowercase();
    if !(lower.is_empty() || lower.starts_with("http://") || lower.starts_with("https://")) {
        return Err(format!("the cloud cannot be reached at {:?}", cloud.url));
    }
    let device = DevId::new("0").unwrap_or_default();
    let answer = GetEstoreResponse::new(Outcome::Success(told(cloud))).dev_id(device);
    encode(&answer, Profile::Spec).map(drop).map_err(|error| error.to_string())
}
