{{- define "pmcp-server.nginx" -}}
# Make sure that the controller sees the real addresses of clients (externalTrafficPolicy: Local).
nginx.ingress.kubernetes.io/whitelist-source-range: {{ join "," .Values.ingress.allow }}
# An event stream may stay open and silent for a long time, and each event must arrive when it is sent.
nginx.ingress.kubernetes.io/proxy-read-timeout: '3600'
nginx.ingress.kubernetes.io/proxy-send-timeout: '3600'
nginx.ingress.kubernetes.io/proxy-buffering: 'off'
nginx.ingress.kubernetes.io/proxy-request-buffering: 'off'
nginx.ingress.kubernetes.io/proxy-http-version: '1.1'
nginx.ingress.kubernetes.io/proxy-body-size: 4m
# A call that failed half-way may have had an effect. Only the client may decide to repeat it.
nginx.ingress.kubernetes.io/proxy-next-upstream: 'off'
# This controller bypasses the Service, so the session affinity must be set here again.
nginx.ingress.kubernetes.io/upstream-hash-by: $binary_remote_addr
{{- with include "pmcp-server.serverTls" . }}
nginx.ingress.kubernetes.io/backend-protocol: HTTPS
nginx.ingress.kubernetes.io/proxy-ssl-secret: {{ $.Release.Namespace }}/{{ . }}
nginx.ingress.kubernetes.io/proxy-ssl-verify: 'on'
nginx.ingress.kubernetes.io/proxy-ssl-server-name: 'on'
nginx.ingress.kubernetes.io/proxy-ssl-name: {{ include "pmcp-server.host" $ }}
{{- end }}
{{- end }}
