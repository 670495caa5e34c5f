"""Which message is owed for which fact, and how each one ended. Pure; no texts, no addresses."""
