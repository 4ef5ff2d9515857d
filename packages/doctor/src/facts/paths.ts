/** Whether a path is a folder, or somewhere in it. */
export function isWithin(path: string, folder: string): boolean {
  const whole = folder.replace(/\/+$/, '');
  return path === whole || path.startsWith(`${whole}/`);
}
