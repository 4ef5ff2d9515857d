import { expect, test } from 'vitest';
import { subscriptionKind } from './subscription.js';

test.each([
  [{ toolsListChanged: true }, 'tools_list_changed'],
  [{ promptsListChanged: true }, 'prompts_list_changed'],
  [{ resourcesListChanged: true, toolsListChanged: false }, 'resources_list_changed'],
  [{ resourceSubscriptions: ['notes://1'] }, 'resources_updated'],
  [{ toolsListChanged: true, promptsListChanged: true }, 'several'],
  [{ somethingOfTomorrow: true }, '_other'],
  [{ constructor: true }, '_other'],
  [{}, '_other'],
  [undefined, '_other'],
  ['toolsListChanged', '_other'],
])('a filter %j is of kind %s', (filter, kind) => {
  expect(subscriptionKind(filter)).toBe(kind);
});
