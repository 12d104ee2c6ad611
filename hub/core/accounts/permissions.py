"""What can be permitted, by name; roles are lists of these names (data/roles.json)."""

from enum import StrEnum

from hub.core.accounts.enums import Purpose


class Permission(StrEnum):
    ORGANISATION_MANAGE = "organisation.manage"
    MEMBERS_MANAGE = "members.manage"
    PEOPLE_MANAGE = "people.manage"
    TRAINING_WRITE = "training.write"
    TRAINING_REVIEW = "training.review"
    SESSION_MANAGE = "session.manage"
    TRAINEES_REGISTER = "trainees.register"
    PAPERS_ISSUE = "papers.issue"
    FUNDING_MANAGE = "funding.manage"  # the OPCO files of one's CAE, from draft to the first day
    FEDERATION_MANAGE = "federation.manage"
    SERVICES_MANAGE = "services.manage"  # inventory, offers and needs, time, pieces, statements
    SERVICES_SIGN = "services.sign"  # what binds the CAE: requests, answers, legal form, waivers, the end
    WORKGROUP_CREATE = "workgroup.create"
    NEEDS_READ = "needs.read"  # the accessibility needs that trainees of one's sessions show (RGPD art. 9): nobody else's
    ROADMAP_ANSWER = "roadmap.answer"  # say what one's CAE does with a point of a released roadmap


# What reads a CAE's private fields, or binds it (services.sign, roadmap.answer), is opened by no purpose.
OPENED_BY: dict[str, frozenset[str]] = {
    Purpose.REGISTRATION: frozenset({Permission.TRAINEES_REGISTER}),
    Purpose.FUNDING: frozenset({Permission.FUNDING_MANAGE}),
    Purpose.INVENTORY: frozenset({Permission.SERVICES_MANAGE}),
}
