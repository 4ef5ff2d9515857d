import type { Queue, RemoteWrite } from './options.js';

/** Returns the configuration of one receiver of samples. */
export function remoteWriteConfig(remote: RemoteWrite, areNative: boolean): object {
  const { url, name, headers, basicAuth, bearerTokenFile, queue, relabel, exemplars } = remote;
  const { version = areNative ? 2 : 1 } = remote;
  return {
    url,
    ...(name && { name }),
    ...(headers && { headers }),
    ...(basicAuth && {
      basic_auth: { username: basicAuth.username, password_file: basicAuth.passwordFile },
    }),
    ...(bearerTokenFile && { authorization: { credentials_file: bearerTokenFile } }),
    ...(exemplars && { send_exemplars: true }),
    ...(areNative && { send_native_histograms: true }),
    ...(version === 2 && { protobuf_message: 'io.prometheus.write.v2.Request' }),
    ...(relabel && { write_relabel_configs: relabel }),
    ...(queue && { queue_config: queueConfig(queue) }),
  };
}

function queueConfig(queue: Queue): object {
  const { capacity, minShards, maxShards, maxSamplesPerSend, batchSendDeadline, minBackoff, maxBackoff } =
    queue;
  const config = {
    capacity,
    min_shards: minShards,
    max_shards: maxShards,
    max_samples_per_send: maxSamplesPerSend,
    batch_send_deadline: batchSendDeadline,
    min_backoff: minBackoff,
    max_backoff: maxBackoff,
  };
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}
