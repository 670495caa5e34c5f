"""Which message is owed for which event, and how each one ended. Pure; no texts, no addresses."""
