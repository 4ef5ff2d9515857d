{{- define "pmcp-server.scrape" -}}
prometheus.io/scrape: 'true'
prometheus.io/path: /metrics
prometheus.io/port: {{ .Values.metrics.port | quote }}
{{- if .Values.proxy.enabled }}
prometheus.io/container: observability
{{- end }}
{{- end }}
