"""One port before Odoo's two: with workers, Odoo serves pages on one port and the websocket on another.

A connection goes where its first request belongs and stays there: browsers open a new connection for a websocket.
"""

import asyncio
import contextlib

WEBSOCKET = b"/websocket"
CHUNK = 65536


async def serve(port, pages, websocket, running):
    """Passes connections on `port` to the ports `pages` and `websocket` of this machine while `running()`."""

    async def connect(reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            first = await reader.readuntil(b"\r\n")
            target = first.split(b" ")[1:2]
            behind = websocket if target and target[0].partition(b"?")[0] == WEBSOCKET else pages
            from_odoo, to_odoo = await asyncio.open_connection("127.0.0.1", behind)
            to_odoo.write(first)
            await asyncio.gather(_pass(reader, to_odoo), _pass(from_odoo, writer))
        writer.close()

    server = await asyncio.start_server(connect, "127.0.0.1", port)
    async with server:
        while running():
            await asyncio.sleep(0.5)


async def _pass(reader, writer):
    """Passes on what comes until it ends, and then the end."""
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    finally:
        with contextlib.suppress(OSError):
            writer.close()
