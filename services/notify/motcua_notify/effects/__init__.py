"""Notify's side effects: handing a message to a provider."""
