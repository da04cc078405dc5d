/** Payloads of Invoke, as text on the wire. */

/** The value of an answer; an empty answer is undefined, and a text that is no JSON stays text. */
export function parsePayload(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
