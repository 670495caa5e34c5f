"""Files: taken in, sealed, swept."""
