"""`motcua demo`: three dossiers in a terminal, and the closing check."""
