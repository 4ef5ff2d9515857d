const DATA = 'data:';
const METHOD = '"method":"';
const NOTIFICATION = `${METHOD}notifications/`;

/**
 * Returns the messages in a text of server-sent events. All SDKs write one message on each line of data. Comments, which
 * keep a stream alive, and events without data carry none.
 */
export function messagesIn(text: string): string[] {
  if (text.startsWith(':') && !text.includes(`\n${DATA}`)) return [];
  const data = text.split('\n').filter((line) => line.startsWith(DATA));
  return data.map((line) => line.slice(DATA.length).trim()).filter((json) => json !== '');
}

/** Returns the method of a notification without parsing it, and undefined for other messages. */
export function notificationMethod(json: string): string | undefined {
  const at = json.indexOf(NOTIFICATION);
  if (at === -1) return undefined;
  const start = at + METHOD.length;
  return json.slice(start, json.indexOf('"', start));
}
