import { HEAP_MIB, LIMIT_NOFILE, MEMORY_MIB, STOP_SECONDS } from './settings.js';

/** Returns a unit of systemd 247 or newer for a server in Node.js with the toolkit. */
export function systemdUnit(): string {
  return `# An MCP server in Node.js with the toolkit. Change the lines with /opt/pmcp-server, then:
#   cp pmcp-server.service /etc/systemd/system && systemctl enable --now pmcp-server
# Generated from scripts/generate/host by \`npm run generate\`.
[Unit]
Description=MCP server
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
ExecStart=/usr/bin/node /opt/pmcp-server/server.js
WorkingDirectory=/opt/pmcp-server
Environment=NODE_ENV=production
Restart=on-failure
RestartSec=1

# One for each connection and file. Node raises its soft limit to the hard one.
LimitNOFILE=${LIMIT_NOFILE}
# The heap may have three quarters. Buffers, stacks and code need the rest.
MemoryMax=${MEMORY_MIB}M
Environment=NODE_OPTIONS=--max-old-space-size=${HEAP_MIB}

# On SIGTERM the toolkit lets requests in flight finish for 25 s, then sends what is queued. Only the server gets the signal,
# so that the programs that it started can answer until then. What still runs at the end is killed.
KillSignal=SIGTERM
KillMode=mixed
TimeoutStopSec=${STOP_SECONDS}

# A user of its own, who can write to nothing but /var/lib/pmcp-server: for an audit log, for example.
DynamicUser=yes
StateDirectory=pmcp-server
UMask=0077
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateUsers=yes

NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictRealtime=yes
LockPersonality=yes
RemoveIPC=yes
# netlink tells Node the addresses of the machine.
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
SystemCallArchitectures=native
# @system-service has what Node needs to raise its limit. V8 protects its compiled code with @pkey.
SystemCallFilter=@system-service @pkey
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM

ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
# Not here: MemoryDenyWriteExecute, because V8 compiles while it runs. ProcSubset, because Node reads the memory and the
# processors of the machine in /proc. WatchdogSec, because Node does not answer it: watch /health/live instead.

[Install]
WantedBy=multi-user.target
`;
}
