"""What is written to MongoDB and how. Private: services import `motcua_chassis`."""
