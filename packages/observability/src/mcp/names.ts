import { OTHER } from '../protocol/methods.js';
import type { LabelBudget } from './label-budget.js';

/** Enough for any real server. Without a limit, memory could grow without end. */
const MAX_LISTED = 10_000;

/** The tools and prompts that an McpServer of either SDK keeps. Read only if they have the expected form. */
interface Registrations {
  readonly _registeredTools?: object;
  readonly _registeredPrompts?: object;
}

/**
 * Decides which names of tools and prompts may become label values. Clients can invent any number of names, so a name counts
 * only if it is known to be real: registered on the server, listed by it, or answered without an error. Names that are
 * registered or listed take precedence.
 */
export class Names {
  private readonly listed = new Set<string>();

  constructor(
    private readonly budget: LabelBudget,
    private readonly onOverflow: () => void,
  ) {}

  /** Records the names in a `tools/list` or `prompts/list` result. */
  list(items: unknown): void {
    if (!Array.isArray(items)) return;
    for (const item of items.slice(0, MAX_LISTED)) {
      const name = (item as { name?: unknown } | null)?.name;
      if (typeof name === 'string') this.add(name);
    }
  }

  /** Returns the label value for a name in a request. */
  label(name: string, answeredOk: boolean, server: unknown): string {
    const isVouched = this.listed.has(name) || isRegistered(server as Registrations, name);
    if (answeredOk || isVouched) return this.budget.accept(name, isVouched);
    this.onOverflow();
    return OTHER;
  }

  private add(name: string): void {
    // Deleted and added, so that names which are no longer listed are forgotten first.
    this.listed.delete(name);
    this.listed.add(name);
    this.budget.vouch(name);
    if (this.listed.size <= MAX_LISTED) return;
    const [oldest = name] = this.listed;
    this.listed.delete(oldest);
  }
}

function isRegistered(server: Registrations | undefined, name: string): boolean {
  return has(server?._registeredTools, name) || has(server?._registeredPrompts, name);
}

function has(registrations: object | undefined, name: string): boolean {
  return registrations !== undefined && registrations !== null && Object.hasOwn(registrations, name);
}
