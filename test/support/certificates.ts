import { generate } from 'selfsigned';

export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** A certificate authority of its own, what it issued for a server on loopback, and for a client. */
export interface Certificates {
  readonly ca: string;
  readonly server: KeyPair;
  readonly client: KeyPair;
}

const EC = { keyType: 'ec', algorithm: 'sha256' } as const;

export async function createCertificates(): Promise<Certificates> {
  const authority = await generate([{ name: 'commonName', value: 'collector test authority' }], {
    ...EC,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const ca = { key: authority.private, cert: authority.cert };
  const [server, client] = await Promise.all([issue('localhost', ca), issue('client', ca)]);
  return { ca: ca.cert, server, client };
}

async function issue(commonName: string, ca: KeyPair): Promise<KeyPair> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: commonName }], {
    ...EC,
    ca,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { key, cert };
}
