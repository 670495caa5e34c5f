"""MongoDB's users: the table of `access.py` as roles and users, for the local stack and, as a
script, for a cluster.

python -m motcua_operations.mongo_users > deploy/kubernetes/mongodb-users.js
"""

import json
from collections.abc import Mapping
from typing import Any

from pymongo import MongoClient

from .access import DatabaseRights, mongo_rights, signs_in_at

MECHANISMS = ["SCRAM-SHA-256"]


def roles_of(
    who: str, rights: tuple[DatabaseRights, ...]
) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    """The roles of a user, and the privileges of the role of its own (`motcua_<who>` in `admin`)
    where MongoDB's do not fit.
    """
    roles = [{"role": right.role, "db": right.name} for right in rights if right.role]
    privileges: list[dict[str, Any]] = []
    for right in rights:
        actions: dict[str, list[str]] = {}
        for action, collections in (("find", right.find), ("update", right.update)):
            for collection in collections:
                actions.setdefault(collection, []).append(action)
        if actions:
            privileges.append(
                {"resource": {"db": right.name, "collection": ""}, "actions": ["listCollections"]}
            )
        privileges += [
            {"resource": {"db": right.name, "collection": name}, "actions": done}
            for name, done in actions.items()
        ]
    if privileges:
        roles.append({"role": f"motcua_{who}", "db": "admin"})
    return roles, privileges


def apply_users(client: MongoClient[dict[str, Any]], passwords: Mapping[str, str]) -> None:
    """Make or renew every user of the table.

    The client has signed in as administrator. Raises `KeyError` for a missing password.
    """
    for who, rights in mongo_rights().items():
        roles, privileges = roles_of(who, rights)
        if privileges:
            name = f"motcua_{who}"
            known = client.admin.command("rolesInfo", name)["roles"]
            client.admin.command(
                "updateRole" if known else "createRole", name, privileges=privileges, roles=[]
            )
        database = client[signs_in_at(who)]
        known = database.command("usersInfo", who)["users"]
        wanted: dict[str, Any] = {"pwd": passwords[who], "roles": roles, "mechanisms": MECHANISMS}
        database.command("updateUser" if known else "createUser", who, **wanted)


def script() -> str:
    """The same for `mongosh`, with passwords from its environment."""
    table = {}
    for who, rights in mongo_rights().items():
        roles, privileges = roles_of(who, rights)
        table[who] = {
            "in": signs_in_at(who),
            "roles": roles,
            **({"privileges": privileges} if privileges else {}),
        }
    lines = ",\n".join(f"  {json.dumps(who)}: {json.dumps(row)}" for who, row in table.items())
    return f"""\
// Made by `python -m motcua_operations.mongo_users` out of the services' own declarations; a test compares. Do not edit.
// One MongoDB user for each service, for its own database and, where it keeps documents, the document store; the operator sees dead letters
// and releases what waits behind them; the auditor reads. Run as administrator, at first and after every release that changes it:
//   mongosh "$ADMIN_URI" deploy/kubernetes/mongodb-users.js
// Passwords come from the environment (PASSWORD_ROUTING, …); to run it again with another one renews that password.
// A service ends its predecessor's sessions at a take-over (killSessions): allowed, since both are the same user.
const table = {{
{lines},
}};
for (const [name, row] of Object.entries(table)) {{
  const variable = `PASSWORD_${{name.toUpperCase()}}`;
  const pwd = process.env[variable];
  if (!pwd || pwd.length < 16) throw new Error(`${{variable}}: 16 characters or more are required`);
  if (row.privileges) {{
    const admin = db.getSiblingDB("admin");
    const role = `motcua_${{name}}`;
    if (admin.getRole(role)) admin.updateRole(role, {{ privileges: row.privileges, roles: [] }});
    else admin.createRole({{ role, privileges: row.privileges, roles: [] }});
  }}
  const home = db.getSiblingDB(row.in);
  const wanted = {{ pwd, roles: row.roles, mechanisms: {json.dumps(MECHANISMS)} }};
  if (home.getUser(name)) home.updateUser(name, wanted);
  else home.createUser({{ user: name, ...wanted }});
}}
"""  # noqa: E501


if __name__ == "__main__":
    print(script(), end="")
