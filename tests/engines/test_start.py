"""Each engine starts, answers and stops."""
