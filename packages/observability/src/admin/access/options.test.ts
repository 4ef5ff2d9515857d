import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../options.js';

const resolve = (metrics: object, env: Record<string, string> = {}) =>
  resolveOptions({ metrics }, env).metrics.access;

describe('access to the admin port', () => {
  it('is open to everybody by default', () => {
    expect(resolve({})).toEqual({
      files: { webConfig: undefined, tls: undefined, token: undefined, user: undefined },
      openHealth: true,
      healthPort: undefined,
      profiling: false,
    });
  });

  it('is set by variables, and before them by options', () => {
    const env = {
      PMCP_METRICS_TLS_CERT: '/c',
      PMCP_METRICS_TLS_KEY: '/k',
      PMCP_METRICS_TLS_CLIENT_CA: '/ca',
      PMCP_METRICS_TOKEN_FILE: '/t',
      PMCP_METRICS_USERNAME: 'prometheus',
      PMCP_METRICS_PASSWORD_FILE: '/p',
      PMCP_METRICS_OPEN_HEALTH: 'false',
      PMCP_HEALTH_PORT: '8081',
      PMCP_METRICS_PROFILING: 'true',
    };
    const fromEnv = {
      files: {
        webConfig: undefined,
        tls: { cert: '/c', key: '/k', clientCa: '/ca' },
        token: '/t',
        user: { name: 'prometheus', password: '/p' },
      },
      openHealth: false,
      healthPort: 8081,
      profiling: true,
    };
    expect(resolve({}, env)).toEqual(fromEnv);
    const options = { auth: { tokenFile: '/other' }, openHealth: true, healthPort: 0 };
    expect(resolve(options, env)).toEqual({
      files: { ...fromEnv.files, token: '/other' },
      openHealth: true,
      healthPort: 0,
      profiling: true,
    });
  });

  it.each([
    [{ webConfigFile: '' }, {}, 'Expected `metrics.webConfigFile` to be a text that is not empty, got ""'],
    [
      { webConfigFile: '/w', tls: { certFile: '/c', keyFile: '/k' } },
      {},
      '`metrics.webConfigFile` to be absent',
    ],
    [{ tls: { certFile: '/c' } }, {}, 'Expected `PMCP_METRICS_TLS_KEY` to be given'],
    [{ tls: {} }, {}, 'Expected `PMCP_METRICS_TLS_CERT` to be given'],
    [{ tls: { cert: '/c' } }, {}, 'Expected `metrics.tls` to be an object with only the keys'],
    [{ auth: { username: 'a' } }, {}, 'Expected `PMCP_METRICS_PASSWORD_FILE` to be given'],
    [{ auth: { username: 'a:b', passwordFile: '/p' } }, {}, 'to be a name without a colon'],
    [{ auth: { token: 'x' } }, {}, 'Expected `metrics.auth` to be an object with only the keys'],
    [{ openHealth: 1 }, {}, 'Expected `metrics.openHealth` to be true or false, got 1'],
    [{}, { PMCP_METRICS_OPEN_HEALTH: 'no' }, 'Expected `PMCP_METRICS_OPEN_HEALTH` to be true or false'],
    [{}, { PMCP_HEALTH_PORT: 'x' }, 'Expected `PMCP_HEALTH_PORT` to be an integer from 0 to 65535'],
    [{ profiling: true }, {}, 'Expected `metrics.profiling` to be off where nobody is asked'],
    [{ healthPort: -1 }, {}, 'Expected `metrics.healthPort` to be an integer from 0 to 65535'],
  ])('is rejected with the fault: %j %j', (metrics, env, message) => {
    expect(() => resolve(metrics, env)).toThrow(message);
  });
});
