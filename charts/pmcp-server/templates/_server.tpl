{{/* The server: alone with the toolkit in it, or behind the proxy, which is then the only one that can reach it. */}}
{{- define "pmcp-server.server" -}}
{{- $mounts := concat (.Values.proxy.enabled | ternary list (include "pmcp-server.frontMounts" . | fromYamlArray)) ((include "pmcp-server.injection" . | fromYaml).mounts | default list) .Values.volumeMounts }}
name: {{ include "pmcp-server.name" . }}
image: {{ include "pmcp-server.image" (dict "image" .Values.image "path" "image" "what" "the image of your server") }}
{{- if ne .Values.image.pullPolicy "IfNotPresent" }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- end }}
{{- with .Values.command }}
command:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.args }}
args:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if not .Values.proxy.enabled }}
ports:
  - name: http
    containerPort: {{ .Values.server.port }}
  - name: metrics
    containerPort: {{ .Values.metrics.port }}
{{- end }}
env:
  - name: HOST
    value: {{ .Values.proxy.enabled | ternary "127.0.0.1" "0.0.0.0" }}
  - name: PORT
    value: {{ .Values.server.port | quote }}
  {{- if not .Values.proxy.enabled }}
  {{- include "pmcp-server.toolkitEnv" . | nindent 2 }}
  {{- if include "pmcp-server.serverTls" . }}
  - name: TLS_CERT_FILE
    value: {{ include "pmcp-server.serverTlsFolder" . }}/tls.crt
  - name: TLS_KEY_FILE
    value: {{ include "pmcp-server.serverTlsFolder" . }}/tls.key
  {{- end }}
  {{- end }}
  {{- with include "pmcp-server.givenEnv" . | fromYamlArray }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .Values.envFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .Values.proxy.enabled }}
{{/* The server answers until all requests through the proxy had their time. The proxy ends after it, as sidecars do. */}}
{{- include "pmcp-server.sleep" (add .Values.shutdown.preStopSeconds .Values.shutdown.drainSeconds 3) }}
{{- else }}
{{- include "pmcp-server.probes" . | nindent 0 }}
{{ include "pmcp-server.sleep" .Values.shutdown.preStopSeconds }}
{{- end }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
securityContext:
  {{- include "pmcp-server.restricted" . | nindent 2 }}
{{- with $mounts }}
volumeMounts:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
