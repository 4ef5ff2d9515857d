import { titleOf } from './page.js';

/**
 * A script with the words of all pages, and what looks for them: a browser that opens a page from a folder may load a
 * script, but no data.
 */
export function searchIndex(pages: ReadonlyMap<string, string>): string {
  const index = [...pages].map(([path, text]) => ({
    path: path.replace(/\.md$/, '.html'),
    title: titleOf(text),
    text: text.replaceAll(/<!--.*?-->/gs, '').replaceAll(/\s+/g, ' '),
  }));
  return `const PAGES = ${JSON.stringify(index).replaceAll('</', '<\\/')};\n(${look})(PAGES);\n`;
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
      return { page, score: words.length > 0 && counts.every(Boolean) ? counts.reduce((a, b) => a + b) : 0 };
    });
    const best = scores.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score).slice(0, 15);
    found.replaceChildren(...best.map(({ page }) => {
      const [item, link] = [document.createElement('li'), document.createElement('a')];
      link.href = UP + page.path;
      link.textContent = page.title;
      item.append(link);
      return item;
    }));
  });
}`;
