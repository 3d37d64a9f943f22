package main

import (
	"fmt"

	"github.com/seed372fb791/rfc6455/interop/compare/conformance"
	"github.com/seed372fb791/rfc6455/interop/compare/peers"
	"github.com/seed372fb791/rfc6455/interop/internal/child"
	"github.com/seed372fb791/rfc6455/websocket"
)

// conform plays the fixtures against all peers: those of permessage-deflate
// against servers with context takeover, as far as they have it.
func (c *config) conform(t *table, scripts []*conformance.Script) error {
	var plain, compressed []*conformance.Script
	for _, s := range scripts {
		if s.Deflate == nil {
			plain = append(plain, s)
		} else {
			compressed = append(compressed, s)
		}
	}
	demanded := row{title: "Fixtures that end as RFC 6455 demands"}
	exact := row{title: "Fixtures that also end with the expected close code"}
	deflate := row{title: "Fixtures with permessage-deflate that end as RFC 7692 demands"}
	for _, p := range c.peers {
		good, best, all, err := c.play(p, websocket.Compression{}, plain)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		demanded.cells = append(demanded.cells, fmt.Sprintf("%d of %d", good, all))
		exact.cells = append(exact.cells, fmt.Sprintf("%d of %d", best, all))
		if good, _, all, err = c.play(p, takeover(maxBits), compressed); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		deflate.cells = append(deflate.cells, fmt.Sprintf("%d of %d", good, all))
	}
	t.rows = append(t.rows, demanded, exact, deflate)
	return nil
}

// play returns how many of the scripts ended well, how many as they say, and how
// many there were to be judged.
func (c *config) play(p peers.Peer, compression websocket.Compression, scripts []*conformance.Script) (good, best, all int, err error) {
	outcomes, err := c.outcomes(p, compression, scripts)
	c.tell(p, outcomes)
	for _, o := range outcomes {
		switch o.Verdict {
		case conformance.Exact:
			best++
			fallthrough
		case conformance.Allowed:
			good++
			fallthrough
		case conformance.Wrong:
			all++
		}
	}
	return good, best, all, err
}

func (c *config) outcomes(p peers.Peer, compression websocket.Compression, scripts []*conformance.Script) ([]conformance.Outcome, error) {
	var s *child.Server
	stop := func() {
		if s != nil {
			s.Stop()
		}
	}
	defer func() { stop() }()
	return conformance.PlayAll(func() (string, error) {
		stop()
		var err error
		if s, err = startServer(p, setup{compression: compression}); err != nil {
			return "", err
		}
		return s.Addr, nil
	}, scripts, c.patience)
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
