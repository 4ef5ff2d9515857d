/** How tightly operators bind, loosest first. */
const PRECEDENCE = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '>': 3,
  '>=': 3,
  '<': 3,
  '<=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
} as const;

/** What no operator can pull apart: a selector, a call, a number. */
const ATOM = 6;

type Operator = keyof typeof PRECEDENCE;

/** Which series of both sides belong together: those that agree on these labels, or on all but these. */
type Matching<Shared extends string> =
  | { readonly on?: readonly Shared[]; readonly ignoring?: never }
  | { readonly on?: never; readonly ignoring?: readonly Shared[] };

/** Several series of the left side may belong to one of the right side, and take over these labels of it. */
interface ManyToOne<Taken extends string> {
  readonly groupLeft?: readonly Taken[];
}

interface Comparing {
  /** Gives 1 or 0 for every series; without it, those that don't compare are left out. */
  readonly bool?: boolean;
}

interface Modifiers {
  readonly on?: readonly string[];
  readonly ignoring?: readonly string[];
  readonly groupLeft?: readonly string[];
  readonly bool?: boolean;
}

type Operand<Label extends string> = Expression<Label> | number;

/** A number has no labels, so that the result has those of the other side. */
type Either<L extends string, R extends string> = [L] extends [never] ? R : L;

/**
 * An expression of PromQL whose series have at most the given labels. Immutable: operators give a new one.
 * `String(expression)` is its text, with the parentheses that it needs.
 */
export class Expression<Label extends string = string> {
  /** Makes `sum` by one label another type than `sum` by another. */
  declare protected readonly label: Label;

  /** For functions that make expressions; anybody else calls those. */
  constructor(
    private readonly text: string,
    private readonly precedence: number = ATOM,
  ) {}

  toString(): string {
    return this.text;
  }

  /** `+` */
  plus<R extends string = never, Taken extends R = never>(
    right: Operand<R>,
    matching?: Matching<Label & R> & ManyToOne<Taken>,
  ): Expression<Either<Label, R> | Taken> {
    return this.join('+', right, matching);
  }

  /** `-` */
  minus<R extends string = never, Taken extends R = never>(
    right: Operand<R>,
    matching?: Matching<Label & R> & ManyToOne<Taken>,
  ): Expression<Either<Label, R> | Taken> {
    return this.join('-', right, matching);
  }

  /** `*` */
  times<R extends string = never, Taken extends R = never>(
    right: Operand<R>,
    matching?: Matching<Label & R> & ManyToOne<Taken>,
  ): Expression<Either<Label, R> | Taken> {
    return this.join('*', right, matching);
  }

  /** `/` */
  dividedBy<R extends string = never, Taken extends R = never>(
    right: Operand<R>,
    matching?: Matching<Label & R> & ManyToOne<Taken>,
  ): Expression<Either<Label, R> | Taken> {
    return this.join('/', right, matching);
  }

  /** `>` */
  gt<R extends string = never, Taken extends R = never>(
    right: Operand<R>,
    matching?: Matching<Label & R> & ManyToOne<Taken> & Comparing,
  ): Expression<Either<Label, R> | Taken> {
    return this.join('>', right, matching);
  }

  /** `>=` */
  gte<R extends string = never, Taken extends R = never>(
    right: Operand<R>,
    matching?: Matching<Label & R> & ManyToOne<Taken> & Comparing,
  ): Expression<Either<Label, R> | Taken> {
    return this.join('>=', right, matching);
  }

  /** `<` */
  lt<R extends string = never, Taken extends R = never>(
    right: Operand<R>,
    matching?: Matching<Label & R> & ManyToOne<Taken> & Comparing,
  ): Expression<Either<Label, R> | Taken> {
    return this.join('<', right, matching);
  }

  /** `<=` */
  lte<R extends string = never, Taken extends R = never>(
    right: Operand<R>,
    matching?: Matching<Label & R> & ManyToOne<Taken> & Comparing,
  ): Expression<Either<Label, R> | Taken> {
    return this.join('<=', right, matching);
  }

  /** `==` */
  eq<R extends string = never, Taken extends R = never>(
    right: Operand<R>,
    matching?: Matching<Label & R> & ManyToOne<Taken> & Comparing,
  ): Expression<Either<Label, R> | Taken> {
    return this.join('==', right, matching);
  }

  /** `!=` */
  neq<R extends string = never, Taken extends R = never>(
    right: Operand<R>,
    matching?: Matching<Label & R> & ManyToOne<Taken> & Comparing,
  ): Expression<Either<Label, R> | Taken> {
    return this.join('!=', right, matching);
  }

  /** `and`: the series that the right side has too. */
  and<R extends string>(right: Expression<R>, matching?: Matching<Label & R>): Expression<Label> {
    return this.join('and', right, matching);
  }

  /** `unless`: the series that the right side has not. */
  unless<R extends string>(right: Expression<R>, matching?: Matching<Label & R>): Expression<Label> {
    return this.join('unless', right, matching);
  }

  /** `or`: all series, and those that only the right side has. */
  or<R extends string>(right: Expression<R>, matching?: Matching<Label & R>): Expression<Label | R> {
    return this.join('or', right, matching);
  }

  private join<Result extends string>(
    operator: Operator,
    right: Operand<string>,
    modifiers: Modifiers = {},
  ): Expression<Result> {
    const precedence = PRECEDENCE[operator];
    const operand = typeof right === 'number' ? constant(right) : right;
    const words = [
      this.within(precedence),
      operator,
      ...modifierTexts(modifiers),
      operand.within(precedence + 1),
    ];
    return new Expression(words.join(' '), precedence);
  }

  /** Its text as an operand: operators of the same precedence are read from the left. */
  private within(precedence: number): string {
    return this.precedence < precedence ? `(${this.text})` : this.text;
  }
}

/** A number, to have one on the left of an operator: `constant(1).minus(share)`. */
export function constant(value: number): Expression<never> {
  if (Number.isNaN(value)) return new Expression('NaN');
  return new Expression(String(value).replace('Infinity', 'Inf'));
}

function modifierTexts({ on, ignoring, groupLeft, bool = false }: Modifiers): string[] {
  const texts = bool ? ['bool'] : [];
  if (on) texts.push(`on (${on.join(', ')})`);
  if (ignoring) texts.push(`ignoring (${ignoring.join(', ')})`);
  if (groupLeft) texts.push(`group_left (${groupLeft.join(', ')})`);
  return texts;
}
