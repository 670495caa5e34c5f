"""The dossier at the one-stop counter."""
