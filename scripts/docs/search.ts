import { headingsOf, titleOf } from './headings.js';

interface Entry {
  /** The page, with the address of the heading above the text. */
  readonly path: string;
  readonly title: string;
  readonly text: string;
}

/**
 * A script with the words of all pages and the search. It is a script, since a browser that opens a page from a folder can load
 * scripts, but no data.
 */
export function searchIndex(pages: ReadonlyMap<string, string>): string {
  const index = [...pages].flatMap(([path, text]) => entries(path.replace(/\.md$/, '.html'), text));
  return `const PAGES = ${JSON.stringify(index).replaceAll('</', '<\\/')};\n(${look})(PAGES);\n`;
}

/** One entry for the text before the first heading, and one for each heading. */
function entries(path: string, page: string): Entry[] {
  const text = page.replaceAll(/<!--.*?-->/gs, '');
  const parts = text.split(/^(?=#{2,3} )/m);
  const headings = headingsOf(text);
  const title = titleOf(text);
  return parts.map((part) => {
    const heading = headings.find(({ raw }) => part.startsWith(`${raw}\n`));
    // Another part may have the same heading, so each heading is used once.
    if (heading) headings.splice(headings.indexOf(heading), 1);
    return {
      path: heading ? `${path}#${heading.id}` : path,
      title: heading ? `${title}: ${heading.text}` : title,
      text: part.replaceAll(/\s+/g, ' '),
    };
  });
}

/** Runs in the browser. */
const look = `(pages) => {
  const [input, found] = [document.querySelector('input'), document.getElementById('found')];
  const lower = pages.map(({ title, text }) => [title.toLowerCase(), text.toLowerCase()]);
  input.addEventListener('input', () => {
    const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const scores = pages.map((page, i) => {
      const [title, text] = lower[i];
      const counts = words.map((word) => (title.includes(word) ? 50 : 0) + text.split(word).length - 1);
      // A page with more of the words comes first, however often another page has one of them.
      return { page, score: counts.reduce((a, b) => a + (b && 1000) + Math.min(b, 99), 0) };
    });
    const best = scores.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score).slice(0, 15);
    if (words.length > 0 && best.length === 0) found.textContent = 'Nothing found';
    else found.replaceChildren(...best.map(({ page }) => {
      const [item, link] = [document.createElement('li'), document.createElement('a')];
      link.href = UP + page.path;
      link.textContent = page.title;
      item.append(link);
      return item;
    }));
  });
}`;
