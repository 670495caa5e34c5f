"""A client of the gateway that knows nothing but the OpenAPI document: its models are generated
from the document's schemas by datamodel-code-generator, its calls are the document's operations.
"""

import importlib.util
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import orjson

GENERATOR = (
    "--input-file-type=openapi",
    "--output-model-type=pydantic_v2.BaseModel",
    "--target-python-version=3.11",
    "--enum-field-as-literal=all",
    "--use-annotated",
    "--formatters=builtin",
)


class RefusedError(Exception):
    """The gateway answered with a problem, whose model is `problem`."""

    def __init__(self, problem: Any) -> None:
        super().__init__(problem.type)
        self.problem = problem


def generate_models(document: Mapping[str, Any], folder: Path) -> ModuleType:
    """A module with one pydantic model a schema of the document, written into the folder.

    Raises `subprocess.CalledProcessError` where the generator refuses the document.
    """
    source, made = folder / "openapi.json", folder / "generated_models.py"
    source.write_bytes(orjson.dumps(document))
    command = (sys.executable, "-m", "datamodel_code_generator")
    subprocess.run((*command, "--input", source, "--output", made, *GENERATOR), check=True)
    spec = importlib.util.spec_from_file_location("generated_models", made)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["generated_models"] = module  # where pydantic looks for what annotations name
    spec.loader.exec_module(module)
    return module


class GeneratedClient:
    """Calls operations by their ids. Bodies and answers are models of the document."""

    def __init__(
        self, http: httpx.AsyncClient, document: Mapping[str, Any], models: ModuleType
    ) -> None:
        self._http, self._models = http, models
        self._operations = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, item in document["paths"].items()
            for method, operation in item.items()
        }

    async def call(
        self,
        operation_id: str,
        body: Any = None,
        *,
        files: Mapping[str, bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        **parameters: object,
    ) -> Any:
        """The answer's model. `parameters`: those of the path.

        Raises `RefusedError` for a problem, `KeyError` for what the document does not have.
        """
        method, path, operation = self._operations[operation_id]
        response = await self._http.request(
            method,
            path.format(**parameters),
            json=None if body is None else body.model_dump(mode="json", exclude_unset=True),
            files=files,
            headers=headers,
        )
        answers, status = operation["responses"], str(response.status_code)
        described = answers.get(status) or answers[f"{status[0]}XX"]
        kind = response.headers["content-type"].partition(";")[0]
        answer = self._model(described["content"][kind]["schema"]).model_validate_json(
            response.content
        )
        if response.is_error:
            raise RefusedError(answer)
        return answer

    def _model(self, schema: Mapping[str, Any]) -> Any:
        return getattr(self._models, schema["$ref"].rpartition("/")[2])
