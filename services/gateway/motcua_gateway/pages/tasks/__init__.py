"""The departments' pages: open tasks, what is due first on top, each with what may be done now."""
