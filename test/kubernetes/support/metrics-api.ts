/** A program that serves an API of Kubernetes, and runs beside the API server instead of in the cluster. */
interface MetricsApi {
  readonly group: string;
  readonly service: string;
  readonly namespace: string;
  readonly port: number;
}

/** Returns the objects by which the API server hands requests for this API on to the program. */
export function apiObjects({ group, service, namespace, port }: MetricsApi): object[] {
  const version = 'v1beta1';
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: service, namespace },
      spec: { type: 'ExternalName', externalName: 'localhost' },
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: `${version}.${group}` },
      spec: {
        group,
        version,
        groupPriorityMinimum: 100,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: { name: service, namespace, port },
      },
    },
  ];
}
