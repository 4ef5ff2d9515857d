import type { Session } from 'node:inspector/promises';

/** Opens an inspector session for one task. Without a task, the process has no inspector. */
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
