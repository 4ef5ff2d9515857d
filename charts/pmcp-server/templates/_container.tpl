{{- define "pmcp-server.restrictedPod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "pmcp-server.user" -}}
runAsNonRoot: true
runAsUser: 1001
runAsGroup: 1001
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "pmcp-server.restricted" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* What the toolkit reads, in the server or in the proxy. */}}
{{- define "pmcp-server.toolkitEnv" -}}
- name: PMCP_METRICS_PORT
  value: {{ .Values.metrics.port | quote }}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: POD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: NODE_NAME
  valueFrom:
    fieldRef:
      fieldPath: spec.nodeName
{{- if include "pmcp-server.metricsTls" . }}
- name: PMCP_METRICS_TLS_CERT
  value: /etc/pmcp/tls/tls.crt
- name: PMCP_METRICS_TLS_KEY
  value: /etc/pmcp/tls/tls.key
- name: PMCP_METRICS_TLS_CLIENT_CA
  value: /etc/pmcp/tls/ca.crt
{{- end }}
{{- if .Values.audit.enabled }}
- name: PMCP_AUDIT
  value: /var/log/pmcp/$(POD_NAME).jsonl
{{- end }}
{{- end }}

{{/* What the container in front of the clients mounts: the proxy, or the server alone. */}}
{{- define "pmcp-server.frontMounts" -}}
{{- if include "pmcp-server.metricsTls" . }}
- name: metrics-tls
  mountPath: /etc/pmcp/tls
  readOnly: true
{{- end }}
{{- if .Values.audit.enabled }}
- name: audit
  mountPath: /var/log/pmcp
{{- end }}
{{- include "pmcp-server.serverTlsMount" . }}
{{- end }}

{{- define "pmcp-server.probe" -}}
httpGet:
  path: /health/{{ .path }}
  port: metrics
  {{- if include "pmcp-server.metricsTls" .root }}
  scheme: HTTPS
  {{- end }}
{{- end }}

{{- define "pmcp-server.probes" -}}
startupProbe:
  {{- include "pmcp-server.probe" (dict "path" "live" "root" .) | nindent 2 }}
  periodSeconds: 1
  failureThreshold: 30
livenessProbe:
  {{- include "pmcp-server.probe" (dict "path" "live" "root" .) | nindent 2 }}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  {{- include "pmcp-server.probe" (dict "path" "ready" "root" .) | nindent 2 }}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 2
{{- end }}

{{- define "pmcp-server.sleep" -}}
lifecycle:
  preStop:
    sleep:
      seconds: {{ . }}
{{- end }}
