// Server-sent events, read as they come: `event:` and `data:` lines, an empty line ends one.

export interface StreamEvent {
  kind: string;
  data: string;
}

const mostBytes = 1024 * 1024;

/** Takes text as it arrives and hands out whole events; a flood without an end is thrown away. */
export function createEventReader(onEvent: (event: StreamEvent) => void): (text: string) => void {
  let rest = "";
  let kind = "message";
  let data: string[] = [];

  const takeLine = (line: string): void => {
    if (line === "") {
      if (data.length > 0) onEvent({ kind, data: data.join("\n") });
      kind = "message";
      data = [];
      return;
    }
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") kind = value;
    if (field === "data") data.push(value);
  };

  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > mostBytes) rest = "";
    for (const line of lines) takeLine(line.replace(/\r$/, ""));
  };
}
