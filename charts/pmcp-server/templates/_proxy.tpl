{{/* A port of the pods. By number behind the proxy: not all versions of Kubernetes, nor all network plugins, know the names of a sidecar's ports. */}}
{{- define "pmcp-server.portOf" -}}
{{- if .root.Values.proxy.enabled }}
{{- eq .name "http" | ternary .root.Values.proxy.port .root.Values.metrics.port }}
{{- else }}
{{- .name }}
{{- end }}
{{- end }}

{{- define "pmcp-server.proxy" -}}
name: observability
image: {{ include "pmcp-server.image" (dict "image" .Values.proxy.image "path" "proxy.image" "what" "the image of the proxy, built from examples/kubernetes/sidecar/Dockerfile") }}
restartPolicy: Always
command:
  - pmcp-observability
  - proxy
  - http
  - --upstream
  - http://127.0.0.1:{{ .Values.server.port }}
  - --listen
  - 0.0.0.0:{{ .Values.proxy.port }}
{{- if include "pmcp-server.serverTls" . }}
  - --tls-cert
  - {{ include "pmcp-server.serverTlsFolder" . }}/tls.crt
  - --tls-key
  - {{ include "pmcp-server.serverTlsFolder" . }}/tls.key
{{- end }}
{{- with .Values.proxy.args }}
args:
  {{- toYaml . | nindent 2 }}
{{- end }}
ports:
  - name: http
    containerPort: {{ .Values.proxy.port }}
  - name: metrics
    containerPort: {{ .Values.metrics.port }}
env:
  {{- include "pmcp-server.toolkitEnv" . | nindent 2 }}
  # By default, Node 24 and later use up to half of this container's memory for young objects.
  - name: NODE_OPTIONS
    value: --max-semi-space-size=4
{{ include "pmcp-server.probes" . }}
resources:
  {{- toYaml .Values.proxy.resources | nindent 2 }}
securityContext:
  {{- include "pmcp-server.restricted" . | nindent 2 }}
{{- with include "pmcp-server.frontMounts" . }}
volumeMounts:
  {{- . | nindent 2 }}
{{- end }}
{{- end }}
