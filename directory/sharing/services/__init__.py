"""The verbs of shared services, one file a noun."""

from directory.sharing.services.amendments import (
    NewTerms,
    accept_amendment,
    propose_amendment,
    refuse_amendment,
    terms_of,
    withdraw_amendment,
)
from directory.sharing.services.announcements import change_announcement, publish_announcement, withdraw_announcement
from directory.sharing.services.calendar import follow_dates
from directory.sharing.services.inventory import declare_inventory
from directory.sharing.services.papers import establish_missing_papers, establish_paper, forget_papers, statement_pdf
from directory.sharing.services.requests import Terms, accept_request, refuse_request, send_request, withdraw_request
from directory.sharing.services.shared import (
    choose_form,
    clear_form,
    end_service,
    follow_broken_agreement,
    has_pieces,
    is_held_up,
    missing_pieces,
    name_people,
    open_purposes,
    start_service,
    store_piece,
    waive_piece,
)
from directory.sharing.services.statements import (
    PAPER_TOPIC,
    accept_statement,
    ask_reopening,
    contest_lines,
    issue_statement,
    recall_statement,
    refuse_reopening,
    reopen_statement,
    withdraw_reopening,
)
from directory.sharing.services.time import log_time, remove_entry

__all__ = [
    "PAPER_TOPIC", "NewTerms", "Terms", "accept_amendment", "accept_request", "accept_statement", "ask_reopening",
    "change_announcement", "choose_form", "clear_form", "contest_lines", "declare_inventory", "end_service", "establish_missing_papers",
    "establish_paper", "follow_broken_agreement", "follow_dates", "forget_papers", "has_pieces", "is_held_up", "issue_statement",
    "log_time", "missing_pieces", "name_people", "open_purposes", "propose_amendment", "publish_announcement", "recall_statement",
    "refuse_amendment", "refuse_reopening", "refuse_request", "remove_entry", "reopen_statement", "send_request", "start_service",
    "statement_pdf", "store_piece", "terms_of", "waive_piece", "withdraw_amendment", "withdraw_announcement", "withdraw_reopening",
    "withdraw_request",
]  # fmt: skip
