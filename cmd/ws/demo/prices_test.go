package demo

import (
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

func testChance() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// The same source of chance makes the same prices, which stay around what is fair.
func TestMarket(t *testing.T) {
	m, same := newMarket(testChance()), newMarket(testChance())
	for i := range 100_000 {
		q := m.step()
		if again := same.step(); q != again {
			t.Fatalf("%+v and %+v", q, again)
		}
		if s := m.shares[i%len(symbols)]; q.Symbol != symbols[i%len(symbols)] || float64(q.Price) < s.fair/2 || float64(q.Price) > s.fair*2 {
			t.Fatalf("%+v, %v is fair", q, s.fair)
		}
	}
	for _, symbol := range symbols {
		if p := m.past(symbol); len(p.Prices) != kept {
			t.Errorf("%+v", p)
		}
	}
}

// news is any message of the prices.
type news struct {
	Viewers       int
	Symbols       []string
	Symbol        string
	Number, Price int64
	Prices        []int64
}

func (v visitor) nextPast(symbol string) news {
	v.Helper()
	return hear(v, func(n news) bool { return n.Symbol == symbol && n.Prices != nil })
}

// nextQuote returns the next quote of a symbol, or of any one for "".
func (v visitor) nextQuote(symbol string) news {
	v.Helper()
	return hear(v, func(n news) bool { return n.Price != 0 && (symbol == "" || n.Symbol == symbol) })
}

// A page gets the past when it watches a share, quotes from there on, and none when it does so no longer.
func TestPricesWatch(t *testing.T) {
	t.Parallel()
	v := visit(t, serve(t, New(nil)), "/ws/prices")
	if n := hear(v, func(news) bool { return true }); n.Viewers != 1 || !slices.Equal(n.Symbols, symbols) {
		t.Errorf("the first message: %+v", n)
	}
	v.tell(`{"watch": ["BOLT", "nothing", "ACRN"]}`)
	for _, symbol := range []string{"ACRN", "BOLT"} {
		if n := v.nextPast(symbol); len(n.Prices) != kept {
			t.Errorf("%+v", n)
		}
	}
	first := v.nextQuote("BOLT")
	if second := v.nextQuote("BOLT"); second.Number != first.Number+int64(len(symbols)) {
		t.Errorf("after %+v comes %+v", first, second)
	}
	v.tell(`{"unwatch": ["BOLT"], "watch": ["CEDR"]}`)
	v.nextPast("CEDR")
	for range 5 {
		if n := v.nextQuote(""); n.Symbol == "BOLT" {
			t.Errorf("%+v", n)
		}
	}
}

// What a page shows is what there was: of the quotes it takes those that are not part of the past, and none is missing.
func TestPricesNoGap(t *testing.T) {
	t.Parallel()
	v := visit(t, serve(t, New(nil)), "/ws/prices")
	for range 3 {
		v.tell(`{"watch": ["ACRN"]}`)
		past := v.nextPast("ACRN")
		shown, last := past.Prices, past.Number
		for len(shown) < kept+2 {
			if q := v.nextQuote("ACRN"); q.Number > last {
				shown, last = append(shown, q.Price), q.Number
			}
		}
		v.tell(`{"unwatch": ["ACRN"], "watch": ["ACRN"]}`)
		later := v.nextPast("ACRN")
		same := kept - int(later.Number-last)/len(symbols)
		if !slices.Equal(shown[len(shown)-same:], later.Prices[:same]) {
			t.Errorf("shown:\n%v\nthere was:\n%v", shown, later.Prices)
		}
	}
}

// The number of viewers is told at once to who comes, and once a second to the others.
func TestPricesViewers(t *testing.T) {
	t.Parallel()
	addr := serve(t, New(nil))
	ann := visit(t, addr, "/ws/prices")
	hear(ann, func(n news) bool { return n.Viewers == 1 })
	ben := visit(t, addr, "/ws/prices")
	hear(ben, func(n news) bool { return n.Viewers == 2 })
	hear(ann, func(n news) bool { return n.Viewers == 2 })
	ben.CloseNow()
	hear(ann, func(n news) bool { return n.Viewers == 1 })
}

func TestPricesTick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := openMarket(testChance())
		begin := p.market.last
		go p.run(t.Context())
		time.Sleep(time.Second + time.Millisecond)
		if got, want := p.market.past("ACRN").Number-begin, int64(time.Second/tickEvery); got != want {
			t.Errorf("%d changes in a second, want %d", got, want)
		}
	})
}

func TestPricesHostile(t *testing.T) {
	v := visit(t, serve(t, New(nil)), "/ws/prices")
	for _, m := range []string{"{}", "null", `{"watch": null}`, `{"watch": ["viewers", ""]}`, `{"unwatch": ["viewers", "ACRN", "?"]}`} {
		v.tell("%s", m)
	}
	v.tell(`{"watch": 1}`)
	v.wantClosed(websocket.ClosePolicyViolation, "no JSON")
}
