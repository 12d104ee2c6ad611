"""Whichever code the sign-in asks of a demo account: the application's six digits, or the one sent by mail."""

import re
from pathlib import Path

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.core.cache import cache

from hub.core.accounts.models import User
from hub.demo.mails import newest_first

MAIL_CODE = re.compile(r"^ {4}([A-Z0-9]{3,5}-[A-Z0-9]{3,5}|[A-Z0-9]{6,10})$", re.MULTILINE)


def code_for(user: User, mail_folder: Path) -> str | None:
    """The next code that will be taken: a six-digit code serves once, so one used already gives way to its neighbour."""
    factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if factor is None:
        return mailed_code(user.email, mail_folder)
    totp = TOTP(factor)
    before, now, after = yield_hotp_counters_from_time()
    codes = [format_hotp_value(hotp_value(decrypt(factor.data["secret"]), counter)) for counter in (now, after, before)]
    return next((code for code in codes if cache.get(totp._get_used_cache_key(code)) is None), codes[0])


def mailed_code(email: str, mail_folder: Path) -> str | None:
    for mail in newest_first(mail_folder):
        found = MAIL_CODE.search(mail.body)
        if email in mail.to and found:
            return found[1]
    return None
