// What the model is told beside the words: where the speaker is, and what the last turn touched (docs/model-format.md section 2).
import { type Home, nameTogether, type Speaker } from "@needled/devices";
import type { Fact } from "@needled/kernels";

const mostDevices = 6;

/** Several things have one name where they are all of a kind in a room ("kitchen lights"); else binding alone knows them. */
function lastFact(home: Home, { last = [], lastTool }: Speaker): Fact[] {
  const name = nameTogether(home, last);
  if (name === undefined || lastTool === undefined) return [];
  return [{ name: "last", text: lastTool, fields: { device: name.toLowerCase() } }];
}

export function factsOf(home: Home, speaker: Speaker): Fact[] {
  const { area } = speaker;
  const facts: Fact[] = [];
  const room = home.areas.find(({ id }) => id === area)?.name;
  if (room !== undefined) facts.push({ name: "speaker", text: "", fields: { room: room.toLowerCase() } });
  facts.push(...lastFact(home, speaker));
  const here = room === undefined ? [] : home.devices.filter((device) => device.area === area);
  for (const { name, kind, aliases } of here.slice(0, mostDevices)) {
    const also = aliases[0] === undefined ? {} : { also: aliases[0].toLowerCase() };
    facts.push({
      name: `device ${name.toLowerCase()}`,
      text: kind.replaceAll("_", " "),
      fields: { room: room as string, ...also },
    });
  }
  return facts;
}
