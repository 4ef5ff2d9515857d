{{- define "pmcp-server.name" -}}
{{ .Values.fullnameOverride | default .Release.Name | trunc 38 | trimSuffix "-" }}
{{- end }}

{{- define "pmcp-server.selector" -}}
app.kubernetes.io/name: {{ include "pmcp-server.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "pmcp-server.release" -}}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "pmcp-server.labels" -}}
app.kubernetes.io/name: {{ include "pmcp-server.name" . }}
{{ include "pmcp-server.release" . }}
{{- end }}

{{- define "pmcp-server.image" -}}
{{- $image := .image }}
{{- if not $image.repository }}
{{- fail (printf "%s.repository is not set. Set it to %s, for example `--set %s.repository=registry.example.com/notes`, and `%s.digest` or `%s.tag`." .path .what .path .path .path) }}
{{- end }}
{{- if not (or $image.tag $image.digest) }}
{{- fail (printf "%s has no digest and no tag. Set `%s.digest` to the sha256:… that your registry shows for the image, or `%s.tag` to its version." .path .path .path) }}
{{- end }}
{{- $image.repository }}{{ with $image.tag }}:{{ . }}{{ end }}{{ with $image.digest }}@{{ . }}{{ end }}
{{- end }}
