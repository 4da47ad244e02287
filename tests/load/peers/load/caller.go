package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// What all callers share: the time and the number of requests that are left.
type limits struct {
	until   time.Time
	bounded bool
	left    atomic.Int64
}

func (limits *limits) allow() bool {
	return time.Now().Before(limits.until) && (!limits.bounded || limits.left.Add(-1) >= 0)
}

// One caller with one kept connection.
type caller struct {
	wanted  *order
	body    string
	request []byte
	limits  *limits
	// Asked just before each request, over a connection of its own.
	beside *caller

	connection net.Conn
	reader     *bufio.Reader

	connects, requests, failed, frames int
	failure                            string
	latency, firstToken, between, more []float64
}

func newCaller(wanted *order, body string, limits *limits) *caller {
	made := &caller{wanted: wanted, body: body, request: requestOf(*wanted, body), limits: limits}
	if wanted.Beside != nil {
		wanted.Beside.Patience = wanted.Patience
		made.beside = newCaller(wanted.Beside, wanted.Beside.Body, limits)
	}
	return made
}

func requestOf(wanted order, body string) []byte {
	var text strings.Builder
	method := cmp.Or(wanted.Method, http.MethodPost)
	fmt.Fprintf(&text, "%s %s HTTP/1.1\r\nHost: %s\r\n", method, wanted.Path, wanted.Address)
	for name, value := range wanted.Headers {
		fmt.Fprintf(&text, "%s: %s\r\n", name, value)
	}
	if body != "" {
		fmt.Fprintf(&text, "Content-Type: %s\r\nContent-Length: %d\r\n", cmp.Or(wanted.ContentType, "application/json"), len(body))
	}
	fmt.Fprintf(&text, "\r\n%s", body)
	return []byte(text.String())
}

func (caller *caller) run() {
	for caller.limits.allow() {
		if err := caller.askInTurn(); err != nil {
			caller.failed++
			if caller.failure == "" {
				caller.failure = err.Error()
			}
			caller.hangUp()
			// A server that refuses everything is not to be flooded.
			time.Sleep(10 * time.Millisecond)
		}
	}
	caller.hangUp()
}

// One request, after the one that it is compared with.
func (caller *caller) askInTurn() error {
	if caller.beside == nil {
		return caller.ask()
	}
	if err := caller.beside.ask(); err != nil {
		return fmt.Errorf("beside it: %w", err)
	}
	if err := caller.ask(); err != nil {
		return err
	}
	last := func(times []float64) float64 { return times[len(times)-1] }
	caller.more = append(caller.more, last(caller.latency)-last(caller.beside.latency))
	return nil
}

func (caller *caller) hangUp() {
	if caller.connection != nil {
		caller.connection.Close()
		caller.connection = nil
	}
	if caller.beside != nil {
		caller.beside.hangUp()
	}
}

func (caller *caller) connect() error {
	if caller.connection != nil {
		return nil
	}
	connection, err := net.Dial("tcp", caller.wanted.Address)
	if err != nil {
		return err
	}
	caller.connects++
	caller.connection = connection
	caller.reader = bufio.NewReaderSize(connection, 64<<10)
	return nil
}

func (caller *caller) ask() error {
	if err := caller.connect(); err != nil {
		return err
	}
	began := time.Now()
	if err := caller.connection.SetDeadline(began.Add(seconds(caller.wanted.Patience))); err != nil {
		return err
	}
	if _, err := caller.connection.Write(caller.request); err != nil {
		return err
	}
	response, err := http.ReadResponse(caller.reader, nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(io.LimitReader(response.Body, 500))
		return fmt.Errorf("answered %d: %s", response.StatusCode, said)
	}
	if caller.wanted.Frames > 0 {
		err = caller.readStream(response.Body, began)
	} else {
		err = caller.readWhole(response.Body)
	}
	if err != nil {
		return err
	}
	caller.requests++
	caller.latency = append(caller.latency, microseconds(time.Since(began)))
	if response.Close {
		caller.hangUp()
	}
	return nil
}

// A right answer holds what is expected, and what the next request is made of.
func (caller *caller) readWhole(body io.Reader) error {
	said, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	if !bytes.Contains(said, []byte(caller.wanted.Expect)) {
		return fmt.Errorf("the answer is not the expected one: %.300s", said)
	}
	if caller.wanted.Follow == "" {
		return nil
	}
	return caller.follow(said)
}

func (caller *caller) follow(said []byte) error {
	fields := map[string]any{}
	if err := json.Unmarshal(said, &fields); err != nil {
		return err
	}
	form, err := url.ParseQuery(caller.body)
	if err != nil {
		return err
	}
	value, isText := fields[caller.wanted.Follow].(string)
	if !isText {
		return fmt.Errorf("the answer has no %s", caller.wanted.Follow)
	}
	form.Set(caller.wanted.Follow, value)
	caller.body = form.Encode()
	caller.request = requestOf(*caller.wanted, caller.body)
	return nil
}

// Reads events until the end of the answer; every delta of the model must be among them, and the end mark.
func (caller *caller) readStream(body io.Reader, began time.Time) error {
	lines := bufio.NewReaderSize(body, 16<<10)
	frames, ended := 0, false
	last := began
	for {
		line, err := lines.ReadSlice('\n')
		if bytes.HasPrefix(line, []byte("data:")) {
			if bytes.Contains(line, []byte("tok\"")) {
				now := time.Now()
				if frames == 0 {
					caller.firstToken = append(caller.firstToken, microseconds(now.Sub(began)))
				} else {
					caller.between = append(caller.between, microseconds(now.Sub(last)))
				}
				last = now
				frames++
			}
			ended = ended || bytes.Contains(line, []byte("[DONE]"))
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	caller.frames += frames
	if frames != caller.wanted.Frames || !ended {
		return fmt.Errorf("a stream of %d frames came with %d, its end mark: %t", caller.wanted.Frames, frames, ended)
	}
	return nil
}

func microseconds(time time.Duration) float64 {
	return float64(time.Nanoseconds()) / 1_000
}
