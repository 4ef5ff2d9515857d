{{- define "pmcp-server.scrape" -}}
prometheus.io/scrape: 'true'
prometheus.io/path: /metrics
prometheus.io/port: {{ .Values.metrics.port | quote }}
{{- /* For each sidecar that another tool adds, Prometheus would scrape the server once more. */}}
prometheus.io/container: {{ .Values.proxy.enabled | ternary "observability" (include "pmcp-server.name" .) }}
{{- end }}
