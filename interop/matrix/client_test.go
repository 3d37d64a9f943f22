package main

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"testing"
)

// A client that does not survive a case goes on with the next; one that does not
// get to a case is given up.
func TestVisitAll(t *testing.T) {
	tests := map[string]struct {
		script string // what a client does, of which $1 is the number of the first case
		firsts []int
		ok     bool
	}{
		"survives all":      {"echo $1; echo 4", []int{1}, true},
		"ends in the third": {"echo $1; test $1 != 1 || { echo 2; echo 3; exit 1; }", []int{1, 4}, true},
		"ends in each":      {"echo $1; exit 1", []int{1, 2, 3, 4}, true},
		"does not begin":    {"echo no such module >&2; exit 1", []int{1}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var firsts []int
			p := peer{client: func(ctx context.Context, _ string, first int) (*exec.Cmd, error) {
				firsts = append(firsts, first)
				return exec.CommandContext(ctx, "sh", "-c", test.script, "sh", fmt.Sprint(first)), nil
			}}
			if err := visitAll(t.Context(), p, "ws://localhost", 4); (err == nil) != test.ok {
				t.Errorf("the error: %v", err)
			}
			if !slices.Equal(firsts, test.firsts) {
				t.Errorf("it began with %d, want %d", firsts, test.firsts)
			}
		})
	}
}
