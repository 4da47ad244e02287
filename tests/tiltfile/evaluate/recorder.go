package main

import (
	"fmt"
	"slices"

	"go.starlark.net/starlark"
)

// call is one call of a built-in, with its arguments by name.
type call struct {
	Name      string         `json:"name"`
	Arguments map[string]any `json:"arguments"`
}

type recorder struct{ calls []call }

// The built-ins that are known, with the parameters of Tilt 0.33 in their order; another name or parameter is an error, as in Tilt.
var effects = map[string][]string{
	"allow_k8s_contexts": {"contexts"},
	"docker_build": {"ref", "context", "build_args", "dockerfile", "dockerfile_contents", "live_update", "match_in_env_vars", "ignore",
		"only", "entrypoint", "target", "ssh", "secret", "network", "extra_tag", "cache_from", "pull", "platform", "extra_hosts"},
	"k8s_custom_deploy": {"name", "apply_cmd", "delete_cmd", "deps", "image_selector", "live_update", "apply_dir", "apply_env",
		"apply_cmd_bat", "delete_dir", "delete_env", "delete_cmd_bat", "container_selector", "image_deps"},
	"k8s_resource": {"workload", "new_name", "port_forwards", "extra_pod_selectors", "trigger_mode", "resource_deps", "objects",
		"auto_init", "pod_readiness", "links", "labels", "discovery_strategy"},
	"k8s_yaml": {"yaml", "allow_duplicates"},
	"local_resource": {"name", "cmd", "deps", "trigger_mode", "resource_deps", "ignore", "auto_init", "serve_cmd", "cmd_bat",
		"serve_cmd_bat", "allow_parallel", "links", "labels", "env", "serve_env", "readiness_probe", "dir", "serve_dir"},
	"version_settings": {"check_updates", "constraint"},
}

// What is given to other built-ins: the value is the call itself.
var values = map[string][]string{
	"link": {"url", "name"},
	"run":  {"cmd", "trigger"},
	"sync": {"local_path", "remote_path"},
}

func (r *recorder) builtins(context string) starlark.StringDict {
	names := starlark.StringDict{
		"k8s_context": starlark.NewBuiltin("k8s_context", func(_ *starlark.Thread, fn *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			return starlark.String(context), starlark.UnpackArgs(fn.Name(), args, kwargs)
		}),
	}
	for name, parameters := range effects {
		names[name] = builtin(name, parameters, func(arguments *starlark.Dict) (starlark.Value, error) {
			plain, err := toPlain(arguments)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			r.calls = append(r.calls, call{Name: name, Arguments: plain.(map[string]any)})
			return starlark.None, nil
		})
	}
	for name, parameters := range values {
		names[name] = builtin(name, parameters, func(arguments *starlark.Dict) (starlark.Value, error) {
			value := starlark.NewDict(1)
			return value, value.SetKey(starlark.String(name), arguments)
		})
	}
	return names
}

func builtin(name string, parameters []string, record func(*starlark.Dict) (starlark.Value, error)) *starlark.Builtin {
	return starlark.NewBuiltin(name, func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		arguments, err := bind(name, parameters, args, kwargs)
		if err != nil {
			return nil, err
		}
		return record(arguments)
	})
}

func bind(name string, parameters []string, args starlark.Tuple, kwargs []starlark.Tuple) (*starlark.Dict, error) {
	if len(args) > len(parameters) {
		return nil, fmt.Errorf("%s takes at most %d arguments", name, len(parameters))
	}
	bound := starlark.NewDict(len(args) + len(kwargs))
	for i, value := range args {
		if err := bound.SetKey(starlark.String(parameters[i]), value); err != nil {
			return nil, err
		}
	}
	for _, pair := range kwargs {
		parameter := string(pair[0].(starlark.String))
		if !slices.Contains(parameters, parameter) {
			return nil, fmt.Errorf("%s has no parameter %s", name, parameter)
		}
		if _, twice, _ := bound.Get(pair[0]); twice {
			return nil, fmt.Errorf("%s: parameter %s is given twice", name, parameter)
		}
		if err := bound.SetKey(pair[0], pair[1]); err != nil {
			return nil, err
		}
	}
	return bound, nil
}
