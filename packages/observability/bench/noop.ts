const done = Promise.resolve();

/** A transport that sends nothing. */
export class NoopTransport {
  onmessage: ((message: unknown) => void) | undefined;
  start(): Promise<void> {
    return done;
  }
  send(_message: unknown): Promise<void> {
    return done;
  }
  close(): Promise<void> {
    return done;
  }
}

/** A server that ignores all messages. */
export class NoopServer {
  constructor(readonly _registeredTools: Readonly<Record<string, object>> = { tool_0: {} }) {}

  connect(transport: NoopTransport): Promise<void> {
    transport.onmessage = () => {};
    return transport.start();
  }
}
