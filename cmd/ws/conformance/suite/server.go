package suite

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/conformance/verdict"
	"github.com/seed372fb791/rfc6455/protocol"
)

// Options are what Server and Listen may be told. The zero value runs all cases.
type Options struct {
	Cases    []*Case       // nil is for all of Cases(role, false)
	Parallel int           // cases at a time, 0 is for 32
	Patience time.Duration // how long the peer is waited for, 0 is for 2 s
	// Progress is called after each case, one at a time; nil is for nobody.
	Progress func(r *verdict.Result)
	// Report is called when a client asks for its report, with what it has done;
	// nil is for nobody. Listen calls it, maybe several at a time.
	Report func(run verdict.Run)
	// Restart starts a server again that has ended, and returns its URL. With
	// it one case runs at a time.
	Restart func(ctx context.Context) (url string, err error)
}

const (
	defaultParallel = 32
	defaultPatience = 2 * time.Second
)

func (o Options) orDefaults(peer protocol.Role) (Options, error) {
	if o.Parallel <= 0 {
		o.Parallel = defaultParallel
	}
	if o.Restart != nil {
		o.Parallel = 1
	}
	if o.Patience <= 0 {
		o.Patience = defaultPatience
	}
	var err error
	if o.Cases == nil {
		o.Cases, err = Cases(peer, false)
	}
	return o, err
}

// DownError says that a server takes no connections any more, and which cases
// were on when that was found out.
type DownError struct {
	On  []string // ids; none if it never took any
	Err error
}

func (e *DownError) Error() string {
	if len(e.On) == 0 {
		return fmt.Sprintf("the server takes no connections: %v", e.Err)
	}
	return fmt.Sprintf("the server takes no connections any more: %v; on at the time: %s", e.Err, strings.Join(e.On, ", "))
}

func (e *DownError) Unwrap() error { return e.Err }

// Server runs cases against a server. The error says that they were not all run:
// of type *DownError if the server takes no connections any more, or of the
// context. The results are in the order of the cases, those that were not run
// left out.
func Server(ctx context.Context, t Target, o Options) (verdict.Run, error) {
	run := verdict.Run{Subject: t.URL, Peer: protocol.Server, Began: time.Now()}
	if err := t.parse(); err != nil {
		return run, err
	}
	o, err := o.orDefaults(protocol.Server)
	if err != nil {
		return run, err
	}
	s := &session{target: t, options: o, results: make([]*verdict.Result, len(o.Cases)), on: map[string]bool{}}
	err = s.run(ctx)
	for _, r := range s.results {
		if r != nil {
			run.Results = append(run.Results, *r)
		}
	}
	run.Took = time.Since(run.Began)
	return run, err
}

// session is a run against a server.
type session struct {
	target  Target
	options Options

	mu      sync.Mutex
	results []*verdict.Result
	on      map[string]bool // cases by id
	down    error           // nothing more is begun
	opened  bool            // a case had a connection
}

// run runs the cases, the generated ones alone and last.
func (s *session) run(ctx context.Context) error {
	var all sync.WaitGroup
	slots := make(chan struct{}, s.options.Parallel)
	for i, c := range s.options.Cases {
		if c.Generated {
			continue
		}
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			s.one(ctx, i)
		})
	}
	all.Wait()
	for i, c := range s.options.Cases {
		if c.Generated {
			s.one(ctx, i)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return s.down
}

// one runs a case, unless the run is over.
func (s *session) one(ctx context.Context, i int) {
	c := s.options.Cases[i]
	target, ok := s.begin(ctx, c)
	if !ok {
		return
	}
	r := target.run(ctx, c, s.options.Patience)
	if ctx.Err() != nil {
		return
	}
	s.mu.Lock()
	s.opened = s.opened || r.Verdict != verdict.Error
	s.mu.Unlock()
	if r.Verdict == verdict.Fail || r.Close == 0 {
		s.probe(ctx, target, &r)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.on, c.ID)
	s.results[i] = &r
	if s.options.Progress != nil {
		s.options.Progress(&r)
	}
}

func (s *session) begin(ctx context.Context, c *Case) (Target, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil || ctx.Err() != nil {
		return Target{}, false
	}
	s.on[c.ID] = true
	return s.target, true
}

// probe finds out whether the server is still there after a case that went
// wrong, or in which it sent no Close frame: it may have ended. If it can be
// started again, it is.
func (s *session) probe(ctx context.Context, t Target, r *verdict.Result) {
	err := t.alive(ctx)
	if err == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down != nil || ctx.Err() != nil {
		return
	}
	if s.options.Restart != nil {
		blame(r, "ends the server's process")
		if s.target.URL, err = s.options.Restart(ctx); err == nil {
			err = s.target.parse()
		}
		s.down = err
		return
	}
	down := &DownError{Err: err}
	for id := range s.on {
		if s.opened {
			down.On = append(down.On, id)
		}
	}
	slices.Sort(down.On)
	s.down = down
	if len(down.On) == 1 {
		blame(r, "then the server takes no connections")
	}
}

// blame says that the server was gone after a case. Who had no connection to it
// is not to blame.
func blame(r *verdict.Result, text string) {
	if r.Verdict == verdict.Error {
		return
	}
	if r.Got != "" {
		text = r.Got + "; " + text
	}
	if r.Got = text; r.Verdict != verdict.Fail {
		r.Verdict, r.Broken = verdict.Fail, r.Case.Rules[:1]
	}
}
