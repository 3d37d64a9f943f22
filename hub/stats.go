package hub

import (
	"sync/atomic"
	"time"
)

// Stats is what a Hub has and has done, in this process.
type Stats struct {
	Topics        int // that are open
	Subscriptions int // subscribers, counted once for each topic that they are in
	Queued        int // messages that wait, counted once for each subscriber that they wait for, histories included
	QueuedBytes   int // their payload

	Published int64         // messages that Publish has sent
	Failed    int64         // messages that Publish has not sent, or not for certain
	Uncertain int64         // those of them that may have been sent, see ErrUncertain
	Delivered int64         // messages written to or queued for subscribers, counted once for each of these
	HandOuts  int64         // how often messages that came together were handed out to a topic's subscribers
	HandOut   time.Duration // how long that took, all in all
	Dropped   int64         // messages that DropOldest has dropped
	Closed    int64         // connections closed because they were behind
	Lost      int64         // how often the Backplane has said that messages of a topic may be missing
	Gaps      int64         // gaps that subscribers were told of

	Up    bool  // whether the Backplane has its broker; true if it does not know, see Status
	Cause error // why not
}

// counts is what Stats counts.
type counts struct {
	subscriptions, queued, queuedBytes atomic.Int64
	published, failed, uncertain       atomic.Int64
	delivered, handOuts, handOut       atomic.Int64
	dropped, closed, lost, gaps        atomic.Int64
}

// Stats returns the counts of this process.
func (h *Hub) Stats() Stats {
	h.start()
	up, cause := h.broker.state()
	c := &h.counts
	return Stats{
		Topics:        h.countTopics(),
		Subscriptions: int(c.subscriptions.Load()),
		Queued:        int(c.queued.Load()),
		QueuedBytes:   int(c.queuedBytes.Load()),
		Published:     c.published.Load(),
		Failed:        c.failed.Load(),
		Uncertain:     c.uncertain.Load(),
		Delivered:     c.delivered.Load(),
		HandOuts:      c.handOuts.Load(),
		HandOut:       time.Duration(c.handOut.Load()),
		Dropped:       c.dropped.Load(),
		Closed:        c.closed.Load(),
		Lost:          c.lost.Load(),
		Gaps:          c.gaps.Load(),
		Up:            up,
		Cause:         cause,
	}
}

func (h *Hub) countTopics() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.topics)
}
