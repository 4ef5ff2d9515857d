{{/* The labels of a job, which is no part of the server. */}}
{{- define "pmcp-server.jobLabels" -}}
app.kubernetes.io/name: {{ .name }}
{{ include "pmcp-server.release" .root }}
{{- end }}

{{/* When a job runs, and what is kept of its runs. */}}
{{- define "pmcp-server.cron" -}}
schedule: {{ . | quote }}
timeZone: Etc/UTC
concurrencyPolicy: Forbid
startingDeadlineSeconds: 3600
successfulJobsHistoryLimit: 3
failedJobsHistoryLimit: 3
{{- end }}

{{- define "pmcp-server.jobPod" -}}
restartPolicy: Never
{{ include "pmcp-server.restrictedPod" . }}
securityContext:
  {{- include "pmcp-server.user" . | nindent 2 }}
  # The volume belongs to this group.
  fsGroup: 1001
{{- end }}

{{- define "pmcp-server.backupImage" -}}
{{ include "pmcp-server.image" (dict "image" .Values.backup.image "path" "backup.image" "what" "an image with pg_dump") }}
{{- end }}
