"""The verbs of OPCO files."""

from trainings.funding.services.calendar import remind
from trainings.funding.services.employers import say_employer_facts
from trainings.funding.services.files import cancel_files_of, keep_agreement, move_file, open_file
from trainings.funding.services.requests import pack_request

__all__ = ["cancel_files_of", "keep_agreement", "move_file", "open_file", "pack_request", "remind", "say_employer_facts"]
