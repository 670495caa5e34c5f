"""Side effects after the commit. Private: services import `motcua_chassis`."""
