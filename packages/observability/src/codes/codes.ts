/** What a code means, and what to do. */
interface Explanation {
  readonly means: string;
  readonly action: string;
}

/**
 * Every error (`PMCP_E_`) and warning (`PMCP_W_`) of the packages. Codes must not change: people search for them, and write
 * alerts on them. `docs/errors.md` is generated from this table. Other code uses only the type of the codes, so bundles do
 * not contain these texts.
 */
export const CODES = {
  PMCP_E_ALERT_OPTIONS: {
    means: 'The options that the alert rules are to be made from are wrong.',
    action:
      'The message names the option, what was expected and what came. `docs/alerts.md` shows an example.',
  },
  PMCP_E_AUDIT_NOT_WRITTEN: {
    means:
      'A record of the audit log could not be written. It is said once, until a record can be written again.',
    action:
      'Look at the reason in the message: a full disk or missing rights. With `onFailure: "refuse"`, calls are refused until this is repaired.',
  },
  PMCP_E_BAD_OPTION: {
    means: 'An option of the library, or a variable that it reads, has a value that it cannot have.',
    action: 'The message names the option, what was expected and what came. Correct it.',
  },
  PMCP_E_BAD_VALUE: {
    means: 'A flag, variable or setting of the command line has a value that it cannot have.',
    action: 'The message names where the value came from and what was expected. Correct it.',
  },
  PMCP_E_COMMAND_NOT_STARTED: {
    means: 'The command after `--` could not be started.',
    action: 'Check its spelling, that it is on the `PATH`, and that it may be executed.',
  },
  PMCP_E_LOG_DESTINATION: {
    means: 'The file of `log.destination` cannot be opened for writing.',
    action: 'Create its folder, or give the user of the process the right to write there.',
  },
  PMCP_E_MISSING: {
    means: 'A command lacks a flag, a value or an argument that it needs.',
    action: 'The message shows what to add. `--help` after the command lists all its flags.',
  },
  PMCP_E_NOT_INSTALLED: {
    means: 'What is asked for needs a package that is not installed, because few need it.',
    action: 'Run the `npm install` that the message names, beside `@pmcp/observability`.',
  },
  PMCP_E_NOT_PACKED: {
    means: 'A command needs files that are made when the package is packed, and they are not there.',
    action:
      'In a clone of the repository run `npm run build:package`. Elsewhere the package is damaged: install `@pmcp/observability` again.',
  },
  PMCP_E_PORT_IN_USE: {
    means: 'The port that a proxy or the viewer is to listen on belongs to another process.',
    action: 'Choose another port, or end the other process.',
  },
  PMCP_E_PUBLISH: {
    means: 'Some dashboards could not be brought to Grafana. The others were.',
    action: 'Look at the lines before it: each failure has its reason. Then run the command again.',
  },
  PMCP_E_UNEXPECTED: {
    means: 'A command failed for a reason outside of it, such as the network or the file system.',
    action: 'The message holds the reason of the system.',
  },
  PMCP_E_UNKNOWN_COMMAND: {
    means: 'There is no command of this name.',
    action: 'Use the name that the message suggests, or one from `pmcp-observability --help`.',
  },
  PMCP_E_UNKNOWN_FLAG: {
    means: 'The command has no flag, argument or setting of this name.',
    action: 'Use the name that the message suggests, or one from the `--help` of the command.',
  },
  PMCP_E_UNREADABLE_FILE: {
    means: 'A file that a flag names cannot be read, or does not hold what it should.',
    action: 'Check the path, the rights and the content of the file.',
  },
  PMCP_E_WOULD_OVERWRITE: {
    means: '`assets` found files that somebody has changed, and wrote nothing.',
    action: 'Keep your changes elsewhere, or use `--force` to overwrite the files.',
  },
  PMCP_W_ACCESS_KEPT: {
    means:
      'The files that say who may use the admin port have changed and cannot be used. Those from before still count.',
    action: 'Correct the file that the message names. It is read again by itself.',
  },
  PMCP_W_ACCESS_UNREADABLE: {
    means:
      'The files that say who may use the admin port cannot be used. The port stays closed, so that it is not open to all.',
    action: 'Correct the file that the message names. The port opens within 5 seconds.',
  },
  PMCP_W_ADMIN_SERVER: {
    means: 'The admin server could not listen, or one of its connections failed.',
    action: 'Look at the reason: a port below 1024 needs rights, and an address must belong to this machine.',
  },
  PMCP_W_ANNOUNCE_FAILED: {
    means:
      'The file by which Prometheus finds this process could not be written, so that it is not scraped by that way.',
    action: 'Give the process the right to write to the folder of `PMCP_METRICS_FILE_SD_DIR`.',
  },
  PMCP_W_CERTIFICATES_KEPT: {
    means:
      'The certificates of the proxy have changed and cannot be used. Those from before still count, until they expire.',
    action: 'Correct the file that the message names. It is read again by itself.',
  },
  PMCP_W_DOCTOR_NOT_PUBLISHED: {
    means: 'The doctor has looked, but what it found could not be published as metrics.',
    action: 'Check the folder of `--metrics-file`, or the address of the Pushgateway.',
  },
  PMCP_W_EVENT_LOOP_STALLED: {
    means:
      'One turn of the event loop took longer than `profiling.stallMs`, and all requests waited. A CPU profile of it was written to the folder.',
    action:
      'The line names the request and the function where they are known. Open the file in the developer tools of Chrome, or see the runbook `PmcpEventLoopBlocked`.',
  },
  PMCP_W_EXAMPLE_ADDRESS: {
    means:
      'A file that was written holds addresses of `example.com`, such as those of receivers of alerts. They lead nowhere.',
    action: 'Replace them by your own, or set them with the options of `pmcp-observability alerts`.',
  },
  PMCP_W_EXPORT_FAILED: {
    means:
      'Traces, logs or metrics could not be sent to the collector. It is said once for each signal; `pmcp_telemetry_dropped_total` counts what is lost.',
    action: 'Check that the collector runs, and the `OTEL_EXPORTER_OTLP_*` variables.',
  },
  PMCP_W_HEALTH_CHECK_FAILED: {
    means: 'A health check that passed before fails now.',
    action: 'The message holds the reason. Look at what the check asks: a database, the disk, the memory.',
  },
  PMCP_W_JOB_NOT_PUBLISHED: {
    means: 'The job ran, but its outcome could not be published.',
    action: 'Check the address of the Pushgateway, or the rights on the folder of the textfile collector.',
  },
  PMCP_W_JOB_RUNS_UNKNOWN: {
    means:
      'The outcome of the job was published, but earlier runs could not be read, so that this one is not counted.',
    action: 'Check that the Pushgateway lets this host read `/metrics`.',
  },
  PMCP_W_JOB_SIZE_UNKNOWN: {
    means: 'The size of what the job wrote could not be found.',
    action: 'Check the path of `--size-of`.',
  },
  PMCP_W_LOGGER_NOT_COPIED: {
    means: 'Lines of your logger are not exported over OTLP, because it is no logger of pino.',
    action: 'Give a pino logger as `log.logger`, or none.',
  },
  PMCP_W_LOGGER_NOT_ROOT: {
    means:
      'Lines of your logger do not know the request that they belong to, because it is no root logger of pino.',
    action: 'Give a root logger of pino 9 or 10 as `log.logger`, not a child of one.',
  },
  PMCP_W_LOG_DIRECTIVE: {
    means: 'A part of `PMCP_LOG`, or of what `setLevels` was given, cannot be read and is ignored.',
    action: 'Write a level such as `info`, or `target=level` such as `pmcp::http=debug`.',
  },
  PMCP_W_ONE_OF_SEVERAL: {
    means: 'A route of your application shows the metrics of one process, but the server has several.',
    action:
      'Set `PMCP_METRICS_PORT`. The processes find each other by it, and the route then shows all of them.',
  },
  PMCP_W_OTEL_VALUE: {
    means:
      'A variable of OpenTelemetry names something that the library does not have. That name is ignored.',
    action: 'Use one of the names in the message.',
  },
  PMCP_W_OTHER_VERSION: {
    means:
      'The metrics port belongs to a process of this server that has another version of the library. The numbers of this process are left out.',
    action: 'Install the same version for all processes of the server.',
  },
  PMCP_W_OTLP_PROTOCOL: {
    means: 'A variable asks for a protocol of OTLP that is not supported. Another one is used.',
    action: 'Set the variable to `grpc` or `http/protobuf`.',
  },
  PMCP_W_PORT_IN_USE: {
    means:
      'The metrics port belongs to another program. The server runs without metrics until the port is free; it is tried again every 5 seconds.',
    action: 'Set `PMCP_METRICS_PORT` to a free port, to 0 for any, or to `off`.',
  },
  PMCP_W_PROFILE_NOT_WRITTEN: {
    means:
      'Profiles were to be written to a folder, because of `SIGUSR2` or a stall of the event loop, and could not be.',
    action:
      'Look at the reason in the message: another profile that is being taken, a full disk or missing rights.',
  },
  PMCP_W_RATE_LIMIT_IGNORED: {
    means:
      'The web configuration has `rate_limit`, which is ignored. Failed attempts are limited without it.',
    action: 'Remove `rate_limit` from the file.',
  },
  PMCP_W_ROUTE_FAILED: {
    means: 'A page of the admin port could not be made. Most often a metric of your own failed.',
    action: 'Look at the error in the line, and at the `collect` functions of your metrics.',
  },
  PMCP_W_SERVER_UNSEEN: {
    means:
      'An MCP request was answered by a server that the register hook could not find. It is in no metric.',
    action: 'Call `observe(server)` where the server is built, or put the proxy in front of it.',
  },
  PMCP_W_SERVICE_LINK: {
    means:
      'Kubernetes has set a variable of ours, because a Service has a name that fits. The variable is ignored.',
    action: 'Set `enableServiceLinks: false` in the pod, or give the variable a value of your own.',
  },
  PMCP_W_TRACES_OFF: {
    means: 'Traces were asked for, and cannot be made.',
    action: 'Install `@pmcp/otlp`, or set the variable that the message names to `none`.',
  },
  PMCP_W_TRANSPORT_UNWATCHED: {
    means:
      'The properties of a transport cannot be replaced. Its requests are in no metric, trace or log line.',
    action: 'Do not freeze or seal the transport, or put the proxy in front of the server.',
  },
  PMCP_W_UNKNOWN_VARIABLE: {
    means:
      'A variable has nearly the name of one that is read, so that it is probably misspelt. It is ignored.',
    action: 'Use the name that the message suggests.',
  },
  PMCP_W_VIEWER_EXPOSED: {
    means: 'The viewer listens on an address that other machines can reach. It asks nobody for a password.',
    action: 'Use `--host 127.0.0.1`, or put something before it that asks for one.',
  },
} as const satisfies Readonly<Record<`PMCP_${'E' | 'W'}_${string}`, Explanation>>;

export type Code = keyof typeof CODES;
export type ErrorCode = Extract<Code, `PMCP_E_${string}`>;
export type WarningCode = Extract<Code, `PMCP_W_${string}`>;
