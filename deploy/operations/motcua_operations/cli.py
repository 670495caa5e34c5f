"""The `motcua` command: its groups are in the modules that `mounted.py` names, and in the
distributions that extend it.
"""

import typer

from .mounted import Mounting

app = typer.Typer(
    cls=Mounting,
    no_args_is_help=True,
    add_completion=False,
    help="Một Cửa: the one-stop shop, for those who operate and audit it.",
)


@app.callback()
def motcua() -> None:
    """Makes it a group: every command comes from elsewhere."""


def main() -> None:
    app(prog_name="motcua")
