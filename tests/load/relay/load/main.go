// A crowd of WebSocket clients that does what it is told: orders come as lines of JSON on standard input, each is answered by one line on
// standard output. Every frame is looked at: none may be missing, come twice or out of order.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
)

type order struct {
	// `open`, `reopen` (all are cut and come back at once), `mark` (what was heard so far is forgotten), `hear`, `stall`, `ending`, `close`.
	Do    string `json:"do"`
	Group string `json:"group"`
	// For `open`.
	Address  string   `json:"address"` // host:port
	Protocol string   `json:"protocol"`
	Session  string   `json:"session"` // a number is put behind it
	Count    int      `json:"count"`
	AtOnce   int      `json:"atOnce"`
	Tokens   []string `json:"tokens"` // used in turn
	// For `hear`: until each has so many frames since the mark; for `hear` and `ending`: at most so long.
	Frames  int     `json:"frames"`
	Seconds float64 `json:"seconds"`
}

func main() {
	debug.SetGCPercent(400)
	groups := map[string]*group{}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var wanted order
		if err := json.Unmarshal(lines.Bytes(), &wanted); err != nil {
			fmt.Fprintln(os.Stderr, "the order is not to be read:", err)
			os.Exit(64)
		}
		if wanted.Do == "open" {
			groups[wanted.Group] = newGroup(wanted)
		}
		if err := answers.Encode(groups[wanted.Group].carryOut(wanted)); err != nil {
			os.Exit(1)
		}
	}
}
