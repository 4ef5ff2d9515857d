/** Asks every link of the pages to other sites, and fails for those that lead nowhere. */
import { askAll, type Verdict } from './ask.js';
import { externalLinks, isOwn } from './pages.js';

const LIMITS = { concurrency: 4, timeoutMs: 20_000, tries: 3, pauseMs: 5_000 };

const links = externalLinks().filter(({ url }) => !isOwn(url));
const answers = await askAll(
  links.map(({ url }) => url),
  LIMITS,
);
const say = (text: string) => process.stdout.write(`${text}\n`);

function list(verdict: Verdict, title: string): number {
  const found = answers.filter((answer) => answer.verdict === verdict);
  if (found.length > 0) say(title);
  for (const { url, why } of found) {
    const { pages = [] } = links.find((link) => link.url === url) ?? {};
    say(`  ${url}  ${why}  (${pages.join(', ')})`);
  }
  return found.length;
}

const unknown = list('unknown', 'could not be checked; look at them in a browser:');
const gone = list('gone', 'lead nowhere:');
const good = answers.length - unknown - gone;
say(`${answers.length} links: ${good} good, ${unknown} unknown, ${gone} lead nowhere`);
if (good === 0) say('no site answered: is this machine online?');
if (gone > 0 || good === 0) process.exitCode = 1;
