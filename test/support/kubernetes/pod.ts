/** A pod, as a test describes it. */
export interface PodFacts {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ip?: string;
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  readonly containers?: Containers;
  readonly initContainers?: Containers;
}

/** The ports of every container, by their names. */
type Containers = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A pod as Kubernetes' API returns it, with the fields that clients read. */
export type Pod = ReturnType<typeof podObject>;

export function podObject(facts: PodFacts, resourceVersion: string) {
  const { name, namespace = 'default', labels, annotations, containers = { server: { http: 8080 } } } = facts;
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name,
      namespace,
      uid: `uid-of-${namespace}-${name}`,
      resourceVersion,
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels,
      annotations,
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: 'notes-5d9',
          uid: 'uid-of-notes-5d9',
          controller: true,
        },
      ],
    },
    spec: {
      nodeName: 'node-1',
      restartPolicy: 'Always',
      containers: containerObjects(containers),
      initContainers: containerObjects(facts.initContainers ?? {}),
    },
    status: statusOf(facts, Object.keys(containers)),
  };
}

function containerObjects(containers: Containers) {
  return Object.entries(containers).map(([name, ports]) => ({
    name,
    image: `registry.example/${name}:1.0.0`,
    ports: Object.entries(ports).map(([port, containerPort]) => ({
      name: port,
      containerPort,
      protocol: 'TCP',
    })),
  }));
}

function statusOf({ ip, phase = 'Running' }: PodFacts, containers: readonly string[]) {
  const running = phase === 'Running';
  return {
    phase,
    hostIP: '192.0.2.1',
    ...(ip !== undefined && { podIP: ip, podIPs: [{ ip }] }),
    startTime: '2026-01-01T00:00:01Z',
    conditions: [
      { type: 'Ready', status: running ? 'True' : 'False', lastTransitionTime: '2026-01-01T00:00:02Z' },
    ],
    containerStatuses: containers.map((name) => ({
      name,
      ready: running,
      restartCount: 0,
      image: `registry.example/${name}:1.0.0`,
      imageID: '',
      containerID: `containerd://${name}`,
      state: running ? { running: { startedAt: '2026-01-01T00:00:02Z' } } : {},
    })),
  };
}
