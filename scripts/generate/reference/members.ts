import type { Class, Expression, TSSignature, TSType } from 'oxc-parser';
import type { Declared, Member, Source } from './source.js';

/**
 * Returns the members of an object type, in whichever files they are declared.
 * Undefined if it is not one of our types.
 */
export function membersOf(source: Source, type: TSType | undefined): PlacedMember[] | undefined {
  switch (type?.type) {
    case 'TSTypeLiteral':
      return signatures(source, type.members);
    case 'TSIntersectionType':
      return type.types.flatMap((part) => membersOf(source, part) ?? []);
    case 'TSTypeReference': {
      const declared = referenced(source, type);
      return declared ? membersOfDeclared(declared) : omitted(source, type);
    }
    default:
      return undefined;
  }
}

export interface PlacedMember extends Member {
  readonly source: Source;
}

export function membersOfDeclared({ source, node }: Declared): PlacedMember[] | undefined {
  if (node.type === 'TSInterfaceDeclaration')
    return [
      ...node.extends.flatMap(({ expression }) => inherited(source, expression)),
      ...signatures(source, node.body.body),
    ];
  if (node.type === 'ClassDeclaration') return classMembers(source, node);
  return node.type === 'TSTypeAliasDeclaration' ? membersOf(source, node.typeAnnotation) : undefined;
}

/**
 * Returns a type as text that is clear without its declaration:
 * the name of a list of words is replaced by the words.
 */
export function typeText(source: Source, type: TSType | undefined): string {
  if (type === undefined) return '';
  if (type.type === 'TSParenthesizedType') return typeText(source, type.typeAnnotation);
  if (type.type === 'TSUnionType') return type.types.map((part) => typeText(source, part)).join(' | ');
  if (type.type === 'TSIndexedAccessType') return words(source, type) ?? source.textOf(type);
  if (type.type === 'TSTypeReference') {
    const declared = referenced(source, type);
    if (declared?.node.type === 'TSTypeAliasDeclaration' && isShort(declared.node.typeAnnotation))
      return typeText(declared.source, declared.node.typeAnnotation);
    if (declared === undefined && type.typeArguments) return excluded(source, type) ?? source.textOf(type);
  }
  return source.textOf(type).replaceAll(/\s+/g, ' ');
}

function isShort(type: TSType): boolean {
  return type.type === 'TSIndexedAccessType' || type.type === 'TSUnionType';
}

/** Returns the members of `Omit<…>` of one of our types. */
function omitted(source: Source, type: TSType & { type: 'TSTypeReference' }): PlacedMember[] | undefined {
  const [of, names] = type.typeArguments?.params ?? [];
  if (type.typeName.type !== 'Identifier' || type.typeName.name !== 'Omit' || names === undefined)
    return undefined;
  const without = source.textOf(names);
  return membersOf(source, of)?.filter(({ name }) => !without.includes(`'${name}'`));
}

/**
 * Returns the whole type of `Exclude<…>`:
 * users may give all its values, and only the code excludes some later.
 */
function excluded(source: Source, type: TSType & { type: 'TSTypeReference' }): string | undefined {
  const isExclude = type.typeName.type === 'Identifier' && type.typeName.name === 'Exclude';
  return isExclude ? typeText(source, type.typeArguments?.params[0]) : undefined;
}

/** Returns the words of `(typeof WORDS)[number]`. */
function words(source: Source, { objectType }: TSType & { type: 'TSIndexedAccessType' }): string | undefined {
  const inner = objectType.type === 'TSParenthesizedType' ? objectType.typeAnnotation : objectType;
  if (inner.type !== 'TSTypeQuery' || inner.exprName.type !== 'Identifier') return undefined;
  const declared = source.declared(inner.exprName.name);
  if (declared?.node.type !== 'VariableDeclaration') return undefined;
  const list = declared.node.declarations[0]?.init;
  const array = list?.type === 'TSAsExpression' ? list.expression : list;
  if (array?.type !== 'ArrayExpression') return undefined;
  return array.elements.map((element) => element && declared.source.textOf(element)).join(' | ');
}

function referenced(source: Source, type: TSType & { type: 'TSTypeReference' }): Declared | undefined {
  return type.typeName.type === 'Identifier' ? source.declared(type.typeName.name) : undefined;
}

function inherited(source: Source, expression: Expression): PlacedMember[] {
  const declared = expression.type === 'Identifier' ? source.declared(expression.name) : undefined;
  return (declared && membersOfDeclared(declared)) ?? [];
}

function signatures(source: Source, members: readonly TSSignature[]): PlacedMember[] {
  return members.flatMap((member) => {
    if (member.type !== 'TSPropertySignature' && member.type !== 'TSMethodSignature') return [];
    const type = member.type === 'TSPropertySignature' ? member.typeAnnotation?.typeAnnotation : undefined;
    return [placed(source, member, type)];
  });
}

function classMembers(source: Source, { body }: Class): PlacedMember[] {
  return body.body.flatMap((member) => {
    if (member.type !== 'MethodDefinition' || member.kind !== 'method') return [];
    if (member.accessibility === 'private') return [];
    const end = member.value.body?.start ?? member.end;
    const { start, key } = member;
    return [placed(source, { start, end, key, optional: false }, undefined)];
  });
}

function placed(
  source: Source,
  member: { start: number; end: number; key: { start: number; end: number }; optional?: boolean | null },
  type: TSType | undefined,
): PlacedMember {
  return {
    source,
    name: source.textOf(member.key),
    optional: member.optional === true,
    type,
    doc: source.docBefore(member),
    text: source.textOf(member).replace(/;$/, ''),
  };
}
