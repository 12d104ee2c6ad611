"""Who may read and do what between CAEs."""

from uuid import UUID

from directory.sharing.enums import Stage
from directory.sharing.models import Amendment, Announcement, ServiceRequest, SharedService, Statement
from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.accounts.permissions import Permission


def can_read(actor: Actor) -> bool:
    """Inventory, offers and needs are the federation's."""
    return FEDERATION in actor.audiences


def can_manage(actor: Actor) -> bool:
    """Declare, announce, log and follow for the organisation acted for, a member of the federation."""
    return can_read(actor) and actor.can(Permission.SERVICES_MANAGE)


def can_sign(actor: Actor) -> bool:
    """Bind the organisation acted for."""
    return can_read(actor) and actor.can(Permission.SERVICES_SIGN)


def can_change_announcement(actor: Actor, announcement: Announcement) -> bool:
    return can_manage(actor) and announcement.organisation_id == actor.organisation_id


def can_see_request(actor: Actor, request: ServiceRequest) -> bool:
    """The teams of the two CAEs: the twin of `visible_to`."""
    return actor.is_staff_of(actor.organisation_id) and actor.organisation_id in (request.provider_id, request.beneficiary_id)


def can_see_service(actor: Actor, service: SharedService) -> bool:
    return actor.is_staff_of(actor.organisation_id) and actor.organisation_id in (service.provider_id, service.beneficiary_id)


def can_answer(actor: Actor, request: ServiceRequest) -> bool:
    return can_sign(actor) and actor.organisation_id == request.answerer_id


def can_withdraw(actor: Actor, request: ServiceRequest) -> bool:
    return can_sign(actor) and actor.organisation_id == request.asker_id


def can_sign_for(actor: Actor, service: SharedService) -> bool:
    """Either CAE's signatory: form, waiver, start, end."""
    return can_sign(actor) and can_see_service(actor, service)


def can_follow(actor: Actor, service: SharedService) -> bool:
    """Either CAE's managers: pieces."""
    return can_manage(actor) and can_see_service(actor, service)


def can_amend(actor: Actor, service: SharedService) -> bool:
    """Either CAE's signatory proposes other terms, as long as the service lives."""
    return can_sign_for(actor, service) and is_alive(service)


def can_answer_amendment(actor: Actor, amendment: Amendment) -> bool:
    return can_sign_for(actor, amendment.service) and actor.organisation_id == amendment.answerer_id


def can_withdraw_amendment(actor: Actor, amendment: Amendment) -> bool:
    return can_sign_for(actor, amendment.service) and actor.organisation_id == amendment.asker_id


def can_name_people(actor: Actor, service: SharedService) -> bool:
    return can_sign(actor) and actor.organisation_id == service.provider_id


def can_open_purposes(actor: Actor, service: SharedService) -> bool:
    return can_sign(actor) and actor.organisation_id == service.beneficiary_id


def can_log(actor: Actor, service: SharedService, person_id: UUID) -> bool:
    """The lent person herself, or her CAE."""
    return actor.user_id == person_id or can_log_for_all(actor, service)


def can_log_for_all(actor: Actor, service: SharedService) -> bool:
    return can_manage(actor) and actor.organisation_id == service.provider_id


def can_issue(actor: Actor, service: SharedService) -> bool:
    """Send a statement, recall it, and ask for its reopening."""
    return can_log_for_all(actor, service)


def can_answer_statement(actor: Actor, statement: Statement) -> bool:
    """Accept, contest, or come back on it: whoever can bind the CAE that received; the state is asked apart, somebody else may have answered meanwhile."""
    return can_sign(actor) and actor.organisation_id == statement.service.beneficiary_id


def is_alive(service: SharedService) -> bool:
    return service.stage != Stage.ENDED
