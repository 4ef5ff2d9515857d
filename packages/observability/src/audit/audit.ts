import type { CallAudit } from '../mcp/call-audit.js';
import type { Exchange } from '../mcp/exchange.js';
import type { Peer } from '../mcp/peer.js';
import type { Message, MessageExtra } from '../protocol/message.js';
import type { Ending } from '../protocol/outcome.js';
import { redact } from '../redact/value.js';
import type { AuditConfig } from './config.js';
import { KeyedHash } from './keyed-hash.js';
import { AuditLog, type AuditReport } from './log.js';
import { member, members } from './members.js';
import { MAX_NAME, Names } from './names.js';
import { principalOf, text } from './principal.js';

const AUDITED: ReadonlySet<unknown> = new Set(['tools/call', 'prompts/get', 'resources/read']);
/** The HTTP statuses for missing or insufficient rights. */
const FORBIDDEN: ReadonlySet<unknown> = new Set([401, 403]);
const MAX_ARGUMENTS = 4_096;

/** What is known about a call when it arrives. */
interface Call {
  /** The members of each of its records. */
  readonly facts: string;
  /** How it ended according to its answer; undefined until it is answered. */
  answered: Ending | undefined;
}

/** Writes a record of each call before the answer is sent, so that no answered call lacks one. Never throws. */
export class Audit implements CallAudit {
  private readonly log: AuditLog;
  private readonly names = new Names();
  /** Hashes arguments; undefined without a key. */
  private readonly hash: KeyedHash | undefined;

  constructor(
    private readonly config: AuditConfig,
    private readonly report: AuditReport & { readonly failed: () => void },
    exported: (line: string) => void,
  ) {
    this.log = new AuditLog(config, report, exported);
    this.hash = config.key && new KeyedHash(config.key);
  }

  /** Whether the last records must be exported with the other signals. */
  get isExported(): boolean {
    return this.config.destination === 'otlp';
  }

  get isRequired(): boolean {
    return this.config.onFailure === 'refuse';
  }

  get isWritable(): boolean {
    return this.log.isWritable;
  }

  started(exchange: Exchange, message: Message, extra: MessageExtra | undefined, peer: Peer): boolean {
    if (!AUDITED.has(message.method)) return true;
    try {
      const facts = this.factsOf(exchange, message, extra, peer);
      exchange.audit = { facts, answered: undefined } satisfies Call;
      if (!this.isRequired) return true;
      return this.log.isWritable && this.log.write('started', facts);
    } catch {
      this.report.failed();
      return !this.isRequired;
    }
  }

  answering(exchange: Exchange, ending: Ending, at: number): void {
    const call = exchange.audit as Call | undefined;
    if (call === undefined) return;
    call.answered = ending;
    this.ends('call', exchange, call, ending, at);
  }

  ended(exchange: Exchange, ending: Ending, at: number): void {
    const call = exchange.audit as Call | undefined;
    if (call === undefined) return;
    // The first record shows the answer, and this one that the answer did not arrive.
    if (call.answered === undefined) this.ends('call', exchange, call, ending, at);
    else if (call.answered.outcome !== ending.outcome) this.ends('undelivered', exchange, call, ending, at);
  }

  /** Records an HTTP exchange that was refused. */
  refused(request: { header(name: string): string | undefined }, peer: Peer, ending: Ending): void {
    if (!FORBIDDEN.has(ending.status)) return;
    const facts = {
      method: text(request.header('mcp-method')),
      name: text(request.header('mcp-name'), MAX_NAME),
      address: peer.address?.address,
      status: ending.status,
      reason: ending.type,
    };
    this.log.write('refused', members(facts));
  }

  /** Records the use of something that only operators may use. */
  administered(action: string, facts: object): void {
    this.log.write('admin', members({ action, ...facts }));
  }

  close(): void {
    this.log.close();
  }

  private ends(kind: string, exchange: Exchange, { facts }: Call, ending: Ending, at: number): void {
    try {
      const ids = exchange.scope?.ids;
      const end =
        member('outcome', ending.outcome) +
        member('error_type', ending.type || undefined) +
        member('duration_ms', Math.round((at - exchange.startedAt) * 1e3) / 1e3) +
        member('trace_id', ids?.traceId);
      this.log.write(kind, facts + end);
    } catch {
      this.report.failed();
    }
  }

  private factsOf(
    { id }: Exchange,
    { method, params }: Message,
    extra: MessageExtra | undefined,
    peer: Peer,
  ): string {
    const name = method === 'resources/read' ? params?.uri : params?.name;
    const principal = principalOf(extra?.authInfo);
    return (
      member('method', text(method)) +
      (typeof name === 'string' ? this.names.member(name) : '') +
      member('id', typeof id === 'string' ? id.slice(0, 100) : (id as number)) +
      (principal === undefined ? '' : members({ principal })) +
      member('client', text(peer.client)) +
      member('session', text(peer.sessionId)) +
      member('address', text(peer.address?.address)) +
      member('transport', peer.kind) +
      this.argumentsOf(params?.arguments)
    );
  }

  private argumentsOf(given: unknown): string {
    if (typeof given !== 'object' || given === null) return '';
    if (this.config.arguments === 'redacted')
      return member('arguments', JSON.stringify(redact(given, MAX_ARGUMENTS)).slice(0, MAX_ARGUMENTS));
    return this.hash === undefined ? '' : member('arguments_hash', this.hash.of(JSON.stringify(given)));
  }
}
