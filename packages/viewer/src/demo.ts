/** Something that can be made to go wrong, to see what the dashboards and alerts make of it. */
interface Fault {
  readonly title: string;
  readonly says: string;
  /** The alert that tells of it. */
  readonly alert: string;
}

/** What a demonstration can do beside showing. */
export interface Demo {
  /** How it differs from a real server. */
  readonly says: string;
  readonly faults: Readonly<Record<string, Fault>>;
  /** Which of them is on. */
  readonly active: () => readonly string[];
  readonly set: (name: string, on: boolean) => void;
}
