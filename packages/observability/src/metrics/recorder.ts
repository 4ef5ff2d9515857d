import { REFUSAL_REASONS } from '../http/refusal.js';
import type { Exchange } from '../mcp/exchange.js';
import type { Recorder as FactRecorder } from '../mcp/facts.js';
import { LabelBudget } from '../mcp/label-budget.js';
import { LabelLimiter } from '../mcp/limiter.js';
import type { LongCall, LongCallKind } from '../mcp/long-call.js';
import { Names } from '../mcp/names.js';
import type { Peer } from '../mcp/peer.js';
import type { Series } from '../mcp/series.js';
import type { ServerInfo } from '../mcp/server.js';
import type { Question, QuestionOutcome } from '../mcp/server-request.js';
import { TRANSPORT_KINDS, type TransportKind } from '../mcp/transport-kind.js';
import type { Message } from '../protocol/message.js';
import { methodLabel, OTHER, PROTOCOL_VERSIONS, takesName, takesTask } from '../protocol/methods.js';
import { type Ending, ERROR_TYPES, type Outcome } from '../protocol/outcome.js';
import type { Families } from './families.js';
import { HttpRecorder } from './http.js';
import { MethodSeries, type Operation } from './operation.js';
import type { SemconvMetrics } from './semconv.js';

/** A peer that did not say who it is. */
const UNKNOWN = 'unknown';
/** JSON-RPC codes are the server's to choose; more kinds than these are no longer kinds. */
const MAX_ERROR_TYPES = 50;

/** Enough for every server in a process; names made up per request must not grow the series. */
const MAX_SERVERS = 20;

export interface RecorderLimits {
  readonly names: number;
  readonly clients: number;
}

/**
 * The one place that sees what happens on every connection, and turns it into metrics.
 * Label values are bounded here. Series are found once and kept.
 */
export class Recorder implements FactRecorder {
  readonly names: Names;
  /** Records what happens in HTTP around the messages. */
  readonly http: HttpRecorder;
  private readonly methods = new Map<string, MethodSeries>();
  private readonly clients: LabelBudget;
  private readonly errorTypes: LabelLimiter;
  private readonly servers: LabelLimiter;
  private readonly versions: LabelLimiter;
  private inFlight = 0;
  /** By the clock of `performance.now()`. */
  lastEndedAt = Number.NEGATIVE_INFINITY;
  private idleWaiters: (() => void)[] = [];

  constructor(
    readonly families: Families,
    limits: RecorderLimits,
    /** Undefined unless the metrics of the OpenTelemetry conventions are on. */
    private readonly semconv?: SemconvMetrics,
  ) {
    const limiter = (label: string, limit: number) => new LabelLimiter(limit, () => this.overflowed(label));
    this.http = new HttpRecorder(families);
    this.names = new Names(this.nameBudget(limits.names), () => this.overflowed('name'));
    this.clients = this.clientBudget(limits.clients);
    this.errorTypes = limiter('type', MAX_ERROR_TYPES + REFUSAL_REASONS.length);
    // A server can use any number of codes. The codes that every server can use always have their own label.
    for (const type of [...ERROR_TYPES, ...REFUSAL_REASONS]) this.errorTypes.accept(type, OTHER);
    this.servers = limiter('server', MAX_SERVERS);
    this.versions = limiter('version', MAX_SERVERS);
    // Series that an autoscaler or an alert reads exist from the start, since a missing series means no data.
    for (const kind of TRANSPORT_KINDS) families.activeConnections.slot(kind);
    for (const type of ['parse', 'transport']) families.errors.slot(OTHER, '', type);
    for (const label of ['name', 'client', 'method', 'type', 'server', 'version'])
      families.labelOverflow.slot(label);
    for (const reason of ['internal_error', 'collect_failed'])
      families.telemetryDropped.slot('metrics', reason);
  }

  /** Resolves when no request is in flight on any connection. */
  async idle(): Promise<void> {
    if (this.inFlight > 0) await new Promise<void>((resolve) => this.idleWaiters.push(resolve));
  }

  get isIdle(): boolean {
    return this.inFlight === 0;
  }

  method(method: string): MethodSeries {
    return this.methods.get(method) ?? this.newMethod(method);
  }

  requestStarted(series: MethodSeries): void {
    this.inFlight++;
    series.started();
  }

  waitStarted(series: MethodSeries): void {
    series.waiting(1);
  }

  waitEnded(series: MethodSeries): void {
    series.waiting(-1);
  }

  requestEnded(exchange: Exchange, ending: Ending, now: number, peer: Peer): Operation {
    const { scope } = exchange;
    const series = ours(exchange.series);
    const { outcome, type } = ending;
    // First, since the next step reads objects of the server, which may throw.
    this.inFlight--;
    this.lastEndedAt = now;
    series.finished();
    if (this.inFlight === 0 && this.idleWaiters.length > 0) this.releaseWaiters();
    const operation = series.find(exchange.name) ?? this.newOperation(exchange, outcome, peer.server);
    const seconds = (now - exchange.startedAt) / 1000;
    // The conventions count the whole time. Our own metric counts only the time of the server.
    const own = seconds - exchange.waited / 1000;
    operation.ended(ending, own, now, scope?.sampled ? scope.span : undefined);
    if (type !== '') operation.failed(this.errorTypes.accept(type, OTHER));
    if (exchange.size >= 0) operation.received(exchange.size);
    if (this.semconv !== undefined && !ending.isRefused)
      this.endedBySemconv(series.method, operation.name, ending, peer, seconds);
    return operation;
  }

  longCallBegan(kind: LongCallKind): void {
    const { operationsInProgress } = this.families;
    operationsInProgress.add(operationsInProgress.slot(kind), 1);
  }

  longCallLeft(kind: LongCallKind): void {
    const { operationsInProgress } = this.families;
    operationsInProgress.add(operationsInProgress.slot(kind), -1);
  }

  /**
   * The last round of a call was counted as a request. The end of a task is not part of a request, so it is counted here.
   *
   * @param ending undefined if its end was not seen
   */
  longCallEnded(
    { kind, series: counted, name, startedAt }: LongCall,
    ending: Ending | undefined,
    at: number,
  ): Operation {
    const series = ours(counted);
    this.longCallLeft(kind);
    const operation = series.find(name) ?? series.operation(this.names.label(name, true, undefined));
    const { operationDuration } = this.families;
    const outcome = ending?.outcome ?? 'abandoned';
    const slot = operationDuration.slot(kind, series.method, operation.name, outcome);
    operationDuration.observe(slot, (at - startedAt) / 1000);
    if (kind === 'task' && ending !== undefined) {
      operation.counted(ending.outcome, at);
      if (ending.type !== '') operation.failed(this.errorTypes.accept(ending.type, OTHER));
    }
    return operation;
  }

  notification(direction: 'received' | 'sent', method: string): void {
    const { notifications } = this.families;
    notifications.add(notifications.slot(direction, methodLabel('notification', method)), 1);
  }

  /** @param seconds how long the client took; undefined if unknown */
  serverRequestEnded(question: Question, outcome: QuestionOutcome, seconds: number | undefined): void {
    const { serverRequests, serverRequestDuration } = this.families;
    const label = methodLabel('server_request', question.method);
    const { mode } = question;
    serverRequests.add(serverRequests.slot(label, mode, outcome), 1);
    if (seconds !== undefined)
      serverRequestDuration.observe(serverRequestDuration.slot(label, mode), seconds);
  }

  serverSeen({ name, version, sdk }: ServerInfo): void {
    const { buildInfo } = this.families;
    const slot = buildInfo.slot(
      this.servers.accept(name, UNKNOWN),
      this.versions.accept(version, UNKNOWN),
      sdk,
    );
    buildInfo.set(slot, 1);
  }

  connectionOpened(transport: TransportKind): void {
    const { activeConnections } = this.families;
    activeConnections.add(activeConnections.slot(transport), 1);
  }

  connectionIdentified(transport: TransportKind, version: unknown, client: unknown): void {
    const { connections } = this.families;
    const versionLabel = this.versionLabel(version);
    const clientLabel = typeof client === 'string' && client !== '' ? this.clients.accept(client) : UNKNOWN;
    connections.add(connections.slot(transport, versionLabel, clientLabel), 1);
  }

  connectionClosed(transport: TransportKind, version: unknown, seconds: number | undefined): void {
    const { activeConnections, connectionDuration } = this.families;
    activeConnections.add(activeConnections.slot(transport), -1);
    if (seconds === undefined) return;
    this.semconv?.sessionEnded(this.versionLabel(version, ''), transport, seconds);
    connectionDuration.observe(connectionDuration.slot(transport), seconds);
  }

  /** An error without a request: a message that could not be read, or an error of a transport. */
  transportFailed(type: 'parse' | 'transport'): void {
    const { errors } = this.families;
    errors.add(errors.slot(OTHER, '', type), 1);
  }

  /** A fact was lost, since recording it failed. */
  dropped(reason: string): void {
    const { telemetryDropped } = this.families;
    telemetryDropped.add(telemetryDropped.slot('metrics', reason), 1);
  }

  /** Learns the names in a list result before it is sent. */
  listed(answer: Message): void {
    this.names.list(answer.result?.tools ?? answer.result?.prompts);
  }

  private nameBudget(limit: number): LabelBudget {
    return new LabelBudget({
      limit,
      onOverflow: () => this.overflowed('name'),
      onGivenUp: (name) => {
        for (const series of this.methods.values()) series.forget(name);
      },
      onStale: (name) => {
        this.removeSeries('name', name);
        this.semconv?.remove(name);
      },
      lastUse: (name) => Math.max(...[...this.methods.values()].map((series) => series.usedAt(name))),
    });
  }

  /** A client can give itself any name, and nothing confirms it. */
  private clientBudget(limit: number): LabelBudget {
    return new LabelBudget({
      limit,
      onOverflow: () => this.overflowed('client'),
      onGivenUp: () => {},
      onStale: (client) => this.removeSeries('client', client),
      onProbation: true,
    });
  }

  private removeSeries(label: string, value: string): void {
    for (const family of Object.values(this.families)) {
      if ((family.metric.labels as readonly string[]).includes(label)) family.remove(label, value);
    }
  }

  private endedBySemconv(method: string, name: string, ending: Ending, peer: Peer, seconds: number): void {
    const type = ending.type === '' ? '' : this.errorTypes.accept(ending.type, OTHER);
    const version = this.versionLabel(peer.protocolVersion, '');
    this.semconv?.requestEnded(method, name, { ...ending, type }, version, peer.kind, seconds);
  }

  private releaseWaiters(): void {
    for (const resolve of this.idleWaiters.splice(0)) resolve();
  }

  private overflowed(label: string): void {
    const { labelOverflow } = this.families;
    labelOverflow.add(labelOverflow.slot(label), 1);
  }

  private versionLabel(version: unknown, unknown = UNKNOWN): string {
    if (typeof version !== 'string') return unknown;
    return PROTOCOL_VERSIONS.has(version) ? version : OTHER;
  }

  private newMethod(method: string): MethodSeries {
    const label = methodLabel('request', method);
    if (label === OTHER && method !== OTHER) {
      this.overflowed('method');
      return this.method(OTHER);
    }
    const series = new MethodSeries(this.families, label, takesName(label), takesTask(label));
    this.methods.set(label, series);
    return series;
  }

  private newOperation(exchange: Exchange, outcome: Outcome, server: unknown): Operation {
    return ours(exchange.series).operation(this.names.label(exchange.name, isServed(outcome), server));
  }
}

/** All series come from `method`, so the cast is safe. */
function ours(series: Series): MethodSeries {
  return series as MethodSeries;
}

/** Whether a server could give this answer to an unknown name. */
function isServed(outcome: Outcome): boolean {
  return outcome === 'ok' || outcome === 'input_required' || outcome === 'task';
}
