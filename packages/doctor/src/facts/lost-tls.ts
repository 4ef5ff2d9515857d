/** Whether a server behind TLS gives its own address as plain HTTP, since it does not know how clients reach it. */
export function losesTls(asked: URL, given: URL): boolean {
  return asked.protocol === 'https:' && given.protocol === 'http:' && given.hostname === asked.hostname;
}

/** What to do about it. */
export const TELL_OF_TLS =
  "The server does not know that its clients come by HTTPS. Let the proxy in front send `X-Forwarded-Proto`, and the server believe it: `uvicorn --proxy-headers --forwarded-allow-ips ADDRESS`, `app.set('trust proxy', 1)` of Express.";
