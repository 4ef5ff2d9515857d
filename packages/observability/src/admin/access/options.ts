import { unexpected } from '../../expect.js';
import { boolean, type Env, integer, isSet, known } from '../../validate.js';

/** Who may ask the admin server, beside the port and the host that it has. Secrets are in files, which are read again when they change. */
export interface AccessOptions {
  /**
   * A file in the format that Prometheus and its exporters take with `--web.config.file` (`tls_server_config`,
   * `basic_auth_users`). Default: `PMCP_METRICS_WEB_CONFIG`, else none.
   */
  readonly webConfigFile?: string;
  /** TLS for the admin server. All files are PEM. Default: plain HTTP. */
  readonly tls?: {
    /** The certificate of the server. Default: `PMCP_METRICS_TLS_CERT`. */
    readonly certFile: string;
    /** Its private key. Default: `PMCP_METRICS_TLS_KEY`. */
    readonly keyFile: string;
    /** The authorities that must have signed the certificates of clients. Default: `PMCP_METRICS_TLS_CLIENT_CA`, else clients need none. */
    readonly clientCaFile?: string;
  };
  /** The credentials that a client needs: a bearer token, or a name and a password. Default: none. */
  readonly auth?: {
    /** A file with bearer tokens, one on each line. Default: `PMCP_METRICS_TOKEN_FILE`. */
    readonly tokenFile?: string;
    /** The name for basic authentication. Default: `PMCP_METRICS_USERNAME`. */
    readonly username?: string;
    /** A file with its password. Default: `PMCP_METRICS_PASSWORD_FILE`. */
    readonly passwordFile?: string;
  };
  /**
   * Whether `/health/live` and `/health/ready` answer everybody, because probes have no credentials. Default:
   * `PMCP_METRICS_OPEN_HEALTH`, else true.
   */
  readonly openHealth?: boolean;
  /**
   * A separate port for `/health/live` and `/health/ready`, in plain HTTP. `0` takes a free port. Default:
   * `PMCP_HEALTH_PORT`, else none.
   */
  readonly healthPort?: number;
  /**
   * Whether clients with credentials may take profiles below `/debug/pprof/`. Needs a setting that asks for
   * credentials, and `npm install pprof-format` for the format of pprof. `snapshots` also allows heap snapshots,
   * which contain all texts in memory, and so secrets. Default: `PMCP_METRICS_PROFILING`, else false.
   */
  readonly profiling?: boolean | 'snapshots';
}

/** The files of the secrets; undefined if no credentials are required. */
export interface AccessFiles {
  readonly webConfig: string | undefined;
  readonly tls:
    | { readonly cert: string; readonly key: string; readonly clientCa: string | undefined }
    | undefined;
  readonly token: string | undefined;
  readonly user: { readonly name: string; readonly password: string } | undefined;
}

export interface AccessConfig {
  readonly files: AccessFiles;
  readonly openHealth: boolean;
  /** Undefined for none. */
  readonly healthPort: number | undefined;
  readonly profiling: boolean | 'snapshots';
}

/** Lets `known` recognise misspelt options. */
export const ACCESS_OPTIONS = [
  'webConfigFile',
  'tls',
  'auth',
  'openHealth',
  'healthPort',
  'profiling',
] as const;

/** A setting from its option or variable, and its name in messages. */
type Setting = { readonly name: string; readonly value: string | undefined };

/** @throws TypeError that names the option, what was expected and what came */
export function resolveAccess(options: AccessOptions, env: Env): AccessConfig {
  const webConfig = setting('metrics.webConfigFile', options.webConfigFile, 'PMCP_METRICS_WEB_CONFIG', env);
  const tls = tlsFiles(options.tls, env);
  if (webConfig.value !== undefined && tls !== undefined)
    throw unexpected(webConfig.name, 'absent beside a certificate given by itself', webConfig.value);
  const files = { webConfig: webConfig.value, tls, ...secretFiles(options.auth, env) };
  return {
    files,
    profiling: profiling(options.profiling, files, env),
    openHealth: boolean(
      'metrics.openHealth',
      options.openHealth ?? toggle('PMCP_METRICS_OPEN_HEALTH', env),
      true,
    ),
    healthPort: healthPort(options.healthPort, env),
  };
}

function tlsFiles(tls: AccessOptions['tls'], env: Env): AccessFiles['tls'] {
  if (tls !== undefined) known('metrics.tls', tls, ['certFile', 'keyFile', 'clientCaFile']);
  const cert = setting('metrics.tls.certFile', tls?.certFile, 'PMCP_METRICS_TLS_CERT', env);
  const key = setting('metrics.tls.keyFile', tls?.keyFile, 'PMCP_METRICS_TLS_KEY', env);
  const clientCa = setting('metrics.tls.clientCaFile', tls?.clientCaFile, 'PMCP_METRICS_TLS_CLIENT_CA', env);
  if ([cert, key, clientCa].every(({ value }) => value === undefined) && tls === undefined) return undefined;
  return { cert: given(cert), key: given(key), clientCa: clientCa.value };
}

function secretFiles(auth: AccessOptions['auth'], env: Env): Pick<AccessFiles, 'token' | 'user'> {
  if (auth !== undefined) known('metrics.auth', auth, ['tokenFile', 'username', 'passwordFile']);
  const token = setting('metrics.auth.tokenFile', auth?.tokenFile, 'PMCP_METRICS_TOKEN_FILE', env);
  const name = setting('metrics.auth.username', auth?.username, 'PMCP_METRICS_USERNAME', env);
  const password = setting(
    'metrics.auth.passwordFile',
    auth?.passwordFile,
    'PMCP_METRICS_PASSWORD_FILE',
    env,
  );
  const hasUser = name.value !== undefined || password.value !== undefined;
  return {
    token: token.value,
    user: hasUser ? { name: withoutColon(name), password: given(password) } : undefined,
  };
}

function setting(option: string, value: string | undefined, variable: string, env: Env): Setting {
  if (value === undefined) return { name: variable, value: isSet(env[variable]) ? env[variable] : undefined };
  if (typeof value !== 'string' || value === '') throw unexpected(option, 'a text that is not empty', value);
  return { name: option, value };
}

function given({ name, value }: Setting): string {
  if (value === undefined) throw unexpected(name, 'given beside the others of its kind', value);
  return value;
}

/** A name with a colon can't be separated from the password. */
function withoutColon(setting: Setting): string {
  const name = given(setting);
  if (name.includes(':')) throw unexpected(setting.name, 'a name without a colon', name);
  return name;
}

function profiling(
  option: AccessOptions['profiling'],
  files: AccessFiles,
  env: Env,
): AccessConfig['profiling'] {
  const [name, given] =
    option === undefined
      ? ['PMCP_METRICS_PROFILING', isSet(env.PMCP_METRICS_PROFILING) ? env.PMCP_METRICS_PROFILING : 'false']
      : ['metrics.profiling', option];
  const value = given === 'snapshots' ? given : { true: true, false: false }[String(given)];
  if (value === undefined) throw unexpected(name, 'true, false or snapshots', given);
  const { webConfig, tls, token, user } = files;
  const asks = [webConfig, tls?.clientCa, token, user].some((one) => one !== undefined);
  if (value !== false && !asks)
    throw unexpected(
      name,
      'off where nobody is asked for credentials (metrics.auth, metrics.tls.clientCaFile)',
      value,
    );
  return value;
}

function toggle(variable: string, env: Env): boolean | undefined {
  const text = env[variable];
  if (!isSet(text)) return undefined;
  if (text !== 'true' && text !== 'false') throw unexpected(variable, 'true or false', text);
  return text === 'true';
}

function healthPort(option: number | undefined, env: Env): number | undefined {
  const text = env.PMCP_HEALTH_PORT;
  if (option === undefined && !isSet(text)) return undefined;
  const name = option === undefined ? 'PMCP_HEALTH_PORT' : 'metrics.healthPort';
  const value = option ?? (/^\d+$/.test(text ?? '') ? Number(text) : text);
  return integer(name, value, 0, 0, 65_535);
}
