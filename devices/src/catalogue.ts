// The capability tools the model may call, as written in catalogue.json. The model is trained on them: read, never changed.
import { readFileSync } from "node:fs";
import type { Effect, Risk } from "./call.ts";
import { DeviceError } from "./errors.ts";

export interface ParameterSchema {
  readonly type: "string" | "integer" | "number";
  readonly description: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly "x-needled-entity"?: string;
}

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly parameters: {
    readonly type: "object";
    readonly properties: Readonly<Record<string, ParameterSchema>>;
    readonly required: readonly string[];
  };
  readonly risk: Risk;
  readonly effect: Effect;
}

let specs: readonly ToolSpec[] | undefined;

/** All tools, in the order of the file. */
export function catalogue(): readonly ToolSpec[] {
  if (!specs) {
    const file = new URL("../catalogue.json", import.meta.url);
    try {
      specs = JSON.parse(readFileSync(file, "utf8")) as ToolSpec[];
    } catch (cause) {
      throw new DeviceError("config.catalogue", { place: file.pathname, why: "cannot be read" }, cause);
    }
  }
  return specs;
}

export function findTool(name: string): ToolSpec | undefined {
  return catalogue().find((tool) => tool.name === name);
}
