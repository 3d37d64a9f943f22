package demo

import (
	"fmt"
	"testing"
	"time"
)

// watches waits until p shows and draws so many shares.
func (p *page) watches(n int) {
	p.Helper()
	p.wait(fmt.Sprintf("document.querySelectorAll('.share.watched').length == %d", n))
	p.wait(fmt.Sprintf("[...document.querySelectorAll('.share.watched .line')].filter(e => e.points.numberOfItems == 120).length == %d", n))
}

// changes waits until the price of a share is another one.
func (p *page) changes(symbol string) {
	p.Helper()
	price := fmt.Sprintf("[...document.querySelectorAll('.share')].find(e => e.innerText.includes(%q)).querySelector('strong').textContent", symbol)
	p.wait(fmt.Sprintf("%s != %q", price, eval[string](p, price)))
}

func TestPrices(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	ann, ben := b.open(t, s.url("/prices"), desktop), b.open(t, s.url("/prices"), phone)
	for _, p := range []*page{ann, ben} {
		p.watches(12)
		p.wait("document.getElementById('summary').innerText.startsWith('2 viewers, ')")
		p.changes("ACRN")
	}
	time.Sleep(time.Second) // for the counter
	ann.shootAll("prices")

	ben.click(".share:nth-child(1) input")
	ben.watches(11)
	ben.click(".share:nth-child(1) label")
	ben.watches(12)
	ben.click("#none")
	ben.watches(0)
	ben.wait("document.getElementById('summary').innerText.endsWith(', 0 updates in the last second')")
	ben.click(".share:nth-child(2) input")
	ben.watches(1)
	ben.changes("BOLT")
	ann.watches(12)
}

// A restart brings back what was watched, and one who does not read delays nobody.
func TestPricesRestart(t *testing.T) {
	s, b := startSite(t), sharedBrowser(t)
	s.deaf(t, "/ws/prices", `{"watch":["ACRN","BOLT","CEDR","DUNE","ECHO","FERN","GALE","HALO","IRIS","JADE","KELP","LUNA"]}`)
	p := b.open(t, s.url("/prices"), desktop)
	p.watches(12)
	p.wait("document.getElementById('summary').innerText.startsWith('2 viewers, ')")
	p.click(".share:nth-child(1) input")
	p.watches(11)
	p.changes("BOLT")
	p.mayBeRefused()
	p.noteStates()
	if status := s.stop(t); status != 1 {
		t.Errorf("exit status %d, want 1 for the connection that had to be cut", status)
	}
	p.online(false)
	s.start(t)
	p.online(true)
	p.wait("document.getElementById('summary').innerText.startsWith('1 viewer, ')")
	p.watches(11)
	p.changes("BOLT")
	if states := p.states(); states[0] != "the server has gone, reconnecting" {
		t.Errorf("the states of the page: %q", states)
	}
}
