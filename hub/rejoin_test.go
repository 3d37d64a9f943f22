package hub_test

import (
	"strings"
	"testing"
	"testing/synctest"

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
