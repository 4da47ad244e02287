{{- define "codelab-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- /* At most 50 characters, so that every name made of it is valid. */ -}}
{{- define "codelab-operator.fullname" -}}
{{- $name := include "codelab-operator.name" . }}
{{- $full := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) }}
{{- default $full .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- /* Cluster-wide objects carry the namespace, so that two releases do not share one. */ -}}
{{- define "codelab-operator.clusterName" -}}
{{- printf "%s-%s" .Release.Namespace (include "codelab-operator.fullname" .) }}
{{- end }}

{{- define "codelab-operator.selector" -}}
app.kubernetes.io/name: {{ include "codelab-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "codelab-operator.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "codelab-operator.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: operator
app.kubernetes.io/part-of: codelab
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "codelab-operator.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "codelab-operator.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.name is needed when serviceAccount.create is false" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- /* Registry and repository; a registry may be empty. */ -}}
{{- define "codelab-operator.repository" -}}
{{- list .registry .repository | compact | join "/" }}
{{- end }}

{{- define "codelab-operator.version" -}}
{{- default .Chart.AppVersion .Values.image.tag }}
{{- end }}

{{- define "codelab-operator.image" -}}
{{- include "codelab-operator.repository" .Values.image }}:{{ include "codelab-operator.version" . }}
{{- with .Values.image.digest }}@{{ . }}{{ end }}
{{- end }}

{{- define "codelab-operator.workspaceRepository" -}}
{{- $own := .Values.workspaces.image }}
{{- include "codelab-operator.repository" (dict
  "registry" (default .Values.image.registry $own.registry)
  "repository" (default .Values.image.repository $own.repository)) }}
{{- end }}
