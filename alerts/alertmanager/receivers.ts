/** Where alerts go. Secrets are read from files: a configuration is shown, copied and committed. */
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
  readonly webhook?: { readonly url: string };
  /** Something outside that tells when the Watchdog stops arriving. */
  readonly deadMansSwitch?: { readonly url: string };
}

/** Critical alerts go to PagerDuty and Slack, warnings to Slack and by email; a webhook gets all of them. */
export function receivers({ slack, pagerDuty, email, webhook, deadMansSwitch }: Receivers): object[] {
  const slackConfigs = slack && { slack_configs: [slackConfig(slack)] };
  const webhookConfigs = webhook && { webhook_configs: [{ url: webhook.url, send_resolved: true }] };
  return [
    {
      name: 'page',
      ...(pagerDuty && { pagerduty_configs: [pagerDutyConfig(pagerDuty)] }),
      ...slackConfigs,
      ...webhookConfigs,
    },
    {
      name: 'ticket',
      ...slackConfigs,
      ...(email && { email_configs: [emailConfig(email)] }),
      ...webhookConfigs,
    },
    { name: 'none' },
    {
      name: 'watchdog',
      ...(deadMansSwitch && { webhook_configs: [{ url: deadMansSwitch.url, send_resolved: false }] }),
    },
  ];
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

/** What messages say: what, where, and the links that somebody needs first. */
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
