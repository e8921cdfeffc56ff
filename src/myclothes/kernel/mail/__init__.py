"""Mail: asked for in a transaction, written in the reader's language, sent after the commit by a relay."""
