"""Real engines as ordinary processes: PostgreSQL and Valkey from wheels, moto in place of DynamoDB.

`run`, the tests and the drills start them here; the shop itself never imports this and knows only addresses.
"""
