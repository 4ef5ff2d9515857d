import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type Class,
  type Comment,
  type Function as FunctionNode,
  parseSync,
  type Statement,
  type TSInterfaceDeclaration,
  type TSType,
  type TSTypeAliasDeclaration,
  type VariableDeclaration,
} from 'oxc-parser';
import { type DocComment, docComment } from './doc-comment.js';

/** A member of a type. */
export interface Member {
  readonly name: string;
  readonly optional: boolean;
  readonly type: TSType | undefined;
  readonly doc: DocComment;
  /** Its source text, without comments. */
  readonly text: string;
}

type Declaration =
  | FunctionNode
  | Class
  | TSInterfaceDeclaration
  | TSTypeAliasDeclaration
  | VariableDeclaration;

interface Range {
  readonly start: number;
  readonly end: number;
}

/** A TypeScript file and its declarations. */
export class Source {
  private static readonly all = new Map<string, Source>();
  readonly body: readonly Statement[];
  private readonly text: string;
  private readonly comments: readonly Comment[];

  private constructor(readonly path: string) {
    this.text = readFileSync(path, 'utf8');
    const { program, comments } = parseSync(path, this.text);
    this.body = program.body;
    this.comments = comments;
  }

  static of(path: string): Source {
    const source = Source.all.get(path) ?? new Source(path);
    Source.all.set(path, source);
    return source;
  }

  /** Returns the file that an import of this file names. Undefined for a package. */
  imported(specifier: string): Source | undefined {
    if (!specifier.startsWith('.')) return undefined;
    const path = join(dirname(this.path), specifier.replace(/\.js$/, '.ts'));
    return existsSync(path) ? Source.of(path) : undefined;
  }

  /** Finds the declaration of a name, in this file or in the file that it is imported from. */
  declared(name: string): Declared | undefined {
    for (const statement of this.body) {
      const declaration = declarationIn(statement);
      if (declaration !== undefined && nameOf(declaration) === name)
        return new Declared(this, declaration, this.docBefore(statement));
      if (statement.type !== 'ImportDeclaration') continue;
      const specifier = statement.specifiers.find(({ local }) => local.name === name);
      if (specifier?.type !== 'ImportSpecifier') continue;
      const { imported } = specifier;
      const wanted = imported.type === 'Identifier' ? imported.name : name;
      return this.imported(statement.source.value)?.declared(wanted);
    }
    return undefined;
  }

  /** Returns the documentation comment directly before this range. */
  docBefore({ start }: Range): DocComment {
    const before = this.comments.filter(({ end }) => end <= start).at(-1);
    const isItsOwn = before?.value.startsWith('*') && this.text.slice(before.end, start).trim() === '';
    return docComment(isItsOwn ? (before?.value ?? '') : '');
  }

  /** Returns the source text of this range, without comments and the space around them. */
  textOf({ start, end }: Range): string {
    const inside = this.comments.filter((comment) => comment.start >= start && comment.end <= end);
    const kept = [...inside, { start: end, end }].map(({ start: to }, i) =>
      this.text.slice(inside[i - 1]?.end ?? start, to),
    );
    return kept
      .join('')
      .replaceAll(/\n\s*\n/g, '\n')
      .trim();
  }
}

export class Declared {
  constructor(
    readonly source: Source,
    readonly node: Declaration,
    readonly doc: DocComment,
  ) {}
}

function declarationIn(statement: Statement): Declaration | undefined {
  const inner =
    statement.type === 'ExportNamedDeclaration' ? (statement.declaration ?? undefined) : statement;
  return inner !== undefined && nameOf(inner as Declaration) !== undefined
    ? (inner as Declaration)
    : undefined;
}

function nameOf(declaration: Declaration): string | undefined {
  if (declaration.type === 'VariableDeclaration') {
    const id = declaration.declarations[0]?.id;
    return id?.type === 'Identifier' ? id.name : undefined;
  }
  const { id } = declaration;
  return id && 'name' in id ? id.name : undefined;
}
