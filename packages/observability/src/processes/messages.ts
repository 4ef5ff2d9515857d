import type { AddressInfo } from 'node:net';
import type { EstateSnapshot } from './estate.js';
import type { Identity } from './identity.js';
import type { ProcessSnapshot } from './snapshot.js';
import type { WireSnapshot } from './wire.js';

/** What the next owner of the port needs. */
export interface Inheritance {
  /** Increases with each update. */
  readonly sequence: number;
  /** The counts of processes that ended. */
  readonly estate: EstateSnapshot;
  /** The last snapshots of the present processes, including the owner of the port. They connect again, or ended too. */
  readonly present: readonly ProcessSnapshot[];
}

/** A message to the owner of the port. */
export type ToLeader =
  | {
      readonly kind: 'hello';
      /** The same as in its snapshots. */
      readonly id: string;
      readonly identity: Identity;
      /** What an earlier owner of the port left. */
      readonly inheritance: Inheritance | undefined;
    }
  | { readonly kind: 'snapshot'; readonly snapshot: WireSnapshot }
  /** Asks what all processes show, for a route of the application. */
  | { readonly kind: 'others' };

/** A message from the owner of the port. */
export type ToMember =
  | { readonly kind: 'welcome'; readonly worker: number; readonly address: AddressInfo }
  | {
      readonly kind: 'refused';
      /** Whether the sender belongs to our server, but has another version. Undefined from older versions, and for other servers. */
      readonly isOtherVersion?: boolean;
    }
  | { readonly kind: 'collect' }
  | { readonly kind: 'keep'; readonly inheritance: Inheritance }
  | { readonly kind: 'others'; readonly others: Others };

/** What all processes but the asking one show. */
export interface Others {
  /** The number of the asking process. */
  readonly worker: number;
  readonly siblings: readonly { readonly worker: number; readonly snapshot: ProcessSnapshot }[];
  readonly gone: readonly EstateSnapshot[];
}
