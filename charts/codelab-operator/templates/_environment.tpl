{{- /*
The settings stand in the pod template itself, not in a ConfigMap: a changed value is a new template, so it rolls the pods, and
`kubectl rollout undo` and `helm rollback` bring the old values back with the old pods.
*/ -}}
{{- define "codelab-operator.environment" -}}
{{- $workspaces := .Values.workspaces -}}
- name: OPERATOR_NAMESPACE
  valueFrom: { fieldRef: { fieldPath: metadata.namespace } }
- name: POD_NAME
  valueFrom: { fieldRef: { fieldPath: metadata.name } }
- name: WATCH_NAMESPACES
  value: {{ .Values.watch.namespaces | uniq | sortAlpha | join "," | quote }}
- name: LEASE_NAME
  value: {{ include "codelab-operator.fullname" . }}
- name: WORKSPACE_IMAGE
  value: {{ include "codelab-operator.workspaceRepository" . | quote }}
- name: WORKSPACE_VERSION
  value: {{ default (include "codelab-operator.version" .) $workspaces.version | quote }}
- name: WORKSPACE_PULL_POLICY
  value: {{ $workspaces.image.pullPolicy }}
- name: WORKSPACE_PULL_SECRETS
  value: {{ $workspaces.image.pullSecrets | join "," | quote }}
- name: WORKSPACE_LOG_LEVEL
  value: {{ $workspaces.logLevel }}
{{- with $workspaces.otlpEndpoint }}
- name: WORKSPACE_OTLP_ENDPOINT
  value: {{ . | quote }}
{{- end }}
- name: POSTGRES_IMAGE
  value: {{ $workspaces.postgresImage | quote }}
- name: REDIS_IMAGE
  value: {{ $workspaces.redisImage | quote }}
- name: GATEWAY_FROM
  value: {{ $workspaces.network.gatewayFrom | toJson | quote }}
- name: MONITORING_FROM
  value: {{ $workspaces.network.monitoringFrom | toJson | quote }}
- name: DNS_TO
  value: {{ $workspaces.network.dnsTo | toJson | quote }}
- name: MODEL_RANGES
  value: {{ $workspaces.network.modelRanges | join "," | quote }}
- name: WORKERS
  value: {{ .Values.workers | int | quote }}
- name: OPERATOR_HOST
  value: 0.0.0.0
- name: ADMIN_PORT
  value: {{ .Values.adminPort | int | quote }}
- name: LOG_LEVEL
  value: {{ .Values.logLevel }}
{{- end }}
