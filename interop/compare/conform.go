package main

import (
	"fmt"

	"github.com/seed372fb791/rfc6455/interop/compare/conformance"
	"github.com/seed372fb791/rfc6455/interop/compare/peers"
)

// conform plays the fixtures against all peers.
func (c *config) conform(t *table, scripts []*conformance.Script) error {
	demanded := row{title: "Fixtures that end as RFC 6455 demands"}
	exact := row{title: "Fixtures that also end with the expected close code"}
	for _, p := range c.peers {
		outcomes, err := c.play(p, scripts)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		c.tell(p, outcomes)
		good, best := count(outcomes)
		demanded.cells = append(demanded.cells, fmt.Sprintf("%d of %d", good, len(outcomes)))
		exact.cells = append(exact.cells, fmt.Sprintf("%d of %d", best, len(outcomes)))
	}
	t.rows = append(t.rows, demanded, exact)
	return nil
}

func (c *config) play(p peers.Peer, scripts []*conformance.Script) ([]conformance.Outcome, error) {
	var s *server
	stop := func() {
		if s != nil {
			s.stop()
		}
	}
	defer func() { stop() }()
	return conformance.PlayAll(func() (string, error) {
		stop()
		var err error
		if s, err = startServer(p); err != nil {
			return "", err
		}
		return s.addr, nil
	}, scripts, c.patience)
}

func count(outcomes []conformance.Outcome) (good, best int) {
	for _, o := range outcomes {
		if o.Verdict != conformance.Wrong {
			good++
		}
		if o.Verdict == conformance.Exact {
			best++
		}
	}
	return good, best
}

// tell lists the fixtures that differ.
func (c *config) tell(p peers.Peer, outcomes []conformance.Outcome) {
	if !c.verbose {
		return
	}
	for _, o := range outcomes {
		if o.Verdict != conformance.Exact {
			fmt.Fprintf(c.log, "%s, %s, %v: %s\n", p.Name, o.Name, o.Verdict, o.Why)
		}
	}
}
