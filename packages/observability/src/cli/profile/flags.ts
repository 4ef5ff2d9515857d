import { configFlag } from '../command.js';
import { content, count, oneOfWords, seconds, text } from '../values.js';
import { KINDS } from './kinds.js';

export const profileFlags = {
  kind: oneOfWords(Object.keys(KINDS), `${Object.keys(KINDS).join(', ')} (default: cpu)`),
  seconds: seconds('length of the profile, at most 60 (default: 30)', 30),
  top: count('number of rows to print (default: 10)', 10),
  output: text('FILE', 'file for the profile (default: a new one here)'),
  tokenFile: text('FILE', 'file with the bearer token of the port'),
  username: text('NAME', 'name for basic authentication'),
  passwordFile: text('FILE', 'file with the password'),
  ca: content('authorities to trust for its certificate'),
  clientCert: content('certificate to show to the port'),
  clientKey: content('private key of --client-cert'),
  serverName: text('NAME', 'name in the certificate, if it differs from the URL'),
  config: configFlag,
};
