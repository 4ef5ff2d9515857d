import { logExporter } from '@pmcp/otlp';

/** Loads what sends telemetry. On a busy machine this takes longer than the last export at a shutdown may. */
export async function loadExporters(): Promise<void> {
  const options = { url: 'http://127.0.0.1:1', maxTimeoutMs: 1, onRetry() {} };
  for (const protocol of ['grpc', 'http/protobuf'] as const)
    await (await logExporter({ ...options, protocol })).shutdown();
}
