"""The SMS gateway: takes text messages over HTTP, keeps them, reports their delivery."""
