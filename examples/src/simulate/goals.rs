//! What a fleet must achieve after its platform restarted. `docs/simulator.md` says why these values.

use kandian_proto::sim::{Kind, Report, RestartKind, RestartReport};
use kandian_proto::time::Millis;

use super::units::{clock, number, short};

/// A goal, and whether it was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// What is wanted.
    pub wanted: String,
    /// What was found.
    pub found: String,
    /// Whether that is good enough.
    pub met: bool,
}

/// After links were reset: eight times the longest wait is 120 s, and a registration may come between.
const RESET: Millis = Millis::from_secs(600);
/// After links died without a word: 480 s until the third missed heartbeat, 300 s between registrations, 60 s of
/// jitter, and 30 s for connections and answers.
const HALF_OPEN: Millis = Millis::from_secs(480 + 300 + 60 + 30);

/// The goals that apply to a run.
#[must_use]
pub fn goals(report: &Report) -> Vec<Goal> {
    let mut goals = Vec::new();
    for (index, after) in report.restarts.iter().enumerate() {
        let restart = after.restart;
        let limit = match restart.kind {
            RestartKind::Reset => RESET,
            RestartKind::HalfOpen => HALF_OPEN,
        };
        // A goal about what follows needs the time to follow, and nothing else in between.
        let next = report.restarts.get(index + 1).map_or(report.duration, |next| next.restart.at);
        let back_by = restart.at + restart.down_for + limit;
        let before = after.online_before[Kind::Spec.index()];
        if before == 0 || next < back_by {
            continue;
        }
        goals.push(all_back(after, limit));
        if restart.kind == RestartKind::Reset {
            goals.push(login_peak(after, before));
        }
    }
    goals
}

fn all_back(after: &RestartReport, limit: Millis) -> Goal {
    let back = &after.back[Kind::Spec.index()];
    let missing = after.missing(Kind::Spec);
    let since_up = back.longest().unwrap_or_default() - after.restart.down_for;
    Goal {
        wanted: format!(
            "restart at {}: all spec devices online within {} after the platform is back",
            clock(after.restart.at),
            short(limit),
        ),
        found: match missing {
            0 => format!("the last after {}", short(since_up)),
            _ => format!("{} are missing", number(missing)),
        },
        met: missing == 0 && since_up <= limit,
    }
}

/// A tenth of the devices per second, and four standard deviations of a count around it.
fn login_peak(after: &RestartReport, before: u32) -> Goal {
    let tenth = f64::from(before) / 10.0;
    let limit = (tenth + 4.0 * tenth.sqrt()).ceil() as u32;
    let peak = after.login_peak[Kind::Spec.index()];
    Goal {
        wanted: format!(
            "restart at {}: at most {} logins of spec devices per second",
            clock(after.restart.at),
            number(limit),
        ),
        found: format!("{} at the peak", number(peak)),
        met: peak <= limit,
    }
}
