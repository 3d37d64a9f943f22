package chaos

import (
	"flag"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed372fb791/rfc6455/internal/race"
)

var (
	seeds = flag.String("seeds", "", "the seeds to run: a, or a..b")
	whole = flag.Bool("noshrink", false, "do not look for shorter programs")
	again = flag.Int("again", 1, "how often to run each seed")
)

// Random programs on both ends of a connection keep to the model.
func TestSeeds(t *testing.T) { each(t, 300, checkSeed) }

// So do both ends as a net.Conn.
func TestTunnels(t *testing.T) { each(t, race.Fewer(300), CheckTunnel) }

// each checks the seeds that the flags name, or as many as given.
func each(t *testing.T, last int, check func(*testing.T, uint64) string) {
	first := 1
	if testing.Short() {
		last /= 5
	}
	if *seeds != "" {
		var err error
		if first, last, err = parseSeeds(*seeds); err != nil {
			t.Fatal(err)
		}
	}
	start := time.Now()
	for seed := first; seed <= last; seed++ {
		for range *again {
			if text := check(t, uint64(seed)); text != "" {
				t.Error(text)
				break
			}
		}
		if done := seed - first + 1; *seeds != "" && (done%200 == 0 || seed == last) {
			fmt.Printf("%s: seeds %d..%d in %v, failed: %v\n", t.Name(), first, seed, time.Since(start).Round(time.Second), t.Failed())
		}
	}
}

func checkSeed(t *testing.T, seed uint64) string {
	if !*whole {
		return Check(t, seed)
	}
	p, r := Generate(seed), &runner{t: t}
	broken := r.run(p)
	if len(broken) == 0 {
		return ""
	}
	return report(seed, broken, p, broken, r.trail)
}

// parseSeeds reads a or a..b.
func parseSeeds(s string) (first, last int, err error) {
	a, b, is := strings.Cut(s, "..")
	if !is {
		b = a
	}
	if first, err = strconv.Atoi(a); err == nil {
		last, err = strconv.Atoi(b)
	}
	return first, last, err
}
