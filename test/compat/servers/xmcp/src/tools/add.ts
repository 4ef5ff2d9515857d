import { z } from 'zod';
export const schema = { a: z.number(), b: z.number() };
export const metadata = { name: 'add', description: 'Adds.' };
export default async function add({ a, b }: { a: number; b: number }) {
  return { content: [{ type: 'text', text: `${a + b}` }] };
}
