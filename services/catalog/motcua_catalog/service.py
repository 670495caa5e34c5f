"""The catalogue's wiring: what it takes in, what it says and where."""

from motcua_chassis.service import Decider, Service
from motcua_contracts import topics
from motcua_contracts.catalog import AbsenceRecorded, AgencyPublished, CalendarPublished, OfficerPlaced
from motcua_contracts.payload import Event
from motcua_contracts.topics import Topic

from .domain.decide import decide
from .domain.evolve import evolve
from .domain.state import Entry
from .salts import open_tools, prepare


def topic_of(event: Event) -> Topic:
    """Agencies, places, absences and calendars lie on catalog.organisation; procedures and refusals on catalog.procedures."""
    match event:
        case AgencyPublished() | OfficerPlaced() | AbsenceRecorded() | CalendarPublished():
            return topics.CATALOG_ORGANISATION
        case _:
            return topics.CATALOG_PROCEDURES


service = Service(
    name="catalog",
    decider=Decider(Entry, decide, evolve),
    consumes=(topics.CATALOG_COMMANDS,),
    emits=topic_of,
    private=topics.CATALOG_PEOPLE,
    facts=False,
    prepare=prepare,
    tools=open_tools,
)
