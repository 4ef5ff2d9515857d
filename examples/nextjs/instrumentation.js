/** Next.js runs this once, before the first request. */
export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { listen } = await import('./observability');
  await listen();
}
