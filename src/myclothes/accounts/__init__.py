"""Accounts: who a shopper is, and how the shop can be sure of it."""
