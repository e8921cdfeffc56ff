"""Who takes the money: one protocol, and a provider a file."""
