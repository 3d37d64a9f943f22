package backplane

import "sync"

// Watchers are those who are told whether the broker can be reached, which it cannot at first. The zero value is ready for
// use. All methods are safe for concurrent use.
type Watchers struct {
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

// Watch calls f at once, and again with each change, until stop is called: see hub.Status.
func (w *Watchers) Watch(f func(up bool, cause error)) (stop func()) {
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

func (w *Watchers) forget(x *watcher) {
	w.mu.Lock()
	delete(w.all, x)
	w.mu.Unlock()
	x.mu.Lock()
	x.stopped = true
	x.mu.Unlock()
}

// Set says how it is. Who watches is told when up has changed.
func (w *Watchers) Set(up bool, cause error) {
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
func (w *Watchers) set(up bool, cause error) (all []*watcher) {
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

// Cause returns why it is not up.
func (w *Watchers) Cause() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.reason
}
