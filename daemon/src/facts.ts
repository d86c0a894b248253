// What the model is told beside the words: where the speaker is, and what the last turn touched (docs/model-format.md section 2).
import type { Home, Speaker } from "@needled/devices";
import type { Fact } from "@needled/kernels";

const mostDevices = 6;

export function factsOf(home: Home, { area, last = [], lastTool }: Speaker): Fact[] {
  const facts: Fact[] = [];
  const room = home.areas.find(({ id }) => id === area)?.name;
  if (room !== undefined) facts.push({ name: "speaker", text: "", fields: { room: room.toLowerCase() } });
  const devices = last.flatMap((id) => home.devices.find((device) => device.id === id) ?? []);
  // Several things at once are no "it": binding asks.
  const [only] = devices;
  if (only !== undefined && devices.length === 1 && lastTool !== undefined) {
    facts.push({ name: "last", text: lastTool, fields: { device: only.name.toLowerCase() } });
  }
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
