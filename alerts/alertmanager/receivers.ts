import { ROUTES, routesOf } from './routes.js';

/** Where alerts go. Secrets are read from files, since a configuration is shown, copied and committed. */
export interface Receivers {
  readonly slack?: { readonly channel: string; readonly apiUrlFile: string };
  readonly pagerDuty?: { readonly routingKeyFile: string };
  readonly email?: {
    readonly to: string;
    readonly from: string;
    readonly smarthost: string;
    readonly username: string;
    readonly passwordFile: string;
  };
  readonly webhook?: Hook;
  /** An external service that notices when the Watchdog stops arriving. */
  readonly deadMansSwitch?: Hook;
}

/** An endpoint that receives alerts over HTTP. */
type Hook = (
  | { readonly url: string }
  /** For a URL that contains a secret. Needs Alertmanager 0.26. */
  | { readonly urlFile: string }
) & {
  /** A file with a token, which is sent as a bearer token. */
  readonly credentialsFile?: string;
};

/** The receivers of each team, instead of the general ones. */
export type Teams = Readonly<Record<string, Omit<Receivers, 'deadMansSwitch'>>>;

/**
 * Returns the receivers. Critical alerts go to PagerDuty and Slack, warnings to Slack and email, and both to
 * the webhook. If none of these is given, critical alerts go to email and warnings to PagerDuty.
 */
export function receivers(everybody: Receivers, teams: Teams = {}): object[] {
  const { deadMansSwitch } = everybody;
  return [
    { name: ROUTES.critical, ...page(everybody) },
    { name: ROUTES.warning, ...ticket(everybody) },
    { name: ROUTES.info },
    {
      name: ROUTES.watchdog,
      ...(deadMansSwitch && { webhook_configs: [hookConfig(deadMansSwitch, false)] }),
    },
    ...Object.entries(teams).flatMap(([team, own]) => [
      { name: routesOf(team).critical, ...page(own) },
      { name: routesOf(team).warning, ...ticket(own) },
    ]),
  ];
}

function page({ slack, pagerDuty, email, webhook }: Receivers): object {
  const wanted = {
    ...(pagerDuty && { pagerduty_configs: [pagerDutyConfig(pagerDuty)] }),
    ...(slack && { slack_configs: [slackConfig(slack)] }),
    ...(webhook && { webhook_configs: [hookConfig(webhook, true)] }),
  };
  return isEmpty(wanted) && email ? { email_configs: [emailConfig(email)] } : wanted;
}

function ticket({ slack, pagerDuty, email, webhook }: Receivers): object {
  const wanted = {
    ...(slack && { slack_configs: [slackConfig(slack)] }),
    ...(email && { email_configs: [emailConfig(email)] }),
    ...(webhook && { webhook_configs: [hookConfig(webhook, true)] }),
  };
  const instead = pagerDuty && { ...pagerDutyConfig(pagerDuty), severity: 'warning' };
  return isEmpty(wanted) && instead ? { pagerduty_configs: [instead] } : wanted;
}

function isEmpty(configs: object): boolean {
  return Object.keys(configs).length === 0;
}

function hookConfig({ credentialsFile, ...where }: Hook, resolved: boolean): object {
  return {
    ...('url' in where ? { url: where.url } : { url_file: where.urlFile }),
    send_resolved: resolved,
    ...(credentialsFile && { http_config: { authorization: { credentials_file: credentialsFile } } }),
  };
}

function slackConfig({ channel, apiUrlFile }: NonNullable<Receivers['slack']>): object {
  return {
    channel,
    api_url_file: apiUrlFile,
    send_resolved: true,
    title: '{{ template "pmcp.title" . }}',
    text: '{{ template "pmcp.text" . }}',
    color: '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}',
  };
}

function pagerDutyConfig({ routingKeyFile }: NonNullable<Receivers['pagerDuty']>): object {
  return {
    routing_key_file: routingKeyFile,
    description: '{{ template "pmcp.title" . }}',
    details: { alerts: '{{ template "pmcp.text" . }}' },
    links: [{ href: '{{ (index .Alerts 0).Annotations.runbook_url }}', text: 'Runbook' }],
  };
}

function emailConfig({
  to,
  from,
  smarthost,
  username,
  passwordFile,
}: NonNullable<Receivers['email']>): object {
  return {
    to,
    from,
    smarthost,
    auth_username: username,
    auth_password_file: passwordFile,
    send_resolved: true,
    headers: { Subject: '{{ template "pmcp.title" . }}' },
    html: '',
    text: '{{ template "pmcp.text" . }}',
  };
}

/** Templates of messages: what is wrong, where, and the links to the runbook and the dashboard. */
export const TEMPLATES = `{{ define "pmcp.title" -}}
[{{ .Status | toUpper }}{{ if eq .Status "firing" }} {{ .Alerts.Firing | len }}{{ end }}] {{ .CommonLabels.alertname }}
{{- with .CommonLabels.namespace }} in {{ . }}{{ end }}
{{- end }}

{{ define "pmcp.text" -}}
{{ range .Alerts -}}
{{ .Annotations.summary }} ({{ .Labels.severity }})
{{ .Annotations.description }}
Runbook: {{ .Annotations.runbook_url }}
Dashboard: {{ .Annotations.dashboard_url }}

{{ end -}}
{{ end }}
`;
