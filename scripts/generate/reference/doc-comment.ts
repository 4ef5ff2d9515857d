/** The parts of a documentation comment. */
export interface DocComment {
  readonly text: string;
  /** The text after `Default:`. */
  readonly fallback: string | undefined;
  readonly throws: string | undefined;
  readonly returns: string | undefined;
  readonly params: readonly { readonly name: string; readonly text: string }[];
  /** Code, without its fence. */
  readonly examples: readonly string[];
}

/** @param comment the text between the slashes, with its stars */
export function docComment(comment: string): DocComment {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\*+ ?/, '').trimEnd());
  const [description = '', ...tags] = lines.join('\n').split(/^@(?=[a-z]+)/m);
  const tagged = (name: string) =>
    tags.filter((tag) => new RegExp(`^${name}\\b`).test(tag)).map((tag) => tag.slice(name.length).trim());
  const [text = '', fallback] = prose(description).split(/\bDefault:? /);
  return {
    text: text.trim(),
    fallback: fallback?.trim(),
    throws: tagged('throws').map(prose)[0],
    returns: tagged('returns').map(prose)[0],
    params: tagged('param').map((tag) => {
      const [name = '', ...words] = prose(tag).split(' ');
      return { name, text: words.join(' ') };
    }),
    examples: tagged('example').map((tag) => /```ts\n(.*?)\n```/s.exec(tag)?.[1] ?? ''),
  };
}

/** Joins the lines of each paragraph, and keeps the paragraphs separate. */
function prose(text: string): string {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\s*\n\s*/g, ' '))
    .join('\n\n');
}
