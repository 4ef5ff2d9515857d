/** `npm run pictures`: takes all pictures that are committed anew, from the story. */
import { keep, keepPicture } from './gallery.js';
import { take } from './pictures.js';
import { RECORDING, recording } from './recording.js';
import { PICTURES } from './scenes.js';
import { Stage } from './stage.js';

const stage = new Stage();
try {
  await stage.start();
  for (const [path, { path: address, now, window }] of Object.entries(PICTURES)) {
    const seen = await stage.open(window, now);
    keepPicture(path, await take(await seen.goTo(address)));
    await seen.close();
    process.stdout.write(`${path}\n`);
  }
  keep(RECORDING, await recording(stage));
  process.stdout.write(`${RECORDING}\n`);
} finally {
  await stage.stop();
}
