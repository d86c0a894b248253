// For tests of other packages: real peers that the daemon's own tests start too.
export { eventually } from "./doors/eventually.ts";
export { type Mosquitto, startMosquitto, whyNoMosquitto } from "./doors/mosquitto.ts";
