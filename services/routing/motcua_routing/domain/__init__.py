"""The case inside the departments: which step it is at, with whom, and how it was decided.

Pure; no names of people, no documents.
"""
