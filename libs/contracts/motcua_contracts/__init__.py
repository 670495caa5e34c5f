"""Commands, events, topics and the pure rules every service shares."""
