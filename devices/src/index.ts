// What @needled/devices offers to the daemon.
export type { Adapter, Command, Receipt, Verb } from "./adapter.ts";
export type {
  Approved,
  Arguments,
  Bound,
  BoundCall,
  Effect,
  Plan,
  Refusal,
  RefusalCode,
  Risk,
  Speaker,
  ToolCall,
} from "./call.ts";
export { approve } from "./call.ts";
export type { ParameterSchema, ToolSpec } from "./catalogue.ts";
export { catalogue, findTool } from "./catalogue.ts";
export type { Clock, ManualClock } from "./clock.ts";
export { manualClock, systemClock } from "./clock.ts";
export type { ErrorCode } from "./errors.ts";
export { DeviceError } from "./errors.ts";
export type { Area, Device, Floor, Home, Place, Scene, State, Value } from "./home.ts";
export type { ActOptions, House, HouseOptions } from "./house.ts";
export type { Capability, Kind } from "./kinds.ts";
export type { DeviceOutcome, Outcome, OutcomeStatus } from "./outcome.ts";
export type { HouseEvent, Reminder, ScheduledCall, ServiceAction, ServicesSnapshot, Timer } from "./services.ts";

// Coming, with these signatures:
//   openHouse(options: HouseOptions): House
//   loadHome(plain: unknown): Home                      throws config.home, naming the place
//   lexicon(home: Home): string[]                       all names, for the grammar
//   simulatedHome(): unknown                            plain object for loadHome
//   simulatedAdapter(home: Home, options?): Adapter     in this process
//   simulatedProcess(home: Home, options?): Adapter     as a process of its own
//   reply(outcomes: readonly Outcome[], home: Home, now: number): string
//   refusalReply(refusal: Refusal): string
