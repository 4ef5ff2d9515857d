import type { Span } from '../otlp/sdk.js';
import { redactText } from '../redact/text.js';
import { redact } from '../redact/value.js';

/**
 * Returns a span without secrets. Spans of the application, created in a handler, contain its exceptions and the URLs that it
 * calls. The original is never changed, since others may export it too.
 */
export function redactSpan(span: Span): Span {
  const { attributes, events, status } = span;
  const shown = {
    attributes: redact(attributes) as Span['attributes'],
    events: redact(events) as Span['events'],
    message: status.message === undefined ? undefined : redactText(status.message),
  };
  const isSame =
    shown.attributes === attributes && shown.events === events && shown.message === status.message;
  if (isSame) return span;
  return Object.create(span, {
    attributes: { value: shown.attributes, enumerable: true },
    events: { value: shown.events, enumerable: true },
    status: { value: { ...status, message: shown.message }, enumerable: true },
  }) as Span;
}
