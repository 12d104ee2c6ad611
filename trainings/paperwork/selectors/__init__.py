from trainings.paperwork.selectors.agreements import convention_facts, is_printed, standings, to_fill, trainees_of

__all__ = ["convention_facts", "is_printed", "standings", "to_fill", "trainees_of"]
