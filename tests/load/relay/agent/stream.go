package main

import (
	"fmt"
	"io"
	"math/rand"
	"net"
	"strconv"
	"strings"
	"time"
)

const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\n" +
	"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"

// As the agent's.
const aliveEvery = 5 * time.Second

type wanted struct {
	waits         bool
	pause         time.Duration
	frames, bunch int
}

func read(id string) (wanted, error) {
	parts := strings.Split(id, ".")
	if len(parts) != 5 {
		return wanted{}, fmt.Errorf("a session's id has five parts here, not %q", id)
	}
	numbers := [3]int{}
	for at := range numbers {
		number, err := strconv.Atoi(parts[at+1])
		if err != nil {
			return wanted{}, err
		}
		numbers[at] = number
	}
	return wanted{parts[0] == "g", time.Duration(numbers[0]) * time.Microsecond, numbers[1], numbers[2]}, nil
}

// The frames after a `seq`, then nothing but signs of life until the reader leaves.
func stream(connection net.Conn, from io.Reader, id, after string) {
	wanted, err := read(id)
	if err != nil {
		_ = whole(connection, "400 Bad Request", `{"error":{"code":"invalid_request","message":"`+err.Error()+`"}}`)
		return
	}
	seq, _ := strconv.Atoi(after)
	begun := nextBegin()
	if _, err := io.WriteString(connection, head); err != nil {
		return
	}
	gone := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, from)
		close(gone)
	}()
	if wanted.waits && seq < wanted.frames && !alive(connection, begun, gone) {
		return
	}
	if tell(connection, wanted, seq) == nil {
		alive(connection, nil, gone)
	}
}

// Waits until something happens; false when the reader has left.
func alive(connection net.Conn, until, gone <-chan struct{}) bool {
	ticker := time.NewTicker(aliveEvery)
	defer ticker.Stop()
	for {
		select {
		case <-until:
			return true
		case <-gone:
			return false
		case <-ticker.C:
			if _, err := io.WriteString(connection, chunk(": keep-alive\n\n")); err != nil {
				return false
			}
		}
	}
}

// Every piece of text says when it was written, in nanoseconds, so that a reader knows how long it was on its way.
func tell(connection net.Conn, wanted wanted, seq int) error {
	// Streams that begin together do not beat together.
	next := time.Now().Add(time.Duration(rand.Int63n(int64(wanted.pause) + 1)))
	var text []byte
	for seq < wanted.frames {
		if wanted.pause > 0 {
			next = next.Add(wanted.pause)
			time.Sleep(time.Until(next))
		}
		text = text[:0]
		now := time.Now().UnixNano()
		for range wanted.bunch {
			seq++
			text = fmt.Appendf(text, "id: %d\ndata: {\"type\":\"assistant_message\",\"seq\":%d,\"message_id\":\"01939f3c-7a52-7cde-8f10-2b6c4d5e6f70\","+
				"\"token\":\"%d\",\"is_final\":false}\n\n", seq, seq, now)
		}
		if _, err := io.WriteString(connection, chunk(string(text))); err != nil {
			return err
		}
	}
	return nil
}

func chunk(text string) string {
	return fmt.Sprintf("%x\r\n%s\r\n", len(text), text)
}
