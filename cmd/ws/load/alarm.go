package load

import (
	"sync"
	"time"
)

// alarm is a clock that wakes a goroutine.
type alarm interface {
	// wait returns after d, or when the alarm is stopped.
	wait(d time.Duration)
	// stop may be called at any time, and again.
	stop()
}

// timerAlarm is an alarm by a timer of package time.
type timerAlarm struct {
	timer *time.Timer
	once  sync.Once
	off   chan struct{}
}

func newTimerAlarm() alarm {
	return &timerAlarm{timer: time.NewTimer(0), off: make(chan struct{})}
}

func (a *timerAlarm) wait(d time.Duration) {
	a.timer.Reset(d)
	select {
	case <-a.timer.C:
	case <-a.off:
	}
}

func (a *timerAlarm) stop() {
	a.once.Do(func() {
		close(a.off)
		a.timer.Stop()
	})
}
