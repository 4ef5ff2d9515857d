import { OTHER } from '../protocol/methods.js';
import type { LabelBudget } from './label-budget.js';

/** Enough for any real server; more would be a leak in the making. */
const MAX_LISTED = 10_000;

/** What an McpServer of either SDK keeps of its tools and prompts, read only where it is as expected. */
interface Registrations {
  readonly _registeredTools?: object;
  readonly _registeredPrompts?: object;
}

/**
 * Decides which tool and prompt names may become label values. Clients can invent names without end,
 * so a name counts only once it is known to be real: registered on the server, listed by it, or
 * answered without error. The first two come before the last.
 */
export class Names {
  private readonly listed = new Set<string>();

  constructor(
    private readonly budget: LabelBudget,
    private readonly onOverflow: () => void,
  ) {}

  /** Takes note of the names in a `tools/list` or `prompts/list` result. */
  list(items: unknown): void {
    if (!Array.isArray(items)) return;
    for (const item of items.slice(0, MAX_LISTED)) {
      const name = (item as { name?: unknown } | null)?.name;
      if (typeof name === 'string') this.add(name);
    }
  }

  /** The label value for a name that a client asked for. */
  label(name: string, answeredOk: boolean, server: unknown): string {
    const isVouched = this.listed.has(name) || isRegistered(server as Registrations, name);
    if (answeredOk || isVouched) return this.budget.accept(name, isVouched);
    this.onOverflow();
    return OTHER;
  }

  private add(name: string): void {
    // Set anew, so that the names of lists that nobody asks for any more are the first to be forgotten.
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
