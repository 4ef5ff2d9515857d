{{/* What puts the toolkit into a pod, as YAML. Nothing if that is not asked for. */}}
{{- define "pmcp-server.injection" -}}
{{- if .Values.injection.enabled }}
{{- if .Values.proxy.enabled }}
{{- fail "injection.enabled and proxy.enabled are both true: each request would count twice. Set one of them to false." }}
{{- end }}
{{- $injection := .Files.Get "files/injection.yaml" | fromYaml }}
{{- $image := include "pmcp-server.image" (dict "image" .Values.injection.image "path" "injection.image" "what" "the image with the toolkit, built from examples/kubernetes/sidecar/Dockerfile") }}
{{- $_ := set $injection.initContainer "image" $image }}
{{- toYaml $injection }}
{{- end }}
{{- end }}

{{/* The variables that the user gives, with the flag behind the NODE_OPTIONS among them. */}}
{{- define "pmcp-server.givenEnv" -}}
{{- $flag := (include "pmcp-server.injection" . | fromYaml).flag }}
{{- $env := list }}
{{- $isThere := not $flag }}
{{- range .Values.env }}
{{- if and $flag (eq .name "NODE_OPTIONS") }}
{{- $isThere = true }}
{{- if hasKey . "valueFrom" }}
{{- fail "NODE_OPTIONS in `env` comes from elsewhere, so the chart can't add to it what injection.enabled needs. Give it a `value`." }}
{{- end }}
{{- $env = append $env (dict "name" .name "value" (printf "%s %s" (.value | default "") $flag | trim)) }}
{{- else }}
{{- $env = append $env . }}
{{- end }}
{{- end }}
{{- if not $isThere }}
{{- $env = append $env (dict "name" "NODE_OPTIONS" "value" $flag) }}
{{- end }}
{{- toYaml $env }}
{{- end }}
