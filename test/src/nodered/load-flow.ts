// A flow that answers HTTP with what needled said, and whose tool `feed_cat` it handles itself: for crowds of messages.
import type { FlowNode } from "./red.ts";

const z = "load-tab";
const place = { z, x: 100, y: 100 };
const daemon = "load-daemon";

export const loadTool = "load-tool";
export const loadIntent = "load-intent";

function way(node: FlowNode, wires: string[][]): FlowNode {
  return { ...place, name: "", ...node, wires };
}

const httpIn = (id: string, url: string, next: string): FlowNode =>
  way({ id, type: "http in", url, method: "get", upload: false, swaggerDoc: "" }, [[next]]);

const code = (id: string, func: string, next: string): FlowNode =>
  way({ id, type: "function", func, outputs: 1, timeout: 0, noerr: 0, initialize: "", finalize: "", libs: [] }, [
    [next],
  ]);

/** `GET /ask?text=…`: 200 with the call, or 500 with the error that a Catch node got. `GET /heap`: bytes after a collection. */
export const loadFlow: FlowNode[] = [
  { id: z, type: "tab", label: "load", disabled: false, info: "", env: [] },
  {
    id: daemon,
    type: "needled-daemon",
    version: 1,
    name: "",
    url: "mqtt://127.0.0.1:1883",
    instance: "home",
    client: "nodered",
    mqttVersion: "0",
    tls: "",
    wait: "0",
  },
  httpIn("load-ask", "/ask", "load-text"),
  code("load-text", "msg.payload = msg.req.query.text; return msg;", loadIntent),
  way(
    {
      id: loadIntent,
      type: "needled-intent",
      version: 1,
      daemon,
      text: "payload",
      textType: "msg",
      room: "",
      roomType: "none",
      mode: "execute",
      tools: [],
      outputs: 2,
      timeout: "40",
      source: "",
    },
    [["load-answer"], ["load-answer"]],
  ),
  way({ id: "load-answer", type: "http response", statusCode: "200", headers: {} }, []),
  way({ id: "load-catch", type: "catch", scope: null, uncaught: false }, [["load-error"]]),
  // What fails within the tool's flow has no request of its own to answer.
  code(
    "load-error",
    "if (!msg.res) return null; msg.payload = { error: msg.error.message }; return msg;",
    "load-failed",
  ),
  way({ id: "load-failed", type: "http response", statusCode: "500", headers: {} }, []),
  way(
    {
      id: loadTool,
      type: "needled-tool",
      version: 1,
      daemon,
      tool: "feed_cat",
      description: "Feed the cat",
      parameters:
        '{"type":"object","properties":{"portions":{"type":"integer","minimum":1,"maximum":3,"description":"how many portions"}},"required":[]}',
      risk: "1",
      confirm: false,
      repeat: "once",
      timeout: "10",
      say: "",
    },
    [["load-count"]],
  ),
  code(
    "load-count",
    "global.set('fed', (global.get('fed') || 0) + 1); msg.payload = 'Fed.'; return msg;",
    "load-result",
  ),
  way(
    {
      id: "load-result",
      type: "needled-result",
      version: 1,
      outcome: "auto",
      say: "payload",
      sayType: "msg",
      data: "",
      dataType: "none",
    },
    [],
  ),
  httpIn("load-heap", "/heap", "load-measure"),
  code(
    "load-measure",
    "global.get('gc')(); msg.payload = { heap: global.get('memoryUsage')().heapUsed, fed: global.get('fed') || 0 }; return msg;",
    "load-measured",
  ),
  way({ id: "load-measured", type: "http response", statusCode: "200", headers: {} }, []),
];

export interface Fed {
  status: number;
  body: { outcome?: string; tool?: string; error?: string; reply?: string };
}

export async function ask(url: string, text: string): Promise<Fed> {
  const response = await fetch(`${url}/ask?text=${encodeURIComponent(text)}`);
  return { status: response.status, body: (await response.json()) as Fed["body"] };
}

export async function measure(url: string): Promise<{ heap: number; fed: number }> {
  return (await (await fetch(`${url}/heap`)).json()) as { heap: number; fed: number };
}

/** So many requests, so many of them at once. */
export async function askMany(url: string, count: number, atOnce: number): Promise<Fed[]> {
  const answers: Fed[] = [];
  let asked = 0;
  const worker = async (): Promise<void> => {
    while (asked < count) {
      asked += 1;
      answers.push(await ask(url, "feed the cat two portions"));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return answers;
}
