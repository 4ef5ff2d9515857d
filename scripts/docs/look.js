/**
 * The search of the site. It runs in the browser, and follows the line that defines PAGES: the sections of all pages.
 */
(() => {
  /** Words of a question that say nothing about its subject. */
  const FILLERS = new Set(
    'a an and are as at be by can do does for from has have how i in is it my of on or that the this to what when where which why with'.split(
      ' ',
    ),
  );
  /** Pages that mention everything, and answer few questions. */
  const ASIDE = /^(?:CHANGELOG|CONTRIBUTING|bench\/|packages\/[^/]+\/bench\/|docs\/reference\/api)/;
  /** Pages of one alert, panel, code or setting each. A guide to the subject comes before them. */
  const DETAILS = /^(?:alerts\/runbooks|docs\/(?:dashboards|reference|doctor|errors)|METRICS)/;
  const IN_HEADING = 8;
  const IN_TITLE = 3;
  const MOST_FOUND = 15;

  const sections = PAGES.map((page) => ({
    ...page,
    inHeading: ` ${page.heading.toLowerCase()}`,
    inTitle: ` ${page.title.toLowerCase()}`,
    inText: ` ${page.text.toLowerCase()}`,
    weight: ASIDE.test(page.path) ? 0.4 : DETAILS.test(page.path) ? 0.7 : 1,
  }));
  const length = sections.reduce((sum, { text }) => sum + text.length, 0) / sections.length;

  /** The words of a question without their endings: "processes" also finds "process". */
  function wordsOf(question) {
    const all = question
      .toLowerCase()
      .split(/[^\p{L}\p{N}_.-]+/u)
      .map((word) => word.replace(/^[.-]+|[.-]+$/g, ''))
      .filter(Boolean);
    const telling = all.filter((word) => !FILLERS.has(word));
    return (telling.length > 0 ? telling : all).map((word) =>
      word.length > 4 ? word.replace(/(?<=s)es$|(?<!s)s$|ed$|ing$/, '') : word,
    );
  }

  /** Finds a word where it begins, also after "_" or "." in a name. */
  const finderOf = (word) => new RegExp(`(?<![\\p{L}\\p{N}])${word.replaceAll('.', '\\.')}`, 'gu');

  function scoresOf(question) {
    const finders = wordsOf(question).map(finderOf);
    const counts = finders.map((finder) => sections.map(({ inText }) => inText.match(finder)?.length ?? 0));
    const rarities = counts.map((column) =>
      Math.log(1 + sections.length / (1 + column.filter((count) => count > 0).length)),
    );
    const all = rarities.reduce((sum, rarity) => sum + rarity, 0);
    return sections.map((section, i) => {
      let score = 0;
      let matched = 0;
      finders.forEach((finder, word) => {
        const count = counts[word][i];
        const inHeading = section.inHeading.search(finder) >= 0;
        const inTitle = section.inTitle.search(finder) >= 0;
        if (count === 0 && !inTitle) return;
        const frequency = count / (count + 0.5 + section.text.length / length);
        matched += rarities[word];
        score += rarities[word] * (frequency + (inHeading ? IN_HEADING : 0) + (inTitle ? IN_TITLE : 0));
      });
      // A section with all words comes before one that has one of them often.
      return { section, score: section.weight * score * (matched / all) ** 2 };
    });
  }

  const input = document.querySelector('input');
  const found = document.getElementById('found');
  input.addEventListener('input', () => {
    if (wordsOf(input.value).length === 0) return found.replaceChildren();
    const best = scoresOf(input.value)
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, MOST_FOUND);
    if (best.length === 0) found.textContent = 'Nothing found';
    else found.replaceChildren(...best.map(({ section }) => itemOf(section)));
  });

  function itemOf({ path, title, heading }) {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = UP + path;
    link.textContent = heading ? `${title}: ${heading}` : title;
    item.append(link);
    return item;
  }
})();
