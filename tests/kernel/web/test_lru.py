from myclothes.kernel.web.lru import OVERHEAD, Lru


def test_the_least_recently_used_leaves_first() -> None:
    entries: Lru[str] = Lru(3 * (OVERHEAD + 100))
    for key in "abc":
        entries.put(key, key, 100)
    assert entries.get("a") == "a"
    entries.put("d", "d", 100)
    assert [entries.get(key) for key in "abcd"] == ["a", None, "c", "d"]


def test_it_never_weighs_more_than_its_bound() -> None:
    entries: Lru[int] = Lru(50_000)
    for number in range(1_000):
        entries.put(number % 37, number, (number * 7_919) % 9_000)
        assert entries.bytes <= 50_000
    entries.put("replaced", 1, 100)
    before = entries.bytes
    entries.put("replaced", 2, 100)
    assert entries.bytes == before
    assert entries.get("replaced") == 2


def test_what_is_too_heavy_is_not_kept() -> None:
    entries: Lru[str] = Lru(5_000)
    entries.put("small", "small", 10)
    entries.put("huge", "huge", 5_000)
    assert entries.get("huge") is None
    assert entries.get("small") == "small"
