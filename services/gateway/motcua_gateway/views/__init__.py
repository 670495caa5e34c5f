"""What each kind of reader sees."""
