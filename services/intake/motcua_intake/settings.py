"""What intake reads from its environment, beside what every service reads."""

from motcua_documents.issuing import IssuerSettings


class Settings(IssuerSettings):
    """Key and certificate are those of the slips; without them the service does not start, and says
    which is missing.
    """
