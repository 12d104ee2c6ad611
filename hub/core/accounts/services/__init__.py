"""The verbs of accounts, one file a noun."""

from hub.core.accounts.services.agreements import (
    agree_between,
    amend_agreement,
    end_agreement,
    make_agreement,
    name_people,
    open_purposes,
    resume_agreement,
    suspend_agreement,
)
from hub.core.accounts.services.invitations import Newcomer, accept, enter, invite, withdraw
from hub.core.accounts.services.leaving import empty_account, forget_representative
from hub.core.accounts.services.memberships import (
    close_all_sessions,
    close_sessions,
    disown,
    give_role,
    note_last_day,
    refuse_if_irreplaceable,
    withdraw_role,
)
from hub.core.accounts.services.opening import first_link, open_hub
from hub.core.accounts.services.organisations import (
    affiliate,
    create_organisation,
    record_succession,
    remove_affiliation,
    remove_organisation,
    remove_succession,
    update_affiliation,
    update_organisation,
)
from hub.core.accounts.services.providers import remove_identity_provider, set_identity_provider
from hub.core.accounts.services.recovery import ask_recovery, dismiss_recovery, forget_recovery, helpers_of, reopening_link
from hub.core.accounts.services.rescuing import rescue, rescue_link, rescued

__all__ = [
    "Newcomer",
    "accept",
    "affiliate",
    "agree_between",
    "amend_agreement",
    "ask_recovery",
    "close_all_sessions",
    "close_sessions",
    "create_organisation",
    "dismiss_recovery",
    "disown",
    "empty_account",
    "end_agreement",
    "enter",
    "first_link",
    "forget_recovery",
    "forget_representative",
    "give_role",
    "helpers_of",
    "invite",
    "make_agreement",
    "name_people",
    "note_last_day",
    "open_hub",
    "open_purposes",
    "record_succession",
    "refuse_if_irreplaceable",
    "remove_affiliation",
    "remove_identity_provider",
    "remove_organisation",
    "remove_succession",
    "reopening_link",
    "rescue",
    "rescue_link",
    "rescued",
    "resume_agreement",
    "set_identity_provider",
    "suspend_agreement",
    "update_affiliation",
    "update_organisation",
    "withdraw",
    "withdraw_role",
]  # fmt: skip
