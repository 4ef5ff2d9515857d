import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withChartVersion, withConstant, withRelease, withVersion } from './manifest.js';

describe('the version of a release', () => {
  it.each(['observability', 'otlp', 'viewer', 'doctor'])(
    'is set in %s, and in its dependencies on our packages',
    (name) => {
      const text = readFileSync(`packages/${name}/package.json`, 'utf8');
      const [before, after] = [JSON.parse(text), JSON.parse(withVersion(text, '12.3.4'))];
      expect(after.version).toBe('12.3.4');
      const { dependencies = {}, peerDependencies = {} } = after;
      for (const [other, range] of Object.entries({ ...dependencies, ...peerDependencies }))
        if (other.startsWith('@pmcp/')) expect(range).toBe('^12.3.4');
      expect(withVersion(withVersion(text, '12.3.4'), before.version)).toBe(text);
    },
  );

  it('is the version with which the library signs its telemetry', () => {
    const text = readFileSync('packages/observability/src/version.ts', 'utf8');
    const { version } = JSON.parse(readFileSync('packages/observability/package.json', 'utf8'));
    expect(text).toContain(`VERSION = '${version}';`);
    expect(withConstant(text, '12.3.4')).toContain("VERSION = '12.3.4';");
  });

  it('is that of the chart, and only that', () => {
    const text = readFileSync('charts/pmcp-server/Chart.yaml', 'utf8');
    const changed = withChartVersion(text, '12.3.4');
    expect(changed).toMatch(/^version: 12\.3\.4\nappVersion: 12\.3\.4$/m);
    const { version } = JSON.parse(readFileSync('packages/observability/package.json', 'utf8'));
    expect(withChartVersion(changed, version)).toBe(text);
  });

  it.each(['', 'v1.0.0', '1.0', 'patch'])('is rejected when it is %j', (version) => {
    expect(() => withVersion('{}', version)).toThrow('Expected a version such as 0.2.0');
  });
});

describe('the changelog of a release', () => {
  const CHANGELOG = '# Changelog\n\n## Unreleased\n\n### Added\n\n- A thing.\n\n## 0.1.0\n\n- First.\n';

  it('has what was unreleased under the version, and an empty section above it', () => {
    expect(withRelease(CHANGELOG, '0.2.0')).toBe(
      '# Changelog\n\n## Unreleased\n\n## 0.2.0\n\n### Added\n\n- A thing.\n\n## 0.1.0\n\n- First.\n',
    );
  });

  it('is refused without an entry, and with a version that was released', () => {
    expect(() => withRelease(withRelease(CHANGELOG, '0.2.0'), '0.3.0')).toThrow('got nothing');
    expect(() => withRelease('# Changelog\n', '0.3.0')).toThrow('got nothing');
    expect(() => withRelease(CHANGELOG, '0.1.0')).toThrow('without the section 0.1.0');
  });
});
