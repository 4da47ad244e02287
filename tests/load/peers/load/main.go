// Asks a server again and again from a number of callers, each waiting for its answer before it asks anew, and tells as JSON how often it
// was answered rightly and how long that took. What to ask comes as JSON on standard input.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"syscall"
	"time"
)

type order struct {
	Address string            `json:"address"` // host:port
	Path    string            `json:"path"`
	Method  string            `json:"method"` // POST when nothing is said
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
	// Of what kind the body is; JSON when nothing is said.
	ContentType string `json:"contentType"`
	// One for each caller, instead of the one body of all.
	Bodies []string `json:"bodies"`
	// A form field whose value in a caller's next body is what the answer, in JSON, gives it: a token that is used once.
	Follow string `json:"follow"`
	// What a whole answer holds when it is right.
	Expect  string `json:"expect"`
	Callers int    `json:"callers"`
	// No request begins later than this; those under way are waited for.
	Seconds float64 `json:"seconds"`
	// At most so many requests of all callers together; 0: as many as fit into the time.
	Requests int64 `json:"requests"`
	// Deltas of each streamed answer; 0: the answer comes whole.
	Frames int `json:"frames"`
	// Whoever takes longer has failed.
	Patience float64 `json:"patience"`
	// What each caller asks just before each request, to tell by how much the request took longer: its address, path, headers, body, what it
	// expects and frames. It counts as no request.
	Beside *order `json:"beside"`
}

type report struct {
	Requests int    `json:"requests"`
	Failed   int    `json:"failed"`
	Failure  string `json:"failure,omitempty"` // the first one, in words
	// Deltas that were read.
	Frames  int     `json:"frames"`
	Seconds float64 `json:"seconds"`
	// Connections beyond the first of each caller.
	Reconnects int `json:"reconnects"`
	// In microseconds.
	Latency    spread `json:"latency"`
	FirstToken spread `json:"firstToken"`
	Between    spread `json:"betweenFrames"`
	// By how much requests took longer than what was asked just before each.
	More *spread `json:"more,omitempty"`
	// What each caller would have sent next.
	Bodies []string `json:"bodies,omitempty"`
	// Processor time of this program.
	OwnCPUSeconds float64 `json:"ownCpuSeconds"`
}

func main() {
	debug.SetGCPercent(800)
	var wanted order
	if err := json.NewDecoder(os.Stdin).Decode(&wanted); err != nil {
		fmt.Fprintln(os.Stderr, "the order is not to be read:", err)
		os.Exit(64)
	}
	callers := make([]*caller, wanted.Callers)
	began := time.Now()
	shared := &limits{until: began.Add(seconds(wanted.Seconds))}
	shared.left.Store(wanted.Requests)
	shared.bounded = wanted.Requests > 0
	var all sync.WaitGroup
	for at := range callers {
		body := wanted.Body
		if len(wanted.Bodies) > 0 {
			body = wanted.Bodies[at%len(wanted.Bodies)]
		}
		callers[at] = newCaller(&wanted, body, shared)
		all.Go(callers[at].run)
	}
	all.Wait()
	if err := json.NewEncoder(os.Stdout).Encode(sum(callers, time.Since(began))); err != nil {
		os.Exit(1)
	}
}

// Processor seconds of this process so far.
func ownCPUSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func seconds(number float64) time.Duration {
	return time.Duration(number * float64(time.Second))
}
