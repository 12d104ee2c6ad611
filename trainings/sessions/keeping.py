"""How long what proves a session is kept: the longest term, since the hub knows neither the last payment nor who pays beside the OPCO.

Source: docs/decisions/0019-term-of-papers.md
"""

from datetime import date

from django.conf import settings
from django.db.models import Q

# Five to be paid in (C. civ. 2224), one for the accounting year to close, ten of its papers (C. com. L123-22); after the session's year.
YEARS = 16
TERM = "16 ans après la fin de l’année de la session, davantage pendant un contrôle ou un procès"


def is_over(on: date) -> Q:
    """The condition of sessions whose papers may be kept no longer on this day; those under legal hold stay."""
    return Q(ends_on__lt=date(on.year - YEARS, 1, 1)) & ~Q(pk__in=settings.LEGAL_HOLD)
