package hub_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
)

// What is on its way when a subscriber leaves does not come among what it gets when it joins again: for each joining
// there is one place where the numbers do not go on one by one.
func TestHubJoinsAgainInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const times = 200
		h := numbered(&hub.Hub{History: 5})
		s, c := connectTo(t, h)
		join(t, s, "a", fromTheStart)
		data := strings.Repeat(".", 10<<10) // two are not written together
		breaks, last := 0, uint64(0)
		for range times {
			go publish(t, h, "a", data)
			go publish(t, h, "a", data)
			s.Leave("a")
			join(t, s, "a", fromTheStart)
			got, err := received(t, c)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range got {
				n := number(t, m)
				if n != last+1 {
					breaks++
				}
				last = n
			}
		}
		if breaks > times+1 {
			t.Errorf("%d breaks, with %d times of joining", breaks, times+1)
		}
	})
}

// Where nobody numbers messages, who comes back to a topic that was closed meanwhile is told of a gap: others may have
// published.
func TestHubOpensAgainUnnumbered(t *testing.T) {
	for _, history := range []int{0, 10} {
		synctest.Test(t, func(t *testing.T) {
			b := &script{first: scripted("-").At}
			h := numbered(&hub.Hub{Backplane: forgetful{b}, History: history, Linger: time.Second})
			s, c := connectTo(t, h)
			join(t, s, "a", fromTheStart)
			b.do(t, "del -")
			got, err := received(t, c)
			if err != nil || len(got) != 1 {
				t.Fatalf("got %q, %v", got, err)
			}
			last := place(t, got[0])
			s.Leave("a")
			join(t, s, "a", last)
			b.do(t, "del -")
			if got, err = received(t, c); err != nil || words(got) != "-" {
				t.Errorf("while it was open got %q, %v", words(got), err)
			}
			last = place(t, got[0])
			s.Leave("a")
			time.Sleep(2 * time.Second)
			join(t, s, "a", last)
			b.do(t, "del -")
			if got, err = received(t, c); err != nil || words(got) != "gap -" {
				t.Errorf("after that got %q, %v", words(got), err)
			}
		})
	}
}
