"""MongoDB as a replica set of one (transactions need one): start, wait for the primary, stop."""

from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from .process import Process, make_directory

REPLICA_SET = "motcua"
_NOT_YET_INITIALISED = 94
_ALREADY_INITIALISED = 23
_START_SECONDS = 60


class MongoServer:
    """mongod on 127.0.0.1. A second `start` after a stop or a kill finds the data and the port again."""

    def __init__(self, mongod: Path, data: Path, log: Path, port: int) -> None:
        self.port, self._data = port, data
        self.process = Process(
            "mongod",
            [
                mongod,
                *("--dbpath", data, "--port", str(port), "--bind_ip", "127.0.0.1", "--nounixsocket", "--replSet", REPLICA_SET),
                *("--oplogSize", "256", "--wiredTigerCacheSizeGB", "1"),
                *("--setParameter", "diagnosticDataCollectionEnabled=false"),  # a megabyte a minute that nobody reads here
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

    def wait(self, timeout_seconds: float = _START_SECONDS) -> None:
        client: MongoClient[dict[str, Any]] = MongoClient(
            "127.0.0.1", self.port, directConnection=True, serverSelectionTimeoutMS=200, connectTimeoutMS=1_000, socketTimeoutMS=5_000
        )
        with client:
            self.process.wait_until(lambda: self._is_primary(client), timeout_seconds, "primary")

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

    def _set_member(self, client: MongoClient[dict[str, Any]], member: str) -> None:
        """Makes the set at the first start; tells it its new address when the port is another than last time."""
        try:
            config = client.admin.command("replSetGetConfig")["config"]
        except OperationFailure as error:
            if error.code != _NOT_YET_INITIALISED:
                raise
            client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [{"_id": 0, "host": member}]})
            return
        if config["members"][0]["host"] != member:
            config["members"][0]["host"] = member
            config["version"] += 1
            client.admin.command("replSetReconfig", config, force=True)
