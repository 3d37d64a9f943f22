package chaos

import (
	"slices"
	"time"
)

// shrinker looks for a shorter program that breaks the same rule.
type shrinker struct {
	fails func(*Program) []Violation
	rule  string
	best  *Program
	found []Violation
	tries int
	until time.Time
}

// Bounds of the search. A program is run a few times, as the scheduler may have
// its part in the failure.
const (
	maxTries   = 1500
	eachTries  = 3
	shrinkTime = 40 * time.Second
)

// Shrink returns the shortest program found that breaks the rule of the first
// violation, and what it breaks.
func Shrink(p *Program, broken []Violation, fails func(*Program) []Violation) (*Program, []Violation) {
	s := &shrinker{fails: fails, rule: broken[0].Rule, best: p, found: broken, until: time.Now().Add(shrinkTime)}
	if s.rule == "hang" {
		s.tries = maxTries - 60 // each leaves goroutines behind, and takes long
	}
	for s.pass() {
	}
	return s.best, s.found
}

// pass tries to take away one thing after the other, and reports whether
// something could be.
func (s *shrinker) pass() (better bool) {
	for end := range s.best.Ends {
		for i := len(s.best.Ends[end]) - 1; i >= 0; i-- {
			better = s.try(func(p *Program) { p.Ends[end][i] = nil }, len(s.best.Ends[end][i]) > 0) || better
			better = s.steps(func(p *Program) *[]Step { return (*[]Step)(&p.Ends[end][i]) }) || better
		}
	}
	return s.simplify() || better
}

// steps takes away steps of a list, and then of their bodies.
func (s *shrinker) steps(list func(*Program) *[]Step) (better bool) {
	for i := len(*list(s.best)) - 1; i >= 0; i-- {
		if s.try(func(p *Program) { *list(p) = slices.Delete(*list(p), i, i+1) }, true) {
			better = true
			continue
		}
		step := func(p *Program) *Step { return &(*list(p))[i] }
		better = s.steps(func(p *Program) *[]Step { return &step(p).Body }) || better
		better = s.shorten(step) || better
	}
	return better
}

// shorten makes a step simpler.
func (s *shrinker) shorten(step func(*Program) *Step) (better bool) {
	now := step(s.best)
	for i := len(now.Sizes) - 1; i >= 0; i-- {
		better = s.try(func(p *Program) { x := step(p); x.Sizes = slices.Delete(x.Sizes, i, i+1) }, len(step(s.best).Sizes) > 1) || better
	}
	for i := range step(s.best).Sizes {
		for s.try(func(p *Program) { step(p).Sizes[i] /= 4 }, step(s.best).Sizes[i] > 64) {
			better = true
		}
	}
	return s.try(func(p *Program) { step(p).Ctx = Ctx{} }, step(s.best).Ctx.Kind > ctxBackground) || better
}

// simplify takes away what is special about the connection.
func (s *shrinker) simplify() (better bool) {
	p := s.best
	for _, x := range []struct {
		is   bool
		drop func(*Program)
	}{
		{p.Trace, func(p *Program) { p.Trace = false }},
		{p.Faults.Cut, func(p *Program) { p.Faults.Cut = false }},
		{p.Faults.Zero, func(p *Program) { p.Faults.Zero = false }},
		{p.Faults.Stall, func(p *Program) { p.Faults.Stall = false }},
		{p.Faults.Latency > 0, func(p *Program) { p.Faults.Latency = 0 }},
		{p.Faults.Room > 0, func(p *Program) { p.Faults.Room = 0 }},
		{p.Budget > 0, func(p *Program) { p.Budget = 0 }},
		{p.Mode > 0, func(p *Program) { p.Mode = 0 }},
		{p.Options[server].MaxQueued != 0, func(p *Program) { p.Options[server].MaxQueued = 0 }},
		{p.Options[client].MaxQueued != 0, func(p *Program) { p.Options[client].MaxQueued = 0 }},
		{p.Finish.Both, func(p *Program) { p.Finish.Both = false }},
		{p.Finish.Now, func(p *Program) { p.Finish.Now = false }},
	} {
		better = s.try(x.drop, x.is) || better
	}
	return better
}

// try runs the best program with a change, if that is one, and keeps it if it
// breaks the same rule.
func (s *shrinker) try(change func(*Program), is bool) bool {
	if !is {
		return false
	}
	p := s.best.clone()
	change(p)
	for range eachTries {
		if s.tries++; s.tries > maxTries || time.Now().After(s.until) {
			return false
		}
		broken := s.fails(p)
		if at := slices.IndexFunc(broken, func(v Violation) bool { return v.Rule == s.rule }); at >= 0 {
			s.best, s.found = p, broken[at:]
			return true
		}
	}
	return false
}

// clone returns a copy that shares nothing that changes.
func (p *Program) clone() *Program {
	q := *p
	for end := range q.Ends {
		q.Ends[end] = slices.Clone(q.Ends[end])
		for i, r := range q.Ends[end] {
			q.Ends[end][i] = cloneSteps(r)
		}
	}
	return &q
}

func cloneSteps(steps []Step) []Step {
	steps = slices.Clone(steps)
	for i := range steps {
		steps[i].Sizes = slices.Clone(steps[i].Sizes)
		steps[i].Body = cloneSteps(steps[i].Body)
	}
	return steps
}
