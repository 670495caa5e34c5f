"""Kafka's jars are what the lock says or they are not used."""

import hashlib
import re
from pathlib import Path

import pytest
from motcua_local.parts.kafka_jars import (
    LOCK,
    ROOTS,
    LockedJar,
    LockError,
    check,
    ensure_jars,
    read_lock,
    write_lock,
)

JAR = b"not really a jar"
DIGEST = hashlib.sha256(JAR).hexdigest()
LOCKED = LockedJar("org.example", "thing", "1.0", DIGEST)


def test_a_lock_reads_back_as_it_was_written() -> None:
    jars = [LOCKED, LockedJar("a.b", "c_2.13", "4.3.1", "0" * 64)]
    assert sorted(read_lock(write_lock(jars))) == sorted(jars)


@pytest.mark.parametrize(
    "line",
    [
        "thing",
        f"{DIGEST} a:b",
        f"{DIGEST} a:b:c d",
        f"{DIGEST[:-1]} a:b:c",
        f"{DIGEST.upper()} a:b:c",
        "zz a:b:c",
    ],
)
def test_a_line_that_is_none_is_named(line: str) -> None:
    with pytest.raises(LockError, match=r"kafka\.lock line 2: expected `<sha256"):
        read_lock(f"# comment\n{line}\n")


@pytest.mark.parametrize("text", ["", "# only words\n"])
def test_an_empty_lock_is_no_lock(text: str) -> None:
    with pytest.raises(LockError, match="names no jar"):
        read_lock(text)


def test_one_jar_twice_is_refused() -> None:
    with pytest.raises(LockError, match="twice"):
        read_lock(f"{DIGEST}  a:b:1\n{'0' * 64}  c:b:1\n")


def test_another_jar_than_the_locked_one_is_refused_with_both_hashes(tmp_path: Path) -> None:
    (tmp_path / "thing.jar").write_bytes(JAR + b"!")
    with pytest.raises(
        LockError,
        match=rf"org\.example:thing:1\.0: .*{hashlib.sha256(JAR + b'!').hexdigest()}.*{DIGEST}",
    ):
        check(LOCKED, tmp_path / "thing.jar")
    (tmp_path / "thing.jar").write_bytes(JAR)
    check(LOCKED, tmp_path / "thing.jar")


def cached(tmp_path: Path, content: bytes) -> tuple[Path, Path]:
    lock = tmp_path / "kafka.lock"
    lock.write_text(write_lock([LOCKED]))
    jar = (
        tmp_path
        / "cache"
        / f"kafka-{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"
        / "thing-1.0.jar"
    )
    jar.parent.mkdir(parents=True)
    jar.write_bytes(content)
    return lock, jar


def test_a_full_cache_needs_no_fetching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock, jar = cached(tmp_path, JAR)
    monkeypatch.setattr("motcua_local.parts.kafka_jars.MavenContext", None)
    told: list[tuple[int, int]] = []
    assert (
        ensure_jars(tmp_path / "cache", lambda done, of: told.append((done, of)), lock)
        == jar.parent
    )
    assert told == [(1, 1)]


class Remote:
    """A repository that always answers with the same bytes."""

    def __init__(self, content: bytes, place: Path) -> None:
        self.content, self.place = content, place

    def __getattr__(self, name: str) -> object:
        return lambda *words: self

    def resolve(self) -> Path:
        self.place.mkdir(parents=True, exist_ok=True)
        path = self.place / "fetched.jar"
        path.write_bytes(self.content)
        return path


def test_a_damaged_jar_in_the_cache_is_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, jar = cached(tmp_path, b"cut o")
    monkeypatch.setattr(
        "motcua_local.parts.kafka_jars.MavenContext", lambda **_: Remote(JAR, tmp_path / "remote")
    )
    ensure_jars(tmp_path / "cache", lock=lock)
    assert jar.read_bytes() == JAR


def test_what_a_repository_answers_wrongly_never_enters_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, jar = cached(tmp_path, JAR)
    jar.unlink()
    monkeypatch.setattr(
        "motcua_local.parts.kafka_jars.MavenContext",
        lambda **_: Remote(b"something else", tmp_path / "remote"),
    )
    with pytest.raises(LockError, match="it is not used"):
        ensure_jars(tmp_path / "cache", lock=lock)
    assert list(jar.parent.iterdir()) == []


def test_the_committed_lock_holds_the_broker_and_its_logger_and_names_no_host() -> None:
    text = LOCK.read_text()
    coordinates = {jar.coordinate for jar in read_lock(text)}
    assert {root.rstrip("!") for root in ROOTS} <= coordinates
    assert not re.search(r"://|\bwww\.|maven\.(org|apache)", text)
