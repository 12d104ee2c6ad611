"""Hours really followed, in whole minutes: what certificates, invoices and statistics count. Pure arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True)
class Times:
    """The hours of somebody's half-day: planned, and really held when she came late or left early."""

    starts_at: time
    ends_at: time
    arrived_at: time | None = None
    left_at: time | None = None


def _minutes(hour: time) -> int:
    return hour.hour * 60 + hour.minute


def followed_minutes(times: Times, *, is_present: bool) -> int:
    """Minutes of a half-day that somebody really followed, from 0 to the planned ones. Hours not followed are never invoiced (L6354-1)."""
    if not is_present:
        return 0
    start = max(_minutes(times.starts_at), _minutes(times.arrived_at or times.starts_at))
    end = min(_minutes(times.ends_at), _minutes(times.left_at or times.ends_at))
    return max(0, end - start)


@dataclass(frozen=True)
class Followed:
    """One half-day of one trainee, as its closed sheet says."""

    minutes: int
    is_remote: bool = False
    has_assistance: bool = False
    has_assessment: bool = False

    @property
    def counted(self) -> int:
        """Remote minutes count with a trace of assistance and an assessment only (D6313-3-1; logs alone were refused, TA Toulouse, 2023)."""
        return self.minutes if not self.is_remote or (self.has_assistance and self.has_assessment) else 0


def counted_minutes(half_days: Iterable[Followed]) -> int:
    """The hours of a certificate: the sum of what each half-day counts for."""
    return sum(one.counted for one in half_days)
