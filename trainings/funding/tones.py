"""How a state looks: the tone of its badge."""

from trainings.funding.enums import FundingStatus

S = FundingStatus
TONES = {
    S.DRAFT: "draft", S.TO_COMPLETE: "warn", S.READY: "info", S.FILED: "wait", S.UNDER_REVIEW: "wait", S.MORE_ASKED: "warn", S.GRANTED: "ok",
    S.PARTLY_GRANTED: "adapt", S.REFUSED: "bad", S.TO_REVISE: "warn", S.RUNNING: "ok", S.CANCELLED: "no", S.CLOSED: "none",
}  # fmt: skip
