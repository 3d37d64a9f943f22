package client

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// One has the turn of a host, the others wait in their order. Other hosts do not.
//
//rfc:6455-4.1-5 6455-4.1-6
func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := newTurns()
		begin := time.Now()
		var order []int
		for i := range 5 {
			go func() {
				release, err := turns.take(t.Context(), "127.0.0.1:80")
				if err != nil {
					t.Error(err)
					return
				}
				if waited := time.Since(begin); waited != time.Duration(i)*time.Minute {
					t.Errorf("number %d has its turn after %v", i, waited)
				}
				order = append(order, i) // without a lock: only one is here at a time
				time.Sleep(time.Minute)
				release()
			}()
			synctest.Wait()
		}
		release, err := turns.take(t.Context(), "127.0.0.1:81")
		if err != nil || time.Since(begin) != 0 {
			t.Errorf("another port waits: %v", err)
		}
		release()
		time.Sleep(time.Hour)
		wantNoTurns(t, turns)
		if diff := cmp.Diff([]int{0, 1, 2, 3, 4}, order); diff != "" {
			t.Error(diff)
		}
	})
}

// Who does not want to wait any longer leaves the others' order as it was.
func TestTurnsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := newTurns()
		first, err := turns.take(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = turns.take(ctx, "a")
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "Options.ConcurrentDials") {
			t.Error(err)
		}
		if got := turns.hosts["a"].wanted; got != 1 {
			t.Errorf("%d want the turn", got)
		}
		first()
		wantNoTurns(t, turns)
	})
}

func wantNoTurns(t *testing.T, turns *turns) {
	t.Helper()
	synctest.Wait()
	if len(turns.hosts) != 0 {
		t.Errorf("left: %v", turns.hosts)
	}
}
