/** Whether a host, alone or in the brackets of a URL, is that of the machine itself. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\]|::1)$/i.test(host);
}
