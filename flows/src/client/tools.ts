// The tools that flows handle: registers them, keeps their lease, hands each call to its node.
import { createCalls } from "./calls.ts";
import { ClientError, messageOf } from "./errors.ts";
import type { Call, FlowResult, Registered, Registration, ResultBody, ToolDefinition } from "./wire.ts";

export interface ToolHooks {
  onCall(call: Call): void;
  /** Once for each call: with an error when the flow gave no result. */
  onEnd(id: string, error?: ClientError): void;
  onRegistered(): void;
  onRefused(message: string): void;
}

export interface ToolsOptions {
  session: string;
  where: string;
  isReady(): boolean;
  whenReady(waitMs: number): Promise<void>;
  sendTools(registration: Registration): Promise<void>;
  sendResult(result: ResultBody): Promise<void>;
  warn(text: string): void;
}

export interface Tools {
  /** Throws when another node of this connection has the name. */
  add(definition: ToolDefinition, hooks: ToolHooks): () => void;
  onReady(): void;
  onDown(): void;
  registered(message: Registered): void;
  call(call: Call): void;
  /** Resolves when the daemon's side has it. */
  answer(id: string, result: FlowResult): Promise<void>;
  isOpen(id: string): boolean;
  close(): Promise<void>;
}

const leaseS = 60;
const renewMs = 20_000;
/** A deploy adds its nodes one after the other; they are one registration. */
const gatherMs = 50;
const againMs = 1_000;
const farewellMs = 2_000;
const defaultTimeoutS = 5;

interface Tool {
  definition: ToolDefinition;
  hooks: ToolHooks;
}

export function createTools(options: ToolsOptions): Tools {
  const { where, session } = options;
  const tools = new Map<string, Tool>();
  const calls = createCalls(where);
  let gathering: NodeJS.Timeout | undefined;
  let renewal: NodeJS.Timeout | undefined;
  let wasRegistered = false;
  /** Whose tools stood in our place last. */
  let rival: string | undefined;
  let isClosed = false;

  const register = (): void => {
    gathering = undefined;
    clearTimeout(renewal);
    if (!options.isReady() || isClosed) return;
    if (tools.size === 0 && !wasRegistered) return;
    wasRegistered = tools.size > 0;
    const definitions = [...tools.values()].map(({ definition }) => definition);
    options.sendTools({ session, lease_s: leaseS, tools: definitions }).catch((error: unknown) => {
      options.warn(`${where}: the tools of the flows could not be registered: ${messageOf(error)}`);
    });
    if (tools.size > 0) renewal = setTimeout(register, renewMs);
  };

  const registerSoon = (ms = gatherMs): void => {
    if (isClosed) return;
    gathering ??= setTimeout(register, ms);
  };

  const send = (body: ResultBody): void => {
    options.sendResult(body).catch((error: unknown) => {
      options.warn(`${where}: a result for call ${body.call} did not reach the daemon: ${messageOf(error)}`);
    });
  };

  /** The link may be down for a moment: the daemon takes the result until the deadline. */
  const deliver = async (body: ResultBody, deadline: number): Promise<void> => {
    for (;;) {
      await options.whenReady(Math.max(0, deadline - Date.now()));
      try {
        return await options.sendResult(body);
      } catch (error) {
        if (error instanceof ClientError || Date.now() + againMs > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, againMs));
      }
    }
  };

  const fail = (call: Call, error: string): void => send({ call: call.call, ok: false, error });

  /** Undefined: it is too late to begin. */
  const timeLeft = (call: Call, { definition }: Tool): number | undefined => {
    const leftMs = call.deadline - Date.now();
    if (leftMs <= 0) return undefined;
    return Math.min(leftMs, (definition.timeout_s ?? defaultTimeoutS) * 1000);
  };

  const start = (call: Call, tool: Tool): void => {
    const leftMs = timeLeft(call, tool);
    if (leftMs === undefined) {
      const late = `the call of ${call.tool} came ${Date.now() - call.deadline} ms after its deadline`;
      options.warn(`${where}: ${late}; it was not started. Do the clocks of both machines agree?`);
      fail(call, `${late} by Node-RED's clock; it was not started`);
      return;
    }
    const begun = calls.begin(call, leftMs, (error) => tool.hooks.onEnd(call.call, error));
    send({ call: call.call, ack: true });
    if (begun === "new") tool.hooks.onCall(call);
    else if (begun !== "again") send(begun);
  };

  /** Without a name it is the whole registration that was refused. */
  const place = (message: Registered): void => {
    const refused = new Map((message.refused ?? []).map((fault) => [fault.name ?? "", fault]));
    const taken = new Set(message.tools ?? []);
    for (const [name, { hooks }] of tools) {
      const fault = refused.get(name) ?? refused.get("");
      if (taken.has(name)) hooks.onRegistered();
      else if (fault) hooks.onRefused(`${fault.path ? `${fault.path}: ` : ""}${fault.message}`);
      else registerSoon(againMs);
    }
  };

  return {
    add(definition, hooks) {
      const { name } = definition;
      if (tools.has(name)) {
        const todo = "Rename one, or give one another needled-daemon node with another client name.";
        throw new ClientError("input", `${where}: another needled-tool node handles ${name} already. ${todo}`);
      }
      const mine: Tool = { definition, hooks };
      tools.set(name, mine);
      registerSoon();
      return () => {
        if (tools.get(name) === mine) tools.delete(name);
        registerSoon();
      };
    },
    isOpen: (id) => calls.find(id) !== undefined,
    onReady: () => registerSoon(0),
    onDown: () => clearTimeout(renewal),
    registered(message) {
      if (isClosed) return;
      if (message.start === true) registerSoon(0);
      else if (message.session === undefined || message.session === session) place(message);
      else if (tools.size > 0 && message.tools.length > 0 && message.session !== rival) {
        rival = message.session;
        const todo = "Give each Node-RED a client name of its own in its needled-daemon node.";
        options.warn(`${where}: another client of the same name registers tools; it takes ours away. ${todo}`);
      }
    },
    call(call) {
      const tool = tools.get(call.tool);
      if (call.session !== session) return fail(call, "Node-RED was restarted since; it was not started");
      if (tool === undefined) return fail(call, `no flow handles ${call.tool} now; it was not started`);
      start(call, tool);
    },
    async answer(id, result) {
      const call = calls.find(id);
      const body: ResultBody = { call: id, ...result };
      calls.finish(id, body);
      await deliver(body, call?.deadline ?? 0);
    },
    async close() {
      isClosed = true;
      clearTimeout(gathering);
      clearTimeout(renewal);
      if (options.isReady() && wasRegistered) {
        const taken = options.sendTools({ session, lease_s: leaseS, tools: [] }).catch(() => undefined);
        // Node-RED waits 15 s for a node to close; a broker that says nothing must not hold it up.
        await Promise.race([taken, new Promise((resolve) => setTimeout(resolve, farewellMs).unref())]);
      }
      calls.close();
    },
  };
}
