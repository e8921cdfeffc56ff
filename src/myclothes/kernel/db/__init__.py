"""PostgreSQL: connections with bounded waits, and migrations."""
