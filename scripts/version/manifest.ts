const SEMVER = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/**
 * The text of a package.json with a version, and with the same one for what it needs of ours.
 *
 * @throws TypeError when it is no version
 */
export function withVersion(text: string, version: string): string {
  if (!SEMVER.test(version))
    throw new TypeError(`Expected a version such as 0.2.0, got ${JSON.stringify(version)}`);
  return text
    .replace(/^( {2}"version": )".*"/m, `$1"${version}"`)
    .replaceAll(/("@pmcp\/\w+": )"\^.*"/g, `$1"^${version}"`);
}

/** The same for the library's own constant. */
export function withConstant(text: string, version: string): string {
  return text.replace(/(VERSION = )'.*'/, `$1'${version}'`);
}
