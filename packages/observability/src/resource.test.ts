import { describe, expect, it } from 'vitest';
import { resourceAttributes } from './resource.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('the resource', () => {
  it('is an unknown service with its own instance by default', () => {
    expect(resourceAttributes({}, {})).toEqual({
      'service.name': 'unknown_service:node',
      'service.instance.id': expect.stringMatching(UUID),
    });
  });

  it('is the same instance every time in one process', () => {
    const id = () => resourceAttributes({}, {})['service.instance.id'];
    expect(id()).toBe(id());
  });

  it('has the name of OTEL_SERVICE_NAME, then of OTEL_RESOURCE_ATTRIBUTES, then of the server', () => {
    const name = (env: Record<string, string>) => resourceAttributes({ name: 'server' }, env)['service.name'];
    const attributes = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=attributes' };
    expect(name({ ...attributes, OTEL_SERVICE_NAME: 'variable' })).toBe('variable');
    expect(name(attributes)).toBe('attributes');
    expect(name({})).toBe('server');
  });

  it('is the pod, in its namespace and on its node', () => {
    const env = { POD_NAME: 'notes-1', POD_NAMESPACE: 'prod', NODE_NAME: 'node-a' };
    expect(resourceAttributes({}, env)).toMatchObject({
      'service.instance.id': 'notes-1',
      'k8s.pod.name': 'notes-1',
      'k8s.namespace.name': 'prod',
      'k8s.node.name': 'node-a',
    });
  });

  it('lets OTEL_RESOURCE_ATTRIBUTES override version, instance and pod', () => {
    const text = 'service.version=2,service.instance.id=mine,k8s.pod.name=b';
    const env = { POD_NAME: 'a', OTEL_RESOURCE_ATTRIBUTES: text };
    expect(resourceAttributes({ version: '1' }, env)).toMatchObject({
      'service.version': '2',
      'service.instance.id': 'mine',
      'k8s.pod.name': 'b',
    });
  });

  it('decodes keys and values, and ignores space around them and empty pairs', () => {
    const env = { OTEL_RESOURCE_ATTRIBUTES: ' a = b%2Cc%3Dd , deployment%20env=pr%C3%B6d,, ' };
    expect(resourceAttributes({}, env)).toMatchObject({ a: 'b,c=d', 'deployment env': 'pröd' });
  });

  it('treats empty values and other types as unset', () => {
    const env = { OTEL_SERVICE_NAME: '', OTEL_RESOURCE_ATTRIBUTES: 'service.name=,x=', POD_NAME: '' };
    expect(resourceAttributes({ name: 'server', version: 1 }, env)).toEqual({
      'service.name': 'server',
      'service.instance.id': expect.stringMatching(UUID),
    });
  });

  it.each(['a=1,b', 'a=1,=2', 'a=1,b=%zz', 'a=1,b=%c3'])(
    'ignores all of %s, because a part is invalid',
    (text) => {
      const resource = resourceAttributes({ name: 'server' }, { OTEL_RESOURCE_ATTRIBUTES: text });
      expect(Object.keys(resource).sort()).toEqual(['service.instance.id', 'service.name']);
    },
  );

  it('keeps its prototype whatever the keys', () => {
    const resource = resourceAttributes({}, { OTEL_RESOURCE_ATTRIBUTES: '__proto__=x,constructor=y' });
    expect(Object.getPrototypeOf(resource)).toBe(Object.prototype);
    expect(resource.constructor).toBe('y');
  });
});
