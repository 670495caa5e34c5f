"""The case inside the departments."""
