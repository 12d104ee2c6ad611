"""The verbs of OPCO files."""

from trainings.funding.services.calendar import remind
from trainings.funding.services.corrections import correct_file, revert_move
from trainings.funding.services.employers import say_employer_facts
from trainings.funding.services.files import cancel_files_of, keep_agreement, move_file, open_file
from trainings.funding.services.opcos import reset_opco_rule, write_opco_rule
from trainings.funding.services.requests import pack_request

__all__ = [
    "cancel_files_of", "correct_file", "keep_agreement", "move_file", "open_file", "pack_request", "remind", "reset_opco_rule", "revert_move",
    "say_employer_facts", "write_opco_rule",
]  # fmt: skip
