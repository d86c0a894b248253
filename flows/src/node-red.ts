// The part of Node-RED's runtime interface that the nodes use. Its own types would be one more package for everybody.
import type { IncomingMessage, ServerResponse } from "node:http";

export interface Message {
  _msgid?: string;
  topic?: unknown;
  payload?: unknown;
  [key: string]: unknown;
}

export type Send = (messages: Message | (Message | null)[]) => void;
export type Done = (error?: Error) => void;

export interface Status {
  fill?: "red" | "green" | "yellow" | "blue" | "grey";
  shape?: "ring" | "dot";
  text?: string;
}

export interface RedNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  credentials?: Record<string, string | undefined>;
  on(event: "input", listener: (message: Message, send: Send, done: Done) => void): void;
  on(event: "close", listener: (removed: boolean, done: () => void) => void): void;
  send: Send;
  receive(message: Message): void;
  status(status: Status): void;
  log(text: string): void;
  warn(text: string): void;
  /** With a message it goes to Catch nodes too. */
  error(text: string | Error, message?: Message): void;
}

export interface NodeConfig {
  id: string;
  type: string;
  name?: string;
  version?: number;
  [key: string]: unknown;
}

type RouteHandler = (
  request: IncomingMessage & { params: Record<string, string> },
  response: ServerResponse & { json(body: unknown): void },
) => void;

export interface Red {
  nodes: {
    createNode(node: RedNode, config: NodeConfig): void;
    registerType(
      type: string,
      create: (this: RedNode, config: NodeConfig) => void,
      options?: { credentials?: Record<string, { type: "text" | "password" }> },
    ): void;
    getNode(id: unknown): RedNode | null | undefined;
  };
  util: {
    cloneMessage<T>(message: T): T;
    evaluateNodeProperty(
      value: unknown,
      type: string,
      node: RedNode,
      message: Message,
      callback: (error: Error | null, value: unknown) => void,
    ): void;
  };
  httpAdmin: { get(path: string, guard: unknown, handler: RouteHandler): void };
  auth: { needsPermission(permission: string): unknown };
  _(key: string, values?: Record<string, unknown>): string;
}
