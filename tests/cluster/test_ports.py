"""Two clusters side by side never share a port, also when both start at the same moment."""

import pytest

from myclothes.cluster.ports import take_block
from myclothes.engines.errors import EngineError


def test_the_next_cluster_gets_the_next_block_until_the_first_is_gone() -> None:
    first, kept = take_block(None)
    second, also_kept = take_block(None)
    try:
        assert second >= first + 100
        with pytest.raises(EngineError, match=f"Another cluster has the ports from {first} on"):
            take_block(first)
    finally:
        kept.close()
        also_kept.close()
    again, kept = take_block(first)
    kept.close()
    assert again == first
