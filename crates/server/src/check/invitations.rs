//! Whether its people can invite and be invited.

use symbolon_proto::problem::{Code, Problem};

use super::{Known, Said, Stage, Step};

/// Tells what the description says of it.
pub(super) fn tell(known: &Known<'_>) -> Step {
    if known.discovery.takes_invites() {
        let page = known.discovery.invite_accept_dialog();
        let step = Step::ok(Stage::Invitations, Said::new("check-invitations-ok"));
        return step.told(
            "page to accept",
            match page {
                Some(page) => Said::words(page.as_str()),
                None => Said::new("check-no-page"),
            },
        );
    }
    let problem = Problem::new(Code::NoInvitationsThere).with("peer", known.server.as_str());
    Step::problem(
        Stage::Invitations,
        Said::problem(problem),
        Said::new("check-mend-invitations"),
    )
}
