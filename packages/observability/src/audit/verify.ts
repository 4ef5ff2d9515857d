import { type KeyObject, verify as verifySignature } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { hashOf, signedText, unseal } from './chain.js';

/** Longer than any record. */
const MAX_LINE = 4_194_304;
/** There are always checkpoints long before this. */
const MAX_UNSIGNED = 1_100;

/** The members that every record has. */
export interface AuditRecord {
  readonly seq: number;
  readonly kind: string;
  readonly time: string;
  /** Its place in the chain. */
  readonly hash: string;
  readonly previous?: string;
  readonly unfinished?: number;
  readonly lost?: number;
  readonly signature?: string;
}

/** The result of verifying a log. */
export interface Verdict {
  /** Why the first broken record is broken; undefined if all are intact. */
  readonly fault: string | undefined;
  readonly records: number;
  readonly checkpoints: number;
  /** The last record that a verified signature covers; 0 if no signature was verified. */
  readonly signedTo: number;
  /** Lines that a killed process did not finish. */
  readonly unfinished: number;
  /** Lost records, according to the log itself. */
  readonly lost: number;
  /** The sequence numbers of the first and the last record. */
  readonly from: number;
  readonly to: number;
  /** Whether the last record is the end of the log. */
  readonly isEnded: boolean;
}

/** Follows the chain through the files, which must be in order. */
class Verifier {
  private hash: string | undefined;
  private seq = 0;
  private first = 0;
  private records = 0;
  private checkpoints = 0;
  private signedTo = 0;
  private unfinished = 0;
  private lost = 0;
  private last = '';
  private fault: string | undefined;
  /** A line that is no record. Kept until it is known whether the process ended while it wrote the line. */
  private broken: { readonly bytes: number; readonly where: string } | undefined;

  constructor(private readonly publicKey?: KeyObject) {}

  get isIntact(): boolean {
    return this.fault === undefined;
  }

  /**
   * @param where the place of the line, for people
   * @returns the record, if it continues the chain
   */
  line(text: string, where: string): AuditRecord | undefined {
    if (this.fault !== undefined) return undefined;
    const sealed = unseal(text);
    const record = sealed && parsed(sealed);
    if (sealed === undefined || record === undefined) {
      if (this.broken !== undefined) this.fail(this.broken.where, 'is no record');
      else this.broken = { bytes: Buffer.byteLength(text), where };
      return undefined;
    }
    this.follow(record, sealed, where);
    return this.isIntact ? record : undefined;
  }

  /** What follows the last complete line of a file. */
  rest(text: string, where: string): void {
    if (this.fault !== undefined) return;
    if (this.broken !== undefined) this.fail(this.broken.where, 'is no record');
    else this.broken = { bytes: Buffer.byteLength(text), where };
  }

  verdict(): Verdict {
    const {
      fault,
      records,
      checkpoints,
      signedTo,
      unfinished,
      lost,
      first: from,
      seq: to,
      last,
      broken,
    } = this;
    return {
      fault,
      records,
      checkpoints,
      signedTo,
      unfinished: unfinished + (broken === undefined ? 0 : 1),
      lost,
      from,
      to,
      isEnded: ['end', 'checkpoint'].includes(last) && broken === undefined,
    };
  }

  private follow(record: AuditRecord, { body, hash }: { body: string; hash: string }, where: string): void {
    const broken = this.breakage(record, where);
    if (broken !== undefined) {
      this.fault = broken;
      return;
    }
    this.broken = undefined;
    const previous = this.hash ?? record.previous ?? '';
    const why =
      this.outOfPlace(record, previous) ??
      (hashOf(previous, body) === hash ? undefined : 'was changed, or what was before it is missing') ??
      this.unsigned(record, previous);
    if (why === undefined) this.took(record, hash);
    else this.fail(where, why);
  }

  /** A line that is no record may only stand where a process was killed. The next record must confirm that. */
  private breakage({ kind, unfinished }: AuditRecord, where: string): string | undefined {
    const { broken } = this;
    if (broken === undefined)
      return unfinished === undefined ? undefined : `${where} tells of an unfinished line that is not there`;
    if (kind !== 'start' || unfinished !== broken.bytes)
      return `${broken.where} is no record, and no process ended there`;
    this.unfinished++;
    return undefined;
  }

  private outOfPlace({ kind, previous: claimed, seq }: AuditRecord, previous: string): string | undefined {
    if (previous === '') return 'is not the beginning of a file';
    if (kind === 'start' && claimed !== previous) return 'does not follow the record before it';
    if (this.hash !== undefined && seq !== this.seq + 1) return `has the number ${seq} after ${this.seq}`;
    return undefined;
  }

  private unsigned({ seq, kind, signature = '' }: AuditRecord, previous: string): string | undefined {
    const { publicKey } = this;
    if (publicKey === undefined) return undefined;
    if (kind !== 'checkpoint')
      return seq - Math.max(this.signedTo, this.first) > MAX_UNSIGNED
        ? 'has no signed checkpoint before it'
        : undefined;
    const isSigned = verifySignature(
      null,
      signedText(seq, previous),
      publicKey,
      Buffer.from(signature, 'base64'),
    );
    return isSigned ? undefined : 'has a signature of another key';
  }

  private took({ seq, kind, lost = 0 }: AuditRecord, hash: string): void {
    if (this.hash === undefined) this.first = seq;
    this.hash = hash;
    this.seq = seq;
    this.last = kind;
    this.records++;
    this.lost += kind === 'gap' ? lost : 0;
    if (kind !== 'checkpoint') return;
    this.checkpoints++;
    if (this.publicKey !== undefined) this.signedTo = seq;
  }

  private fail(where: string, why: string): void {
    this.fault = `${where} ${why}`;
  }
}

/** @param paths in the order in which they were written */
export async function verifyFiles(paths: readonly string[], publicKey?: KeyObject): Promise<Verdict> {
  const records = verifiedRecords(paths, publicKey);
  for (;;) {
    const { done, value } = await records.next();
    if (done) return value;
  }
}

/**
 * Yields the records up to the first broken one, each after it was verified.
 *
 * @param paths in the order in which they were written; `-` is the standard input
 */
export async function* verifiedRecords(
  paths: readonly string[],
  publicKey?: KeyObject,
): AsyncGenerator<AuditRecord, Verdict> {
  const verifier = new Verifier(publicKey);
  for (const path of paths) {
    let number = 0;
    for await (const { text, isWhole } of linesOf(path)) {
      const where = `${path}:${++number}`;
      if (!isWhole) verifier.rest(text, where);
      else {
        const record = verifier.line(text, where);
        if (record !== undefined) yield record;
      }
      if (!verifier.isIntact) return verifier.verdict();
    }
  }
  return verifier.verdict();
}

/** Lines end only with a line feed. Names may contain other characters that some readers take for line ends. */
async function* linesOf(path: string): AsyncGenerator<{ text: string; isWhole: boolean }> {
  let rest = Buffer.alloc(0);
  for await (const chunk of path === '-' ? process.stdin : createReadStream(path)) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield { text: rest.toString('utf8', 0, end), isWhole: true };
      rest = rest.subarray(end + 1);
    }
    if (rest.length > MAX_LINE) break;
  }
  if (rest.length > 0) yield { text: rest.toString('utf8'), isWhole: false };
}

function parsed({ body, hash }: { body: string; hash: string }): AuditRecord | undefined {
  try {
    return { ...JSON.parse(`${body}}`), hash } as AuditRecord;
  } catch {
    return undefined;
  }
}
