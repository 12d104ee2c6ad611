import time

from hub.core.kit import limits


def test_a_count_lasts_as_long_as_it_was_told_from_the_first_and_no_longer(monkeypatch):
    began, ends = time.time(), []
    monkeypatch.setattr(limits.cache, "touch", lambda name, seconds: ends.append(seconds))

    found = [limits.count("essai", limits.HOUR) for _ in range(3)]

    assert (found, limits.counted("essai")) == ([1, 2, 3], 3)
    assert len(ends) == 3
    assert all(limits.HOUR - 5 - (time.time() - began) <= seconds <= limits.HOUR for seconds in ends)
