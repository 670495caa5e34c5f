"""The deadline of a dossier: a pure function of the terms, the office's calendar and what happened. Anyone can compute it again."""

from datetime import datetime

from .payload import Model


class DeadlineStep(Model):
    """One line of the computation, as a person reads it (`why is it due on 27 November 10:30?`)."""

    at: datetime
    text_vi: str
    text_en: str


class Deadline(Model):
    """When it is due (UTC), and the computation step by step."""

    due_at: datetime
    steps: tuple[DeadlineStep, ...]
