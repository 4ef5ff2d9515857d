import { unexpected } from '../../prometheus/expected.js';
import { checkNames, checkObject, checkText } from '../check-options.js';
import type { Receivers, Teams } from './receivers.js';

/** The options that each receiver must have. */
const NEEDED: Readonly<Record<keyof Receivers, readonly string[]>> = {
  slack: ['channel', 'apiUrlFile'],
  pagerDuty: ['routingKeyFile'],
  email: ['to', 'from', 'smarthost', 'username', 'passwordFile'],
  webhook: [],
  deadMansSwitch: [],
};
/** The options for the address of a hook, of which it needs exactly one. */
const ADDRESSES = ['url', 'urlFile'];
const OF_A_HOOK = [...ADDRESSES, 'credentialsFile'];

/**
 * The receivers that a team may have. The dead man's switch belongs to no team, since there is only one
 * Watchdog.
 */
const OF_A_TEAM = Object.keys(NEEDED).filter((kind) => kind !== 'deadMansSwitch');

/** @throws TypeError that names what is misspelt, missing or of the wrong type */
export function checkReceivers(option: string, receivers: Receivers, kinds = Object.keys(NEEDED)): void {
  checkNames(option, receivers, kinds);
  for (const [kind, given] of Object.entries(receivers)) {
    const needed = NEEDED[kind as keyof Receivers];
    if (needed.length === 0) checkHook(`${option}.${kind}`, given);
    else checkAll(`${option}.${kind}`, given, needed);
  }
}

/** @throws TypeError that names what is wrong with the receivers of a team */
export function checkTeams(teams: Teams): void {
  checkObject('teams', teams);
  for (const [team, receivers] of Object.entries(teams)) {
    // For Alertmanager, an alert without the label has it with an empty value.
    if (team === '') throw unexpected('teams', 'names of teams', team);
    const option = `teams.${team}`;
    checkReceivers(option, receivers, OF_A_TEAM);
    if (Object.keys(receivers).length === 0) {
      throw unexpected(option, `at least one of ${OF_A_TEAM.join(', ')}`, receivers);
    }
  }
}

function checkAll(option: string, given: object, needed: readonly string[]): void {
  checkNames(option, given, needed);
  const values = new Map(Object.entries(given));
  for (const name of needed) checkText(`${option}.${name}`, values.get(name));
}

function checkHook(option: string, hook: object): void {
  checkNames(option, hook, OF_A_HOOK);
  for (const [name, value] of Object.entries(hook)) checkText(`${option}.${name}`, value);
  const addresses = Object.keys(hook).filter((name) => ADDRESSES.includes(name));
  if (addresses.length !== 1) throw unexpected(option, `with either ${ADDRESSES.join(' or ')}`, hook);
  if ('url' in hook && !/^https?:\/\//.test(String(hook.url))) {
    throw unexpected(`${option}.url`, 'a URL that begins with http:// or https://', hook.url);
  }
}
