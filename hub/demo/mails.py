"""The mails that the demo sent, read from the folder where Django's file backend puts them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import cast

SEPARATOR = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True)
class SentMail:
    subject: str
    to: str
    sent_at: datetime
    body: str


def _moment(header: str) -> datetime:
    """The Date of a mail; «-0000» means UTC from nowhere in particular (RFC 5322 § 3.3), which Python reads as no zone at all."""
    moment = parsedate_to_datetime(header)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def newest_first(folder: Path, limit: int = 200) -> Iterator[SentMail]:
    """Mails of the folder, the last file first; an unreadable file is passed over."""
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True) if folder.is_dir() else []
    count = 0
    for path in files:
        for raw in reversed([part for part in path.read_bytes().split(SEPARATOR) if part.strip()]):
            message = cast(EmailMessage, message_from_bytes(raw, policy=policy.default))
            text = message.get_body(preferencelist=("plain",))
            if message["Date"] is None:
                continue
            yield SentMail(
                subject=str(message["Subject"] or ""),
                to=str(message["To"] or ""),
                sent_at=_moment(str(message["Date"])),
                body=text.get_content() if text else "",
            )
            count += 1
            if count >= limit:
                return
