"""What every slice of the shop stands on: errors, money, database, cache, web."""
