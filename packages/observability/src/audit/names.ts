import { redactText } from '../redact/text.js';
import { member } from './members.js';

export const MAX_NAME = 500;
/** More than servers have tools; a client that invents names has them made anew. */
const MAX_KEPT = 500;

/** Names of tools, prompts and resources as records have them: without secrets, which takes a while to look for. */
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
