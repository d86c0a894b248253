import assert from "node:assert/strict";
import { test } from "node:test";
import { Catalogue, MAX_TOOLS } from "./catalogue.ts";
import type { Block, CallRequest, Engine } from "./engine.ts";
import type { CallAnswer, RawCall } from "./messages.ts";
import type { Tool } from "./schema.ts";
import { toyTokenizer } from "./toy-model.ts";

const MODEL = {
  name: "toy",
  version: "0",
  license: "",
  layout: "catalogue",
  blockTokens: 128,
  maxBlocks: 12,
  queryTokens: 256,
  answerTokens: 256,
  facts: [],
  threshold: 0.5,
  tokenizer: toyTokenizer(),
};
const TIMINGS = { queryTokens: 1, answerTokens: 1, passes: 1, encodeMs: 1, decodeMs: 1, totalMs: 2 };

/** An engine in memory that remembers what it is told and answers as told. */
function memoryEngine(calls: readonly RawCall[]): { engine: Engine; blocks: Block[]; requests: CallRequest[] } {
  const blocks: Block[] = [];
  const requests: CallRequest[] = [];
  const nothing = async (): Promise<never> => assert.fail("not asked for");
  const engine: Engine = {
    model: MODEL,
    ready: {},
    restarts: 0,
    register: async (text, kind) => {
      const block = { id: BigInt(blocks.length), kind, text, tokens: 1 };
      blocks.push(block);
      return block;
    },
    call: async (request): Promise<CallAnswer> => {
      requests.push(request);
      return {
        calls,
        refusal: calls.length > 0 ? undefined : { confidence: 0.9, maskMass: 0.8 },
        inPlay: [0],
        timings: TIMINGS,
      };
    },
    tokenize: nothing,
    masks: nothing,
    logits: nothing,
    stats: nothing,
    close: async () => undefined,
  };
  return { engine, blocks, requests };
}

const LIGHT: Tool = {
  name: "set_light",
  description: "Set a light.",
  parameters: {
    type: "object",
    properties: {
      name: { type: "string", "x-needled-entity": "device" },
      level: { type: "integer", minimum: 0, maximum: 100 },
      tone: { enum: ["warm", "cool"] },
    },
    required: ["name"],
  },
};

function rawCall(values: readonly string[][]): RawCall {
  return {
    tool: 0,
    confidence: 0.9,
    raw: 0.8,
    maskMass: 0.7,
    arguments: values.map((texts, prop) => ({ prop, values: texts })),
  };
}

test("answers with typed arguments, their spans, and what is wrong with them", async () => {
  const { engine, blocks, requests } = memoryEngine([rawCall([["desk lamp"], ["500"], ["warm"]])]);
  const catalogue = await Catalogue.create(engine, {
    tools: [LIGHT],
    lexicon: ["desk lamp"],
    facts: [{ name: "room", text: "hall" }],
  });
  const query = " set  the desk  lamp to five hundred";
  const { calls, refusal, inPlay } = await catalogue.ask(query, {
    facts: [{ name: "time", text: "noon" }],
    maxCalls: 2,
  });
  assert.deepEqual(
    blocks.map(({ kind }) => kind),
    ["tool", "fact", "fact"],
  );
  assert.equal(requests[0]?.query, "set the desk lamp to five hundred");
  assert.deepEqual([requests[0]?.facts?.length, requests[0]?.maxCalls], [2, 2]);
  const [call] = calls;
  assert.deepEqual(call?.arguments, { name: "desk lamp", level: 500, tone: "warm" });
  assert.deepEqual(
    Object.entries(call?.spans ?? {}).map(([key, span]) => [key, query.slice(...span)]),
    [
      ["name", "desk  lamp"],
      ["level", "five hundred"],
    ],
  );
  assert.deepEqual(
    call?.findings.map(({ code, key }) => [code, key]),
    [["out_of_range", "level"]],
  );
  assert.deepEqual([call?.name, refusal, inPlay], ["set_light", undefined, ["set_light"]]);
});

test("passes a refusal on", async () => {
  const { engine } = memoryEngine([]);
  const answer = await (await Catalogue.create(engine, { tools: [LIGHT] })).ask("sing");
  assert.deepEqual([answer.calls, answer.refusal], [[], { confidence: 0.9, maskMass: 0.8 }]);
});

test("refuses a question without words before the engine sees it", async () => {
  const { engine, requests } = memoryEngine([]);
  const catalogue = await Catalogue.create(engine, { tools: [LIGHT] });
  await assert.rejects(catalogue.ask(" \n\t "), { code: "request.empty_query" });
  assert.equal(requests.length, 0);
});

test("refuses more tools than a catalogue holds", async () => {
  const tools = Array.from({ length: MAX_TOOLS + 1 }, (_, i) => ({ name: `t${i}` }));
  await assert.rejects(Catalogue.create(memoryEngine([]).engine, { tools }), { code: "request.too_many_tools" });
  const { engine, blocks } = memoryEngine([]);
  await Catalogue.create(engine, { tools: tools.slice(1) });
  assert.equal(new Set(blocks.map(({ text }) => text)).size, MAX_TOOLS);
});

test("reports what was cut", async () => {
  const { engine } = memoryEngine([]);
  const catalogue = await Catalogue.create(engine, { tools: [{ name: "t", description: "word ".repeat(300) }] });
  assert.deepEqual(catalogue.cuts, [{ block: "t", cuts: ["description"] }]);
});

test("takes an answer about a tool that is not there for garbage", async () => {
  const { engine } = memoryEngine([{ ...rawCall([]), tool: 3 }]);
  const catalogue = await Catalogue.create(engine, { tools: [LIGHT] });
  await assert.rejects(catalogue.ask("x"), { code: "engine.garbage" });
});

test("refuses for want of tools without asking the engine", async () => {
  const { engine, requests } = memoryEngine([]);
  const { calls, refusal } = await (await Catalogue.create(engine, { tools: [] })).ask("sing");
  assert.deepEqual([calls, refusal, requests.length], [[], { confidence: 1, maskMass: 1 }, 0]);
});
