package main

import (
	"fmt"
	"sync"
	"time"
)

type report struct {
	// Sockets that were greeted, or heard all they should.
	Done    int    `json:"done"`
	Failed  int    `json:"failed"`
	Failure string `json:"failure,omitempty"` // the first one, in words
	Frames  int    `json:"frames"`
	// What the order took.
	Seconds float64 `json:"seconds"`
	// Of each frame from its writing at the agent to its reading here, or of each socket from dialling to the greeting; in microseconds.
	Times []int `json:"times"`
	// How the relay ended a socket: 0 when it did not.
	Code   int    `json:"code"`
	Reason string `json:"reason,omitempty"`
}

// Sockets that are opened, heard and closed together.
type group struct {
	wanted  order
	members []*member
}

func newGroup(wanted order) *group {
	group := &group{wanted: wanted}
	for at := range wanted.Count {
		token := ""
		if len(wanted.Tokens) > 0 {
			token = wanted.Tokens[at%len(wanted.Tokens)]
		}
		group.members = append(group.members, newMember(wanted, fmt.Sprintf("%s.%d", wanted.Session, at), token))
	}
	return group
}

func (group *group) carryOut(wanted order) report {
	began := time.Now()
	var said report
	switch wanted.Do {
	case "open":
		said = group.open()
	case "reopen":
		group.each(0, func(member *member) (int, error) { member.hangUp(); return 0, nil })
		said = group.open()
	case "mark":
		for _, member := range group.members {
			member.mark()
		}
	case "hear":
		said = group.hear(wanted)
	case "stall":
		for _, member := range group.members {
			member.stalls.Store(true)
		}
	case "ending":
		said = group.ending(wanted)
	case "close":
		group.each(0, func(member *member) (int, error) { member.hangUp(); return 0, nil })
	}
	said.Seconds = time.Since(began).Seconds()
	return said
}

// Does something for each member, so many at once (0: all), and tells how long each took.
func (group *group) each(atOnce int, work func(*member) (int, error)) report {
	var said report
	var lock sync.Mutex
	var all sync.WaitGroup
	if atOnce == 0 {
		atOnce = len(group.members)
	}
	places := make(chan struct{}, atOnce)
	for _, member := range group.members {
		places <- struct{}{}
		all.Go(func() {
			took, err := work(member)
			lock.Lock()
			defer lock.Unlock()
			<-places
			if err == nil {
				said.Done++
				said.Times = append(said.Times, took)
				return
			}
			said.Failed++
			if said.Failure == "" {
				said.Failure = err.Error()
			}
		})
	}
	all.Wait()
	return said
}

func (group *group) open() report {
	return group.each(group.wanted.AtOnce, func(member *member) (int, error) {
		began := time.Now()
		err := member.open()
		return microseconds(time.Since(began)), err
	})
}

func (group *group) hear(wanted order) report {
	until := time.Now().Add(seconds(wanted.Seconds))
	said := group.each(0, func(member *member) (int, error) { return 0, member.hear(wanted.Frames, until) })
	said.Times = nil
	for _, member := range group.members {
		frames, heard := member.heard()
		said.Frames += frames
		said.Times = append(said.Times, heard...)
	}
	return said
}

// Reads on, so that a word of farewell that stands behind everything else is found.
func (group *group) ending(wanted order) report {
	until := time.Now().Add(seconds(wanted.Seconds))
	var said report
	for _, member := range group.members {
		member.stalls.Store(false)
		said.Code, said.Reason = member.ending(until)
		said.Frames, _ = member.heard()
	}
	return said
}

func seconds(number float64) time.Duration {
	return time.Duration(number * float64(time.Second))
}

func microseconds(time time.Duration) int {
	return int(time.Microseconds())
}
