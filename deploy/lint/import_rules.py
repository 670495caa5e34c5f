"""A rule for import-linter that it does not have itself: a domain package may import what is named,
and nothing else.

A list of what is forbidden would let every new dependency in; this one lists what is allowed.
"""

import sys

import grimp
from importlinter import Contract, ContractCheck, fields, output


class OnlyAllowedContract(Contract):
    """`packages`: whose modules are held to the rule.

    `allowed`: packages beside the standard library and the package itself.
    """

    type_name = "only_allowed"

    packages = fields.ListField(subfield=fields.StringField())
    allowed = fields.ListField(subfield=fields.StringField())

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        packages: list[str] = list(self.packages)  # type: ignore[call-overload]  # a field is its value by now
        allowed = [*sys.stdlib_module_names, *self.allowed]  # type: ignore[misc]
        missing = [package for package in packages if package not in graph.modules]
        wrong = [
            (importer, imported)
            for package in packages
            if package not in missing
            for importer in sorted({package, *graph.find_descendants(package)})
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not any(
                imported == name or imported.startswith(f"{name}.") for name in (*allowed, package)
            )
        ]
        return ContractCheck(
            kept=not wrong and not missing, metadata={"wrong": wrong, "missing": missing}
        )

    def render_broken_contract(self, check: ContractCheck) -> None:
        for package in check.metadata["missing"]:
            output.print_error(f"{package} is no package that exists")
        for importer, imported in check.metadata["wrong"]:
            output.print_error(f"{importer} imports {imported}")
