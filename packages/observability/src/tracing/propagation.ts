import {
  type Baggage,
  type Context,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api';
import { headerOf, type Message, type MessageExtra } from '../protocol/message.js';

type Carrier = Readonly<Record<string, unknown>>;

/** `_meta` is untrusted, so only its own string members count. */
const metaGetter: TextMapGetter<Carrier> = {
  keys: (meta) => Object.keys(meta),
  get: (meta, key) => {
    const value = Object.hasOwn(meta, key) ? meta[key] : undefined;
    return typeof value === 'string' ? value : undefined;
  },
};

const headerGetter: TextMapGetter<MessageExtra> = {
  keys: () => [],
  get: headerOf,
};

export interface Parent {
  readonly context: Context;
  readonly links: Link[];
}

const NO_LINKS: Link[] = [];

/**
 * Decides the parent of a request. A context in `params._meta` is the parent, and the span around us, such as the one of the HTTP
 * request, is linked. Without it, the parent is the span around us, or else the context in the HTTP headers; never both.
 */
export function parentOf(message: Message, extra: MessageExtra | undefined): Parent {
  const active = context.active();
  const around = trace.getSpanContext(active);
  const meta = message.params?._meta;
  let baggage: Baggage | undefined;
  if (typeof meta === 'object' && meta !== null) {
    const extracted = propagation.extract(trace.deleteSpan(active), meta, metaGetter);
    if (trace.getSpanContext(extracted)) {
      return { context: extracted, links: around ? [{ context: around }] : NO_LINKS };
    }
    baggage = propagation.getBaggage(extracted);
  }
  const parent = around || extra === undefined ? active : propagation.extract(active, extra, headerGetter);
  return {
    context: baggage === undefined ? parent : propagation.setBaggage(parent, baggage),
    links: NO_LINKS,
  };
}

/** A context in the headers of an HTTP request, or in the entries of a `_meta`. */
export function carrierOf(from: Context | undefined): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagation.inject(from ?? ROOT_CONTEXT, carrier);
  return carrier;
}

/**
 * Returns a copy of the message with a context in its `params._meta`, so that the owner of the message never sees it. Returns the
 * message itself if there is no context.
 */
export function carrying<M extends Message>(message: M, from: Context): M {
  const carrier = carrierOf(from);
  if (Object.keys(carrier).length === 0) return message;
  const { params } = message;
  return { ...message, params: { ...params, _meta: { ...params?._meta, ...carrier } } };
}
