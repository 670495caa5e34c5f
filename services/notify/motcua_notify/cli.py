"""`motcua notify`: what people are sent, to look at."""

from enum import StrEnum
from typing import Annotated

import typer
from motcua_chassis.command_line import Plain
from typer.core import TyperGroup

from . import alphabet, rendering


class Commands(Plain, TyperGroup):
    """A group whose commands end plainly."""


app = typer.Typer(cls=Commands, no_args_is_help=True, help="Messages to people.")


class Language(StrEnum):
    """Of the reader."""

    vi = "vi"
    en = "en"


class Kind(StrEnum):
    """What to show: the mail's plain text, its HTML, or the SMS."""

    email = "email"
    html = "html"
    sms = "sms"


@app.callback()
def notify() -> None:
    """Messages to people."""


@app.command()
def templates() -> None:
    """List the templates."""
    typer.echo("\n".join(rendering.names()))


@app.command()
def preview(
    template: Annotated[
        str, typer.Argument(help="Name of a template; `motcua notify templates` lists them.")
    ],
    language: Annotated[Language, typer.Option(help="The reader's language.")] = Language.vi,
    channel: Annotated[Kind, typer.Option(help="What to show.")] = Kind.email,
    unconfirmed: Annotated[
        bool, typer.Option("--unconfirmed", help="As an address gets it that nobody has confirmed.")
    ] = False,
    fold: Annotated[
        bool,
        typer.Option("--fold", help="SMS without accents, as MOTCUA_SMS_ACCENTS=fold sends it."),
    ] = False,
) -> None:
    """A message as its reader gets it, filled with samples."""
    try:
        shown = rendering.preview(
            template, language.value, channel.value, confirmed=not unconfirmed
        )
    except rendering.BadTemplate as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    if channel is not Kind.sms:
        typer.echo(shown, nl=False)
        return
    encoded = alphabet.encode(shown.rstrip("\n"), fold=fold)
    typer.echo(encoded.text)
    typer.echo(
        f"({len(encoded.text)} letters, {'UCS-2' if encoded.ucs2 else 'GSM-7'}, {encoded.segments}"
        " segments)",
        err=True,
    )
