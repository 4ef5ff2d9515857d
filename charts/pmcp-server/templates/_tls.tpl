{{/* The Secret with a certificate, or nothing. */}}
{{- define "pmcp-server.certificateSecret" -}}
{{ .tls.existingSecret | default (.tls.issuer | empty | ternary "" (printf "%s-%s" (include "pmcp-server.name" .root) .of)) }}
{{- end }}

{{/* The one of the admin port. */}}
{{- define "pmcp-server.metricsTls" -}}
{{ include "pmcp-server.certificateSecret" (dict "tls" .Values.metrics.tls "of" "metrics" "root" .) }}
{{- end }}

{{/* The one of the port for clients. */}}
{{- define "pmcp-server.serverTls" -}}
{{ include "pmcp-server.certificateSecret" (dict "tls" .Values.tls "of" "server" "root" .) }}
{{- end }}

{{/* The name of the server in its certificate. */}}
{{- define "pmcp-server.host" -}}
{{ include "pmcp-server.name" . }}.{{ .Release.Namespace }}.svc
{{- end }}

{{- define "pmcp-server.servicePort" -}}
{{ include "pmcp-server.serverTls" . | empty | ternary 80 443 }}
{{- end }}

{{- define "pmcp-server.servicePortName" -}}
{{ include "pmcp-server.serverTls" . | empty | ternary "http" "https" }}
{{- end }}

{{/* The folder of the certificate of the port for clients. The server mounts it, or the proxy in front of it. */}}
{{- define "pmcp-server.serverTlsFolder" -}}
/etc/pmcp/server-tls
{{- end }}

{{- define "pmcp-server.serverTlsMount" -}}
{{- if include "pmcp-server.serverTls" . }}
- name: server-tls
  mountPath: {{ include "pmcp-server.serverTlsFolder" . }}
  readOnly: true
{{- end }}
{{- end }}
