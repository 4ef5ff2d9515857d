import { alertsCommand } from './alerts.js';
import { assetsCommand } from './assets.js';
import { auditExportCommand, auditVerifyCommand } from './audit.js';
import type { Command } from './command.js';
import { completionCommand } from './completion.js';
import { dashboardsPublishCommand } from './dashboards.js';
import { doctorCommand } from './doctor.js';
import { jobCommand } from './job.js';
import { profileCommand } from './profile/command.js';
import { proxyHttpCommand } from './proxy-http.js';
import { proxyStdioCommand } from './proxy-stdio.js';

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  proxyStdioCommand,
  proxyHttpCommand,
  jobCommand,
  assetsCommand,
  alertsCommand,
  dashboardsPublishCommand,
  auditVerifyCommand,
  auditExportCommand,
  profileCommand,
  doctorCommand,
  completionCommand(() => COMMANDS),
];
