"""Messages: the commands and events of each service, one module an owner or a subject."""
