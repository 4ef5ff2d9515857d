import type { Session } from 'node:inspector/promises';

/** An inspector of this process for as long as something is done with it; a process that nobody looks into has none. */
export async function inspected<T>(use: (session: Session) => Promise<T>): Promise<T> {
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connect();
  try {
    return await use(session);
  } finally {
    session.disconnect();
  }
}
