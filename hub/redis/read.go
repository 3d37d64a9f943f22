package redis

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed372fb791/rfc6455/hub"
)

// readArgs returns what the script takes that reads.
func (b *Streams) readArgs(epoch, from string, limit int) []any {
	return []any{freshEpoch(), b.numbersFor().Milliseconds(), epoch, from, limit}
}

// parseRead returns what it answers.
func parseRead(answer any) (at hub.Position, entries []any, err error) {
	both, ok := answer.([]any)
	if !ok || len(both) != 2 {
		return hub.Position{}, nil, errNoReply
	}
	if at, err = position(both[0]); err != nil {
		return hub.Position{}, nil, err
	}
	entries, ok = both[1].([]any)
	if !ok {
		return hub.Position{}, nil, errNoReply
	}
	return at, entries, nil
}

// messages returns those of a stream's entries, which come the newest first. What is none is missing.
func messages(entries []any, epoch string) (all []hub.Message) {
	for _, entry := range slices.Backward(entries) {
		if m, ok := message(entry); ok {
			m.At.Epoch = epoch
			all = append(all, m)
		}
	}
	return all
}

// message returns that of an entry: a name, and fields with values.
func message(entry any) (m hub.Message, ok bool) {
	both, _ := entry.([]any)
	if len(both) != 2 {
		return m, false
	}
	name, _ := both[0].(string)
	fields, _ := both[1].([]any)
	if len(fields) != 2 || fields[0] != "m" {
		return m, false
	}
	frame, _ := fields[1].(string)
	m, rest, err := consumeFrame([]byte(frame))
	if err != nil || len(rest) > 0 {
		return m, false
	}
	number, _, _ := strings.Cut(name, "-")
	m.At.Seq, err = strconv.ParseUint(number, 10, 64)
	return m, err == nil
}

// question is for the position of a subscription.
type question struct {
	of      *subscription
	reading int
}

// How long it takes until positions are read again that could not be, and how many are read by one pipeline.
const (
	readAgain    = 100 * time.Millisecond
	readTogether = 500
)

// place has the position of x read. Messages wait for that. The lock is held.
func (s *subscriptions) place(x *subscription) {
	x.phase = placing
	x.held, x.bytes = nil, 0
	x.reading++
	s.unplaced = append(s.unplaced, question{x, x.reading})
	signal(s.asked)
}

// readPositions reads the positions of subscriptions, and now and then of all: so Redis keeps their numbers.
func (b *Streams) readPositions() {
	touch := time.NewTicker(b.numbersFor() / 3)
	defer touch.Stop()
	for {
		select {
		case <-b.asked:
			b.answer(b.questions())
		case <-touch.C:
			b.answer(b.all())
		case <-b.ctx.Done():
			return
		}
	}
}

// questions returns those that are still of interest.
func (s *subscriptions) questions() (all []question) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range s.unplaced {
		if s.isOpen(q) {
			all = append(all, q)
		}
	}
	s.unplaced = nil
	return all
}

// isOpen reports whether an answer to q counts. The lock is held.
func (s *subscriptions) isOpen(q question) bool {
	return !s.isGone(q.of) && q.of.phase == placing && q.of.reading == q.reading
}

// all returns a question for each subscription. Where there is an answer already this one does not count.
func (s *subscriptions) all() (all []question) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.channels {
		all = append(all, question{x, 0})
	}
	return all
}

// answer answers questions. What fails is asked again.
func (b *Streams) answer(all []question) {
	for some := range slices.Chunk(all, readTogether) {
		positions := b.positions(some)
		for i, q := range some {
			b.placed(q, positions[i])
		}
	}
	b.mu.Lock()
	left := slices.ContainsFunc(all, b.isOpen)
	b.mu.Unlock()
	if !left {
		return
	}
	select {
	case <-time.After(readAgain):
	case <-b.ctx.Done():
	}
	b.mu.Lock()
	b.unplaced = append(b.unplaced, all...)
	signal(b.asked)
	b.mu.Unlock()
}

// positions reads them, by one pipeline, and by another one where a server does not know the script yet. One that cannot
// be read is zero.
func (b *Streams) positions(all []question) []hub.Position {
	at := make([]hub.Position, len(all))
	var unknown []int
	for i, answer := range b.ask("evalsha", readScript.hash, all) {
		at[i] = b.answered(answer)
		if redis.HasErrorPrefix(answer.Err(), "NOSCRIPT") {
			unknown = append(unknown, i)
		}
	}
	var again []question
	for _, i := range unknown {
		again = append(again, all[i])
	}
	for k, answer := range b.ask("eval", readScript.text, again) {
		at[unknown[k]] = b.answered(answer)
	}
	return at
}

// ask has the script run for each question.
func (b *Streams) ask(command, which string, all []question) (answers []*redis.Cmd) {
	pipe := b.client.Pipeline()
	for _, q := range all {
		args := readScript.prefix(command, which, b.keys(q.of.topic))
		answers = append(answers, pipe.Do(b.ctx, append(args, b.readArgs("", "0", 0)...)...))
	}
	pipe.Exec(b.ctx) // the answers have the errors, too
	return answers
}

// answered returns a position that was read, and notes why one could not be.
func (b *Streams) answered(answer *redis.Cmd) hub.Position {
	err := answer.Err()
	var at hub.Position
	if err == nil {
		at, _, err = parseRead(answer.Val())
	}
	b.mu.Lock()
	b.unread = err
	b.mu.Unlock()
	return at
}

// placed takes an answer.
func (b *Streams) placed(q question, at hub.Position) {
	b.calling.Lock()
	defer b.calling.Unlock()
	b.mu.Lock()
	counts := !at.IsZero() && b.isOpen(q)
	b.mu.Unlock()
	if counts {
		b.begins(q.of, at)
	}
}
