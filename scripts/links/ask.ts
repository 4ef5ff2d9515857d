import { setTimeout as sleep } from 'node:timers/promises';

export interface Limits {
  /** How many links are asked at the same time. */
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** How often a site that does not answer, or is busy, is asked. */
  readonly tries: number;
  /** The pause before it is asked again. */
  readonly pauseMs: number;
}

/** `gone`: a reader finds nothing there. `unknown`: the site answers people, and perhaps no program. */
export type Verdict = 'good' | 'gone' | 'unknown';

export interface Answer {
  readonly url: string;
  readonly verdict: Verdict;
  readonly why: string;
}

/** More than any page with headings has. */
const MAX_PAGE = 8_000_000;
const GONE = [404, 410];
/** The address of the site is wrong. A resolver that is busy answers with other codes. */
const NO_SUCH_SITE = 'ENOTFOUND';

/** Asks every link, some at a time. Never rejects. */
export async function askAll(urls: readonly string[], limits: Limits): Promise<Answer[]> {
  const left = [...urls];
  const answers: Answer[] = [];
  const work = async () => {
    for (let url = left.shift(); url !== undefined; url = left.shift()) answers.push(await ask(url, limits));
  };
  await Promise.all(Array.from({ length: limits.concurrency }, work));
  return answers;
}

async function ask(url: string, limits: Limits): Promise<Answer> {
  let answer = await askOnce(url, limits.timeoutMs);
  for (let tried = 1; tried < limits.tries && answer.verdict === 'unknown'; tried++) {
    await sleep(limits.pauseMs * tried);
    answer = await askOnce(url, limits.timeoutMs);
  }
  return answer;
}

async function askOnce(url: string, timeoutMs: number): Promise<Answer> {
  try {
    const response = await fetch(url, {
      headers: { Accept: 'text/html,*/*' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status } = response;
    const { hash } = new URL(url);
    if (status === 200 && hash !== '') return { url, ...anchored(await textOf(response), hash.slice(1)) };
    await response.body?.cancel();
    if (response.ok) return { url, verdict: 'good', why: `${status}` };
    return { url, verdict: GONE.includes(status) ? 'gone' : 'unknown', why: `${status}` };
  } catch (error) {
    const { cause, name, message } = error as Error & { readonly cause?: { readonly code?: string } };
    const why = cause?.code ?? (name === 'TimeoutError' ? `no answer in ${timeoutMs / 1000} s` : message);
    return { url, verdict: why === NO_SUCH_SITE ? 'gone' : 'unknown', why };
  }
}

async function textOf(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > MAX_PAGE) break;
  }
  return text;
}

/** GitHub puts a prefix before the anchors of what its users write. */
function anchored(page: string, anchor: string): Omit<Answer, 'url'> {
  const name = decodeURIComponent(anchor).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const isThere = new RegExp(`\\b(?:id|name)\\s*=\\s*["']?(?:user-content-)?${name}["'\\s>]`).test(page);
  return isThere
    ? { verdict: 'good', why: '200' }
    : { verdict: 'gone', why: `the page has no anchor #${anchor}` };
}
