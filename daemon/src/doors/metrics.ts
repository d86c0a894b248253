// Health as Prometheus text.
import type { Health } from "../intake.ts";

const statuses: readonly Health["status"][] = ["ok", "degraded", "safe", "starting", "stopping"];

function nameOf(counter: string): string {
  const name = counter.toLowerCase().replace(/[^a-z0-9_]+/g, "_");
  return `needled_${name.endsWith("_total") ? name : `${name}_total`}`;
}

function escapeLabel(value: string): string {
  return value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");
}

function gauge(name: string, help: string, samples: readonly string[]): string[] {
  return [`# HELP needled_${name} ${help}`, `# TYPE needled_${name} gauge`, ...samples];
}

export function renderMetrics(health: Health): string {
  const { status, ready, model, uptime_s, in_flight, waiting, counters } = health;
  const lines = [
    ...gauge("info", "What runs here.", [`needled_info{model="${escapeLabel(model)}"} 1`]),
    ...gauge(
      "status",
      "1 for the present status.",
      statuses.map((word) => `needled_status{status="${word}"} ${word === status ? 1 : 0}`),
    ),
    ...gauge("ready", "1 when intents are taken.", [`needled_ready ${ready ? 1 : 0}`]),
    ...gauge("uptime_seconds", "Since the start of the process.", [`needled_uptime_seconds ${uptime_s}`]),
    ...gauge("in_flight", "Turns under way.", [`needled_in_flight ${in_flight}`]),
    ...gauge("waiting", "Turns that wait.", [`needled_waiting ${waiting}`]),
  ];
  for (const [counter, value] of Object.entries(counters)) {
    const name = nameOf(counter);
    lines.push(`# TYPE ${name} counter`, `${name} ${value}`);
  }
  return `${lines.join("\n")}\n`;
}
