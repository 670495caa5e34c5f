"""Officers as mails to them need it: name and office address, from the replica
of catalog.people.
"""

from motcua_chassis.people import person as person
