{{/* Publishes how the other container of a drill ended: that one's image has no Node.js. */}}
{{- define "pmcp-server.publish" -}}
name: publish
image: {{ include "pmcp-server.image" (dict "image" .job.image "path" .path "what" "the image with the toolkit, built from examples/kubernetes/sidecar/Dockerfile") }}
command:
  - pmcp-observability
  - job
  - --name={{ .name }}
  - --pushgateway={{ .job.pushgateway }}
  - --
  - timeout
  - '6900'
  - /bin/sh
  - -c
  - until [ -s "$RESULT" ]; do sleep 1; done; exit "$(cat "$RESULT")"
env:
  - name: RESULT
    value: /result/exit-code
volumeMounts:
  - name: result
    mountPath: /result
    readOnly: true
resources:
  requests:
    cpu: 10m
    memory: 64Mi
  limits:
    cpu: '1'
    memory: 128Mi
securityContext:
  {{- include "pmcp-server.restricted" .root | nindent 2 }}
{{- end }}

{{/* The backup, an empty place for its copy, and what both containers tell each other. */}}
{{- define "pmcp-server.drillVolumes" -}}
- name: backup
  persistentVolumeClaim:
    claimName: {{ include "pmcp-server.name" .root }}-{{ .backup }}
- name: scratch
  emptyDir:
    sizeLimit: {{ .job.scratchGi }}Gi
- name: result
  emptyDir:
    sizeLimit: 1Mi
{{- end }}

{{- define "pmcp-server.drillPolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .name }}
  labels:
    {{- include "pmcp-server.jobLabels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: {{ .name }}
  policyTypes: [Ingress, Egress]
  egress:
    {{- include "pmcp-server.dns" .root | nindent 4 }}
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: {{ .root.Values.prometheus.namespace }}
      ports:
        - port: {{ regexFind "[0-9]+$" .job.pushgateway }}
          protocol: TCP
{{- end }}
