"""A paper on its way: its facts in canonical form, ready to be set under a number."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from hub.core.kit.dates import local, long_date_fr
from hub.core.papers import engine, numbering, post
from hub.core.papers.canonical import canonical, clean
from hub.core.papers.kinds import Kind, get
from hub.core.papers.models import IssuedPaper


@dataclass(frozen=True)
class Sheet:
    """What came out under one number; `sha256` is of the bytes before the seal."""

    number: str
    sha256: str
    sealed: bytes


@dataclass(frozen=True)
class Draft:
    kind: Kind
    series: str
    data: Mapping[str, Any]
    issued_at: datetime
    version: int = 1
    replaces: str = ""

    @classmethod
    def of(
        cls, kind: str, data: Mapping[str, Any], *, series: str, issued_at: datetime, replaces: IssuedPaper | None, version: int = 1
    ) -> Self:
        """Checked against the fields of the kind; the moment keeps its seconds only, as the PDF does.

        `version` is the one of a paper that replaces none: above 1 when other words went about before it.
        """
        known = get(kind)
        known.check(data)
        return cls(
            kind=known,
            series=series or known.series,
            data=clean(data),
            issued_at=issued_at.replace(microsecond=0),
            version=replaces.version + 1 if replaces else version,
            replaces=replaces.number if replaces else "",
        )

    @classmethod
    def of_paper(cls, paper: IssuedPaper) -> Self:
        previous = paper.replaces.number if paper.replaces else ""
        return cls(get(paper.kind), "", paper.data, paper.issued_at, paper.version, previous)

    @property
    def year(self) -> int:
        return local(self.issued_at).year

    def has_facts_of(self, paper: IssuedPaper) -> bool:
        return canonical(self.data) == canonical(paper.data)

    def typeset(self, number: str) -> bytes:
        """The document before its seal: a function of the draft and the number, nothing else."""
        imprint = {
            "label": self.kind.label,
            "number": number,
            "version": str(self.version),
            "template": self.kind.version[:8],
            "issued_on": long_date_fr(self.issued_at),
            "replaces": self.replaces,
        }
        return post.finish(engine.render(self.kind.name, {**self.data, "paper": imprint}, timestamp=self.issued_at))

    def sheet(self, rank: int) -> Sheet:
        from hub.core.papers import seal  # a sixth of the time of every start: only who seals pays for it

        number = numbering.formatted(self.series, self.year, rank)
        pdf = self.typeset(number)
        return Sheet(number, digest(pdf), seal.seal(pdf))


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
