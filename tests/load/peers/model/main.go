// A model vendor as fast as can be: it answers at once what OpenAI and Anthropic would, so that what is measured is the gateway before it.
//
// A request whose text holds `frames=N` is answered with N deltas (the default is 16), one with `pause=US` waits as many microseconds
// before each. A path that begins with `/429` or `/500` fails with that status. `GET /counts` tells how often each was asked.
package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"math/rand"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

var good, limited, broken atomic.Int64

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

// One connection, request after request, until its client leaves.
func serve(connection net.Conn) {
	defer connection.Close()
	reader := bufio.NewReaderSize(connection, 64<<10)
	var body bytes.Buffer
	for {
		request, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		body.Reset()
		if _, err := io.Copy(&body, request.Body); err != nil {
			return
		}
		if answer(connection, request.URL.Path, body.Bytes()) != nil || request.Close {
			return
		}
	}
}

func answer(to io.Writer, path string, body []byte) error {
	switch {
	case strings.HasPrefix(path, "/429"):
		limited.Add(1)
		return whole(to, "429 Too Many Requests", rateLimit)
	case strings.HasPrefix(path, "/500"):
		broken.Add(1)
		return whole(to, "500 Internal Server Error", serverError)
	case path == "/counts":
		counts := fmt.Sprintf(`{"good":%d,"429":%d,"500":%d}`, good.Load(), limited.Load(), broken.Load())
		return whole(to, "200 OK", counts)
	case strings.HasSuffix(path, "/chat/completions"):
		good.Add(1)
		return complete(to, body, openai)
	case strings.HasSuffix(path, "/messages"):
		good.Add(1)
		return complete(to, body, anthropic)
	case strings.HasSuffix(path, "/models"):
		return whole(to, "200 OK", modelList)
	}
	return whole(to, "404 Not Found", `{"error":{"message":"there is no such route","type":"invalid_request_error"}}`)
}

func complete(to io.Writer, body []byte, speaks dialect) error {
	if !bytes.Contains(body, []byte(`"stream":true`)) && !bytes.Contains(body, []byte(`"stream": true`)) {
		return whole(to, "200 OK", speaks.whole)
	}
	frames := numberAfter(body, "frames=", 16)
	pause := time.Duration(numberAfter(body, "pause=", 0)) * time.Microsecond
	return stream(to, speaks, frames, pause, bytes.Contains(body, []byte(`"include_usage"`)))
}

func numberAfter(body []byte, name string, otherwise int) int {
	at := bytes.Index(body, []byte(name))
	if at < 0 {
		return otherwise
	}
	rest := body[at+len(name):]
	end := 0
	for end < len(rest) && rest[end] >= '0' && rest[end] <= '9' {
		end++
	}
	number, err := strconv.Atoi(string(rest[:end]))
	if err != nil {
		return otherwise
	}
	return number
}

func whole(to io.Writer, status, body string) error {
	_, err := fmt.Fprintf(to, "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", status, len(body), body)
	return err
}

// Every frame is a write of its own, as vendors send them: a gateway meets them one by one.
func stream(to io.Writer, speaks dialect, frames int, pause time.Duration, usage bool) error {
	head := "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n"
	if _, err := io.WriteString(to, head+chunk(speaks.opening)); err != nil {
		return err
	}
	deltas := [2][]byte{[]byte(chunk(speaks.deltas[0])), []byte(chunk(speaks.deltas[1]))}
	// Streams that begin together do not beat together.
	next := time.Now().Add(time.Duration(rand.Int63n(int64(pause) + 1)))
	for frame := range frames {
		if pause > 0 {
			next = next.Add(pause)
			time.Sleep(time.Until(next))
		}
		if _, err := to.Write(deltas[frame%2]); err != nil {
			return err
		}
	}
	last := speaks.closing
	if usage {
		last += speaks.usage
	}
	_, err := io.WriteString(to, chunk(last+speaks.end)+"0\r\n\r\n")
	return err
}

func chunk(text string) string {
	return fmt.Sprintf("%x\r\n%s\r\n", len(text), text)
}
