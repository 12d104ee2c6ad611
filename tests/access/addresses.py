"""Every address of the resolver, and how each is made for one object of one cooperative."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, get_resolver, reverse

from hub.core.accounts.models import Succession
from hub.core.kit.dates import today
from tests.access.world import Side, World


@dataclass(frozen=True)
class Address:
    """`name` as access.toml writes it; `route` the whole pattern; `parameters` those the pattern asks for."""

    name: str
    route: str
    parameters: tuple[str, ...]
    converters: tuple[tuple[str, str], ...] = ()

    @property
    def is_admin(self) -> bool:
        return self.route.startswith("admin/")


def addresses(resolver: Any = None, names: tuple[str, ...] = (), route: str = "") -> Iterator[Address]:
    for one in (resolver or get_resolver()).url_patterns:
        full = route + str(one.pattern)
        if not isinstance(one, URLPattern):
            yield from addresses(one, (*names, one.namespace) if one.namespace else names, full)
            continue
        groups = getattr(one.pattern, "regex", None)
        asked = tuple(one.pattern.converters) or tuple(groups.groupindex if groups else ())
        kinds = tuple((name, type(converter).__name__) for name, converter in one.pattern.converters.items())
        yield Address(":".join((*names, one.name)) if one.name else f"route:{full.lstrip('^')}", full, asked, kinds)


def by_pk(name: str) -> Callable[[Side], dict[str, Any]]:
    return lambda side: {"pk": getattr(side, name).pk}


def course(side: Side) -> dict[str, Any]:
    return {"pk": side.draft.public_id}


def preparing(side: Side) -> dict[str, Any]:
    return {"acronym": side.preparing.acronym}


def at_work(side: Side) -> dict[str, Any]:
    return {"acronym": side.group.acronym}


def of_organisation(side: Side) -> dict[str, Any]:
    return {"slug": side.hidden.slug}


def accreditation_of(which: str) -> Callable[[Side], dict[str, Any]]:
    def kwargs(side: Side) -> dict[str, Any]:
        organisation = getattr(side, which)
        row, _ = organisation.accreditations.get_or_create(kind="esus", defaults={"title": "ESUS", "starts_on": today()})
        return {"slug": organisation.slug, "pk": row.pk}

    return kwargs


def draft_sheet(side: Side) -> dict[str, Any]:
    return {"pk": side.draft_session.pk, "half_day": side.draft_half_day.pk}


def held_sheet(side: Side) -> dict[str, Any]:
    return {"pk": side.held.pk, "half_day": side.half_day.pk}


SHEET, LINE = ("sheet", "close", "correct", "issue"), ("sign", "send_code", "absent", "left", "clear")
ROADMAP = (
    "roadmap", "as_csv", "as_json", "versions", "compare", "begin", "draft", "edit_text", "submit", "take_back", "decide", "answers_reach",
)  # fmt: skip
ITEM = ("item", "progress", "answer", "withdraw_answer")
INSIDE = {"decisions": ("decisions", "new_decision", "actions", "new_action"), "meetings": ("meetings", "new_meeting")}
MEETING = ("meeting", "meeting_ics", "edit_meeting", "minutes", "cancel_meeting", "note_decision", "note_action")
GROUP = ("group", "edit_group", "open_group", "end_group", "abandon_group", "members", "documents")
PIECE = ("edit_piece", "remove_piece", "move_piece")
WRITTEN = ("questions", "events", "news", "notes", "library")
OF_A_PAGE = ("detail", "edit", "compare", "publish", "take_down", "withdraw", "restore")


def hidden_page(space: str) -> Callable[[Side], dict[str, Any]]:
    return lambda side: {"pk": side.hidden_pages[space].public_id}


def open_page(space: str) -> Callable[[Side], dict[str, Any]]:
    return lambda side: {"pk": side.pages[space].public_id}


# an address with parameters and without a line here fails the matrix
FACTORIES: dict[str, Callable[[Side], dict[str, Any]]] = {
    "account_reset_password_from_key": lambda side: {"uidb36": "0", "key": "cle"},
    "account_confirm_email": lambda side: {"key": "cle"},
    **{f"mfa_{verb}_webauthn": lambda side: {"handle": f"cle-{side.secret[:8]}"} for verb in ("edit", "remove")},
    "accounts:invitation": lambda side: {"secret": f"pas-{side.secret[:8]}"},
    "accounts:open_hub": lambda side: {"secret": "x"},
    "accounts:rescue": lambda side: {"secret": "x"},
    "accounts:team": lambda side: {"slug": side.organisation.slug},
    "accounts:entrepreneurs": lambda side: {"slug": side.organisation.slug},
    "accounts:enter_people": lambda side: {"slug": side.organisation.slug},
    "accounts:departure": lambda side: {"slug": side.organisation.slug, "pk": side.membership.pk},
    **{
        f"accounts:{name}": lambda side: {"slug": side.organisation.slug}
        for name in ("identity_provider", "provider_start", "provider_return")
    },
    "accounts:correct_identity": lambda side: {"pk": side.profile.user_id},
    "accounts:remove_identity_provider": lambda side: {"slug": side.organisation.slug},
    "accounts:disown": lambda side: {"pk": side.membership.pk},
    "accounts:withdraw_role": lambda side: {"slug": side.organisation.slug, "pk": side.membership.pk},
    "accounts:withdraw_invitation": lambda side: {"slug": side.organisation.slug, "pk": side.invitation.pk},
    "accounts:dismiss_recovery": lambda side: {"slug": side.organisation.slug, "pk": side.recovery.pk},
    "accounts:reopen": lambda side: {"slug": side.organisation.slug, "pk": side.recovery.pk},
    "accounts:break_agreement": by_pk("agreement"),
    "jobs:retry": by_pk("notification"),
    "documents:file": by_pk("file"),
    "documents:editorial": lambda side: {"public_id": side.file.pk},
    "documents:media": lambda side: {"name": "images/absente.png"},
    "notifications:mark_one_read": by_pk("notification"),
    "privacy:organisation_export": lambda side: {"slug": side.organisation.slug},
    "privacy:person_erasure": lambda side: {"pk": side.profile.user_id},
    "cooperatives:detail": of_organisation,
    "cooperatives:edit": of_organisation,
    "cooperatives:accreditations": of_organisation,
    **{f"accounts:{name}": of_organisation for name in ("networks", "correct_organisation", "remove_organisation")},
    **{
        f"accounts:{name}": lambda side: {"pk": side.organisation.affiliations.order_by("pk")[0].pk}
        for name in ("affiliation", "remove_affiliation")
    },
    "accounts:remove_succession": lambda side: {
        "pk": Succession.objects.get_or_create(
            predecessor=side.hidden, successor=side.organisation, defaults={"kind": "merger", "took_place_on": today()}
        )[0].pk
    },
    **{f"cooperatives:{name}": accreditation_of("hidden") for name in ("accreditation", "remove_accreditation")},
    "people:person": by_pk("profile"),
    "people:edit": by_pk("profile"),
    "people:write_to": by_pk("profile"),
    **{f"catalogue:{verb}": course for verb in ("draft", "edit_course", "compare", "submit", "take_back", "decide", "unpublish", "remove")},
    "sessions:new": lambda side: {"course_id": side.draft.public_id},
    **{
        f"sessions:{verb}": by_pk("draft_session")
        for verb in ("detail", "edit", "take_release", "remove", "cancel", "register", "open", "close", "needs")
    },
    "sessions:cancel_registration": lambda side: {"pk": side.session.pk, "registration_id": side.registration.pk},
    "attendance:sheets": by_pk("draft_session"),
    **{f"attendance:{verb}": draft_sheet for verb in SHEET},
    **{f"attendance:{verb}": lambda side: draft_sheet(side) | {"registration": side.registration.pk} for verb in LINE},
    "attendance:sheet_pdf": lambda side: {"pk": side.held.pk, "sheet": side.half_day.sheets.get().pk},
    "funding:open": by_pk("draft_session"),
    **{f"funding:{name}": by_pk("funding_file") for name in ("file", "request", "agreement", "correct", "revert")},
    **{f"funding:{name}": lambda side: {"key": "constructys"} for name in ("opco", "reset_opco")},
    "funding:move": lambda side: {"pk": side.funding_file.pk, "target": "to-complete"},
    **{f"wishes:{verb}": by_pk("withdrawn_wish") for verb in ("change", "withdraw", "choose", "take_back", "decline")},
    **{f"wishes:{verb}": lambda side: {"pk": side.withdrawn_wish.pk, "course_id": side.live.public_id} for verb in ("open", "ask")},
    **{f"paperwork:{name}": by_pk("draft_session") for name in ("agreements", "signature")},
    "paperwork:certificates": by_pk("draft_session"),
    "paperwork:convene": by_pk("draft_session"),
    **{f"paperwork:{name}": by_pk("held") for name in ("convocation", "convocation_ics")},
    **{
        f"paperwork:{kind}_pdf": lambda side: {"pk": side.held.pk, "registration": side.attendee.pk}
        for kind in ("certificate", "convocation")
    },
    "paperwork:dossier": lambda side: {"pk": side.held.pk, "employer": side.organisation.slug},
    "paperwork:agreement_pdf": lambda side: {"pk": side.session.pk, "employer": side.employer.slug},
    **{f"sharing:{verb}announcement": by_pk("withdrawn") for verb in ("", "change_", "withdraw_", "answer_")},
    **{f"sharing:{verb}request": lambda side: {"pk": side.service.request_id} for verb in ("", "accept_", "refuse_", "withdraw_")},
    **{
        f"sharing:{name}": by_pk("service")
        for name in ("service", "people", "purposes", "legal_form", "start", "end", "log", "own_log", "propose_amendment")
    },
    **{f"sharing:{verb}_amendment": by_pk("amendment") for verb in ("accept", "refuse", "withdraw")},
    "sharing:piece": lambda side: {"pk": side.service.pk, "key": "consent"},
    "sharing:waive_piece": lambda side: {"pk": side.service.pk, "key": "consent"},
    "sharing:issue_statement": lambda side: {"pk": side.service.pk, "month": f"{side.statement.month:%Y-%m}"},
    "sharing:remove_entry": by_pk("entry"),
    **{f"sharing:{name}": by_pk("statement") for name in ("statement", "statement_json", "statement_csv", "statement_pdf")},
    **{f"sharing:{verb}_statement": by_pk("statement") for verb in ("accept", "contest", "reissue", "reopen", "recall")},
    **{f"sharing:{verb}_reopening": by_pk("statement") for verb in ("ask", "withdraw", "refuse")},
    **{f"groups:{verb}": preparing for verb in GROUP},
    **{f"groups:{verb}": lambda side: preparing(side) | {"pk": side.group_member.pk} for verb in ("set_role", "remove_member")},
    **{f"groups:{verb}": lambda side: at_work(side) | {"pk": side.group_document.pk} for verb in ("open_document", "remove_document")},
    **{f"roadmaps:{verb}": preparing for verb in ROADMAP},
    **{f"roadmaps:{verb}": lambda side: preparing(side) | {"pk": side.hidden_item} for verb in ITEM},
    **{f"roadmaps:{verb}": lambda side: preparing(side) | {"kind": "points", "pk": side.hidden_item} for verb in PIECE},
    "roadmaps:new_piece": lambda side: preparing(side) | {"kind": "points"},
    **{f"{space}:{verb}": at_work for space, verbs in INSIDE.items() for verb in verbs},
    **{name: lambda side: at_work(side) | {"pk": side.decision.pk} for name in ("meetings:edit_decision", "decisions:withdraw_decision")},
    **{f"decisions:{verb}": lambda side: at_work(side) | {"pk": side.action.pk} for verb in ("edit_action", "action_status")},
    **{f"meetings:{verb}": lambda side: at_work(side) | {"pk": side.meeting.pk} for verb in MEETING},
    **{f"{space}:{verb}": hidden_page(space) for space in WRITTEN for verb in OF_A_PAGE},
    **{f"questions:{verb}": hidden_page("questions") for verb in ("answer", "follow")},
    **{
        f"questions:{verb}": lambda side: hidden_page("questions")(side) | {"answer_id": side.answer.pk}
        for verb in ("edit_answer", "delete_answer", "accept", "useful", "withdraw_answer")
    },
    **{f"events:{verb}": hidden_page("events") for verb in ("event_ics", "cancel", "register", "people", "people_csv", "add_guest")},
    "events:give_back": lambda side: hidden_page("events")(side) | {"registration_id": side.event_registration.pk},
    "notes:useful": hidden_page("notes"),
    **{f"library:{verb}": hidden_page("library") for verb in ("newest", "new_version", "use")},
    "library:remove_file": lambda side: hidden_page("library")(side) | {"version_id": side.hidden_pages["library"].newest.pk},
    **{f"{name}": lambda side: {"secret": "pas-le-bon"} for name in ("life:feed_atom", "events:feed_ics")},
}
# the same addresses on what the policy shares in part
SHARED: dict[str, Callable[[Side], dict[str, Any]]] = {
    "people:person": by_pk("shown"),
    "people:edit": by_pk("shown"),
    "people:write_to": by_pk("shown"),
    "cooperatives:detail": lambda side: {"slug": side.organisation.slug},
    "cooperatives:edit": lambda side: {"slug": side.organisation.slug},
    "cooperatives:accreditations": lambda side: {"slug": side.organisation.slug},
    **{f"cooperatives:{name}": accreditation_of("organisation") for name in ("accreditation", "remove_accreditation")},
    "catalogue:draft": lambda side: {"pk": side.live.public_id},
    "catalogue:edit_course": lambda side: {"pk": side.live.public_id},
    "catalogue:compare": lambda side: {"pk": side.live.public_id},
    "sessions:new": lambda side: {"course_id": side.live.public_id},
    **{
        f"sessions:{verb}": by_pk("session")
        for verb in ("detail", "edit", "take_release", "remove", "cancel", "register", "open", "close", "needs")
    },
    "attendance:sheets": by_pk("held"),
    **{f"attendance:{verb}": lambda side: held_sheet(side) for verb in SHEET},
    **{f"attendance:{verb}": lambda side: held_sheet(side) | {"registration": side.attendee.pk} for verb in LINE},
    **{f"paperwork:{name}": by_pk("session") for name in ("agreements", "signature")},
    "paperwork:certificates": by_pk("held"),
    "paperwork:convene": by_pk("session"),
    "funding:open": by_pk("session"),
    **{f"wishes:{verb}": by_pk("wish") for verb in ("change", "withdraw", "choose", "take_back", "decline")},
    **{f"wishes:{verb}": lambda side: {"pk": side.wish.pk, "course_id": side.live.public_id} for verb in ("open", "ask")},
    **{f"sharing:{verb}announcement": by_pk("announcement") for verb in ("", "change_", "withdraw_", "answer_")},
    **{f"groups:{verb}": at_work for verb in GROUP},
    **{f"roadmaps:{verb}": at_work for verb in ROADMAP},
    **{f"roadmaps:{verb}": lambda side: at_work(side) | {"pk": side.item} for verb in ITEM},
    **{f"roadmaps:{verb}": lambda side: at_work(side) | {"kind": "points", "pk": side.item} for verb in PIECE},
    "roadmaps:new_piece": lambda side: at_work(side) | {"kind": "phases"},
    **{f"{space}:{verb}": open_page(space) for space in WRITTEN for verb in OF_A_PAGE},
    **{f"events:{verb}": open_page("events") for verb in ("event_ics", "cancel", "people", "people_csv", "add_guest")},
    **{f"library:{verb}": open_page("library") for verb in ("newest", "new_version")},
    "library:remove_file": lambda side: open_page("library")(side) | {"version_id": side.pages["library"].newest.pk},
}


def _admin(address: Address, side: Side) -> dict[str, Any]:
    """Wagtail's addresses share their words: an id is that of the draft programme, its revision, the account or the organisation."""
    page = side.draft.pk
    words: dict[str, Any] = {
        "content_type_app_name": "catalogue", "content_type_model_name": "coursepage", "app_label": "catalogue", "model_name": "coursepage",
        "app_name": "taggit", "action_name": "approve", "action": "delete", "object_id": page, "filter_spec": "max-10x10",
        "uidb64": "x", "token": "x", "revision_id": side.draft.latest_revision_id, "revision_id_a": "earliest", "revision_id_b": "latest",
        "destination_id": side.draft.get_parent().pk, "parent_page_id": side.draft.get_parent().pk,
    }  # fmt: skip
    if address.name.startswith(("wagtailusers_users:", "accounts:admin_")):
        words["pk"] = side.profile.user_id
    elif address.name.startswith("organisations:"):
        words["pk"] = side.organisation.pk
    elif address.name.startswith(("wagtailusers_groups:", "wagtailsites:", "wagtailadmin_collections:")):
        words["pk"] = 1
    return {name: words.get(name, page) for name in address.parameters}


def urls(address: Address, side: Side) -> list[str]:
    """Raises KeyError when the address asks for parameters and nobody said which."""
    fixed = {
        "wagtail_serve": side.draft.url or f"/{side.draft.slug}/", "wagtaildocs_serve": "/documents/1/absent.pdf",
        "route:admin/test404/": "/admin/test404/", "route:admin/^.*/$": "/admin/nulle-part/",
    }  # fmt: skip
    if address.name in fixed:
        return [fixed[address.name]]
    if not address.parameters:
        return [reverse(address.name)]
    if address.is_admin:
        return [reverse(address.name, kwargs=_admin(address, side))]
    if address.route.startswith(("_util/", "documents/authenticate")):
        return [reverse(address.name, kwargs=dict.fromkeys(address.parameters, side.draft.pk))]
    made = [FACTORIES[address.name](side)] + ([SHARED[address.name](side)] if address.name in SHARED else [])
    return [reverse(address.name, kwargs=kwargs) for kwargs in made]


def everything(world: World) -> Iterator[tuple[Address, str, Side]]:
    ContentType.objects.clear_cache()
    for address in addresses():
        for side in (world.a, world.b) if address.parameters or address.name == "wagtail_serve" else (world.b,):
            for url in urls(address, side):
                yield address, url, side


__all__ = ["FACTORIES", "SHARED", "Address", "addresses", "everything", "urls"]
