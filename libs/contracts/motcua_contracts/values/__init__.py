"""Values: what one field may hold, and the one form in which people's data are kept.

Imports nothing of the other rooms.
"""
