"""The verbs of OPCO files."""

from trainings.funding.services.calendar import remind
from trainings.funding.services.employers import say_employer_facts
from trainings.funding.services.files import cancel_files_of, keep_agreement, move_file, open_file

__all__ = ["cancel_files_of", "keep_agreement", "move_file", "open_file", "remind", "say_employer_facts"]
