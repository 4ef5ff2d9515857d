import type { Receiver } from '../../facts/alertmanager.js';
import { templatesOf } from '../../facts/alertmanager-templates.js';
import { type Sample, total } from '../../facts/samples.js';
import { quoted } from '../some.js';

export interface WhyFailed {
  readonly how: string;
  readonly cure?: string;
}

/** How Alertmanager names an answer because of which it gave up. Where nobody answers, it tries again. */
const ANSWERS: Readonly<Record<string, string>> = {
  clientError: 'refuses it (reason clientError: an answer 4xx)',
  serverError: 'fails at it (reason serverError: an answer 5xx)',
};

const MAKE_IT =
  'Look for `notify for alerts failed` in the log of Alertmanager. If it names a template, correct the name in the receiver, or let `templates:` of the configuration find the file that defines it; `amtool check-config` does not compare them.';

/** Says why an integration of these receivers failed, as far as the metrics of Alertmanager tell. */
export function whyFailed(
  now: readonly Sample[],
  before: readonly Sample[],
  integration: string,
  receivers: readonly Receiver[],
): WhyFailed {
  const grew = (reason: string) => of(now, integration, reason) > of(before, integration, reason);
  const answer = Object.keys(ANSWERS).find(grew);
  if (answer !== undefined) return { how: `its ${integration} ${ANSWERS[answer]}` };
  // Mail has none of these reasons: of whatever failed it says `other`.
  if (integration === 'email' || !grew('other'))
    return { how: `its ${integration} refuses it, or does not answer` };
  const key = `${integration}_configs`;
  const names = receivers.flatMap(({ name, [key]: own }) => templatesOf({ name, [key]: own }));
  return {
    how: `Alertmanager could not make the message of ${integration} (reason other), as with a template that is not loaded${names.length > 0 ? `: ${quoted(names)}` : ''}`,
    cure: MAKE_IT,
  };
}

function of(page: readonly Sample[], integration: string, reason: string): number {
  return total(page, 'alertmanager_notifications_failed_total', { integration, reason }) ?? 0;
}
