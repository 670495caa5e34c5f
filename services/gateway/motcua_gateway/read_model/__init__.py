"""What the gateway remembers, folded from events."""
