// A door whose answers go to the device process too, which outlives the daemon: after a crash they must find their way there, as with MQTT.
import type { Door, Intake } from "@needled/daemon";
import { outcomeOf } from "./storm.ts";

export type Tell = (id: string, outcome: string) => Promise<boolean>;

export function teller(door: Door, tell: Tell): Door {
  return {
    ...door,
    start(intake, signal) {
      const submit: Intake["submit"] = (intent) =>
        intake.submit({ ...intent, reply: { door: door.name, to: intent.id ?? "" } });
      return door.start({ ...intake, submit }, signal);
    },
    deliver: ({ to }, answer) => tell(to, outcomeOf(answer)),
  };
}
