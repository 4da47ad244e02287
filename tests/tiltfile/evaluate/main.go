// Evaluate runs a Tiltfile with recorded built-ins and prints, as JSON, every call that it made: nothing is built, read or applied.
//
//	evaluate -context kind-kind Tiltfile
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

func main() {
	context := flag.String("context", "kind-kind", "what k8s_context answers")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: evaluate [-context NAME] TILTFILE")
		os.Exit(64)
	}
	calls, err := evaluate(flag.Arg(0), *context)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(calls); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// What Tilt allows in a Tiltfile beyond plain Starlark.
var dialect = syntax.FileOptions{
	Set:             true,
	While:           true,
	TopLevelControl: true,
	GlobalReassign:  true,
	Recursion:       true,
}

func evaluate(path, context string) ([]call, error) {
	recorder := &recorder{calls: []call{}}
	thread := &starlark.Thread{Name: path}
	_, err := starlark.ExecFileOptions(&dialect, thread, path, nil, recorder.builtins(context))
	return recorder.calls, err
}
