"""The only door: API and read models."""
