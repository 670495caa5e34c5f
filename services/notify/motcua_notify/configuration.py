"""Which providers there are: a YAML file, or one of each channel from the environment.

Read once at the start; a mistake names its field.

    email:
      - {name: relay-a, host: smtp-a.example, port: 587, tls: starttls, username: motcua,
        password_env: RELAY_A_PASSWORD, weight: 3}
      - {name: relay-b, host: smtp-b.example, port: 465, tls: implicit, weight: 1}
    sms:
      - {name: kannel, kind: kannel, url: "http://kannel.example:13013/cgi-bin/sendsms", username:
        motcua, password_env: KANNEL_PASSWORD}
      - name: other
        kind: http
        weight: 0
        url: https://sms.example/v1/messages
        fields: {key: "{key}", to: "{to}", text: "{text}", from: "{sender}"}
        taken: [200, 202]

A weight of 0 is a stand-by: it is asked when those with a weight fail. See docs of each field
below.
"""

import os
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]


class BadConfiguration(ValueError):  # noqa: N818 - the reader's word
    """The providers' file cannot be used; says where and what is allowed."""


class _Provider(BaseModel):
    """`per_second` 0: no limit.

    `at_once`: messages under way. An answer after `slow_seconds` counts as a failure for the
    weights.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    weight: Annotated[float, Field(ge=0, le=1000)] = 1
    per_second: Annotated[float, Field(ge=0)] = 0
    at_once: Annotated[int, Field(ge=1, le=64)] = 12
    slow_seconds: Annotated[float, Field(gt=0)] = 5
    username: str = ""
    password: SecretStr = SecretStr("")
    password_env: str = ""
    """The environment's variable that holds the password, so that the file holds no secret."""

    @property
    def secret(self) -> str:
        return (
            os.environ.get(self.password_env, "")
            if self.password_env
            else self.password.get_secret_value()
        )


class SmtpProvider(_Provider):
    """`tls`: `offered` uses STARTTLS where the server offers it, `starttls` insists, `implicit` is
    TLS from the first byte, `none`.
    """

    host: str
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    tls: Literal["offered", "starttls", "implicit", "none"] = "offered"
    ca_file: str = ""
    timeout_seconds: Annotated[float, Field(gt=0, le=50)] = 20


class SmsProvider(_Provider):
    """`kannel`: Kannel's sendsms with delivery reports. `http`: any other, by its description.

    `fields`: what is sent, by name; `{key}`, `{to}`, `{text}`, `{sender}`, `{report_url}`,
    `{coding}` (0 or 2), `{username}`, `{password}` are filled in. `body`: as JSON, as a form, or in
    the query. `taken` and `refused`: statuses; any other status is tried again. `answer_field`:
    where the status says too little, the field of the JSON answer, with its values for
    `answer_taken`, `answer_refused`. `maybe`: statuses after which nobody knows. `keyed`: the
    provider knows a repeat by `{key}`.
    """

    kind: Literal["kannel", "http"] = "http"
    url: str
    method: Literal["POST", "GET"] = "POST"
    body: Literal["json", "form", "query"] = "json"
    fields: dict[str, str] = {
        "key": "{key}",
        "to": "{to}",
        "from": "{sender}",
        "text": "{text}",
        "report_url": "{report_url}",
    }
    headers: dict[str, str] = {}
    taken: tuple[int, ...] = (200, 201, 202)
    refused: tuple[int, ...] = (400, 422)
    maybe: tuple[int, ...] = (500, 502, 504)
    answer_field: str = ""
    answer_taken: tuple[str, ...] = ()
    answer_refused: tuple[str, ...] = ()
    keyed: bool = True
    sender: str = ""
    timeout_seconds: Annotated[float, Field(gt=0, le=50)] = 10

    @model_validator(mode="after")
    def _complete(self) -> "SmsProvider":
        if self.kind == "http" and not {"{to}", "{text}"} <= set(self.fields.values()):
            raise ValueError("fields: must hold {to} and {text}")
        for field, template in self.fields.items():
            try:
                template.format(**dict.fromkeys(HOLES, ""))
            except (KeyError, IndexError, ValueError):
                raise ValueError(
                    f"fields.{field}: only these are filled in: {', '.join(HOLES)}"
                ) from None
        return self


HOLES = ("key", "to", "text", "sender", "report_url", "coding", "username", "password")


class Providers(BaseModel):
    """All of them, by channel. Names are written into events, so each is given once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: Annotated[tuple[SmtpProvider, ...], Field(min_length=1)]
    sms: Annotated[tuple[SmsProvider, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _once(self) -> "Providers":
        for channel in (self.email, self.sms):
            names = [one.name for one in channel]
            if len(names) != len(set(names)):
                raise ValueError(f"name: given twice in {', '.join(names)}")
        return self


def read(given: str) -> Providers:
    """`given` is a file's path, or the YAML itself, which then begins with a brace.

    Raises `BadConfiguration`.
    """
    inline = given.lstrip().startswith("{")
    path = "MOTCUA_PROVIDERS" if inline else given
    try:
        return Providers.model_validate(
            yaml.safe_load(given if inline else Path(given).read_text(encoding="utf-8"))
        )
    except OSError as error:
        raise BadConfiguration(f"{path}: {error.strerror}") from None
    except yaml.YAMLError as error:
        # Its own text quotes the line, which may hold a password.
        mark = getattr(error, "problem_mark", None)
        raise BadConfiguration(
            f"{path}: no YAML" + (f", line {mark.line + 1}" if mark is not None else "")
        ) from None
    except ValidationError as error:
        lines = (
            f"{'.'.join(map(str, one['loc']))}: {one['msg']}"
            for one in error.errors(include_input=False)
        )
        raise BadConfiguration(f"{path}: " + "; ".join(lines)) from None
