class AudienceTooWide(Exception):
    """A field may not be shown that far, whatever its owner wants; the message is a French sentence."""


class NotHerField(Exception):
    """Only the person herself says who reads what; the message is a French sentence."""


class TooManyMessages(Exception):
    """One sender wrote to too many people in a day; the message is a French sentence."""
