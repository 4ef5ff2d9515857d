/** Serves the story until Ctrl-C: `npx tsx test/support/story/main.ts [port]`. */
import { END } from './chapters.js';
import { StoryPrometheus } from './serve.js';

const prometheus = new StoryPrometheus();
process.once('SIGINT', () => void prometheus.stop());
process.once('SIGTERM', () => void prometheus.stop());
await prometheus.start(Number(process.argv[2] ?? 9090));
process.stderr.write(`${prometheus.url} has the two hours up to ${new Date(END * 1000).toISOString()}\n`);
