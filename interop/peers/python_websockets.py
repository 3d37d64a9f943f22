"""Python's websockets under remote control.

Commands come in and events go out as lines of JSON, see peer_test.go.

    python3 python_websockets.py client
    python3 python_websockets.py server [parameters of permessage-deflate, as JSON]
"""

import asyncio
import base64
import json
import ssl
import sys

from websockets.exceptions import ConnectionClosed
from websockets.extensions.permessage_deflate import (
    ClientPerMessageDeflateFactory,
    ServerPerMessageDeflateFactory,
)
from websockets.frames import Close
from websockets.legacy.client import connect
from websockets.legacy.server import serve


def emit(**event):
    print(json.dumps(event), flush=True)


def encode(data):
    return base64.b64encode(data).decode()


# The default is 1 MiB. A compressed message of just that is refused: zlib stops at
# the limit, and the bytes of the empty block behind it are taken for more contents.
MAX_SIZE = 2**21


def compression(factory, parameters):
    """Options for the parameters; by default the library has its own."""
    if parameters is None:
        return {}
    made = factory(
        server_no_context_takeover=parameters["ServerNoContextTakeover"],
        client_no_context_takeover=parameters["ClientNoContextTakeover"],
        server_max_window_bits=parameters["ServerMaxWindowBits"] or None,
        client_max_window_bits=parameters["ClientMaxWindowBits"] or None,
    )
    return {"compression": None, "extensions": [made]}


class Peer:
    def __init__(self):
        self.ws = None  # the current connection
        self.conns = 0
        self.tasks = set()

    def spawn(self, coroutine):
        task = asyncio.create_task(coroutine)
        self.tasks.add(task)  # or it may be collected while it runs
        task.add_done_callback(self.tasks.discard)

    async def watch(self, ws):
        self.ws = ws
        self.conns += 1
        conn = self.conns
        extensions = ws.response_headers.get("Sec-WebSocket-Extensions", "")
        emit(event="open", conn=conn, subprotocol=ws.subprotocol or "", extensions=extensions)
        try:
            async for message in ws:
                if isinstance(message, str):
                    emit(event="message", conn=conn, type="text", data=encode(message.encode()))
                else:
                    emit(event="message", conn=conn, type="binary", data=encode(message))
        except ConnectionClosed:
            pass
        await ws.wait_closed()
        clean = ws.close_code != 1006
        emit(event="close", conn=conn, code=ws.close_code, reason=ws.close_reason, clean=clean)

    async def dial(self, command):
        options = compression(ClientPerMessageDeflateFactory, command.get("deflate"))
        if command["url"].startswith("wss:"):
            options["ssl"] = ssl._create_unverified_context()
        ws = await connect(
            command["url"], subprotocols=command.get("subprotocols"), max_size=MAX_SIZE, **options
        )
        self.spawn(self.watch(ws))

    async def send(self, command):
        pieces = [base64.b64decode(p) for p in command["pieces"]]
        if command["type"] == "text":
            pieces = [p.decode() for p in pieces]

        async def fragments():
            for i, piece in enumerate(pieces):
                if i == 1 and "ping" in command:
                    await self.ping({"data": command["ping"]})
                yield piece

        await self.ws.send(fragments() if len(pieces) > 1 else pieces[0])

    async def ping(self, command):
        data = base64.b64decode(command["data"])
        conn = self.conns
        pong = await self.ws.ping(data)

        async def answered():
            await pong
            emit(event="pong", conn=conn, data=command["data"])

        self.spawn(answered())

    async def close(self, command):
        if "code" in command:
            self.spawn(self.ws.close(command["code"], command.get("reason", "")))
        else:
            # close() has no way to send a Close frame without a code.
            await self.ws.write_close_frame(Close(1005, ""), b"")

    async def terminate(self, command):
        self.ws.transport.abort()


async def main(role, parameters="null"):
    peer = Peer()
    if role == "server":
        options = compression(ServerPerMessageDeflateFactory, json.loads(parameters))
        server = await serve(
            peer.watch, "127.0.0.1", 0, subprotocols=["chat"], max_size=MAX_SIZE, **options
        )
        emit(event="listening", port=server.sockets[0].getsockname()[1])

    stdin = asyncio.StreamReader(limit=1 << 26)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
    while line := await stdin.readline():
        command = json.loads(line)
        try:
            await getattr(peer, command["do"])(command)
        except Exception as err:
            # A send that the other side's Close or end overtakes is no error here: watch tells.
            if not isinstance(err, ConnectionClosed):
                emit(event="error", conn=peer.conns + 1, reason=repr(err))


asyncio.run(main(*sys.argv[1:]))
