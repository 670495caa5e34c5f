"""The process that owns a stack: starts everything in order, watches it, scales it, and stops it in
the reverse order.

All children are started from its main thread. A part that dies is reported and started again after
a pause that doubles, unless `--no-restart` is given. Services stop before what they stand on, so
that they can drain.
"""

import asyncio
import os
import queue
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from motcua_operations import topics
from motcua_operations.access import ADMIN, kafka_rights
from motcua_operations.development_keys import Keys, ensure_keys
from motcua_operations.kafka_acls import apply_acls

from . import layout
from .control import Request, listening
from .home import Home
from .infra import Infra, start_infra
from .layout import Options
from .patience import Patience
from .ports import Ports
from .process import PartFailedError, Process, stop_all
from .progress import Progress, Step
from .readiness import wait_ready
from .stack_file import Part, Stack, write_stack

_DRAIN_SECONDS = 20
"""A service drains for up to 15 s."""
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS, _SOUND_AFTER_SECONDS = 0.5, 15.0, 30.0


class StopRequested(BaseException):
    """SIGTERM, SIGINT or `motcua down`.

    Like KeyboardInterrupt it is no error: nothing but the end may catch it.
    """


@dataclass(slots=True)
class _Watched:
    """A process under watch.

    `down_at`: when its end was seen; `pause`: how long it then waits for its next start.
    """

    process: Process
    part: Part
    pause: float = _FIRST_PAUSE_SECONDS
    down_at: float | None = None


class Supervisor:
    """One stack from start to end, in the calling thread, which must be the main thread."""

    def __init__(
        self, home: Home, options: Options, progress: Progress, say: Callable[[str], None]
    ) -> None:
        self._home, self._options, self._progress, self._say = home, options, progress, say
        self._ports = Ports(home.ensure().ports_file)
        self._watched: dict[str, _Watched] = {}
        self._requests: queue.Queue[Request] = queue.Queue()
        self._stack = Stack(os.getpid(), str(home.root), {})
        self._infra: Infra
        self._keys: Keys
        self._base_env: dict[str, str] = {}

    def run(self, on_ready: Callable[[Stack], None]) -> None:
        """Until it is told to stop.

        PartFailedError and the errors of `start_infra` when the start fails; then nothing is left
        running.
        """
        with self._home.held(), listening(self._home, self._requests):
            handlers = {
                number: signal.signal(number, self._interrupt)
                for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
            }
            try:
                self._start()
                on_ready(self._stack)
                while True:
                    self._turn()
            except StopRequested:
                self._say("stopping")
            finally:
                for number in handlers:
                    signal.signal(number, self._kill_all)
                self._stop()
                for number, handler in handlers.items():
                    signal.signal(number, handler)

    def _interrupt(self, *_: object) -> None:
        raise StopRequested

    def _kill_all(self, *_: object) -> None:
        """Told to stop a second time while stopping: no more waiting."""
        for watched in self._watched.values():
            watched.process.signal(signal.SIGKILL)

    # ---- start

    def _start(self) -> None:
        self._infra = start_infra(
            self._home,
            self._ports,
            self._progress,
            secure=self._options.secure,
            patience=self._options.patience,
        )
        self._stack.secure = self._options.secure
        for process in self._infra.processes:
            self._watch(process, "infra")
        self._keys = ensure_keys(self._home.keys)
        self._base_env = layout.service_env(self._infra, self._ports, self._keys)
        self._stack.addresses = layout.addresses(self._ports, self._infra, self._options)
        with self._progress.step("Kafka: topics"):
            asyncio.run(topics.apply(self._infra.kafka_as(ADMIN)))
        if self._infra.secured is not None:
            with self._progress.step("Kafka: users and rights"):
                asyncio.run(
                    apply_acls(
                        self._infra.kafka_as(ADMIN),
                        kafka_rights(development=True),
                        self._infra.secured.of_everybody(),
                    )
                )
        simulators = (
            [self._start_simulator(name) for name in layout.SIMULATORS]
            if self._options.simulators
            else []
        )
        services = [
            self._start_instance(s, n)
            for s in self._options.services
            for n in range(1, self._options.count(s) + 1)
        ]
        if simulators:
            with self._progress.step("Simulators: mailbox, SMS gateway, VNPAY") as step:
                self._wait_ready(simulators, "/healthz", step)
        if services:
            with self._progress.step("Services") as step:
                self._wait_ready(services, "/readyz", step)
        self._stack.ready = True
        self._write()

    def _watch(
        self,
        process: Process,
        kind: str,
        service: str = "",
        port: int | None = None,
        metrics_port: int | None = None,
    ) -> _Watched:
        if not process.running:
            process.start()
        part = Part(
            process.name,
            kind,
            process.pid,
            str(process.log),
            service,
            port,
            metrics_port=metrics_port,
        )
        self._watched[process.name] = watched = _Watched(process, part)
        self._write()
        return watched

    def _start_simulator(self, name: str) -> _Watched:
        argv = layout.simulator_argv(name, self._home, self._ports, self._options)
        process = Process(
            name,
            argv,
            self._home.logs / f"{name}.log",
            layout.simulator_env(self._ports, self._keys),
        )
        return self._watch(process, "simulator", port=self._ports.choose(name))

    def _start_instance(self, service: str, number: int) -> _Watched:
        instance = f"{service}-{number}"
        port, metrics_port = self._ports.choose(instance), self._ports.choose(f"{instance}-metrics")
        own = layout.instance_env(self._base_env, instance, port, metrics_port)
        env = {
            **own,
            **layout.access_env(self._infra, service),
            **layout.private_env(service, self._keys),
        }
        process = Process(
            instance, layout.service_argv(service), self._home.logs / f"{instance}.log", env
        )
        return self._watch(process, "service", service, port, metrics_port)

    def _wait_ready(self, started: list[_Watched], path: str, step: Step) -> None:
        parts = [(watched.process, f"{watched.part.probes_url}{path}") for watched in started]
        wait_ready(parts, Patience(self._options.patience), step.say, self._infra.processes)

    # ---- run

    def _turn(self) -> None:
        try:
            request = self._requests.get(timeout=0.2)
        except queue.Empty:
            pass
        else:
            self._handle(request)
        for watched in list(self._watched.values()):
            self._look_after(watched)

    def _look_after(self, watched: _Watched) -> None:
        process, part = watched.process, watched.part
        if process.running:
            if part.restarts and time.time() - process.started_at > _SOUND_AFTER_SECONDS:
                watched.pause = _FIRST_PAUSE_SECONDS
            return
        now = time.monotonic()
        if watched.down_at is None:
            watched.down_at = now
            part.running, part.exit_code = False, process.exit_code
            will = (
                f"starts again in {watched.pause:g} s"
                if self._options.restart
                else "stays down (--no-restart)"
            )
            self._say(
                f"{part.name} (pid {part.pid}) ended with exit code {part.exit_code};"
                f" {will}\n{process.last_lines(5)}"
            )
            self._write()
        elif self._options.restart and now - watched.down_at >= watched.pause:
            process.start()
            watched.pause, watched.down_at = min(watched.pause * 2, _LONGEST_PAUSE_SECONDS), None
            part.pid, part.running, part.exit_code, part.restarts = (
                process.pid,
                True,
                None,
                part.restarts + 1,
            )
            self._write()

    def _handle(self, request: Request) -> None:
        match request.body.get("do"):
            case "stop":
                request.answer(ok=True)
                raise StopRequested
            case "scale":
                try:
                    self._scale(
                        str(request.body.get("service")), int(request.body.get("instances", -1))
                    )
                except (layout.OptionError, PartFailedError) as error:
                    request.answer(ok=False, error=str(error))
                else:
                    request.answer(ok=True)
            case other:
                request.answer(
                    ok=False, error=f"do: {other!r} is not known; allowed are stop, scale"
                )

    def _scale(self, service: str, count: int) -> None:
        layout.check_services((service,))
        layout.check_count(service, count)
        running = sorted(
            (w for w in self._watched.values() if w.part.service == service),
            key=lambda w: int(w.part.name.rpartition("-")[2]),
        )
        stop_all([watched.process for watched in running[count:]], _DRAIN_SECONDS)
        for watched in running[count:]:
            del self._watched[watched.part.name]
        for number in range(len(running) + 1, count + 1):
            self._start_instance(service, number)
        self._write()

    # ---- end

    def _stop(self) -> None:
        for kind in ("service", "simulator"):
            processes = [
                w.process
                for w in self._watched.values()
                if w.part.kind == kind and w.process.running
            ]
            for name in stop_all(processes, _DRAIN_SECONDS):
                self._say(f"{name} did not end within {_DRAIN_SECONDS} s and was killed")
        infra = [w.process for w in self._watched.values() if w.part.kind == "infra"]
        if self._options.throwaway:
            for process in infra:
                process.kill()
        elif infra:
            for name in self._infra.stop():
                self._say(f"{name} did not end in time and was killed")
        self._home.stack_file.unlink(missing_ok=True)

    def _write(self) -> None:
        self._stack.processes = [watched.part for watched in self._watched.values()]
        write_stack(self._home, self._stack)
