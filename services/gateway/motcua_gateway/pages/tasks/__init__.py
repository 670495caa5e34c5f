"""The departments' pages: open tasks, most urgent first, each with what may be done now."""
