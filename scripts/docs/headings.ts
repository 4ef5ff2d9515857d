import { Marked } from 'marked';
import { getHeadingList, gfmHeadingId } from 'marked-gfm-heading-id';

interface Heading {
  /** The heading as it stands in the text. */
  readonly raw: string;
  readonly text: string;
  /** The address that it gets. */
  readonly id: string;
}

/** The headings of a page, in order. */
export function headingsOf(text: string): Heading[] {
  const marked = new Marked(gfmHeadingId());
  marked.parse(text);
  return getHeadingList().map(({ level, raw, text, id }) => ({
    raw: `${'#'.repeat(level)} ${raw}`,
    text: text.replaceAll(/<[^>]*>/g, ''),
    id,
  }));
}

/** The first heading, without what could be taken for markup. */
export function titleOf(text: string): string {
  return (/^# (.*)$/m.exec(text)?.[1] ?? '').replaceAll(/[<>&"`]/g, '');
}
