package demo

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed372fb791/rfc6455/websocket"
)

// changed applies the changes of a message to a scene, as web/game.js does.
func changed(t *testing.T, from scene, message []byte) (to scene, tick uint64) {
	t.Helper()
	const most = 1<<53 - 1
	to = from
	r := byteReader{left: message[1:]}
	tick = r.uvarint(most)
	for len(r.left) > 0 {
		s, which := &to[r.uvarint(uint64(len(to)-1))], r.uvarint(63)
		if which == changeGone {
			*s = thing{}
			continue
		}
		if which&changeNew != 0 {
			*s = thing{id: r.uvarint(most), kind: byte(r.uvarint(aBot))}
			n := r.uvarint(uint64(len(r.left)))
			s.name, r.left = string(r.left[:n]), r.left[n:]
		}
		if which&changePlace != 0 {
			s.x, s.y = int(r.uvarint(8*arenaWidth)), int(r.uvarint(8*arenaHeight))
		}
		if which&changeSpeed != 0 {
			const fast = 32 * 100
			s.speedX, s.speedY = r.step(fast, 2*fast)-fast, r.step(fast, 2*fast)-fast
		}
		if which&changeCourse != 0 {
			s.course = int(r.uvarint(noCourse))
		}
		if which&changeScore != 0 {
			s.score = int(r.uvarint(most))
		}
	}
	if r.bad {
		t.Fatalf("%q cannot be read", message)
	}
	return to, tick
}

// What goes over the wire leads from any scene to any other one, and is short from one step to the next.
func TestGameScenes(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	w := newWorld(random)
	scenes, bytes := []*scene{new(scene)}, 0
	var ships []*ship
	for range 2000 {
		switch random.IntN(40) {
		case 0:
			if s := w.enter(strings.Repeat("Å", random.IntN(17)), false); s != nil {
				ships = append(ships, s)
			}
		case 1:
			if len(ships) > 0 {
				w.leave(ships[random.IntN(len(ships))])
			}
		}
		for _, s := range ships {
			s.idle = 0
			if random.IntN(10) == 0 {
				s.course = random.IntN(noCourse + 1)
			}
		}
		w.step()
		scenes = append(scenes, w.scene())
	}
	for i, to := range scenes {
		for _, from := range []*scene{scenes[max(0, i-1)], scenes[random.IntN(len(scenes))], new(scene)} {
			message := appendScene(nil, gameTick, uint64(i), from, to)
			if got, tick := changed(t, *from, message); got != *to || tick != uint64(i) {
				t.Fatalf("scene %d:\n%v\n%v", i, got, *to)
			}
		}
		bytes += len(appendScene(nil, gameTick, uint64(i), scenes[max(0, i-1)], to))
	}
	t.Logf("%d bytes a step", bytes/len(scenes))
	if still := appendScene(nil, gameTick, 7, scenes[9], scenes[9]); len(still) != 2 {
		t.Errorf("where nothing moves: %q", still)
	}
}

// gamer is a page of the game.
type gamer struct {
	*testing.T
	*websocket.Conn
	scene    scene
	tick     uint64
	me       uint64
	wholes   int    // scenes that came whole
	returned string // what came back last
}

// watchGame has somebody come to the game.
func watchGame(t *testing.T, r room) *gamer { return &gamer{T: t, Conn: connect(t, r)} }

// hello is the message of who wants to play, with a token made of the name.
func hello(name string) string { return fmt.Sprintf("h%16.16s%s", name, name) }

func (g *gamer) say(message string) {
	g.Helper()
	if err := g.Write(g.Context(), websocket.Binary, []byte(message)); err != nil {
		g.Error(err)
	}
}

// watch reads for a time and returns how many messages came.
func (g *gamer) watch(d time.Duration) (messages int) {
	g.Helper()
	ctx, cancel := context.WithTimeout(g.Context(), d)
	defer cancel()
	for {
		_, data, err := g.Read(ctx)
		if err != nil {
			return messages
		}
		messages++
		g.take(data)
	}
}

func (g *gamer) take(data []byte) {
	g.Helper()
	switch data[0] {
	case gameReturn:
		g.returned = string(data)
	case gameYou:
		g.me, _ = binary.Uvarint(data[1:])
	case gameWhole:
		g.scene, g.tick = changed(g.T, scene{}, data)
		g.wholes++
	case gameTick:
		scene, tick := changed(g.T, g.scene, data)
		if tick <= g.tick {
			return // it is in the scene
		}
		if tick != g.tick+1 {
			g.Errorf("tick %d after %d", tick, g.tick)
		}
		g.scene, g.tick = scene, tick
	}
}

// mine returns one's own ship, the zero thing if there is none.
func (g *gamer) mine() thing {
	for _, s := range g.scene {
		if s.id == g.me && g.me != 0 {
			return s
		}
	}
	return thing{}
}

// seesWhat fails the test unless two pages see the same at the same tick.
func (g *gamer) seesWhat(other *gamer) {
	g.Helper()
	for first := true; first || g.tick != other.tick; first = false {
		g.watch(time.Millisecond)
		other.watch(time.Millisecond)
	}
	if g.scene != other.scene {
		g.Errorf("at tick %d\n%v\nand\n%v", g.tick, g.scene, other.scene)
	}
}

func TestGame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newGame()
		ann, ben := watchGame(t, r), watchGame(t, r)
		if n := ann.watch(time.Minute); n != 1 || ann.wholes != 1 {
			t.Errorf("%d messages while nobody plays", n)
		}
		ann.say(hello("Ann\xff"))
		ann.watch(time.Second)
		before := ann.mine()
		if before.name != "Ann" {
			t.Fatalf("%v", before)
		}
		ann.say("s\x80\x01") // left, for two seconds
		ann.watch(2 * time.Second)
		after := ann.mine()
		if way := before.x - after.x; way < 8*200 && after.x > 8*200 {
			t.Errorf("from %v to %v", before, after)
		}
		ann.say("r12345678")
		if ann.watch(time.Second); ann.returned != "r12345678" {
			t.Errorf("%q came back", ann.returned)
		}
		ben.say(hello("Ben"))
		ben.watch(time.Second)
		if ann.seesWhat(ben); ben.mine().name != "Ben" {
			t.Errorf("Ben is %v", ben.mine())
		}
		ben.CloseNow()
		ann.watch(2 * time.Second)
		again := watchGame(t, r)
		again.say(hello("Ben"))
		again.watch(4 * time.Second)
		if again.me != ben.me || again.mine().name != "Ben" {
			t.Errorf("Ben comes back as %d %q after %d", again.me, again.mine().name, ben.me)
		}
		again.CloseNow()
		ann.watch(6 * time.Second)
		if ann.scene[1].name == "Ben" {
			t.Error("Ben is still there")
		}
		ann.watch(2 * time.Minute)
		if ann.mine() != (thing{}) {
			t.Error("who does not steer stays")
		}
		if n := ann.watch(time.Minute); n != 0 {
			t.Errorf("%d messages while nobody plays", n)
		}
		ann.say(hello("Ann"))
		if ann.watch(time.Second); ann.mine().name != "Ann" {
			t.Error("Ann cannot come back")
		}
	})
}

// One page has one ship, whatever it says.
func TestGameOneShip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ann := watchGame(t, newGame())
		for i := range maxShips {
			ann.say(hello(strconv.Itoa(i)))
		}
		ann.watch(time.Second)
		for _, s := range ann.scene {
			if s.kind == aShip && s.id != ann.me {
				t.Errorf("ship %d of %q besides %d", s.id, s.name, ann.me)
			}
		}
	})
}

func TestGameIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newGame()
		for i := range maxShips {
			watchGame(t, r).say(hello(strconv.Itoa(i)))
		}
		synctest.Wait()
		late := watchGame(t, r)
		late.me = 1
		late.say(hello("Late"))
		if late.watch(time.Second); late.me != 0 {
			t.Error("there was room")
		}
		late.say("s\x00")
		late.watch(time.Second)
	})
}

// Who does not read misses what it would be too late for, gets the scene as it is, and holds up nobody.
func TestGameSlowPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newGame()
		ann, ben := watchGame(t, r), watchGame(t, r)
		ann.say(hello("Ann"))
		for range 200 {
			ann.say("s\x40")
			if n := ann.watch(time.Second); n < 19 {
				t.Fatalf("%d messages in a second", n)
			}
		}
		ben.watch(time.Second)
		if ann.seesWhat(ben); ben.wholes < 2 {
			t.Errorf("%d whole scenes", ben.wholes)
		}
	})
}

func TestGameRefuses(t *testing.T) {
	for _, message := range []string{"", "?", "s", "s\x81\x02", "s\x00\x00", "y\x01", "w", "t", "h123456789012345", "h" + strings.Repeat("x", 100)} {
		synctest.Test(t, func(t *testing.T) {
			g := watchGame(t, newGame())
			g.watch(time.Second)
			g.say(message)
			_, _, err := g.Read(t.Context())
			var closed *websocket.CloseError
			if !errors.As(err, &closed) || closed.Code != websocket.ClosePolicyViolation {
				t.Errorf("%q: %v", message, err)
			}
		})
	}
}

func FuzzGame(f *testing.F) {
	for _, seed := range []string{hello("Ann"), "s\x80\x02", "r123"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		kind, course, err := parseGame(data)
		if err == nil && (course < 0 || course > noCourse || kind != data[0]) {
			t.Errorf("%q: %q %d", data, kind, course)
		}
	})
}
