export const schema = {};
export const metadata = { name: 'fail', description: 'Fails.' };
export default async function fail() {
  throw new Error('the shop is closed');
}
