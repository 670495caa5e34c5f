"""Names of agencies and of their departments, as people read them."""

from motcua_contracts import Catalogue, Label
from motcua_contracts.rules.refusals import AgencyUnknown
from motcua_contracts.rules.status import COUNTER

COUNTER_NAME = Label("Bộ phận Tiếp nhận và Trả kết quả", "One-stop counter")


def agency_names(agency: str, catalogue: Catalogue) -> tuple[str, str, dict[str, tuple[str, str]]]:
    """Names of an agency and of its departments; the id where the catalogue does not know it."""
    counter = {COUNTER: (COUNTER_NAME.vi, COUNTER_NAME.en)}
    try:
        known = catalogue.agency(agency)
    except AgencyUnknown:
        return agency, agency, counter
    return (
        known.name_vi,
        known.name_en,
        counter | {one.id: (one.name_vi, one.name_en) for one in known.departments},
    )
