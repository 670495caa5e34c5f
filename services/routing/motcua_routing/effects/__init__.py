"""Routing's side effects: signed letters and results."""
