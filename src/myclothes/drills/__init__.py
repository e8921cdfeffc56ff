"""Disasters under load, and a checker of every acknowledged write: `myclothes drill`."""
