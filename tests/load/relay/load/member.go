package main

import (
	"bytes"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const openWithin = 30 * time.Second

// One client with its session. What it hears is kept until the next mark.
type member struct {
	wanted         order
	session, token string
	socket         *socket
	stalls         atomic.Bool

	lock    sync.Mutex
	lastSeq int
	frames  int
	times   []int
	// Why it can hear no more.
	broken error
	code   int
	reason string
	news   chan struct{}
	// Closed when nothing is read any more.
	ended chan struct{}
}

func newMember(wanted order, session, token string) *member {
	return &member{wanted: wanted, session: session, token: token, news: make(chan struct{}, 1)}
}

// Resolves when it has been greeted; comes back after the last frame that it has heard.
func (member *member) open() error {
	opened, err := dial(member.wanted, member.session, member.token, member.lastSeq, time.Now().Add(openWithin))
	if err != nil {
		return err
	}
	member.lock.Lock()
	member.socket, member.broken, member.code, member.reason = opened, nil, 0, ""
	member.ended = make(chan struct{})
	member.lock.Unlock()
	go member.read(opened, member.ended)
	return nil
}

func (member *member) read(from *socket, ended chan struct{}) {
	defer close(ended)
	for {
		for member.stalls.Load() {
			time.Sleep(10 * time.Millisecond)
		}
		said, err := from.next()
		member.lock.Lock()
		if err == nil && said != nil {
			err = member.take(said)
		}
		if err != nil && member.broken == nil {
			member.broken, member.code, member.reason = err, from.code, from.reason
		}
		member.lock.Unlock()
		select {
		case member.news <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

var seqField = []byte(`"seq":`)
var tokenField = []byte(`"token":"`)

func (member *member) take(said []byte) error {
	if !bytes.Contains(said, tokenField) {
		return nil
	}
	seq, written := numberAfter(said, seqField), numberAfter(said, tokenField)
	if seq != member.lastSeq+1 {
		return fmt.Errorf("frame %d came after %d", seq, member.lastSeq)
	}
	member.lastSeq = seq
	member.frames++
	member.times = append(member.times, microseconds(time.Duration(time.Now().UnixNano()-int64(written))))
	return nil
}

func numberAfter(said, field []byte) int {
	rest := said[bytes.Index(said, field)+len(field):]
	end := 0
	for end < len(rest) && rest[end] >= '0' && rest[end] <= '9' {
		end++
	}
	number, _ := strconv.Atoi(string(rest[:end]))
	return number
}

func (member *member) mark() {
	member.lock.Lock()
	defer member.lock.Unlock()
	member.frames, member.times = 0, nil
}

func (member *member) heard() (int, []int) {
	member.lock.Lock()
	defer member.lock.Unlock()
	return member.frames, member.times
}

// Waits until it has so many frames since the mark; none wanted: until the time is over.
func (member *member) hear(frames int, until time.Time) error {
	late := time.NewTimer(time.Until(until))
	defer late.Stop()
	for {
		member.lock.Lock()
		heard, broken := member.frames, member.broken
		member.lock.Unlock()
		if broken != nil {
			return broken
		}
		if frames > 0 && heard >= frames {
			return nil
		}
		select {
		case <-member.news:
		case <-late.C:
			if frames == 0 {
				return nil
			}
			return fmt.Errorf("%d of %d frames came in time", heard, frames)
		}
	}
}

func (member *member) ending(until time.Time) (int, string) {
	select {
	case <-member.ended:
	case <-time.After(time.Until(until)):
	}
	member.lock.Lock()
	defer member.lock.Unlock()
	return member.code, member.reason
}

func (member *member) hangUp() {
	if member.socket == nil {
		return
	}
	member.socket.connection.Close()
	member.stalls.Store(false)
	<-member.ended
	member.socket = nil
}
