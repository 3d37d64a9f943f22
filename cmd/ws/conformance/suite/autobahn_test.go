package suite

import (
	"fmt"
	"testing"

	"github.com/seed372fb791/rfc6455/protocol"
)

// autobahnGroups are how many cases the Autobahn suite has in each group.
var autobahnGroups = []struct {
	group string
	cases int
}{
	{"1.1", 8}, {"1.2", 8}, {"2", 11}, {"3", 7}, {"4.1", 5}, {"4.2", 5}, {"5", 20},
	{"6.1", 3}, {"6.2", 4}, {"6.3", 2}, {"6.4", 4}, {"6.5", 5}, {"6.6", 11}, {"6.7", 4}, {"6.8", 2}, {"6.9", 4},
	{"6.10", 3}, {"6.11", 5}, {"6.12", 8}, {"6.13", 5}, {"6.14", 10}, {"6.15", 1}, {"6.16", 3}, {"6.17", 5},
	{"6.18", 5}, {"6.19", 5}, {"6.20", 7}, {"6.21", 8}, {"6.22", 34}, {"6.23", 7},
	{"7.1", 6}, {"7.3", 6}, {"7.5", 1}, {"7.7", 13}, {"7.9", 9}, {"7.13", 2},
	{"9.1", 6}, {"9.2", 6}, {"9.3", 9}, {"9.4", 9}, {"9.5", 6}, {"9.6", 6}, {"9.7", 6}, {"9.8", 6}, {"10.1", 1},
	{"12.1", 18}, {"12.2", 18}, {"12.3", 18}, {"12.4", 18}, {"12.5", 18},
	{"13.1", 18}, {"13.2", 18}, {"13.3", 18}, {"13.4", 18}, {"13.5", 18}, {"13.6", 18}, {"13.7", 18},
}

// Each case of the Autobahn suite has one that stands for it, for either role,
// and no case stands for one that there is not.
func TestAutobahnNumbers(t *testing.T) {
	for _, peer := range []protocol.Role{protocol.Server, protocol.Client} {
		cases, err := Cases(peer, false)
		if err != nil {
			t.Fatal(err)
		}
		standing := map[string]int{}
		for _, c := range cases {
			for _, n := range c.Autobahn {
				standing[n]++
			}
		}
		all := 0
		for _, g := range autobahnGroups {
			for i := range g.cases {
				n := fmt.Sprintf("%s.%d", g.group, i+1)
				if standing[n] == 0 {
					t.Errorf("for a %v, no case stands for %s", peer, n)
				}
				delete(standing, n)
				all++
			}
		}
		if all != 517 {
			t.Errorf("the Autobahn suite has %d cases", all)
		}
		for n := range standing {
			t.Errorf("for a %v, a case stands for %s, which there is not", peer, n)
		}
	}
}
