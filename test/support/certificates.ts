import { generate } from 'selfsigned';

export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** A certificate authority, with its certificates for a server on loopback and for a client. */
export interface Certificates {
  readonly ca: string;
  readonly server: KeyPair;
  readonly client: KeyPair;
}

const EC = { keyType: 'ec', algorithm: 'sha256' } as const;

/** Issues certificates for loopback, which are trusted by clients that trust its own certificate. */
export interface Authority {
  readonly cert: string;
  /** @param validity when it begins and ends. Default: it is valid now. */
  issue(commonName: string, validity?: Validity): Promise<KeyPair>;
}

interface Validity {
  readonly notBeforeDate?: Date;
  readonly notAfterDate?: Date;
}

export async function createCertificates(): Promise<Certificates> {
  const authority = await createAuthority();
  const [server, client] = await Promise.all([authority.issue('localhost'), authority.issue('client')]);
  return { ca: authority.cert, server, client };
}

export async function createAuthority(name = 'collector test authority'): Promise<Authority> {
  const authority = await generate([{ name: 'commonName', value: name }], {
    ...EC,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const ca = { key: authority.private, cert: authority.cert };
  return { cert: ca.cert, issue: (commonName, validity) => issue(commonName, ca, validity) };
}

async function issue(commonName: string, ca: KeyPair, validity: Validity = {}): Promise<KeyPair> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: commonName }], {
    ...EC,
    ...validity,
    ca,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 2, value: commonName },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { key, cert };
}
