{{/* The Gateways that clients come through, as the route names them. */}}
{{- define "pmcp-server.parentRefs" -}}
{{- if .Values.gateway.enabled }}
- group: gateway.networking.k8s.io
  kind: Gateway
  name: {{ include "pmcp-server.name" . }}
  sectionName: https
{{- end }}
{{- with .Values.httpRoute.parentRefs }}
{{ toYaml . }}
{{- end }}
{{- if not (or .Values.gateway.enabled .Values.httpRoute.parentRefs) }}
{{- fail "httpRoute.parentRefs is not set. Name the Gateway that clients come through, for example `--set httpRoute.parentRefs[0].name=public --set httpRoute.parentRefs[0].namespace=gateways`, or set gateway.enabled." }}
{{- end }}
{{- end }}

{{/* The pods of these Gateways, as a NetworkPolicy names them. */}}
{{- define "pmcp-server.gatewayPods" -}}
{{- range include "pmcp-server.parentRefs" . | fromYamlArray }}
{{- if eq $.Values.gateway.implementation "envoy" }}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ $.Values.gateway.namespace }}
  podSelector:
    matchLabels:
      gateway.envoyproxy.io/owning-gateway-name: {{ .name }}
{{- else if not (has . $.Values.httpRoute.parentRefs) }}
# They have this label, in whatever namespace they run.
- namespaceSelector: {}
  podSelector:
    matchLabels:
      gateway.networking.k8s.io/gateway-name: {{ .name }}
{{- else }}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ .namespace | default $.Release.Namespace }}
{{- end }}
{{- end }}
{{- end }}

{{/* A filter of Envoy. It puts the address of the pod into the session id that the client gets, and takes it out again. A hash of the id would lead to another pod than the one that made the session. */}}
{{- define "pmcp-server.sessionFilter" -}}
name: envoy.filters.http.stateful_session
typed_config:
  '@type': type.googleapis.com/envoy.extensions.filters.http.stateful_session.v3.StatefulSession
  session_state:
    name: envoy.http.stateful_session.envelope
    typed_config:
      '@type': type.googleapis.com/envoy.extensions.http.stateful_session.envelope.v3.EnvelopeSessionState
      header:
        name: mcp-session-id
{{- end }}
