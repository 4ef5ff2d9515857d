import { expect, test } from 'vitest';
import { createFamilies } from './families.js';
import { HttpRecorder } from './http.js';

test.each([
  ['POST', 200, 'POST', '200'],
  ['POST', 418, 'POST', '4xx'],
  ['PROPFIND', 999, '_other', '_other'],
  ['GET', undefined, 'GET', ''],
])('an exchange by %s with status %s shows as %s and %s', (method, status, methodLabel, statusLabel) => {
  const families = createFamilies();
  new HttpRecorder(families).exchangeEnded(method, status, 'other');
  const { httpExchanges } = families;
  expect(httpExchanges.value(httpExchanges.slot(methodLabel, statusLabel, 'other'))).toBe(1);
});

test('a stream without messages is silent until it closes, another one until its first notification', () => {
  const families = createFamilies();
  const recorder = new HttpRecorder(families);
  const { activeSubscriptions: active, silentSubscriptions: silent, subscriptionNotifications } = families;
  const numbers = () => [active, silent].map((family) => family.value(family.slot('several')));
  recorder.subscriptionOpened('several');
  recorder.subscriptionOpened('several');
  expect(numbers()).toEqual([2, 2]);
  recorder.subscriptionNotified('several', true);
  recorder.subscriptionNotified('several', false);
  expect(numbers()).toEqual([2, 1]);
  recorder.subscriptionClosed('several', false, 1);
  recorder.subscriptionClosed('several', true, 1);
  expect(numbers()).toEqual([0, 0]);
  expect(subscriptionNotifications.value(subscriptionNotifications.slot('several'))).toBe(2);
});
