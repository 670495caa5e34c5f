"""PDFs from frozen values: the same input gives the same bytes.

A document is rendered from events and private records alone.
"""

from .form_lines import FormLine, form_lines
from .receipt import render_receipt
from .result import Result, render_result
from .slip import Slip, SlipPaper, render_slip

__all__ = [
    "FormLine",
    "Result",
    "Slip",
    "SlipPaper",
    "form_lines",
    "render_receipt",
    "render_result",
    "render_slip",
]
