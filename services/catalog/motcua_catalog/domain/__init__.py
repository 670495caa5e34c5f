"""The catalogue's rules, pure: what may be published, and what was."""
