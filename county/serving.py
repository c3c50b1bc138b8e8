"""Running the server: one process with the HTTP interface and the apply worker."""

from __future__ import annotations

import json
import logging
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import FrameType
from typing import Final

import uvicorn
from fastapi import FastAPI

from county.api import create_app
from county.errors import PlacesOnly
from county.opening import County
from county.worker import ApplyWorker, Waiters
from desktop.domain.errors import UserFacingError
from desktop.sync.protocol import PROTOCOL

GRACE_SECONDS: Final = 20
"""How long a stop waits for requests under way."""


class _Server(uvicorn.Server):
    """uvicorn that says when it is ready and wakes long polls when it stops."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], waiters: Waiters) -> None:
        super().__init__(config)
        self._ready = ready
        self._waiters = waiters

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self._waiters.close()


def serve(county: County, host: str, port: int) -> None:
    """Serve until told to stop (SIGTERM, SIGINT).

    When ready, prints one line of JSON on standard output: ``{"url": …, "county": …, "protocol": …}``,
    with the real port where 0 was asked for. Killed at any moment, nothing that was acknowledged is
    lost: the next start applies what was stored.

    Raises:
        UserFacingError: ``server.address-taken``.
    """
    logging.basicConfig(level=logging.WARNING, handlers=[log_handler()], force=True)
    listening = listen(host, port)
    waiters = Waiters()
    worker = ApplyWorker(county, waiters)
    app = create_app()
    app.state.county, app.state.worker, app.state.waiters = county, worker, waiters

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        waiters.attach()
        worker.start()
        yield
        worker.stop()

    app.router.lifespan_context = lifespan
    address = listening.getsockname()
    shown = f"[{address[0]}]" if ":" in address[0] else address[0]
    line = json.dumps({"url": f"http://{shown}:{address[1]}", "county": county.code, "protocol": PROTOCOL})
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        lifespan="on",
    )
    server = _Server(config, lambda: print(line, flush=True), waiters)  # noqa: T201 for the script that started us
    server.run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; raises UserFacingError ``server.address-taken``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise UserFacingError("server.address-taken", host=host, port=port) from None
    listening.listen(2048)
    return listening


def log_handler() -> logging.Handler:
    """Log lines on standard error that hold places and codes, and nothing that was sent."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlacesOnly("%(asctime)s %(levelname)s %(name)s %(message)s"))
    return handler
