package main

import (
	"context"
	"fmt"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/suite"
	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/interop/compare/peers"
	"github.com/seed372fb791/rfc6455/interop/internal/child"
	"github.com/seed372fb791/rfc6455/protocol"
	"github.com/seed372fb791/rfc6455/websocket"
)

// fixtures returns the cases of the conformance suite for servers that are about
// frames, those of permessage-deflate apart: each as its bytes come at once, no
// opening handshakes and no loads.
func fixtures() (plain, compressed []*suite.Case, err error) {
	all, err := suite.Cases(protocol.Server, false)
	if err != nil {
		return nil, nil, err
	}
	not := []string{"opening-*", "load-*", "deflate-*-[1-9]*", "fragments-of-1300"}
	if plain, err = suite.Select(all, []string{"*@whole"}, append(not, "deflate-*")); err != nil {
		return nil, nil, err
	}
	compressed, err = suite.Select(all, []string{"deflate-*@whole"}, append(not, "deflate-not-agreed"))
	return plain, compressed, err
}

// conform plays the fixtures against all peers: those of permessage-deflate
// against servers with context takeover, as far as they have it.
func (c *config) conform(t *table) error {
	plain, compressed, err := fixtures()
	if err != nil {
		return err
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

// play returns how many of the cases ended well, how many of them strictly, and
// how many there were to be judged.
func (c *config) play(p peers.Peer, compression websocket.Compression, cases []*suite.Case) (good, best, all int, err error) {
	run, err := c.runCases(p, compression, cases)
	c.tell(p, run.Results)
	for _, r := range run.Results {
		switch r.Verdict {
		case verdict.Pass:
			best++
			fallthrough
		case verdict.NonStrict:
			good++
			fallthrough
		case verdict.Fail, verdict.Error:
			all++
		}
	}
	return good, best, all, err
}

// runCases runs cases against a peer. If its process ends it is started again.
func (c *config) runCases(p peers.Peer, compression websocket.Compression, cases []*suite.Case) (verdict.Run, error) {
	start := func() (*child.Server, error) { return startServer(p, setup{compression: compression}) }
	return child.Conform(context.Background(), start, suite.Options{Cases: cases, Patience: c.patience})
}

// tell lists the cases that were not passed.
func (c *config) tell(p peers.Peer, results []verdict.Result) {
	if !c.verbose {
		return
	}
	for _, r := range results {
		if r.Verdict != verdict.Pass {
			fmt.Fprintf(c.log, "%s, %s, %s: %s\n", p.Name, r.Case.ID, r.Verdict, r.Got)
		}
	}
}
