/**
 * A stdio server that only writes answers.
 * Its arguments are the bytes of each line, and the megabytes in total.
 */
const [bytes, megabytes] = process.argv.slice(2).map(Number);

const frame = (text) =>
  `${JSON.stringify({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text }] } })}\n`;
const rows = JSON.stringify(
  Array.from({ length: 2_000 }, (_, i) => ({ id: i, title: `note ${i}`, text: 'things to remember' })),
);
const line = frame(rows.slice(0, Math.floor((bytes - frame('').length) * 0.8)));
const block = Buffer.from(line.repeat(Math.max(1, Math.floor((1 << 18) / line.length))));

let left = megabytes * 1e6;
function write() {
  while (left > 0) {
    left -= block.length;
    if (!process.stdout.write(block)) return;
  }
  process.stdout.end();
}
process.stdout.on('drain', write);
write();
