package suite

import (
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/protocol"
)

func TestSelect(t *testing.T) {
	all, err := Cases(protocol.Server, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		patterns, not string
		takes, leaves string // ids
	}{
		{"", "", "6455-5.5.1-4/close-1-byte@bytewise", ""},
		{"6455-5.5.1-4", "", "6455-5.5.1-4/close-1-byte@whole", "6455-5.2-5/rsv1-text@whole"},
		{"6455-5.5.1", "", "6455-5.5.1-4/close-1-byte@whole", "6455-5.5.3-5/pong-then-ping@whole"},
		{"6455-5.5", "", "6455-5.5.3-5/pong-then-ping@whole", "6455-5.2-5/rsv1-text@whole"},
		{"7692", "", "7692-7.2.3.1-1/deflate-example@whole", "6455-5.2-5/rsv1-text@whole"},
		{"7.9.*", "", "6455-7.4.2-1/close-0@whole", "6455-7.4.2-1/close-0@bytewise"},
		{"5.7", "", "6455-5.4-7/fragments-around-ping@framewise", "6455-5.4-7/fragments-around-ping@whole"},
		{"close-*", "", "6455-5.5.1-4/close-1-byte@bytewise", "6455-5.2-5/rsv1-text@whole"},
		{"close-1-byte", "", "6455-5.5.1-4/close-1-byte@bytewise", "6455-7.4.2-1/close-0@whole"},
		{"close-*@whole", "", "6455-5.5.1-4/close-1-byte@whole", "6455-5.5.1-4/close-1-byte@bytewise"},
		{"6455-5.5.1-4/close-1-byte@whole", "", "6455-5.5.1-4/close-1-byte@whole", "6455-5.5.1-4/close-1-byte@bytewise"},
		{"close-*", "*@bytewise", "6455-5.5.1-4/close-1-byte@whole", "6455-5.5.1-4/close-1-byte@bytewise"},
		{"", "6455-5 7692", "6455-4.2.1-10/opening-key-15-bytes@whole", "6455-5.5.1-4/close-1-byte@whole"},
	} {
		chosen, err := Select(all, strings.Fields(tt.patterns), strings.Fields(tt.not))
		if err != nil {
			t.Errorf("%q, not %q: %v", tt.patterns, tt.not, err)
		}
		ids := map[string]bool{}
		for _, c := range chosen {
			ids[c.ID] = true
		}
		if !ids[tt.takes] || ids[tt.leaves] {
			t.Errorf("%q, not %q: %d cases, %s: %v, %s: %v", tt.patterns, tt.not, len(ids), tt.takes, ids[tt.takes], tt.leaves, ids[tt.leaves])
		}
	}
	for _, pattern := range []string{"6455-5.5.9", "8.1", "nothing-*", "[", "6455-5.5.1-4/close-1-byte"} {
		if chosen, err := Select(all, []string{pattern}, nil); err == nil {
			t.Errorf("%q takes %d cases", pattern, len(chosen))
		}
	}
}
