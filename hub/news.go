package hub

import "bytes"

// news is one thing that a backplane says of a topic: that there are messages, or where they go on, or that some may be
// missing.
type news struct {
	messages []Message
	goesOn   bool
	at       Position // where
	lost     error    // why
}

// receiver is what the Hub gives to its backplane.
type receiver struct{ hub *Hub }

func (r *receiver) Subscribed(topic string, at Position) { r.hear(topic, news{goesOn: true, at: at}) }

func (r *receiver) Deliver(topic string, m ...Message) {
	if len(m) > 0 {
		r.hear(topic, news{messages: m})
	}
}

func (r *receiver) Lost(topic string, cause error) {
	if cause == nil {
		cause = ErrGap
	}
	r.hear(topic, news{lost: cause})
}

func (r *receiver) hear(topic string, n news) {
	if t := r.hub.topic(topic); t != nil && t.put(n) {
		t.work()
	}
}

// put adds n to the queue, and reports whether the caller has the turn now.
func (t *topic) put(n news) (mine bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.phase >= ending {
		return false
	}
	if t.busy {
		t.store(n)
		return false
	}
	t.busy, t.news = true, append(t.news, n)
	return true
}

// first has n be the next news. The caller has the turn.
func (t *topic) first(n news) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.news = append([]news{n}, t.news...)
}

// store queues n while the goroutine that has the turn waits for the backplane. If too much is queued, all of it is
// dropped, and is read from the backplane later. t.mu is held.
func (t *topic) store(n news) {
	waiting := amount{}
	for _, other := range append(t.news, n) {
		for _, m := range other.messages {
			waiting.messages++
			waiting.bytes += len(m.Data)
		}
	}
	if h := t.hub; waiting.messages > or(h.MaxQueue, defaultMaxQueue) || waiting.bytes > or(h.MaxQueueBytes, defaultMaxQueueBytes) {
		last := n.messages[len(n.messages)-1]
		t.news = []news{{goesOn: true, at: last.At}}
		return
	}
	copied := make([]Message, len(n.messages))
	for i, m := range n.messages {
		copied[i] = m
		copied[i].Data = bytes.Clone(m.Data)
	}
	n.messages = copied
	t.news = append(t.news, n)
}

// next returns the next news. If there is none it gives the turn back.
func (t *topic) next() (n news, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.news) == 0 {
		t.busy, t.news = false, nil
		return news{}, false
	}
	n, t.news = t.news[0], t.news[1:]
	return n, true
}

// work works through the queue, with the turn. Where it has to wait for the backplane another goroutine goes on.
func (t *topic) work() {
	for n, ok := t.next(); ok; n, ok = t.next() {
		switch {
		case n.goesOn:
			if q := t.goOn(n.at); q != nil {
				t.hub.read(q.run)
				return
			}
		case n.lost != nil:
			t.hub.counts.lost.Add(1)
		default:
			t.deliver(n.messages)
		}
	}
}
