const SEMVER = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/**
 * Returns the text of a package.json with a new version, also for its dependencies on our other packages.
 *
 * @throws TypeError if it is no version
 */
export function withVersion(text: string, version: string): string {
  if (!SEMVER.test(version))
    throw new TypeError(`Expected a version such as 0.2.0, got ${JSON.stringify(version)}`);
  return text
    .replace(/^( {2}"version": )".*"/m, `$1"${version}"`)
    .replaceAll(/("@pmcp\/\w+": )"\^.*"/g, `$1"^${version}"`);
}

const UNRELEASED = '## Unreleased\n';

/**
 * Returns the text of the changelog in which what is unreleased has this version, below a new and empty section.
 *
 * @throws TypeError if it has the version already, or nothing to release
 */
export function withRelease(text: string, version: string): string {
  const [before = '', after] = text.split(UNRELEASED);
  if (text.includes(`\n## ${version}\n`))
    throw new TypeError(`Expected CHANGELOG.md without the section ${version}`);
  const [section = ''] = (after ?? '').split(/^## /m);
  if (!/^- /m.test(section))
    throw new TypeError(
      'Expected CHANGELOG.md to say under `Unreleased` what changes for users, got nothing',
    );
  return `${before}${UNRELEASED}\n## ${version}\n${after}`;
}

/** Returns the text of the library's `version.ts` with a new version. */
export function withConstant(text: string, version: string): string {
  return text.replace(/(VERSION = )'.*'/, `$1'${version}'`);
}

/** Returns the text of the `Chart.yaml` with a new version, of the chart and of the library that it is for. */
export function withChartVersion(text: string, version: string): string {
  return text.replaceAll(/^(version|appVersion): .*$/gm, `$1: ${version}`);
}
