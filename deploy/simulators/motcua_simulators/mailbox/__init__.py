"""The local mailbox: an SMTP server that keeps what it accepts, with an HTTP side to read it."""
