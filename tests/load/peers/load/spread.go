package main

import (
	"slices"
	"time"
)

// How a number of times are spread, in microseconds.
type spread struct {
	Count int     `json:"count"`
	P50   float64 `json:"p50"`
	P99   float64 `json:"p99"`
	Max   float64 `json:"max"`
}

func spreadOf(times []float64) spread {
	if len(times) == 0 {
		return spread{}
	}
	slices.Sort(times)
	at := func(part float64) float64 { return times[min(len(times)-1, int(float64(len(times))*part))] }
	return spread{Count: len(times), P50: at(0.5), P99: at(0.99), Max: times[len(times)-1]}
}

func sum(callers []*caller, took time.Duration) report {
	var all report
	var latency, firstToken, between, more []float64
	for _, each := range callers {
		all.Requests += each.requests
		all.Failed += each.failed
		all.Frames += each.frames
		all.Reconnects += max(0, each.connects-1)
		if all.Failure == "" {
			all.Failure = each.failure
		}
		if each.wanted.Follow != "" {
			all.Bodies = append(all.Bodies, each.body)
		}
		latency = append(latency, each.latency...)
		firstToken = append(firstToken, each.firstToken...)
		between = append(between, each.between...)
		more = append(more, each.more...)
	}
	all.Seconds = took.Seconds()
	all.OwnCPUSeconds = ownCPUSeconds()
	all.Latency = spreadOf(latency)
	all.FirstToken = spreadOf(firstToken)
	all.Between = spreadOf(between)
	if len(more) > 0 {
		all.More = new(spreadOf(more))
	}
	return all
}
