package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// testWorld returns a world without chance, and with stars in the top left corner only.
func testWorld(ships ...*ship) *world {
	w := newWorld(rand.New(rand.NewPCG(1, 2)))
	for i := range someStars {
		w.stars[i].at = vector{starRadius, starRadius}
	}
	for i, s := range ships {
		s.id = w.nextID()
		w.ships[i] = s
	}
	return w
}

func shipAt(x, y, speedX, speedY float64, course int) *ship {
	return &ship{at: vector{x, y}, speed: vector{speedX, speedY}, course: course}
}

func TestGameMoves(t *testing.T) {
	for name, tt := range map[string]struct {
		s    *ship
		want string // place and speed after a step
	}{
		"rests":         {shipAt(500, 500, 0, 0, noCourse), "500.0 500.0, 0.0 0.0"},
		"drifts":        {shipAt(500, 500, 10, 0, noCourse), "509.3 500.0, 9.3 0.0"},
		"right":         {shipAt(500, 500, 0, 0, 0), "501.4 500.0, 1.4 0.0"},
		"down":          {shipAt(500, 500, 0, 0, 64), "500.0 501.4, 0.0 1.4"},
		"left":          {shipAt(500, 500, 0, 0, 128), "498.6 500.0, -1.4 0.0"},
		"up":            {shipAt(500, 500, 0, 0, 192), "500.0 498.6, -0.0 -1.4"},
		"left wall":     {shipAt(31, 500, -10, 0, noCourse), "30.0 500.0, 6.5 0.0"},
		"right wall":    {shipAt(1169, 500, 10, 0, noCourse), "1170.0 500.0, -6.5 0.0"},
		"top wall":      {shipAt(500, 31, 0, -10, noCourse), "500.0 30.0, 0.0 6.5"},
		"bottom corner": {shipAt(1169, 869, 10, 10, noCourse), "1170.0 870.0, -6.5 -6.5"},
	} {
		tt.s.move()
		if got := fmt.Sprintf("%.1f %.1f, %.1f %.1f", tt.s.at.x, tt.s.at.y, tt.s.speed.x, tt.s.speed.y); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

// A ship has a greatest speed, so the arena takes a while to cross.
func TestGameGreatestSpeed(t *testing.T) {
	s := shipAt(0, 0, 0, 0, 32)
	for range 1000 {
		if s.move(); s.speed.length() > 20 {
			t.Fatalf("a speed of %.1f", s.speed.length())
		}
	}
}

func TestGameBumps(t *testing.T) {
	for name, tt := range map[string]struct {
		a, b *ship
		want string // speeds and scores after it
	}{
		"apart":         {shipAt(500, 500, 10, 0, noCourse), shipAt(561, 500, 0, 0, noCourse), "10 0, 0 0, 5 5"},
		"from behind":   {shipAt(500, 500, 15, 0, noCourse), shipAt(550, 500, 5, 0, noCourse), "5 0, 15 0, 5 4"},
		"gently":        {shipAt(500, 500, 12, 0, noCourse), shipAt(550, 500, 5, 0, noCourse), "5 0, 12 0, 5 5"},
		"head-on":       {shipAt(500, 500, 5, 0, noCourse), shipAt(550, 500, -10, 0, noCourse), "-10 0, 5 0, 4 5"},
		"from the side": {shipAt(500, 500, 10, 3, noCourse), shipAt(550, 500, 0, 0, noCourse), "0 3, 10 0, 5 4"},
		"parting":       {shipAt(500, 500, -10, 0, noCourse), shipAt(550, 500, 10, 0, noCourse), "-10 0, 10 0, 5 5"},
		"same place":    {shipAt(500, 500, 10, 0, noCourse), shipAt(500, 500, 0, 0, noCourse), "0 0, 10 0, 5 4"},
	} {
		w := testWorld(tt.a, tt.b)
		tt.a.score, tt.b.score = 5, 5
		w.bump(tt.a, tt.b)
		got := fmt.Sprintf("%.0f %.0f, %.0f %.0f, %d %d", tt.a.speed.x, tt.a.speed.y, tt.b.speed.x, tt.b.speed.y, tt.a.score, tt.b.score)
		if got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
		if tt.a.at.plus(tt.b.at, -1).length() < 2*shipRadius-0.001 {
			t.Errorf("%s: they are in each other, at %v and %v", name, tt.a.at, tt.b.at)
		}
	}
}

// Stars do not get lost, and those who have none lose none.
func TestGameKnock(t *testing.T) {
	fast, slow := shipAt(500, 500, 10, 0, noCourse), shipAt(550, 500, 0, 0, noCourse)
	w := testWorld(fast, slow)
	slow.score = maxStars
	for range maxStars {
		w.knock(fast, slow)
	}
	stars := 0
	for _, s := range w.stars {
		if s.id != 0 {
			stars++
		}
	}
	if stars != maxStars || slow.score != someStars || fast.score != 0 {
		t.Errorf("%d stars, scores of %d and %d", stars, fast.score, slow.score)
	}
	slow.score = 0
	w.stars[0].id = 0
	if w.knock(slow, fast); slow.score != 0 || w.stars[0].id != 0 {
		t.Error("a star from nowhere")
	}
}

func TestGameCollects(t *testing.T) {
	s := shipAt(500, 500, 0, 0, noCourse)
	w := testWorld(s)
	w.stars[3].at = vector{500, 540}
	before := w.stars[3].id
	w.step()
	if s.score != 1 || w.stars[3].id == before || w.stars[3].id == 0 {
		t.Errorf("a score of %d, star %d after %d", s.score, w.stars[3].id, before)
	}
}

func TestGamePlayers(t *testing.T) {
	w := newWorld(rand.New(rand.NewPCG(1, 2)))
	check := func(what string, players, bots int) {
		t.Helper()
		w.step()
		if p, b := w.count(); p != players || b != bots {
			t.Errorf("%s: %d players and %d bots, want %d and %d", what, p, b, players, bots)
		}
	}
	check("empty", 0, 0)
	ann := w.enter("Ann", false)
	check("one", 1, 2)
	ben := w.enter("Ben", false)
	check("two", 2, 1)
	var others []*ship
	for i := range maxShips - 2 {
		others = append(others, w.enter("", false))
		check("more", i+3, 0)
	}
	if w.enter("Late", false) != nil {
		t.Error("there was room")
	}
	for _, s := range others {
		w.leave(s)
		w.leave(s)
	}
	check("two left", 2, 1)
	for range drowsiness {
		ben.idle = 0 // ben steers
		w.step()
	}
	if slices.Contains(w.ships[:], ann) || !slices.Contains(w.ships[:], ben) {
		t.Error("who does not steer is in, or who does is not")
	}
	check("ben is left", 1, 2)
	w.leave(ben)
	check("nobody is left", 0, 0)
}

// The same seed and steering give the same world, in which everything stays in the arena, and bots collect stars.
func TestGameReplays(t *testing.T) {
	play := func() *scene {
		w := newWorld(rand.New(rand.NewPCG(3, 4)))
		s := w.enter("Ann", false)
		for i := range 2000 {
			s.course, s.idle = i/40*50%256, 0
			w.step()
			for _, s := range w.ships {
				if s != nil && (s.at.x < shipRadius || s.at.x > arenaWidth-shipRadius || s.at.y < shipRadius || s.at.y > arenaHeight-shipRadius) {
					t.Fatalf("%s is outside, at %v", s.name, s.at)
				}
			}
		}
		return w.scene()
	}
	one, two := play(), play()
	if *one != *two {
		t.Errorf("%v\n%v", one, two)
	}
	for _, s := range one {
		if s.kind == aBot && s.score < 5 {
			t.Errorf("%s has a score of %d after 100 seconds", s.name, s.score)
		}
	}
}
