import type { Attributes } from '@opentelemetry/api';
import type { Peer } from '../mcp/peer.js';
import type { Outcome } from '../protocol/outcome.js';
import * as semconv from '../semconv.js';
import { identifying, ofPeer } from './attributes.js';

/** How many tools and prompts have attributes that are kept. Others get new ones each time. */
const MAX_NAMES = 1_000;

/** What the attributes of a client were made from. */
interface OfPeer {
  readonly sessionId: unknown;
  readonly protocolVersion: unknown;
  readonly address: unknown;
  readonly attributes: Attributes;
}

/** Attributes that many spans share: the same object each time, so that its encoding can be kept too. */
export class KnownAttributes {
  private readonly operations = new Map<string, Map<string, Attributes>>();
  private readonly outcomes = new Map<Outcome, Attributes>();
  private readonly peers = new WeakMap<Peer, OfPeer>();
  private names = 0;

  /** @param name known to be real, since clients may send any number of others */
  ofOperation(method: string, name: string): Attributes {
    let ofMethod = this.operations.get(method);
    const found = ofMethod?.get(name);
    if (found !== undefined) return found;
    const made = identifying(method, name);
    if (this.names >= MAX_NAMES) return made;
    if (ofMethod === undefined) {
      ofMethod = new Map();
      this.operations.set(method, ofMethod);
    }
    ofMethod.set(name, made);
    this.names++;
    return made;
  }

  ofOutcome(outcome: Outcome): Attributes {
    let found = this.outcomes.get(outcome);
    if (found === undefined) {
      found = { [semconv.PMCP_OUTCOME]: outcome };
      this.outcomes.set(outcome, found);
    }
    return found;
  }

  ofPeer(peer: Peer): Attributes {
    const { sessionId, protocolVersion, address } = peer;
    const found = this.peers.get(peer);
    if (
      found !== undefined &&
      found.sessionId === sessionId &&
      found.protocolVersion === protocolVersion &&
      found.address === address
    )
      return found.attributes;
    const attributes = ofPeer(peer);
    this.peers.set(peer, { sessionId, protocolVersion, address, attributes });
    return attributes;
  }
}
