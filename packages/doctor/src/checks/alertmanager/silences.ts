import { type Silence, silences } from '../../facts/alertmanager.js';
import { spoken } from '../../facts/duration.js';
import { alertmanagerCheck } from './define.js';

const DAY_MS = 86_400_000;
/** Days: longer than any work that needs a silence. */
const LONGEST_DAYS = 30;

const CURE =
  'Expire it (`amtool silence expire ID --alertmanager.url=ALERTMANAGER`) and set one that names the alert and ends when the work does.';

export const silencesAreNarrow = alertmanagerCheck({
  code: 'PMCP-D210',
  title: 'No silence covers everything, or all critical alerts.',
  why: 'While it lasts, nothing can wake anybody.',
  cure: CURE,
  severity: 'fail',
  async run(context) {
    return (await context.get(silences)).filter(coversAll).map((silence) => ({
      found: `silence ${told(silence)} covers every critical alert until ${silence.endsAt.slice(0, 16).replace('T', ' ')} UTC`,
    }));
  },
});

export const silencesEnd = alertmanagerCheck({
  code: 'PMCP-D211',
  title: 'Silences end soon.',
  why: 'Nobody remembers a silence of years; the alert that it hides comes back with another cause.',
  cure: CURE,
  severity: 'warn',
  after: ['PMCP-D200', 'PMCP-D210'],
  async run(context) {
    return (await context.get(silences))
      .filter(({ endsAt }) => Date.parse(endsAt) - Date.now() > LONGEST_DAYS * DAY_MS)
      .map((silence) => ({
        found: `silence ${told(silence)} ends in ${spoken((Date.parse(silence.endsAt) - Date.now()) / 1_000)}`,
      }));
  },
});

/** Tells whether each matcher of the silence fits any alert, or only selects the severity `critical`. */
function coversAll({ matchers }: Silence): boolean {
  return matchers.every(({ name, value, isRegex, isEqual = true }) => {
    if (!isEqual) return false;
    if (isRegex && /^\(?\.[*+]\)?$/.test(value)) return true;
    return (
      name === 'severity' && (isRegex ? new RegExp(`^(?:${value})$`).test('critical') : value === 'critical')
    );
  });
}

function told({ id, matchers, createdBy }: Silence): string {
  const text = matchers.map(({ name, value, isRegex }) => `${name}${isRegex ? '=~' : '='}${value}`);
  return `${id.slice(0, 8)} of ${createdBy} (${text.join(', ')})`;
}
