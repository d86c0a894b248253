// Spans of the day in local time; a span may go over midnight.

const form = /^([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/;

/** Minutes of the day, or undefined when the text is no span such as "22:00-06:30". */
export function readHours(text: string): readonly [from: number, to: number] | undefined {
  const found = form.exec(text);
  if (found === null) return undefined;
  const [h1, m1, h2, m2] = found.slice(1).map(Number) as [number, number, number, number];
  const span = [h1 * 60 + m1, h2 * 60 + m2] as const;
  return span.every((minute) => minute <= 24 * 60) ? span : undefined;
}

/** The start belongs to the span, the end does not. A text that is no span fits nothing. */
export function isWithin(text: string, time: Date): boolean {
  const span = readHours(text);
  if (span === undefined) return false;
  const [from, to] = span;
  const minute = time.getHours() * 60 + time.getMinutes();
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}
