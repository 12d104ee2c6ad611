class ErasureRefused(Exception):
    """The person cannot be erased now; the message is a French sentence that says what must come first."""
