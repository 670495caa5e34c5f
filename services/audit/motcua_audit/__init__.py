"""The archive: verify and replay."""
