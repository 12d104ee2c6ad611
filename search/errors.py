class EngineUnavailable(Exception):
    """There is no usable index: missing, damaged, or written by another version of the hub."""


class EngineAway(EngineUnavailable):
    """The cluster that keeps the index does not answer, or answers nonsense: what was to be written waits."""


class EngineBusy(Exception):
    """Another process is writing; the work is to be tried again later."""
