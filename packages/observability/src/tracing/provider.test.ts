import { ProxyTracerProvider, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { afterEach, describe, expect, it } from 'vitest';
import { hasProvider } from './provider.js';

afterEach(() => trace.disable());

describe("the application's tracer provider", () => {
  it('is not found before one is registered, however a bundler has renamed classes', () => {
    const standIn = new ProxyTracerProvider().getDelegate().constructor;
    const { name } = standIn;
    Object.defineProperty(standIn, 'name', { value: 'a', configurable: true });
    expect(hasProvider()).toBe(false);
    Object.defineProperty(standIn, 'name', { value: name, configurable: true });
  });

  it('is found once it is registered', () => {
    expect(hasProvider()).toBe(false);
    new NodeTracerProvider().register();
    expect(hasProvider()).toBe(true);
  });
});
