{{/* Up at once, down slowly. */}}
{{- define "pmcp-server.behavior" -}}
scaleUp:
  stabilizationWindowSeconds: 0
  selectPolicy: Max
  policies:
    - type: Percent
      value: 100
      periodSeconds: 15
    - type: Pods
      value: 2
      periodSeconds: 15
scaleDown:
  stabilizationWindowSeconds: 300
  selectPolicy: Max
  policies:
    - type: Percent
      value: 10
      periodSeconds: 60
    - type: Pods
      value: 1
      periodSeconds: 60
{{- end }}

{{- define "pmcp-server.replicaRange" -}}
{{- with .Values.autoscaling }}
{{- if gt (int .minReplicas) (int .maxReplicas) }}
{{- fail (printf "autoscaling.minReplicas is %d, which is more than autoscaling.maxReplicas, %d. Raise the second or lower the first." (int .minReplicas) (int .maxReplicas)) }}
{{- end }}
{{- if eq (int .minReplicas) 0 }}
{{- if eq .engine "hpa" }}
{{- fail "autoscaling.minReplicas is 0, but without a pod there is no metric that a HorizontalPodAutoscaler could read. Set autoscaling.engine to keda." }}
{{- else if not .wakeQuery }}
{{- fail "autoscaling.minReplicas is 0, but autoscaling.wakeQuery is not set: nothing would start the server again. Set it to PromQL that is above 0 when somebody calls the server, such as the requests that the gateway refuses." }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
