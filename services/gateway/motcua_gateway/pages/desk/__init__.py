"""The desks' own pages: signing in, the counter's queue, one dossier with what may be done now.

They work without a script.
"""
