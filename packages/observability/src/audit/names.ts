import { redactText } from '../redact/text.js';
import { member } from './members.js';

export const MAX_NAME = 500;
/** More than the tools of a server. Names that a client invents are not cached beyond it. */
const MAX_KEPT = 500;

/** Names of tools, prompts and resources without secrets. Cached, since looking for secrets takes time. */
export class Names {
  private readonly known = new Map<string, string>();

  member(name: string): string {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const made = member('name', redactText(name, MAX_NAME));
    if (name.length > MAX_NAME) return made;
    if (this.known.size >= MAX_KEPT) this.known.clear();
    this.known.set(name, made);
    return made;
  }
}
