"""Each engine starts, answers and stops."""

import time


def test_all(postgres, durable_valkey, cache_valkey, dynamodb, run):
    assert postgres.sql("select 1") == "1"
    assert durable_valkey.alive and cache_valkey.alive and dynamodb.alive
    print(postgres.dsn(), durable_valkey.url, dynamodb.endpoint)
