"""Home Assistant's part of a conversation, by the `wyoming` package: usage: wyoming-client.py PORT TEXT. Prints the info's handle names, then type and text."""

import asyncio
import json
import sys

from wyoming.asr import Transcript
from wyoming.client import AsyncTcpClient
from wyoming.handle import Handled, NotHandled
from wyoming.info import Describe, Info


async def main() -> None:
    async with AsyncTcpClient("127.0.0.1", int(sys.argv[1])) as client:
        await client.write_event(Describe().event())
        info = Info.from_event(await client.read_event())
    async with AsyncTcpClient("127.0.0.1", int(sys.argv[1])) as client:
        await client.write_event(Transcript(text=sys.argv[2], language="en").event())
        event = await client.read_event()
    kind = Handled if Handled.is_type(event.type) else NotHandled
    print(json.dumps({"programs": [p.name for p in info.handle if p.installed], "type": event.type, "text": kind.from_event(event).text}))


asyncio.run(main())
