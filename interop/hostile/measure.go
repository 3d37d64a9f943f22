package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/server"
)

// The networks that the children's connections come from, see dialer.
const (
	probeNetwork   = 1
	hostileNetwork = 2
	crowdNetwork   = 3
)

// hostility is a run of the program.
type hostility struct {
	conns, hostile int
	duration       time.Duration // of a measurement
	rounds         int           // measurements of each
	only           string        // kinds, with commas; "" for all
}

// scene is the processes that stay through all measurements.
type scene struct {
	family
	server, probe    *child
	victim, sinkAddr string
}

// set starts them.
func (h *hostility) set() (*scene, error) {
	s := &scene{}
	var err error
	if s.server, err = s.start(&s.victim, "server"); err != nil {
		return s, err
	}
	if _, err = s.start(&s.sinkAddr, "sink"); err != nil {
		return s, err
	}
	var n int
	if _, err = s.start(&n, "crowd", s.victim, h.conns-h.hostile-probes, crowdNetwork); err != nil {
		return s, err
	}
	s.probe, err = s.start(&n, "probe", s.victim)
	return s, err
}

// measure prints a row for each kind.
func (h *hostility) measure(out io.Writer) error {
	s, err := h.set()
	defer s.stop()
	if err != nil {
		return err
	}
	fmt.Fprint(out, head)
	quiet, err := s.listen(h.duration)
	if err != nil {
		return err
	}
	fmt.Fprint(out, quietRow(quiet))
	for _, k := range kinds {
		if h.only != "" && !strings.Contains(","+h.only+",", ","+k.name+",") {
			continue
		}
		r, err := h.row(s, k)
		if err != nil {
			return err
		}
		fmt.Fprint(out, r)
	}
	return nil
}

// row measures what one kind costs: sink and server in turn, so that a slow moment of the machine hits both.
func (h *hostility) row(s *scene, k kind) (r row, err error) {
	r.kind = k
	var atSink, atServer []latency
	for range h.rounds {
		l, _, err := h.attack(s, k, s.sinkAddr)
		if err != nil {
			return r, err
		}
		atSink = append(atSink, l)
		if l, r.progress, err = h.attack(s, k, s.victim); err != nil {
			return r, err
		}
		atServer = append(atServer, l)
	}
	r.sink, r.server = median(atSink), median(atServer)
	return r, nil
}

// attack measures while hostile ones of a kind are at addr. They have begun two seconds before.
func (h *hostility) attack(s *scene, k kind, addr string) (l latency, p progress, err error) {
	var f family
	defer f.stop()
	var name string
	a, err := f.start(&name, "attack", k.name, addr, h.hostile)
	if err != nil {
		return l, p, err
	}
	time.Sleep(2 * time.Second)
	if l, err = s.listen(h.duration); err != nil {
		return l, p, err
	}
	if err := a.ask("progress", &p); err != nil {
		return l, p, err
	}
	var st server.Stats
	err = s.server.ask("stats", &st)
	p.Open = st.Conns
	return l, p, err
}

// listen measures.
func (s *scene) listen(d time.Duration) (l latency, err error) {
	if err = s.probe.ask(d.String(), &l); err == nil && l.Lost != "" {
		err = fmt.Errorf("the probe: %s", l.Lost)
	}
	return l, err
}
