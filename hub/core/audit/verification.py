"""Reading the whole chain again, and naming the first line that is not as it was written."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError

from hub.core.audit import anchor, chain
from hub.core.audit.errors import AnchorUnreadable, LineUnreadable
from hub.core.audit.models import AuditHead
from hub.core.kit.text import counted, grouped

PREVIOUS = chain.COLUMNS.index("previous")


@dataclass(frozen=True)
class Verdict:
    """`count` lines were found in order up to `digest`; `bad_seq` and `why` name the first bad one, if any."""

    count: int
    digest: str
    at: datetime | None = None
    bad_seq: int | None = None
    why: str = ""

    @property
    def is_ok(self) -> bool:
        return self.bad_seq is None

    @property
    def sentence(self) -> str:
        if self.is_ok:
            return f"La chaîne est intacte : {counted(self.count, 'ligne')}."
        return f"La chaîne est rompue à la ligne {grouped(self.bad_seq or 0)} : {self.why}."


class Broken(Exception):
    def __init__(self, seq: int, why: str) -> None:
        super().__init__(seq, why)
        self.seq, self.why = seq, why


def verify() -> Verdict:
    """Read every line once (a million takes ten to twenty seconds) and compare with the head in the database and in the file."""
    reading = _Reading()
    try:
        reading.read()
    except Broken as broken:
        return Verdict(reading.count, reading.digest, reading.at, broken.seq, broken.why)
    except LineUnreadable:
        return Verdict(reading.count, reading.digest, reading.at, reading.count + 1, "elle est illisible")
    return Verdict(reading.count, reading.digest, reading.at)


class _Reading:
    def __init__(self) -> None:
        self.count, self.digest = 0, chain.GENESIS
        self.last: chain.Line | None = None
        self.witnesses: set[tuple[int, str, str]] = set()

    @property
    def at(self) -> datetime | None:
        moment = self.last and self.last[chain.AT]
        return datetime.fromisoformat(moment) if moment else None

    def read(self) -> None:
        # file, then head row, then lines: each can only be behind the next
        known = self._anchor()
        head = self._head()
        self.witnesses = {(head.count, head.digest, "la tête en base")}
        if known:
            self.witnesses.add((known.count, known.digest, "le fichier de tête"))
        watched = {count for count, _, _ in self.witnesses}
        for line in chain.lines():
            self._follow(line)
            if self.count in watched:
                self._hear()
        self._compare_length(known, head)

    def _hear(self) -> None:
        for count, digest, who in sorted(self.witnesses):
            if count == self.count and digest != self.digest:
                raise Broken(count, f"{who} connaît une autre empreinte, donc cette ligne ou une ligne antérieure a été réécrite")

    def _anchor(self) -> anchor.Anchor | None:
        try:
            return anchor.read()
        except AnchorUnreadable as error:
            raise Broken(1, f"le fichier de tête est illisible ({error})") from None

    def _head(self) -> AuditHead:
        """SQLite keeps text in a column of numbers, and bytes in one of text."""
        try:
            head = AuditHead.objects.filter(pk=1).first() or AuditHead()
        except DatabaseError:
            AuditHead.objects.exists()  # the database answers: the fault is the head's
            raise Broken(1, "la tête en base est illisible") from None
        if type(head.count) is not int or type(head.digest) is not str:
            raise Broken(1, "la tête en base est illisible")
        return head

    def _follow(self, line: chain.Line) -> None:
        if line[0] == self.count + 1 and line[PREVIOUS] == self.digest and chain.fingerprint(line) == line[-1]:
            self.count, self.digest, self.last = line[0], line[-1], line
            return
        raise self._diagnosis(line)

    def _diagnosis(self, line: chain.Line) -> Broken:
        """Which line is the stranger when `line` does not follow `self.last`."""
        expected = self.count + 1
        if type(line[0]) is not int:  # SQLite keeps anything, a key too
            return Broken(expected, "elle manque, et une ligne a pour rang ce qui n’est pas un nombre entier")
        if line[0] < expected:
            return Broken(line[0], "elle est étrangère à la chaîne, qui commence à 1")
        if line[0] > expected:
            return Broken(expected, "elle manque")
        if chain.fingerprint(line) == line[-1]:
            return self._unlinked(line)
        if chain.fingerprint(_with(line, PREVIOUS, self.digest)) == line[-1]:
            return Broken(expected, "le lien avec la précédente a été changé")
        if self.last is not None and chain.fingerprint(_with(_with(line, 0, self.count), PREVIOUS, self.last[PREVIOUS])) == line[-1]:
            return Broken(self.count, "elle a été insérée")
        return Broken(expected, "son contenu a été changé, ou elle n’est pas à sa place")

    def _unlinked(self, line: chain.Line) -> Broken:
        """A sound line that points elsewhere: either it is forged, or the one before it was rewritten whole; the next one tells, or the head."""
        following = next(chain.lines(after=line[0]), None)
        known = {digest for count, digest, _ in self.witnesses if count == line[0]} if following is None else {following[PREVIOUS]}
        if known == {line[-1]} and self.count:
            return Broken(self.count, "elle a été réécrite : la suivante garde l’empreinte de l’originale")
        return Broken(line[0], "elle ne suit pas la précédente")

    def _compare_length(self, known: anchor.Anchor | None, head: AuditHead) -> None:
        if self.count < head.count:
            raise Broken(self.count + 1, f"elle manque, la chaîne devrait compter {counted(head.count, 'ligne')}")
        if known and self.count < known.count:
            raise Broken(self.count + 1, f"elle manque, le fichier de tête connaît {counted(known.count, 'ligne')}")
        if known is None and self.count:
            raise Broken(self.count, "le fichier de tête manque, rien ne prouve qu’elle soit la dernière")
        if known is None:  # it begins with the database: a chain without a line has its file too
            raise Broken(1, "le fichier de tête manque, rien ne prouve qu’il n’y ait jamais eu de ligne")
        if self.count > head.count:  # written while we read, or slipped in behind the head
            now = self._head()
            if self.count > now.count:
                raise Broken(now.count + 1, "elle a été ajoutée après la tête de la chaîne")


def _with(line: chain.Line, index: int, value: Any) -> chain.Line:
    return (*line[:index], value, *line[index + 1 :])
