"""The catalogue's wiring: what it takes in, what it says and where."""

from motcua_chassis import Decider, Service
from motcua_contracts.wire import topics
from motcua_contracts.wire.channels import topic_of_event

from .domain.case import Entry
from .domain.decide import decide
from .domain.evolve import evolve
from .prepare import open_tools, prepare

service = Service(
    name="catalog",
    deciders=(Decider(Entry, decide, evolve),),
    consumes=(topics.CATALOG_COMMANDS,),
    emits=topic_of_event,
    private=topics.CATALOG_PEOPLE,
    reads_catalogue=False,
    prepare=prepare,
    tools=open_tools,
)
