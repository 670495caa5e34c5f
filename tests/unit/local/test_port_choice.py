"""Ports are remembered while they are free, never given twice, and lie where no client's own port
can be.
"""

import socket
from pathlib import Path

import pytest
from motcua_local import ports as ports_module
from motcua_local.ports import NoFreePortError, Ports, is_free, lower_end_of_outgoing_ports


def test_a_second_run_finds_its_ports_again(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    first = Ports(file)
    given = {name: first.choose(name) for name in ("mongod", "kafka", "routing-1")}
    second = Ports(file)
    assert {name: second.choose(name) for name in reversed(given)} == given


def test_one_run_gives_one_name_one_port_and_no_two_names_the_same(tmp_path: Path) -> None:
    ports = Ports(tmp_path / "ports.json")
    given = [ports.choose(f"part-{n}") for n in range(50)]
    assert len(set(given)) == 50
    assert ports.choose("part-7") == given[7]


def test_a_remembered_port_that_is_taken_is_replaced_and_the_new_one_remembered(
    tmp_path: Path,
) -> None:
    file = tmp_path / "ports.json"
    port = Ports(file).choose("mongod")
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert not is_free(port)
        new = Ports(file).choose("mongod")
    assert new != port
    assert Ports(file).choose("mongod") == new


def test_ports_lie_below_those_of_outgoing_connections(tmp_path: Path) -> None:
    ports = Ports(tmp_path / "ports.json")
    assert all(ports.choose(f"part-{n}") < lower_end_of_outgoing_ports() for n in range(20))


def test_half_a_file_costs_the_memory_only(tmp_path: Path) -> None:
    file = tmp_path / "ports.json"
    file.write_text('{"mongod": 12')
    assert is_free(Ports(file).choose("mongod"))


def test_no_free_port_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports_module, "is_free", lambda port, host: False)
    with pytest.raises(NoFreePortError, match=r"127\.0\.0\.1"):
        Ports(tmp_path / "ports.json").choose("mongod")
