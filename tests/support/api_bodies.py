"""The smallest body that a route of the API takes, made from its own OpenAPI document."""

from typing import Any

from motcua_contracts.values.bounds import REQUEST_NUMBER


class Bodies:
    """`document`: what `/api/openapi.json` answered."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def smallest(self, method: str, path: str) -> Any:
        """A body that the schema takes; None where the route takes none.

        Raises `KeyError` for a required one that is no JSON.
        """
        operation = self._document["paths"].get(path, {}).get(method.lower(), {})
        content = operation.get("requestBody", {}).get("content", {})
        return self._value(content["application/json"]["schema"]) if content else None

    def fields(self, method: str, path: str) -> list[str]:
        """The names that a route's JSON body may have, also those that may be left out; none where
        it takes no JSON.
        """
        operation = self._document["paths"].get(path, {}).get(method.lower(), {})
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return []
        schema = content["application/json"]["schema"]
        several = schema.get("anyOf", [schema])
        resolved = [self._resolved(one["$ref"]) if "$ref" in one else one for one in several]
        return [name for one in resolved for name in one.get("properties", {})]

    def _value(self, schema: dict[str, Any]) -> Any:
        if "$ref" in schema:
            return self._value(self._resolved(schema["$ref"]))
        for several in ("anyOf", "oneOf", "allOf"):
            if several in schema:
                return self._value(schema[several][0])
        if "enum" in schema or "const" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        match schema.get("type"):
            case "object":
                needed = schema.get("required", ())
                return {name: self._value(schema["properties"][name]) for name in needed}
            case "array":
                return [self._value(schema["items"]) for _ in range(schema.get("minItems", 0))]
            case "string":
                return self._text(schema)
            case "integer" | "number":
                return max(schema.get("minimum", 0), schema.get("exclusiveMinimum", -1) + 1)
            case "boolean":
                return True
            case _:
                return None

    @staticmethod
    def _text(schema: dict[str, Any]) -> str:
        if schema.get("format") == "date-time":
            return "2030-01-01T00:00:00Z"
        if schema.get("format") == "date":
            return "2026-01-01"
        if schema.get("pattern", "").endswith(REQUEST_NUMBER):
            return "1"
        if "0-9a-f" in schema.get("pattern", ""):
            return "0" * 64
        return "a" * int(schema.get("minLength", 0))

    def _resolved(self, reference: str) -> dict[str, Any]:
        found: Any = self._document
        for name in reference.removeprefix("#/").split("/"):
            found = found[name]
        resolved: dict[str, Any] = found
        return resolved
