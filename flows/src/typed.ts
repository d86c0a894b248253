// Values of typed inputs: message, flow, global, environment, JSONata. Contexts and JSONata answer later, so all do.
import type { Message, NodeConfig, Red, RedNode } from "./node-red.ts";

export interface TypedReader {
  /** The value of `config[key]`, whose kind is in `config[key + "Type"]`. */
  read(key: string, message: Message): Promise<unknown>;
}

export function createTypedReader(red: Red, node: RedNode, config: NodeConfig): TypedReader {
  return {
    read(key, message) {
      const type = String(config[`${key}Type`] ?? "str");
      const value = config[key];
      if (type === "none") return Promise.resolve(undefined);
      return new Promise((resolve, reject) => {
        red.util.evaluateNodeProperty(value, type, node, message, (error, found) => {
          if (error) reject(new Error(`${node.type}: ${key} (${type} ${String(value)}): ${error.message}`));
          else resolve(found);
        });
      });
    },
  };
}

/** Undefined for what is not there; a number said as a word. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}
