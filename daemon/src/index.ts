// @needled/daemon for tests and benchmarks: the turn, the application, and the JSON they speak.
export type { Admitted } from "./admit.ts";
export type { App, AppOptions } from "./app.ts";
export { openApp } from "./app.ts";
export type { EngineOptions, Paths } from "./engine-options.ts";
export type { Policy, PolicyRules } from "./policy/policy.ts";
export { createPolicy } from "./policy/policy.ts";
export type { Interpreter, Question, ReadCall, Reading } from "./ports.ts";
export type * from "./protocol.ts";
export { askReport, explainReport } from "./report.ts";
export type { SimulatedHouse } from "./simulated-house.ts";
export { openSimulatedHouse } from "./simulated-house.ts";
export type { Intent, Step, Turn, TurnPorts } from "./turn.ts";
export { runTurn } from "./turn.ts";
