//! Starting again: 6CH, 82H. Spec §7.5.16, §7.5.39, E-30, E-150.

use kandian_proto::session::device::Restart;

use super::{After, Verdict};
use crate::journal::note;
use crate::unit::Unit;

///
pub(super) fn reboot(unit: &Unit) -> Verdict<After> {
    note!(unit, info, "the platform starts the device again (R-7.78)");
    Ok(After::Restart(Restart::Reboot))
}

/// Forgets everything but recordings, then starts again. The settings are those of the factory before the answer
/// is sent, for an answer says that it is done; the network stays until then.
pub(crate) async fn reset(unit: &Unit) -> Verdict<After> {
    let model = &unit.config.model;
    let changed = unit.change(|state| {
        state.reset(model);
        Ok(After::Restart(Restart::Reset))
    });
    let after = changed.await?;
    note!(unit, warn, "back to the factory; recordings stay (R-7.117)");
    Ok(after)
}
