from typing import Any

from directory.vocabularies.models import Skill, Trade


def tag_words(page: Any) -> list[str]:
    """The words of a page's trades and skills."""
    trades = Trade.objects.filter(pk__in=page.trades) if page.trades else []
    skills = Skill.objects.filter(pk__in=page.skills) if page.skills else []
    return [str(row) for row in (*trades, *skills)]
