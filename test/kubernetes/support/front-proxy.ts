import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority } from '../../support/certificates.js';

const NAME = 'front-proxy';

/**
 * Returns the flags with which an API server hands requests on to the servers of other APIs, such as those of metrics.
 * They believe who asked, because only this API server has the certificate.
 */
export async function frontProxyFlags(folder: string): Promise<string[]> {
  const authority = await createAuthority(NAME);
  const { key, cert } = await authority.issue(NAME);
  const file = (end: string) => join(folder, `${NAME}.${end}`);
  await Promise.all([
    writeFile(file('ca'), authority.cert),
    writeFile(file('crt'), cert),
    writeFile(file('key'), key),
  ]);
  return [
    `--requestheader-client-ca-file=${file('ca')}`,
    `--requestheader-allowed-names=${NAME}`,
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${file('crt')}`,
    `--proxy-client-key-file=${file('key')}`,
  ];
}
