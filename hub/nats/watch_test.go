package nats

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

func TestWatch(t *testing.T) {
	var w watchers
	down := errors.New("down")
	w.is(false, down)
	var told []string
	tell := func(up bool, cause error) { told = append(told, fmt.Sprint(up, " ", cause)) }
	stop := w.Watch(tell)
	w.is(false, errors.New("still down"))
	w.is(true, nil)
	w.is(true, nil)
	w.is(false, down)
	stop()
	stop()
	w.is(true, nil)
	if want := []string{"false down", "true <nil>", "false down"}; !slices.Equal(told, want) {
		t.Errorf("a watcher was told %q, want %q", told, want)
	}
}
