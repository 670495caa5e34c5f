"""`make setup`: brings a fresh machine to where `motcua` runs, and does nothing the second time.

Needs Python alone (standard library): a virtual environment, the packages of requirements.lock held
to their hashes, our own packages beside their sources, then Kafka's jars. System packages are
installed only where a library is missing, and only as root.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / ".set-up"
OWN = sorted(
    file.parent.relative_to(ROOT).as_posix()
    for area in ("libs", "services", "deploy")
    for file in ROOT.glob(f"{area}/*/pyproject.toml")
)
"""Every distribution of the tree."""
LIBRARIES = {"libcurl.so.4": "libcurl4", "libssl.so.3": "libssl3"}
"""What mongod needs of the system, with Debian's package of it."""


@contextmanager
def step(name: str) -> Iterator[None]:
    begun = time.monotonic()
    print(f"… {name}", end="" if sys.stdout.isatty() else "\n", flush=True)
    yield
    print(
        f"{chr(13) if sys.stdout.isatty() else ''}✓ {name} {time.monotonic() - begun:.1f} s",
        flush=True,
    )


def run(*command: str | Path) -> None:
    """Quiet unless it fails: then all that it said, and the end."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(f"\n{done.stdout}{done.stderr}")
        raise SystemExit(
            f"error: `{' '.join(str(word) for word in command)}` ended with exit code"
            f" {done.returncode}"
        )


def system_packages(wanted: list[str]) -> None:
    """What mongod needs must be there; what is `wanted` beside it only tests use, so that setup
    goes on without it.
    """
    needed = [package for library, package in LIBRARIES.items() if not _loads(library)]
    optional = [package for package in wanted if not _installed(package)]
    missing = needed + optional
    if not missing:
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        print(
            f"! missing system packages: {' '.join(missing)} (on Debian: `apt-get install"
            f" {' '.join(missing)}`); going on without them"
        )
        return
    with step(f"system packages: {' '.join(missing)}"):
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        try:
            run("apt-get", "update")
        except SystemExit as failed:  # what is known of the packages may do
            print(f"! {failed}", flush=True)
        if needed:
            run(*apt_install(needed))
        for package in optional:  # one that this system does not have takes no other with it
            try:
                run(*apt_install([package]))
            except SystemExit as failed:
                print(f"! without {package}: {failed}", flush=True)


def apt_install(packages: list[str]) -> list[str]:
    """Without their own start scripts: a package that is a server (kannel) starts nothing, now or
    with the machine.
    """
    scripts = [
        f"--option=Dpkg::Options::=--path-exclude=/etc/init.d/{package}" for package in packages
    ]
    return ["apt-get", "install", "-y", "--no-install-recommends", *scripts, *packages]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _installed(package: str) -> bool:
    if not shutil.which("dpkg-query"):
        return False
    query = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}", package],
        capture_output=True,
        text=True,
        check=False,
    )
    return query.stdout == "installed"


def fingerprint() -> str:
    """Of everything that decides what the environment holds."""
    content = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for file in (LOCK, Path(__file__), *(ROOT / own / "pyproject.toml" for own in OWN)):
        content.update(file.read_bytes())
    return content.hexdigest()


def install_packages() -> None:
    python = VENV / "bin" / "python"
    if not python.exists():
        with step("virtual environment"):
            run(sys.executable, "-m", "venv", VENV)
    locked = ("--no-deps", "--require-hashes", "-r", LOCK)
    own = [word for path in OWN for word in ("-e", ROOT / path)]
    with step("installer (uv)"), tempfile.NamedTemporaryFile("w", suffix=".txt") as only_uv:
        only_uv.write(lock_entry("uv"))
        only_uv.flush()
        run(python, "-m", "pip", "install", "--no-deps", "--require-hashes", "-r", only_uv.name)
    with step(f"{LOCK.read_text().count('==')} packages, held to their hashes"):
        try:
            run(VENV / "bin" / "uv", "pip", "install", "-p", VENV, *locked)
        except SystemExit:
            print("uv could not; pip tries, which knows this machine's own settings", flush=True)
            run(python, "-m", "pip", "install", *locked)
    with step("our own packages"):
        run(
            VENV / "bin" / "uv",
            "pip",
            "install",
            "-p",
            VENV,
            "--offline",
            "--no-deps",
            "--no-build-isolation",
            *own,
        )


def lock_entry(name: str) -> str:
    """The lines of one package in the lock."""
    lines = LOCK.read_text().splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"{name}=="))
    end = next(
        (i for i in range(start + 1, len(lines)) if not lines[i].startswith(" ")), len(lines)
    )
    return "\n".join(lines[start:end]) + "\n"


def main() -> None:
    wanted = fingerprint()
    if not STAMP.is_file() or STAMP.read_text() != wanted:
        system_packages(sys.argv[1:])
        install_packages()
        STAMP.write_text(wanted)
    # Also when nothing changed: the parts are in the user's cache, which may have been emptied.
    # Shows its own progress.
    parts = subprocess.run(
        [str(VENV / "bin" / "python"), "-m", "motcua_local.parts"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    raise SystemExit(parts.returncode)


if __name__ == "__main__":
    main()
