package demo

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// symbols are those of companies that there are not.
var symbols = []string{"ACRN", "BOLT", "CEDR", "DUNE", "ECHO", "FERN", "GALE", "HALO", "IRIS", "JADE", "KELP", "LUNA"}

// kept is how many prices of a symbol are known.
const kept = 120

// market is prices that go up and down by chance: always the same way for the same source of it. It is safe for
// concurrent use.
type market struct {
	mu     sync.Mutex
	chance *rand.Rand
	shares []*share // as symbols
	last   int64    // the number of the last quote
}

// share is what the market knows of a symbol.
type share struct {
	fair   float64 // what it comes back to, in cents
	prices []int64 // the last ones, in cents
}

// quote is a new price.
type quote struct {
	Symbol string `json:"symbol"`
	Number int64  `json:"number"` // greater than those of all quotes before it
	Price  int64  `json:"price"`  // in cents
}

// past is the last prices of a symbol.
type past struct {
	Symbol string  `json:"symbol"`
	Number int64   `json:"number"` // of the last one, or of a later quote of another symbol
	Prices []int64 `json:"prices"` // in cents
}

func newMarket(chance *rand.Rand) *market {
	m := &market{chance: chance}
	for range symbols {
		fair := math.Exp(math.Log(20_00) + chance.Float64()*math.Log(20)) // from 20 to 400
		m.shares = append(m.shares, &share{fair, []int64{int64(fair)}})
	}
	for range kept * len(symbols) {
		m.step()
	}
	return m
}

// step changes the price of the symbol whose turn it is.
func (m *market) step() quote {
	m.mu.Lock()
	defer m.mu.Unlock()
	turn := int(m.last) % len(symbols)
	s := m.shares[turn]
	price := float64(s.prices[len(s.prices)-1])
	price *= math.Exp(0.004*m.chance.NormFloat64() + 0.01*math.Log(s.fair/price))
	s.prices = append(s.prices, int64(math.Round(price)))
	s.prices = s.prices[max(0, len(s.prices)-kept):]
	m.last++
	return quote{symbols[turn], m.last, s.prices[len(s.prices)-1]}
}

// past returns the last prices of a symbol.
func (m *market) past(symbol string) past {
	m.mu.Lock()
	defer m.mu.Unlock()
	return past{symbol, m.last, slices.Clone(m.shares[slices.Index(symbols, symbol)].prices)}
}
