"""Intake's side effects: slips, and files that go."""
