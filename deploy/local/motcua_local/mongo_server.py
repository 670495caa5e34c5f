"""MongoDB as a replica set of one (transactions need one): start, wait for the primary, stop."""

from pathlib import Path
from typing import Any

from motcua_chassis.transport import with_tls
from motcua_operations.access import ADMIN
from motcua_operations.mongo_users import apply_users
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from .patience import QUIET_SECONDS
from .process import Process, make_directory
from .secured import Secured

REPLICA_SET = "motcua"
_NOT_YET_INITIALISED = 94
_UNAUTHORIZED = 13


class MongoServer:
    """mongod on 127.0.0.1.

    A second `start` after a stop or a kill finds the data and the port again.

    `secured`: TLS for everybody, and users: one a service, the operator, the auditor, and `admin`.
    """

    def __init__(
        self, mongod: Path, data: Path, log: Path, port: int, secured: Secured | None = None
    ) -> None:
        self.port, self._data, self._secured, self._users_made = port, data, secured, False
        self.process = Process(
            "mongod",
            [
                mongod,
                *(
                    "--dbpath",
                    data,
                    "--port",
                    str(port),
                    "--bind_ip",
                    "127.0.0.1",
                    "--nounixsocket",
                    "--replSet",
                    REPLICA_SET,
                ),
                *("--oplogSize", "256", "--wiredTigerCacheSizeGB", "1"),
                # a megabyte a minute that nobody reads here
                *("--setParameter", "diagnosticDataCollectionEnabled=false"),
                # Nobody reads the past. Dropped collections keep their files open so long, and
                # tests drop thousands.
                *("--setParameter", "minSnapshotHistoryWindowInSeconds=5"),
                *(_security(secured) if secured else ()),
            ],
            log,
        )

    @property
    def uri(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet={REPLICA_SET}"

    def start(self) -> None:
        """Starts the process; `wait` says when it can be written to."""
        make_directory("mongod", self._data)
        self.process.start()

    def wait(self, quiet_seconds: float = QUIET_SECONDS) -> None:
        with self._client() as client:
            self.process.wait_until(lambda: self._is_primary(client), quiet_seconds, "primary")
        if self._secured is not None and not self._users_made:
            self._make_users(self._secured)
            self._users_made = True

    def _client(self, who: str = "") -> MongoClient[dict[str, Any]]:
        uri = f"mongodb://127.0.0.1:{self.port}/?directConnection=true"
        if self._secured is not None:
            uri = self._secured.mongo(uri, who) if who else with_tls(uri, str(self._secured.ca))
        return MongoClient(
            uri, serverSelectionTimeoutMS=200, connectTimeoutMS=1_000, socketTimeoutMS=5_000
        )

    def _make_users(self, secured: Secured) -> None:
        """The administrator at the first start, which MongoDB allows from this machine while there
        is no user; then everybody.
        """
        with self._client() as client:
            try:
                wanted: dict[str, Any] = {
                    "pwd": secured.password(ADMIN),
                    "roles": ["root"],
                    "mechanisms": ["SCRAM-SHA-256"],
                }
                client.admin.command("createUser", ADMIN, **wanted)
            except OperationFailure as error:
                if error.code != _UNAUTHORIZED:
                    raise
        with self._client(ADMIN) as client:
            apply_users(client, secured.of_everybody())

    def _is_primary(self, client: MongoClient[dict[str, Any]]) -> bool:
        member = f"127.0.0.1:{self.port}"
        try:
            hello = client.admin.command("hello")
            if hello.get("isWritablePrimary"):
                return True
            self._set_member(client, member)
        except PyMongoError:
            pass  # not listening yet, or electing: the caller asks again until its time runs out
        return False

    def _set_member(
        self, client: MongoClient[dict[str, Any]], member: str, *, signed_in: bool = False
    ) -> None:
        """Makes the set at the first start; tells it its new address when the port is another than
        last time.
        """
        try:
            config = client.admin.command("replSetGetConfig")["config"]
        except OperationFailure as error:
            if error.code == _UNAUTHORIZED and not signed_in:
                self._set_secured_member(client, member)
                return
            if error.code != _NOT_YET_INITIALISED:
                raise
            self._initiate(client, member)
            return
        if config["members"][0]["host"] != member:
            config["members"][0]["host"] = member
            config["version"] += 1
            client.admin.command("replSetReconfig", config, force=True)

    def _set_secured_member(self, client: MongoClient[dict[str, Any]], member: str) -> None:
        """The set is made without a login while there is no user; later only the administrator is
        told of it.
        """
        try:
            self._initiate(client, member)
        except OperationFailure:
            with self._client(ADMIN) as administrator:
                self._set_member(administrator, member, signed_in=True)

    def _initiate(self, client: MongoClient[dict[str, Any]], member: str) -> None:
        client.admin.command(
            "replSetInitiate", {"_id": REPLICA_SET, "members": [{"_id": 0, "host": member}]}
        )


def _security(secured: Secured) -> list[str | Path]:
    """TLS for everybody, without client certificates; a key file makes MongoDB ask for logins."""
    certificates = ("--tlsCertificateKeyFile", secured.server("mongodb"), "--tlsCAFile", secured.ca)
    return [
        "--tlsMode",
        "requireTLS",
        *certificates,
        "--tlsAllowConnectionsWithoutCertificates",
        "--keyFile",
        secured.keyfile,
    ]
