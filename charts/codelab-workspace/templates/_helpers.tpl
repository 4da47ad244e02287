{{- define "codelab-workspace.name" -}}
{{- $name := default .Release.Name .Values.name }}
{{- if or (gt (len $name) 40) (not (regexMatch "^[a-z]([-a-z0-9]*[a-z0-9])?$" $name)) }}
{{- printf "the name of the release, %q, cannot be the name of a workspace (a letter first; small letters, digits and -; at most 40 characters): give another as name" $name | fail }}
{{- end }}
{{- $name }}
{{- end }}
