/** The unit of systemd, for version 250 and later: systemd.service(5), systemd.exec(5). */
import { CREDENTIALS, NAME, SECRETS } from './place.ts';

/** What the service starts. */
export interface Started {
  /** The program; absolute. */
  readonly program: string;
  /** Its configuration; absolute. */
  readonly config: string;
}

/**
 * Exit codes that another start ends with as well: a wrong command line, a file
 * that is no capture, no input (no libpcap), no permission, the configuration.
 */
export const LASTING = [2, 65, 66, 77, 78] as const;

/** A word of a command in a unit: quotes, `%` and `$` mean something there. */
function word(text: string): string {
  const plain = text.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /[\s"'\\;]/u.test(plain) ? `"${plain.replaceAll(/["\\]/gu, '\\$&')}"` : plain;
}

/** Who brings the unit. */
export interface UnitOrigin {
  /** Comment lines at its head, without their signs. */
  readonly preamble: readonly string[];
  /** What `Documentation=` names; `null` for nothing. */
  readonly documentation: string | null;
}

const INSTALLED: UnitOrigin = {
  preamble: [
    'Written by `unackd service install`, which writes it anew. What you want otherwise',
    `belongs beside it: \`systemctl edit ${NAME}\`.`,
  ],
  documentation: null,
};

export function unitText(
  { program, config }: Started,
  { preamble, documentation }: UnitOrigin = INSTALLED,
): string {
  return `${preamble.map((line) => `# ${line}\n`).join('')}[Unit]
Description=unackd: which TCP ports answer, refuse, or swallow SYNs in silence
${documentation === null ? '' : `Documentation=${documentation}\n`}After=network.target nss-lookup.target
# A full disk may take its time: tried for a quarter of an hour, then it has failed.
StartLimitIntervalSec=30min
StartLimitBurst=300

[Service]
# Started when sources stand and the database is open; a large one may have to be
# brought to a new version first.
Type=notify
NotifyAccess=main
TimeoutStartSec=10min
ExecStart=${word(program)} run --no-progress --config ${word(config)}
# A wrong configuration changes nothing: the journal and the status say what is wrong.
ExecReload=/bin/sh -c 'kill -HUP $MAINPID'
# It drains: what was read is brought to its end, and sinks are told.
TimeoutStopSec=30s
# Plugins end when the daemon tells them to.
KillMode=mixed
WatchdogSec=30s
Restart=on-failure
RestartSec=2s
# A restart can't mend these: usage, wrong or missing input, permission, configuration.
RestartPreventExitStatus=${LASTING.join(' ')}
Environment=GLIBC_TUNABLES=glibc.malloc.hugetlb=1

# A user that is there while it runs, and the only right that capturing takes.
# \`firewall: true\` of a live source takes CAP_NET_ADMIN in both lines.
DynamicUser=yes
User=${NAME}
AmbientCapabilities=CAP_NET_RAW
CapabilityBoundingSet=CAP_NET_RAW

# /var/lib/unackd, /var/log/unackd, /run/unackd. Nothing else can be written.
StateDirectory=${NAME}
LogsDirectory=${NAME}
RuntimeDirectory=${NAME}
ConfigurationDirectory=${NAME}
WorkingDirectory=/var/lib/${NAME}
# A file NAME in this folder is '\${credential:${SECRETS}_NAME}' in the configuration.
LoadCredential=${SECRETS}:${CREDENTIALS}
UMask=0077

# Memory: tables, queues and the plugins' processes all have bounds of their own;
# a plugin that the kernel ends takes nobody with it.
MemoryMax=2G
TasksMax=256
OOMPolicy=continue
# A core would hold secrets.
LimitCORE=0

# What is left to it. V8 compiles while it runs: no MemoryDenyWriteExecute. Why a
# port is silent stands in /proc/net: no ProcSubset=pid.
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateMounts=yes
PrivateIPC=yes
ProtectProc=invisible
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK AF_PACKET
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
# The last three are Landlock, which plugins from outside are confined by.
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources @memlock @keyring
SystemCallFilter=landlock_create_ruleset landlock_add_rule landlock_restrict_self
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
`;
}
