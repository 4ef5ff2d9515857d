import type { Random } from '../random.js';
import { secrets, tokens } from './secrets.js';

/** Returns a text with the secret in it. */
type Frame = (secret: string, random: Random) => string;

const HOSTS = [
  'db-1.internal',
  '10.0.3.17',
  'cache.prod.svc.cluster.local',
  'localhost',
  'cluster0.ab1cd.mongodb.net',
];
const USERS = ['app', 'root', 'svc_notes', 'alice', 'reader%40corp'];
const host: (random: Random) => string = (r) => r.pick(HOSTS);
const user: (random: Random) => string = (r) => r.pick(USERS);
const json = JSON.stringify;

/** Database URLs whose password is not encoded. */
const URLS: readonly Frame[] = [
  (s, r) =>
    `error: no pg_hba.conf entry, dsn postgres://${user(r)}:${s}@${host(r)}:5432/notes?sslmode=require`,
  (s, r) => `Error: connect ECONNREFUSED postgresql://${user(r)}:${s}@${host(r)}/notes`,
  (s, r) => `mysql://${user(r)}:${s}@${host(r)}:3306/shop: Communications link failure`,
  (s, r) => `[ioredis] Unhandled error event: redis://:${s}@${host(r)}:6379/0 getaddrinfo ENOTFOUND`,
  (s, r) => `rediss://default:${s}@${host(r)}:6380`,
  (s, r) =>
    `MongoServerSelectionError: mongodb+srv://${user(r)}:${s}@${host(r)}/?retryWrites=true&w=majority`,
  (s, r) =>
    `MongoNetworkError: mongodb://${user(r)}:${s}@a.${host(r)}:27017,b.${host(r)}:27017/admin timed out`,
  (s, r) => `Error: Handshake terminated by server: 403 amqp://${user(r)}:${s}@${host(r)}:5672/vhost`,
  (s, r) => `{"level":50,"dsn":"postgres://${user(r)}:${s}@${host(r)}/notes","msg":"no connection"}`,
  (s, r) =>
    `Error: connect to "clickhouse://${user(r)}:${s}@${host(r)}:9440/logs" failed\n    at Socket.<anonymous> (net.js:12:3)`,
  (s, r) => `ldap://cn=admin:${s}@${host(r)}:389 bind failed`,
  (s, r) => `jdbc:postgresql://${user(r)}:${s}@${host(r)}:5432/db refused`,
  (s, r) => `nats://${user(r)}:${s}@${host(r)}:4222 disconnected`,
  (s, r) => `panic: dial ${user(r)}:${s}@tcp(${host(r)}:3306)/shop?parseTime=true`,
  (s, r) => `smtp://${user(r)}:${s}@${host(r)}:587 Invalid login`,
];

/** Web URLs, whose path begins at a slash. */
const WEB_URLS: readonly Frame[] = [
  (s, r) => `GET https://${user(r)}:${s}@${host(r)}/v1/notes?page=2 401`,
  (s, r) =>
    `fatal: unable to access 'https://${user(r)}:${s}@git.corp/x.git/': The requested URL returned error: 403`,
  (s) => `proxy http://squid:${s}@10.0.0.1:3128 answered 407`,
  (s) => `npm ERR! fetch failed https://ci:${s}@registry.corp/pkg/-/pkg-1.2.3.tgz`,
  (s, r) => `undici: Error: redirect to https%3A%2F%2F${user(r)}%3A${s}%40${host(r)}%2Fcb not allowed`,
  (s, r) => `kafka: http://${user(r)}:${s}@schema-registry.${host(r)}:8081/subjects unreachable`,
];

/** A key before its value. */
const PAIRS: readonly Frame[] = [
  (s, r) => `connection to server failed: host=${host(r)} user=${user(r)} password=${s} dbname=notes`,
  (s) => `psql: error: PGPASSWORD=${s} psql -h db -U app`,
  (s) => `Login failed. Server=tcp:sql.corp,1433;Database=notes;User ID=sa;Password=${s};Encrypt=True`,
  (s) => `Driver={ODBC Driver 18 for SQL Server};Uid=sa;Pwd={${s}};`,
  (s) => `jdbc:mysql://db/notes?user=app&password=${s}&useSSL=false`,
  (s) =>
    `org.apache.kafka.common.errors.SaslAuthenticationException: PlainLoginModule required username="app" password="${s}";`,
  (s) =>
    `sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username='a' password='${s}';`,
  (s) => `POST /oauth/token grant_type=password&username=bob&password=${s}&scope=read 400`,
  (s) => `invalid_grant: refresh_token=${s}&client_id=abc is expired`,
  (s) => `{"error":"invalid_client","client_secret":"${s}"}`,
  (s) => `OAuth2 error: {"access_token":"${s}","token_type":"Bearer","expires_in":3600}`,
  (s) => `body: ${json(json({ user: 'bob', password: s }))}`,
  (s) => `{"msg":${json(json({ request: json({ apiKey: s }) }))}}`,
  (s) =>
    `AxiosError: Request failed with status code 401 { headers: { Authorization: 'Bearer ${s}', 'User-Agent': 'axios/1.7.2' } }`,
  (s) =>
    `  headers: Object [AxiosHeaders] {\n    'x-api-key': '${s}',\n    'Content-Type': 'application/json'\n  }`,
  (s) => `> Authorization: Bearer ${s}\n> Accept: */*`,
  (s) => `> PRIVATE-TOKEN: ${s}\n< HTTP/1.1 401`,
  (s) => `< Set-Cookie: session=${s}; Path=/; HttpOnly\n< Content-Length: 0`,
  (s) => `Cookie: theme=dark; sid=${s}`,
  (s) =>
    `10.1.2.3 - - [28/Nov/2026:05:12:31 +0000] "GET /cb?access_token=${s}&state=1 HTTP/1.1" 302 0 "-" "curl/8.5"`,
  (s) =>
    `upstream sent no valid header, request: "GET /v1?api_key=${s} HTTP/1.1", upstream: "http://10.0.0.7:8080"`,
  (s) => `fetch failed: https://maps.example.com/json?q=Bern&apikey=${s}`,
  (s) => `redirect_uri=https%3A%2F%2Fapp.corp%2Fcb%3Fid_token%3D${s}%26state%3D1`,
  (s) => `DB_PASSWORD=${s}\nDB_HOST=10.0.0.3\nNODE_ENV=production`,
  (s) => `export NPM_TOKEN='${s}'`,
  (s) => `//registry.npmjs.org/:_authToken=${s}`,
  (s) => `spring.datasource.password: ${s}`,
  (s) => `apiVersion: v1\nkind: Secret\ndata:\n  password: ${s}\n  username: YXBw`,
  (s) => `    env:\n    - name: DATABASE_PASSWORD\n      value: ${s}\n    - name: LOG\n      value: info`,
  (s) => `{"env":[{"name":"API_TOKEN","value":"${s}"},{"name":"LOG","value":"info"}]}`,
  (s) => `Error from server: kubectl --token=${s} get pods: Unauthorized`,
  (s) => `Command failed: mysqldump --user=root --password=${s} notes`,
  (s) => `spawn docker login -u ci --password ${s} registry.corp ENOENT`,
  (s) => `execvp ["vault","login","--token","${s}"]`,
  (s) =>
    `ReplyError: WRONGPASS invalid username-password pair { command: { name: 'auth', args: [ '${s}' ] } }`,
  (s) => `{"code":"ERR","command":{"name":"auth","args":["default","${s}"]}}`,
  (s) =>
    `<soap:Header><wsse:Username>bob</wsse:Username><wsse:Password Type="PasswordText">${s}</wsse:Password></soap:Header>`,
  (s) =>
    `------WebKitFormBoundary\r\nContent-Disposition: form-data; name="password"\r\n\r\n${s}\r\n------WebKitFormBoundary--`,
  (s) =>
    `TypeError: bad config { user: 'app', password: '${s}', port: 5432 }\n    at connect (/app/db.js:10:5)`,
  (s) => `ValidationError: "passphrase" ${json({ passphrase: s })} must be longer`,
  (s) => `ActiveRecord: {:username=>"bob", :password=>"${s}"}`,
  (s) => `params: map[string]string{"client_secret":"${s}"}`,
  (s) => `Config(host=db, password=${s}, port=5432)`,
  (s) => `KeyError: {'api_key': '${s}', 'region': 'eu'}`,
  (s) => `DEBUG botocore: aws_secret_access_key = ${s}`,
  (s) => `API Key: ${s} is not allowed to use model`,
  (s) => `x-amz-security-token: ${s}`,
  (s) => `[["accept","*/*"],["x-api-key","${s}"]]`,
  (s) => `headers['x-auth-token'] = "${s}"`,
  (s) => `Invalid password: ${s}`,
  (s) => `auth: { user: 'mailer', pass: '${s}' } EAUTH 535`,
  (s) => `failed\\n{\\"secret\\":\\"${s}\\",\\"id\\":7}`,
];

/** Lines for long secrets with a digit and a letter. */
const OPAQUE: readonly Frame[] = [
  (s) => `The provided token ${s} is expired`,
  (s) => `https://app.corp/callback?code=${s}&state=xyz`,
  (s) => `https://bucket.s3.amazonaws.com/a.png?X-Amz-Expires=900&X-Amz-Signature=${s}`,
  (s) => `SharedAccessSignature sr=https%3A%2F%2Fns.servicebus.windows.net&sig=${s}&se=1900000000&skn=root`,
  (s) => `https://acct.blob.core.windows.net/c/b?sv=2024-11-04&se=2026-12-01&sr=b&sig=${s}`,
  (s) =>
    `Authorization: AWS4-HMAC-SHA256 Credential=x/20261128/eu/s3/aws4_request, SignedHeaders=host, Signature=${s}`,
  (s) => `rejected Bearer ${s}`,
];

const BASE64: readonly Frame[] = [
  (s) => `DefaultEndpointsProtocol=https;AccountName=notes;AccountKey=${s};EndpointSuffix=core.windows.net`,
  (s) =>
    `Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=${s};EntityPath=q`,
  (s) => `AccountEndpoint=https://x.documents.azure.com:443/;AccountKey=${s};`,
  (s) => `client-key-data: ${s}`,
  (s) => `HostName=hub.azure-devices.net;DeviceId=d1;SharedAccessKey=${s}`,
];

const BASIC: readonly Frame[] = [
  (s) => `Proxy-Authorization: Basic ${s}`,
  (s) => `curl -H "Authorization: Basic ${s}" https://api.corp/v1`,
  (s) => `401 for Basic ${s}`,
  (s) => `"auth":"${s}"`,
  (s) => `AUTH PLAIN ${s}`,
];

const WORDS: readonly Frame[] = [
  (s) => `ERR unknown: AUTH ${s}`,
  (s) => `*2\\r\\n$4\\r\\nAUTH\\r\\n$${s.length}\\r\\n${s}\\r\\n`,
  (s) => `sh: mysql -h db -u root -p${s} notes: not found`,
  (s) => `sshpass -p ${s} ssh deploy@10.0.0.9`,
  (s) => `redis-cli -h cache -a ${s} ping`,
  (s) => `curl -s -u admin:${s} https://es.corp:9200/_cat`,
  (s) => `machine git.corp login ci password ${s}`,
];

const PEMS: readonly Frame[] = [
  (s) => `-----BEGIN RSA PRIVATE KEY-----\n${s}\n${s}\n-----END RSA PRIVATE KEY-----`,
  (s) => `"key": "-----BEGIN PRIVATE KEY-----\\n${s}\\n-----END PRIVATE KEY-----\\n"`,
  (s) => `PRIVATE_KEY=-----BEGIN OPENSSH PRIVATE KEY-----\n${s}\n${s}\n`,
];

const TOKENS: readonly Frame[] = [
  (s) => `Incorrect API key provided: ${s}. You can find your API key at https://platform.openai.com.`,
  (s) => `remote: Invalid username or token ${s}`,
  (s) => `got ${s}, which is not valid`,
  (s) => `{"level":"error","msg":"refused (${s})"}`,
  (s) => `line 1\\n${s}\\nline 3`,
  (s) => `https://api.corp/v1/${s}/send 404`,
  (s) => `'${s}'`,
];

type Group = readonly [frames: readonly Frame[], secret: (random: Random) => string];

const { password, raw, opaque, base64, basic, hex, jwt, pem } = secrets;
const token = (r: Random) => (tokens[r.pick(Object.keys(tokens))] as (random: Random) => string)(r);

/** The frames and their secrets, by shape. */
export const SECRET_LINES: Readonly<Record<string, Group>> = {
  'database URL': [URLS, (r) => r.pick([password, raw])(r)],
  'web URL': [WEB_URLS, password],
  'key and value': [PAIRS, (r) => r.pick([password, password, hex, opaque, jwt])(r)],
  opaque: [OPAQUE, (r) => r.pick([hex, opaque])(r)],
  'connection string': [BASE64, base64],
  basic: [BASIC, basic],
  command: [WORDS, password],
  'private key': [PEMS, pem],
  token: [TOKENS, token],
};
