/**
 * `npm run pictures`: takes all committed pictures again from the story,
 * or only those whose paths contain a given word.
 */
import { keep, keepPicture } from './gallery.js';
import { take } from './pictures.js';
import { RECORDING, recording } from './recording.js';
import { PICTURES } from './scenes.js';
import { Stage } from './stage.js';

const words = process.argv.slice(2);
const isWanted = (path: string) => words.length === 0 || words.some((word) => path.includes(word));

const stage = new Stage();
try {
  await stage.start();
  for (const [path, { path: address, now, window }] of Object.entries(PICTURES)) {
    if (!isWanted(path)) continue;
    const seen = await stage.open(window, now);
    keepPicture(path, await take(await seen.goTo(address)));
    await seen.close();
    process.stdout.write(`${path}\n`);
  }
  if (isWanted(RECORDING)) {
    keep(RECORDING, await recording(stage));
    process.stdout.write(`${RECORDING}\n`);
  }
} finally {
  await stage.stop();
}
