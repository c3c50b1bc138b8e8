"""Running the desk: one process, on 127.0.0.1 alone, until Ctrl+C, until it is closed, or until nobody is there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import uvicorn
from fastapi import FastAPI

from county.desk.door import Door
from county.desk.pages import create_app
from county.desk.sitting import Desk
from county.officers import read_officer
from county.opening import County
from county.serving import listen

HOST: Final = "127.0.0.1"
GRACE_SECONDS: Final = 5
"""How long an end waits for an answer under way."""


def serve_desk(
    county: County, officer: str, *, idle_seconds: float, ready: Callable[[Desk], None], port: int = 0
) -> None:
    """Serve the desk for one officer; returns when it has ended. ``ready`` is told the sitting once it listens.

    Raises:
        UserFacingError: ``server.address-taken``, ``officer.unknown``, ``desk.not-an-officer``.
    """
    with county.store.read() as connection:
        acting = read_officer(connection, county, officer)
    listening = listen(HOST, port)
    host = f"{HOST}:{listening.getsockname()[1]}"

    def end() -> None:
        server.should_exit = True

    desk = Desk(county, acting, host, idle_seconds, end)
    app = create_app(desk)
    app.router.lifespan_context = _ends_when_idle(desk)
    config = uvicorn.Config(
        Door(desk, app),
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        lifespan="on",
    )
    server = uvicorn.Server(config)
    ready(desk)  # it listens already: whoever comes too early waits in the queue
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])


def _ends_when_idle(desk: Desk) -> Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]:
    def look() -> None:
        if desk.idle_left > 0:
            asyncio.get_running_loop().call_later(desk.idle_left, look)
        else:
            desk.end()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        look()
        yield

    return lifespan
