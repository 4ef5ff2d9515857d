import { askFigures } from '../../scripts/start/queries.js';
import { screen } from '../../scripts/start/screen.js';
import { CHAPTERS } from '../support/story/chapters.js';
import type { Stage } from './stage.js';

export const RECORDING = 'docs/pictures/npm-start.svg';

/** One of the replicas in the incident. */
const SERVER = 'job="notes",instance="10.1.0.13:9464"';
/** The times of the story that are shown, and for how many seconds each is shown. */
const FRAMES = [-32, -24, -22, -20, -17, -10, 0].map((minutes) => CHAPTERS.incident + minutes * 60);
const FRAME_S = 1.2;
const LINKS = {
  page: 'http://localhost:9464',
  mcp: 'http://localhost:3000/mcp',
  admin: 'http://localhost:9400',
  prometheus: 'http://localhost:9090',
};

const LETTER = { width: 8.4, height: 19, size: 14 } as const;
const COLUMNS = 80;
const ROWS = 22;
const FRAME = 16;

/** Returns an animated drawing of what `npm start` shows in a terminal during the story. */
export async function recording(stage: Stage): Promise<string> {
  const frames: string[][] = [];
  for (const [index, time] of FRAMES.entries()) {
    const source = {
      query: async (query: string) =>
        (await stage.ask(ofServer(query), time)).map(([labels, value]) => ({ labels, value })),
    };
    const figures = await askFigures(source, (counter) => `rate(${counter}[2m])`);
    if (!figures) throw new Error(`Expected figures at ${time}, got none`);
    frames.push(screen(figures, 30 + index * 10, LINKS, `${412 + index * 350} requests`, true));
  }
  return drawn(frames);
}

function ofServer(query: string): string {
  return query.replace(/pmcp_\w+(\{)?/g, (text, brace) =>
    brace ? `${text}${SERVER},` : `${text}{${SERVER}}`,
  );
}

function drawn(frames: readonly (readonly string[])[]): string {
  const width = Math.round(COLUMNS * LETTER.width + 2 * FRAME);
  const height = ROWS * LETTER.height + 2 * FRAME;
  const share = 100 / frames.length;
  const groups = frames.map((lines, index) => {
    const delay = (index * FRAME_S).toFixed(1);
    return `<g style="animation-delay:${delay}s">${lines.slice(0, ROWS).map(line).join('')}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The screen of npm start: requests, outcomes and tools, as an incident begins">
<style>
text{font:${LETTER.size}px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;fill:#1f2328;white-space:pre}
.page{fill:#f6f8fa}.bold{font-weight:bold}.dim{fill:#59636e}.green{fill:#1a7f37}.yellow{fill:#9a6700}.blue{fill:#0969da}.red{fill:#cf222e}.gray{fill:#59636e}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.page{fill:#0d1117}.dim,.gray{fill:#9198a1}.green{fill:#3fb950}.yellow{fill:#d29922}.blue{fill:#58a6ff}.red{fill:#f85149}}
g{opacity:0;animation:seen ${(FRAME_S * frames.length).toFixed(1)}s step-end infinite}
@keyframes seen{0%{opacity:1}${share.toFixed(3)}%{opacity:0}}
@media (prefers-reduced-motion:reduce){g{animation:none}g:last-of-type{opacity:1}}
</style>
<rect class="page" width="100%" height="100%" rx="8"/>
${groups.join('\n')}
</svg>
`;
}

const STYLES: Readonly<Record<string, string>> = {
  '1': 'bold',
  '2': 'dim',
  '31': 'red',
  '32': 'green',
  '33': 'yellow',
  '34': 'blue',
  '90': 'gray',
};

const ESCAPE = new RegExp(`${String.fromCharCode(27)}\\[(\\d+)m`);

/** Draws a line with terminal escapes. Each piece is placed at its column, so that it fits with any font. */
function line(text: string, row: number): string {
  const y = FRAME + (row + 0.8) * LETTER.height;
  let style = '';
  let column = 0;
  const pieces = text.split(ESCAPE).map((piece, index) => {
    if (index % 2 === 1) {
      style = STYLES[piece] ?? '';
      return '';
    }
    const words = [...piece.matchAll(/\S+(?: \S+)*/g)].map(({ 0: word, index: at }) => {
      const x = (FRAME + (column + at) * LETTER.width).toFixed(1);
      const length = ([...word].length * LETTER.width).toFixed(1);
      return `<tspan x="${x}" textLength="${length}"${style && ` class="${style}"`}>${escaped(word)}</tspan>`;
    });
    column += [...piece].length;
    return words.join('');
  });
  return `<text y="${y.toFixed(1)}">${pieces.join('')}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
