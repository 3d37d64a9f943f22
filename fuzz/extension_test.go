package fuzz

import (
	"reflect"
	"slices"
	"testing"

	"github.com/seed372fb791/rfc6455/handshake"
)

// Extensions that were parsed are the same when they are appended and parsed
// again, and two fields are one list.
func FuzzExtensions(f *testing.F) {
	for _, field := range []string{
		"permessage-deflate", "permessage-deflate; client_max_window_bits; server_max_window_bits=10",
		`x; a="b"; c="\d"`, "a,b ; c", " , a ,, b", `a; b="c, d"`, "a;", "", `a; b=""`, `a; b="c`, "a; b=c=d",
	} {
		f.Add(field, "x-other; y=z")
		f.Add("x-other", field)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		first, err := handshake.ParseExtensions([]string{a})
		if err != nil {
			return
		}
		canonical := string(handshake.AppendExtensions(nil, first))
		again, err := handshake.ParseExtensions([]string{canonical})
		if err != nil || !reflect.DeepEqual(again, first) {
			t.Fatalf("%q: %+v, as %q: %+v, %v", a, first, canonical, again, err)
		}
		second, err := handshake.ParseExtensions([]string{b})
		if err != nil {
			return
		}
		want := slices.Concat(first, second)
		for _, fields := range [][]string{{a, b}, {a + "," + b}} {
			if got, err := handshake.ParseExtensions(fields); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%q: %+v, %v, want %+v", fields, got, err, want)
			}
		}
	})
}
