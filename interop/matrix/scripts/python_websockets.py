"""Python's websockets under test.

    version             of the package
    server              says where it listens, ends with its input
    client URL FIRST    runs the cases of the suite at URL
"""

import asyncio
import logging
import sys

import websockets
from websockets.exceptions import WebSocketException

AGENT = "python-websockets"

# Its windows of 12 bits by default are left as they are.
OPTIONS = {"max_size": None, "ping_interval": None}


async def echo(ws):
    try:
        async for message in ws:
            await ws.send(message)
    except WebSocketException:
        pass  # the Close frame is the library's


async def serve():
    logging.getLogger("websockets.server").setLevel(logging.CRITICAL)
    server = await websockets.serve(echo, "127.0.0.1", 0, **OPTIONS)
    print("127.0.0.1:%d" % server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


async def visit(url, back):
    """Return the last message when the connection has ended."""
    last = None
    try:
        async with websockets.connect(url, **OPTIONS) as ws:
            async for last in ws:
                if back:
                    await ws.send(last)
    except (WebSocketException, OSError, EOFError):
        pass  # how a connection ends is for the suite to judge
    return last


async def run(url, first):
    count = int(await visit(f"{url}/getCaseCount", False))
    for n in range(int(first), count + 1):
        print(n, flush=True)
        await visit(f"{url}/runCase?case={n}&agent={AGENT}", True)
    await visit(f"{url}/updateReports?agent={AGENT}", False)


if sys.argv[1] == "version":
    print(websockets.__version__)
else:
    asyncio.run(serve() if sys.argv[1] == "server" else run(*sys.argv[2:]))
