// The agent as its gateway knows it, as fast as can be: it opens every session and answers its event stream with pieces of an answer, so that
// what is measured is the relay before it.
//
// The id of a session says how its stream goes: `g.PAUSE.FRAMES.BUNCH.NAME` waits for `POST /begin`, then writes FRAMES frames, BUNCH of
// them at once, with a pause of PAUSE microseconds before each write; `n.…` does not wait. `GET /streams` tells how many are open.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
)

var streams atomic.Int64

// Closed by the next `begin`.
var gate = make(chan struct{})
var gateLock sync.Mutex

func main() {
	port := flag.Int("port", 0, "where it listens, on 127.0.0.1")
	flag.Parse()
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		go serve(connection)
	}
}

// One connection, request after request, until its client leaves or asks for a stream: that is the last of its connection, as at the agent.
func serve(connection net.Conn) {
	defer connection.Close()
	reader := bufio.NewReaderSize(connection, 4<<10)
	for {
		request, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, request.Body); err != nil {
			return
		}
		if id, found := strings.CutPrefix(request.URL.Path, "/api/v1/chat/stream/"); found {
			streams.Add(1)
			stream(connection, reader, id, request.URL.Query().Get("after"))
			streams.Add(-1)
			return
		}
		if answer(connection, request.Method+" "+request.URL.Path) != nil || request.Close {
			return
		}
	}
}

func answer(to io.Writer, asked string) error {
	switch {
	case strings.HasPrefix(asked, "PUT /api/v1/sessions/"):
		return whole(to, "200 OK", `{"user_id":"bench-user","created_at":"2026-01-01T00:00:00.000Z","last_activity_at":"2026-01-01T00:00:00.000Z",`+
			`"expired":false,"last_seq":0,"stream_after":0,"resumed":true,"state":"idle","pending_approvals":[],"models":["codelab-demo"]}`)
	case asked == "POST /begin":
		begin()
		return whole(to, "200 OK", `{}`)
	case asked == "GET /streams":
		return whole(to, "200 OK", fmt.Sprintf(`{"open":%d}`, streams.Load()))
	}
	return whole(to, "404 Not Found", `{"error":{"code":"not_found","message":"there is no such route"}}`)
}

func begin() {
	gateLock.Lock()
	defer gateLock.Unlock()
	close(gate)
	gate = make(chan struct{})
}

func nextBegin() <-chan struct{} {
	gateLock.Lock()
	defer gateLock.Unlock()
	return gate
}

func whole(to io.Writer, status, body string) error {
	_, err := fmt.Fprintf(to, "HTTP/1.1 %s\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s", status, len(body), body)
	return err
}
