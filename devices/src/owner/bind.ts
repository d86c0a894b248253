// A call of an owner's tool → a complete plan. It is about no device of the home.
import type { Arguments, Bound, BoundCall, Refusal, Speaker, ToolCall } from "../call.ts";
import { FillError, fillMessage, fillText } from "./fill.ts";
import type { OwnerMessage, OwnerTool } from "./tool.ts";

const words = (key: string): string => key.replaceAll("_", " ");

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** "give the cat food (portions 2)" */
function deedOf({ description, name }: OwnerTool, args: Arguments): string {
  const plain = (description || words(name)).trim().replace(/\.$/, "");
  const lower = /^[A-Z]{2}/.test(plain) ? plain : `${plain.slice(0, 1).toLowerCase()}${plain.slice(1)}`;
  const told = Object.entries(args).map(([key, value]) => `${words(key)} ${shown(value)}`.slice(0, 80));
  return told.length > 0 ? `${lower} (${told.join(", ")})` : lower;
}

function withDefaults({ parameters }: OwnerTool, args: Arguments): Arguments {
  const properties = Object.entries((parameters.properties ?? {}) as Record<string, { default?: unknown }>);
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  const defaults = properties.flatMap(([key, schema]) =>
    schema?.default === undefined ? [] : [[key, schema.default] as const],
  );
  return Object.fromEntries([...defaults, ...given]);
}

function unknownKey({ name, parameters }: OwnerTool, args: Arguments): Refusal | undefined {
  const key = Object.keys(args).find((one) => !Object.hasOwn((parameters.properties ?? {}) as object, one));
  return key === undefined ? undefined : { code: "invalid_arguments", message: `${name} takes no ${words(key)}.` };
}

export function bindOwner(tool: OwnerTool, call: ToolCall, speaker: Speaker): Bound {
  const args = withDefaults(tool, call.arguments);
  const fault = unknownKey(tool, args) ?? tool.check(args);
  if (fault) return { ok: false, refusal: fault };
  let message: OwnerMessage;
  try {
    message = fillMessage(tool.message, args);
  } catch (error) {
    if (!(error instanceof FillError)) throw error;
    return { ok: false, refusal: { code: "invalid_arguments", message: error.message } };
  }
  const deed = deedOf(tool, args);
  const say = tool.say === undefined ? undefined : fillText(tool.say, args);
  const bound: BoundCall = {
    tool: tool.name,
    arguments: args,
    risk: tool.risk,
    ...(tool.asksFirst && { asksFirst: true as const }),
    effect: tool.repeat === "once" ? "once" : "set",
    timeoutMs: tool.timeoutMs,
    targets: [],
    said: deed,
    deed,
    plan: { do: "owner", message, repeat: tool.repeat, ...(say !== undefined && { say }) },
    speaker,
  };
  return { ok: true, call: bound };
}
