import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A JSON schema, or a part of one. */
interface Schema {
  [key: string]: unknown;
}

const SDK = createRequire(import.meta.url).resolve('@grafana/grafana-foundation-sdk/dashboardv2');
const TYPES = join(dirname(SDK), 'types.gen.d.ts');

/**
 * Makes a JSON schema of a version 2 dashboard from Grafana's declarations. These are generated, and so
 * regular enough for this parser: interfaces, enums, unions, literals, lists and records.
 */
export function schemaV2(): Schema {
  const text = readFileSync(TYPES, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const definitions: Record<string, Schema> = {};
  for (const [, name = '', body = ''] of text.matchAll(/export interface (\w+) (\{[\s\S]*?\n\})/g)) {
    definitions[name] = new Reader(body).type();
  }
  for (const [, name = '', body = ''] of text.matchAll(/export type (\w+) = ([^;]+);/g)) {
    definitions[name] = new Reader(body).type();
  }
  for (const [, name = '', body = ''] of text.matchAll(/export declare enum (\w+) \{([^}]*)\}/g)) {
    const members = [...body.matchAll(/(\w+) = "([^"]*)"/g)];
    definitions[name] = { enum: members.map(([, , value]) => value) };
    for (const [, member, value] of members) definitions[`${name}.${member}`] = { const: value };
  }
  return { $ref: '#/definitions/Dashboard', definitions };
}

/** Parses a type from left to right. */
class Reader {
  private readonly words: string[];
  private at = 0;

  constructor(text: string) {
    this.words = text.match(/"[^"]*"|[\w.]+|[{}<>()[\]|;:?,]/g) ?? [];
  }

  type(): Schema {
    const choices = [this.list()];
    while (this.takes('|')) choices.push(this.list());
    const [only] = choices;
    return choices.length === 1 && only ? only : { anyOf: choices };
  }

  private list(): Schema {
    let schema = this.single();
    while (this.takes('[')) {
      this.needs(']');
      schema = { type: 'array', items: schema };
    }
    return schema;
  }

  private single(): Schema {
    if (this.takes('{')) return this.members();
    if (this.takes('(')) {
      const inner = this.type();
      this.needs(')');
      return inner;
    }
    const word = this.words[this.at++] ?? '';
    if (word === 'Record') return this.record();
    if (word.startsWith('"')) return { const: JSON.parse(word) };
    if (word === 'any') return {};
    return ['string', 'number', 'boolean', 'null'].includes(word)
      ? { type: word }
      : { $ref: `#/definitions/${word}` };
  }

  private record(): Schema {
    for (const word of ['<', 'string', ',']) this.needs(word);
    const values = this.type();
    this.needs('>');
    return { type: 'object', additionalProperties: values };
  }

  private members(): Schema {
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    while (!this.takes('}')) {
      const name = this.words[this.at++] ?? '';
      if (!this.takes('?')) required.push(name);
      this.needs(':');
      properties[name] = this.type();
      this.needs(';');
    }
    return { type: 'object', properties, required, additionalProperties: false };
  }

  private takes(word: string): boolean {
    if (this.words[this.at] !== word) return false;
    this.at++;
    return true;
  }

  private needs(word: string): void {
    if (!this.takes(word)) {
      throw new Error(`Expected ${word}, got ${this.words.slice(this.at - 3, this.at + 3).join(' ')}`);
    }
  }
}
