"""Valkey: the client that gathers commands into pipelines, and the cache that stays true."""
