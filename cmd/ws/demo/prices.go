package demo

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// prices is a market that many watch. Each symbol is a topic of the hub. Its messages have a key: to a viewer that is
// behind goes the newest price alone, so nobody gets old prices late, and of each viewer that does not read no more
// waits than one message a symbol.
type prices struct {
	hub    hub.Hub
	market *market
}

// Each symbol's price changes every 12 ticks, more than three times a second.
const (
	tickEvery  = 25 * time.Millisecond
	countEvery = 40 // ticks
)

// viewers is the topic of how many there are.
const viewers = "viewers"

// floor is what a page hears of the market as a whole.
type floor struct {
	Viewers int      `json:"viewers"`
	Symbols []string `json:"symbols,omitempty"` // in the first message
}

// wish is what a page sends.
type wish struct {
	Watch   []string // symbols; each is answered with a past, and from then on come quotes
	Unwatch []string
}

func newPrices() room {
	p := openMarket(rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())))
	return room{
		Path:  "prices",
		Title: "Live updates",
		About: "Prices of made-up shares that change several times a second, for thousands of viewers. Who is slow gets the newest price, not a backlog.",
		File:  "prices.go",
		serve: p.serve,
		hubs:  map[string]*hub.Hub{"prices": &p.hub},
		run:   p.run,
	}
}

// openMarket returns prices that change by chance.
func openMarket(chance *rand.Rand) *prices {
	return &prices{
		hub:    hub.Hub{Full: hub.DropOldest, MaxQueue: len(symbols) + 1},
		market: newMarket(chance),
	}
}

// run has the prices change until ctx ends.
func (p *prices) run(ctx context.Context) {
	ticks := time.NewTicker(tickEvery)
	defer ticks.Stop()
	for n, counted := 0, 0; ; n++ {
		select {
		case <-ticks.C:
			p.tick(ctx)
		case <-ctx.Done():
			return
		}
		// Not with everyone who comes or goes: that would be a message to thousands each time.
		if count := p.hub.Count(viewers); n%countEvery == 0 && count != counted {
			counted = count
			p.publish(ctx, viewers, floor{Viewers: count})
		}
	}
}

// tick has one price change.
func (p *prices) tick(ctx context.Context) quote {
	q := p.market.step()
	p.publish(ctx, q.Symbol, q)
	return q
}

// publish tells a topic what makes everything before it pointless. It fails only when ctx ends.
func (p *prices) publish(ctx context.Context, topic string, v any) {
	p.hub.Publish(ctx, topic, hub.Message{Type: websocket.Text, Key: "newest", Data: encode(v)})
}

// serve is a viewer's time.
func (p *prices) serve(ctx context.Context, conn *websocket.Conn) error {
	s := p.hub.Subscriber(ctx, conn)
	if _, err := s.Join(ctx, viewers, hub.NoHistory); err != nil {
		return err
	}
	if err := conn.Write(ctx, websocket.Text, encode(floor{p.hub.Count(viewers), symbols})); err != nil {
		return err
	}
	slow := pace{every: 20 * time.Millisecond, burst: 50}
	for m, err := range conn.Messages(ctx) {
		if err != nil {
			return err
		}
		var w wish
		if json.Unmarshal(m.Data, &w) != nil {
			return conn.Close(ctx, websocket.ClosePolicyViolation, "no JSON")
		}
		slow.wait(ctx)
		if err := p.grant(ctx, s, w); err != nil {
			return err
		}
	}
	return nil
}

// grant does what a viewer wishes. Quotes may come before the past that they are part of: a page can tell by their
// numbers.
func (p *prices) grant(ctx context.Context, s *hub.Subscriber, w wish) error {
	for _, symbol := range symbols {
		if slices.Contains(w.Unwatch, symbol) {
			s.Leave(symbol)
		}
		if !slices.Contains(w.Watch, symbol) {
			continue
		}
		if _, err := s.Join(ctx, symbol, hub.NoHistory); err != nil {
			return err
		}
		if err := s.Conn().Write(ctx, websocket.Text, encode(p.market.past(symbol))); err != nil {
			return err
		}
	}
	return nil
}
