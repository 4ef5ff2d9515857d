import type { AddressInfo } from 'node:net';
import type { EstateSnapshot } from './estate.js';
import type { Identity } from './identity.js';
import type { ProcessSnapshot } from './snapshot.js';
import type { WireSnapshot } from './wire.js';

/** What the process that gets the port next has to know. */
export interface Inheritance {
  /** The higher, the newer. */
  readonly sequence: number;
  /** What processes that are gone had counted. */
  readonly estate: EstateSnapshot;
  /** What those that were there showed last, the one with the port among them. They come again, or are gone too. */
  readonly present: readonly ProcessSnapshot[];
}

/** From a process to the one that has the port. */
export type ToLeader =
  | {
      readonly kind: 'hello';
      /** As in its snapshots. */
      readonly id: string;
      readonly identity: Identity;
      /** What an earlier process with the port gave into keeping. */
      readonly inheritance: Inheritance | undefined;
    }
  | { readonly kind: 'snapshot'; readonly snapshot: WireSnapshot }
  /** It has a route of its own, and shall show there what all show. */
  | { readonly kind: 'others' };

/** From the process that has the port. */
export type ToMember =
  | { readonly kind: 'welcome'; readonly worker: number; readonly address: AddressInfo }
  | {
      readonly kind: 'refused';
      /** It is of our server, and speaks in another way. Undefined from a version before, and for whoever is not of our server. */
      readonly isOtherVersion?: boolean;
    }
  | { readonly kind: 'collect' }
  | { readonly kind: 'keep'; readonly inheritance: Inheritance }
  | { readonly kind: 'others'; readonly others: Others };

/** What all processes but one show. */
export interface Others {
  /** The number of the one. */
  readonly worker: number;
  readonly siblings: readonly { readonly worker: number; readonly snapshot: ProcessSnapshot }[];
  readonly gone: readonly EstateSnapshot[];
}
