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

/** The precedence of a selector, a call or a number, which never need parentheses. */
const ATOM = 6;

type Operator = keyof typeof PRECEDENCE;

/** Which series of both sides match: those that agree on these labels, or on all labels but these. */
type Matching<Shared extends string> =
  | { readonly on?: readonly Shared[]; readonly ignoring?: never }
  | { readonly on?: never; readonly ignoring?: readonly Shared[] };

/** Lets several series of the left side match one of the right side, and take these labels from it. */
interface ManyToOne<Taken extends string> {
  readonly groupLeft?: readonly Taken[];
}

interface Comparing {
  /** Returns 1 or 0 for every series. Without it, series for which the comparison is false are left out. */
  readonly bool?: boolean;
}

interface Modifiers {
  readonly on?: readonly string[];
  readonly ignoring?: readonly string[];
  readonly groupLeft?: readonly string[];
  readonly bool?: boolean;
}

type Operand<Label extends string> = Expression<Label> | number;

/** A number has no labels, so the result has the labels of the other side. */
type Either<L extends string, R extends string> = [L] extends [never] ? R : L;

/**
 * How a Prometheus stores a histogram. `classic`: as the series `_bucket`, `_sum` and `_count`. `native`: as
 * one series, with exponential or converted buckets. `both`: in either form, during a migration.
 */
export type HistogramForm = (typeof HISTOGRAM_FORMS)[number];

export const HISTOGRAM_FORMS = ['classic', 'native', 'both'] as const;

interface Text {
  readonly text: string;
  readonly precedence: number;
}

/**
 * A PromQL expression whose series have at most the given labels. It is immutable: operators return a new
 * one. `String(expression)` is its text, with the necessary parentheses. `expression.in('native')` is its
 * text for a Prometheus with native histograms.
 */
export class Expression<Label extends string = string> {
  /** Gives expressions with different labels different types. */
  declare protected readonly label: Label;

  private readonly textIn: (form: HistogramForm) => Text;

  /** Only for functions that build expressions. Other code calls these functions. */
  constructor(text: string | ((form: HistogramForm) => Text)) {
    this.textIn = typeof text === 'string' ? () => ({ text, precedence: ATOM }) : text;
  }

  /** Builds an expression that differs for each form of histograms. */
  static byForm<Label extends string>(
    makes: Readonly<Record<HistogramForm, () => Expression<Label>>>,
  ): Expression<Label> {
    return new Expression((form) => makes[form]().textIn(form));
  }

  /** Wraps this expression in a call. Only for functions that build expressions. */
  inside<Result extends string>(call: (inner: string) => string): Expression<Result> {
    return new Expression((form) => ({ text: call(this.in(form)), precedence: ATOM }));
  }

  in(form: HistogramForm): string {
    return this.textIn(form).text;
  }

  toString(): string {
    return this.in('classic');
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

  /** `unless`: the series that the right side does not have. */
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
    return new Expression((form) => {
      const words = [
        within(this.textIn(form), precedence),
        operator,
        ...modifierTexts(modifiers),
        within(operand.textIn(form), precedence + 1),
      ];
      return { text: words.join(' '), precedence };
    });
  }
}

/** Adds parentheses to an operand if it needs them. Operators of the same precedence group from the left. */
function within({ text, precedence }: Text, least: number): string {
  return precedence < least ? `(${text})` : text;
}

/** Returns a number as an expression, for the left side of an operator: `constant(1).minus(share)`. */
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
