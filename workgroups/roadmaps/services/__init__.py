from workgroups.roadmaps.services.answers import set_answer, set_answers_reach, withdraw_answer
from workgroups.roadmaps.services.progress import set_progress
from workgroups.roadmaps.services.releasing import changes_since, decide_roadmap, submit_roadmap, take_back_roadmap
from workgroups.roadmaps.services.writing import begin_roadmap, draft_of, move_piece, remove_piece, save_piece, save_text

__all__ = [
    "begin_roadmap", "changes_since", "decide_roadmap", "draft_of", "move_piece", "remove_piece", "save_piece", "save_text", "set_answer",
    "set_answers_reach", "set_progress", "submit_roadmap", "take_back_roadmap", "withdraw_answer",
]  # fmt: skip
