package backplane_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/seed372fb791/rfc6455/internal/backplane"
)

func TestWatch(t *testing.T) {
	var w backplane.Watchers
	down := errors.New("down")
	w.Set(false, down)
	var told []string
	tell := func(up bool, cause error) { told = append(told, fmt.Sprint(up, " ", cause)) }
	stop := w.Watch(tell)
	w.Set(false, errors.New("still down"))
	w.Set(true, nil)
	w.Set(true, nil)
	w.Set(false, down)
	stop()
	stop()
	w.Set(true, nil)
	if want := []string{"false down", "true <nil>", "false down"}; !slices.Equal(told, want) {
		t.Errorf("a watcher was told %q, want %q", told, want)
	}
}
