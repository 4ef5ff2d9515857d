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

{{/* The volume of backups stays when the chart is uninstalled. */}}
{{- define "pmcp-server.backupClaim" -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .name }}
  labels:
    {{- include "pmcp-server.jobLabels" . | nindent 4 }}
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes: [ReadWriteOnce]
  {{- with .job.storageClassName }}
  storageClassName: {{ . }}
  {{- end }}
  resources:
    requests:
      storage: {{ .job.size }}
{{- end }}

{{- define "pmcp-server.redisImage" -}}
{{ include "pmcp-server.image" (dict "image" .Values.redisBackup.image "path" "redisBackup.image" "what" "an image with redis-server and redis-cli") }}
{{- end }}
