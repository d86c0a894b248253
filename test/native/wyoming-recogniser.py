"""A speech recogniser for tests: the `wyoming` package's own server around PocketSphinx, a process that imports nothing of ours.

usage: wyoming-recogniser.py PORT WORD... — the words are the sentences it can hear, one an argument.
"""

import asyncio
import sys
from functools import partial

from pocketsphinx import Decoder
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.server import AsyncEventHandler, AsyncServer


def grammar(sentences: list[str]) -> str:
    return "#JSGF V1.0; grammar g; public <s> = " + " | ".join(sentences) + ";"


class Recogniser(AsyncEventHandler):
    def __init__(self, sentences: list[str], *args: object) -> None:
        super().__init__(*args)
        self.sentences, self.sound = sentences, b""

    async def handle_event(self, event: Event) -> bool:
        if Transcribe.is_type(event.type) or AudioStart.is_type(event.type):
            self.sound = b""
        elif AudioChunk.is_type(event.type):
            self.sound += AudioChunk.from_event(event).audio
        elif AudioStop.is_type(event.type):
            await self.write_event(Transcript(text=self.words()).event())
            return False
        return True

    def words(self) -> str:
        decoder = Decoder(loglevel="FATAL", beam=1e-80, wbeam=1e-60, pbeam=1e-80, bestpath=False)
        decoder.add_jsgf_string("g", grammar(self.sentences))
        decoder.activate_search("g")
        decoder.start_utt()
        decoder.process_raw(self.sound, full_utt=True)
        decoder.end_utt()
        found = decoder.hyp()
        return found.hypstr if found else ""


async def main() -> None:
    server = AsyncServer.from_uri(f"tcp://127.0.0.1:{sys.argv[1]}")
    running = asyncio.create_task(server.run(partial(Recogniser, sys.argv[2:])))
    await asyncio.sleep(0.2)
    print("ready", flush=True)
    await running


asyncio.run(main())
