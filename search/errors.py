class EngineUnavailable(Exception):
    """There is no usable index: missing, damaged, or written by another version of the hub."""


class EngineBusy(Exception):
    """Another process is writing; the work is to be tried again later."""
