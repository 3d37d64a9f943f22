package demo

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// announcement is what a process tells all, itself too, of a room.
type announcement struct {
	From   string
	People []somebody // the first shownNames of them
	Count  int
}

// somebody is a person as other processes know it.
type somebody struct {
	Name string
	Mark string // the same wherever the page connects to, "" if it is not known
}

// presence is who is in which rooms of all processes, as these have told. The zero value is nobody.
type presence struct {
	mu    sync.Mutex
	rooms map[string]map[string]heard // by room and process
}

// heard is the last announcement of a process.
type heard struct {
	announcement
	at time.Time
}

// note takes an announcement, and forgets who has said nothing for long. It reports whether the process is a new one in
// the room.
func (p *presence) note(room string, a announcement) (isNew bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	from := p.rooms[room]
	maps.DeleteFunc(from, func(_ string, h heard) bool { return time.Since(h.at) > forgetAfter })
	_, known := from[a.From]
	if a.Count == 0 {
		delete(from, a.From)
		if len(from) == 0 {
			delete(p.rooms, room)
		}
		return false
	}
	if p.rooms == nil {
		p.rooms = make(map[string]map[string]heard)
	}
	if from == nil {
		from = make(map[string]heard)
		p.rooms[room] = from
	}
	from[a.From] = heard{a, time.Now()}
	return !known
}

// in returns who is in a room. A page that has moved is counted once, in the process that has spoken last.
func (p *presence) in(room string) (all []somebody, count int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := make(map[string]heard) // by mark
	for _, h := range p.rooms[room] {
		for _, x := range h.People {
			if h.at.After(at[x.Mark].at) {
				at[x.Mark] = h
			}
		}
	}
	for _, from := range slices.Sorted(maps.Keys(p.rooms[room])) {
		h := p.rooms[room][from]
		count += h.Count
		for _, x := range h.People {
			if x.Mark == "" || at[x.Mark].From == from {
				all = append(all, x)
			} else {
				count--
			}
		}
	}
	return all, count
}

// has reports whether somebody but x is called so in a room.
func (p *presence) has(room, name string, x somebody) bool {
	all, _ := p.in(room)
	return slices.ContainsFunc(all, func(other somebody) bool {
		return strings.EqualFold(other.Name, name) && other.Mark != x.Mark
	})
}
