import { expect, test } from 'vitest';
import { type Identity, identity, isOtherVersion, isSameServer } from './identity.js';

const alone: Identity = {
  protocol: 1,
  namespace: 'pid:[1]',
  pid: 10,
  parent: 1,
  threadId: 0,
  isWorker: false,
  application: '',
};
const worker: Identity = { ...alone, parent: 5, isWorker: true };

test.each<[string, Identity, Identity, boolean]>([
  ['two threads of a process', alone, { ...alone, threadId: 3 }, true],
  ['two copies of the toolkit in a thread', alone, { ...alone }, true],
  ['two workers of a cluster', worker, { ...worker, pid: 11 }, true],
  ['a worker and its cluster', worker, { ...alone, pid: 5 }, true],
  [
    'a thread of a worker and another worker',
    { ...worker, isWorker: false, threadId: 2 },
    { ...worker, pid: 11 },
    true,
  ],
  [
    'two applications of one PM2',
    { ...worker, application: 'a' },
    { ...worker, pid: 11, application: 'b' },
    false,
  ],
  [
    'two workers of one PM2 application',
    { ...worker, application: 'a' },
    { ...worker, pid: 11, application: 'a' },
    true,
  ],
  ['workers of two clusters', worker, { ...worker, pid: 11, parent: 6 }, false],
  ['two servers that one shell started', { ...alone, parent: 5 }, { ...alone, parent: 5, pid: 11 }, false],
  ['a process and a child that is no worker', { ...alone, pid: 5 }, { ...alone, parent: 5, pid: 11 }, false],
  ['the first processes of two containers', alone, { ...alone, namespace: 'pid:[2]' }, false],
  ['versions that speak in other ways', alone, { ...alone, protocol: 2 as never }, false],
])('%s', (_title, one, other, expected) => {
  expect(isSameServer(one, other)).toBe(expected);
  expect(isSameServer(other, one)).toBe(expected);
});

test('this process recognises itself', () => {
  expect(isSameServer(identity({}), identity({}))).toBe(true);
  expect(identity({ pm_id: '0', name: 'notes' }).application).toBe('notes');
  expect(identity({ name: 'of somebody else' }).application).toBe('');
});

test.each<[string, Identity, boolean]>([
  ['a worker of the same cluster', { ...worker, pid: 11, protocol: 2 as never }, true],
  ['a worker of another cluster', { ...worker, pid: 11, parent: 6, protocol: 2 as never }, false],
  ['a worker that speaks as this one', { ...worker, pid: 11 }, false],
  ['one that says nothing of itself', undefined as never, false],
])('%s of another version', (_title, other, expected) => {
  expect(isOtherVersion(worker, { ...other })).toBe(expected);
});
