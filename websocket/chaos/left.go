package chaos

import (
	"fmt"
	"os"
	"runtime"
	"time"
	"weak"

	"github.com/seed372fb791/rfc6455/websocket"
)

// judgeLeft: a connection that is done holds nothing, and nobody holds it.
func (w *world) judgeLeft() {
	for end, c := range w.conns {
		w.stats[end] = c.Stats()
		if held := w.stats[end].Held; held != 0 {
			w.log.violate("left", "the %s holds %d bytes", endNames[end], held)
		}
		for range 1000 { // it is called after Done has been closed
			if w.closed[end].Load() > 0 {
				break
			}
			<-time.After(time.Millisecond)
		}
		if n := w.closed[end].Load(); n != 1 {
			w.log.violate("left", "Setup.Closed of the %s was called %d times", endNames[end], n)
		}
	}
	if w.budget != nil && w.budget.Used() != 0 {
		w.log.violate("left", "%d bytes of the budget are left", w.budget.Used())
	}
	w.judgeUnreachable()
}

// judgeUnreachable finds timers and callbacks that have been left behind: they
// keep the Conn from being collected.
func (w *world) judgeUnreachable() {
	var refs [2]weak.Pointer[websocket.Conn]
	for end, c := range w.conns {
		real, ok := c.(*websocket.Conn)
		if !ok {
			return
		}
		refs[end] = weak.Make(real)
	}
	w.conns = [2]conn{}
	// Goroutines may be about to end, pools keep what they hold for two
	// collections, and the runtime a stopped timer behind one that is not.
	for range 20 {
		runtime.GC()
		if refs[server].Value() == nil && refs[client].Value() == nil {
			return
		}
		<-time.After(5 * time.Millisecond)
	}
	for end, ref := range refs {
		if ref.Value() != nil {
			w.log.violate("left", "something holds the Conn of the %s: a timer or a callback", endNames[end])
		}
	}
}

// resources is what a process holds.
type resources struct{ goroutines, files int }

func countResources() resources { return resources{runtime.NumGoroutine(), openFiles()} }

// openFiles returns the number of open descriptors, 0 where it is not known.
func openFiles() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}

// left finds what a program has left behind, and gives what is about to end some
// time for it.
func (r resources) left() []Violation {
	var now resources
	for range 2000 {
		now = countResources()
		if now.goroutines <= r.goroutines && now.files <= r.files {
			return nil
		}
		<-time.After(time.Millisecond)
	}
	return []Violation{{"left", fmt.Sprintf("%d goroutines and %d descriptors\n%s", now.goroutines-r.goroutines, now.files-r.files, stacks())}}
}
