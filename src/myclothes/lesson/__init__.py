"""What each way of keeping a cart loses, when, and what it costs: shown by doing it."""
