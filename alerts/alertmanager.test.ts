import { describe, expect, it } from 'vitest';
import { type AlertmanagerOptions, alertmanagerConfig } from './alertmanager.js';

const officeHours = { weekdays: ['monday:friday'], from: '09:00', to: '17:00', timeZone: 'Europe/Berlin' };

function refused(options: object): unknown {
  try {
    alertmanagerConfig({ receivers: {}, ...options } as AlertmanagerOptions);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('options of Alertmanager', () => {
  it.each<[object, string]>([
    [{ receivrs: {} }, 'Expected `alertmanager` to be any of receivers, teams, by, '],
    [{ receivers: null }, 'Expected `receivers` to be an object, got null'],
    [
      { receivers: { webhok: { url: 'http://hooks' } } },
      'Expected `receivers` to be any of slack, pagerDuty, email, webhook, deadMansSwitch, got "webhok"',
    ],
    [
      { receivers: { slack: { channel: '#mcp', apiUrl: 'http://x' } } },
      'Expected `receivers.slack` to be any of channel, apiUrlFile, got "apiUrl"',
    ],
    [
      { receivers: { slack: { channel: '#mcp' } } },
      'Expected `receivers.slack.apiUrlFile` to be a text, got undefined',
    ],
    [
      { receivers: { webhook: 'http://hooks' } },
      'Expected `receivers.webhook` to be an object, got "http://hooks"',
    ],
    [{ receivers: { webhook: {} } }, 'Expected `receivers.webhook` to be with either url or urlFile, got {}'],
    [
      { receivers: { deadMansSwitch: { url: 'http://x', urlFile: '/x' } } },
      'Expected `receivers.deadMansSwitch` to be with either url or urlFile, got {"url"',
    ],
    [{ receivers: { webhook: { url: 5 } } }, 'Expected `receivers.webhook.url` to be a text, got 5'],
    [
      { receivers: { webhook: { url: 'hooks.example.com' } } },
      'Expected `receivers.webhook.url` to be a URL that begins with http:// or https://, got "hooks.example.com"',
    ],
    [
      { teams: { payments: { webhok: {} } } },
      'Expected `teams.payments` to be any of slack, pagerDuty, email, webhook, got "webhok"',
    ],
    [
      { teams: { payments: { deadMansSwitch: { url: 'http://x' } } } },
      'Expected `teams.payments` to be any of slack, pagerDuty, email, webhook, got "deadMansSwitch"',
    ],
    [{ teams: { payments: {} } }, 'Expected `teams.payments` to be at least one of slack, pagerDuty, email'],
    [
      { officeHours: { ...officeHours, form: '09:00' } },
      'Expected `officeHours` to be any of weekdays, from, to, timeZone, got "form"',
    ],
    [
      { officeHours: { ...officeHours, from: '9:00' } },
      'Expected `officeHours.from` to be a time such as 09:00, got "9:00"',
    ],
    [
      { officeHours: { ...officeHours, to: '24:30' } },
      'Expected `officeHours.to` to be a time such as 09:00, got "24:30"',
    ],
    [
      { officeHours: { ...officeHours, from: '17:00', to: '09:00' } },
      'Expected `officeHours.to` to be later than 17:00, got "09:00"',
    ],
    [
      { officeHours: { ...officeHours, weekdays: ['mon'] } },
      'Expected `officeHours.weekdays` to be days such as monday or monday:friday, got "mon"',
    ],
    [
      { officeHours: { ...officeHours, weekdays: ['friday:monday'] } },
      'Expected `officeHours.weekdays` to be days such as monday or monday:friday, got "friday:monday"',
    ],
    [
      { officeHours: { ...officeHours, timeZone: 'Berlin' } },
      'Expected `officeHours.timeZone` to be a time zone such as Europe/Berlin, got "Berlin"',
    ],
    [{ by: ['job', 'job'] }, 'Expected `by` to be labels that are listed once, got "job"'],
    [{ by: ['tool'] }, 'Expected `by` to be labels among job, instance'],
    [
      { severities: { page: 'P1' } },
      'Expected `severities` to be any of critical, warning, info, got "page"',
    ],
  ])('%j are rejected', (options, message) => {
    expect(refused(options)).toContain(message);
  });

  it.each<object>([
    { officeHours },
    { officeHours: { ...officeHours, weekdays: ['Saturday', 'sunday:friday'], to: '24:00' } },
    { by: [] },
  ])('%j are accepted', (options) => {
    expect(refused(options)).toBeUndefined();
  });
});
