package redis

import "sync"

// watchers is who is told whether the broker can be reached.
type watchers struct {
	telling sync.Mutex // one after the other
	mu      sync.Mutex
	up      bool
	reason  error
	all     map[*watcher]bool
}

type watcher struct {
	mu      sync.Mutex // held while f is called
	f       func(up bool, cause error)
	stopped bool
}

// Watch calls f at once, and again with each change, until stop is called. It is up while there is a connection that
// messages come by, to each server that subscriptions need, and at least one.
func (w *watchers) Watch(f func(up bool, cause error)) (stop func()) {
	x := &watcher{f: f}
	x.mu.Lock()
	defer x.mu.Unlock()
	w.mu.Lock()
	if w.all == nil {
		w.all = make(map[*watcher]bool)
	}
	w.all[x] = true
	up, cause := w.up, w.reason
	w.mu.Unlock()
	f(up, cause)
	return func() { w.forget(x) }
}

func (w *watchers) forget(x *watcher) {
	w.mu.Lock()
	delete(w.all, x)
	w.mu.Unlock()
	x.mu.Lock()
	x.stopped = true
	x.mu.Unlock()
}

// is says how it is.
func (w *watchers) is(up bool, cause error) {
	w.telling.Lock()
	defer w.telling.Unlock()
	for _, x := range w.set(up, cause) {
		x.mu.Lock()
		if !x.stopped {
			x.f(up, cause)
		}
		x.mu.Unlock()
	}
}

// set notes how it is, and returns who is to be told of a change.
func (w *watchers) set(up bool, cause error) (all []*watcher) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.up != up {
		for x := range w.all {
			all = append(all, x)
		}
	}
	w.up, w.reason = up, cause
	return all
}

// why returns why it is not up.
func (w *watchers) why() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.reason
}
