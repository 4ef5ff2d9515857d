import type { Context } from '../../context.js';
import { askApi } from './api.js';
import { allowed, type Labels, type Metadata } from './objects.js';

/** Reads the labels of a namespace. */
export async function labelsOfNamespace(context: Context, name: string): Promise<Labels> {
  const answer = await askApi(context, `/api/v1/namespaces/${name}`);
  const { metadata } = allowed<{ readonly metadata: Metadata }>(
    answer,
    `get namespaces in namespace ${name}`,
  );
  return metadata.labels ?? {};
}
