// What @needled/devices offers to the daemon.
export type { Adapter, Command, Receipt, Verb } from "./adapter.ts";
export type { Binding, Need } from "./bind.ts";
export { bindPhrase } from "./bind.ts";
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
export {
  type FoundName,
  hasPlace,
  isKnown,
  isPlace,
  isUnclear,
  nameTogether,
  type OtherName,
  otherName,
} from "./ellipsis.ts";
export type { ErrorCode } from "./errors.ts";
export { DeviceError } from "./errors.ts";
export { type HomeAssistantOptions, homeAssistantAdapter } from "./ha/adapter.ts";
export { type GreetOptions, greetHomeAssistant } from "./ha/greet.ts";
export { type LookOptions, lookAtHomeAssistant } from "./ha/look.ts";
export type { Area, Device, Floor, Home, Place, Scene, State, Value } from "./home.ts";
export type { ActOptions, House, HouseOptions } from "./house.ts";
export { openHouse } from "./house.ts";
export type { Capability, Kind } from "./kinds.ts";
export { lexicon } from "./lexicon.ts";
export { loadHome } from "./load.ts";
export type { DeviceOutcome, Outcome, OutcomeStatus } from "./outcome.ts";
export { FillError, faultOfTopic, fillMessage, placesIn, withoutPlaces } from "./owner/fill.ts";
export type {
  FlowMessage,
  HiddenValue,
  HttpMessage,
  MqttMessage,
  OwnerMessage,
  OwnerPart,
  OwnerPost,
  OwnerRepeat,
  OwnerTool,
  OwnerVerdict,
  PostOptions,
} from "./owner/tool.ts";
export { readColor } from "./read/color.ts";
export { durationOf, readDuration } from "./read/duration.ts";
export { readNumber } from "./read/number.ts";
export { readTime } from "./read/time.ts";
export type { ReplyContext } from "./reply.ts";
export { refusalReply, reply, withheld } from "./reply.ts";
export type { HouseEvent, Reminder, ScheduledCall, ServiceAction, ServicesSnapshot, Timer } from "./services.ts";
export { simulatedHome } from "./sim/demo-home.ts";
export { simulatedAdapter } from "./sim/in-process.ts";
export type { SimulatorOptions } from "./sim/simulator.ts";
export { simulatedProcess } from "./sim/spawned.ts";
export { type Zigbee2MqttOptions, zigbee2mqttAdapter } from "./z2m/adapter.ts";
