package demo

// The game: the server is right, pages show what it says as smoothly as they can.
//
//   - The world makes a step 20 times a second, as long as somebody plays; otherwise no goroutine runs.
//   - Pages send where they steer, nothing else: who cheats can at best steer well.
//   - Each step is published as the difference to the one before, prepared once for all. The Hub hands them out in order.
//   - Who joins gets the whole scene first, from gap. So does who is too slow: its oldest differences are dropped, which
//     would leave it with half a scene, and gap puts that right. Messages have the number of their tick, so a page knows
//     which ones are in the scene already.
//   - A page shows the others a moment late, between two ticks that it knows, and its own ship ahead of what it knows, by
//     the same rules of motion; web/game.js does both.
//   - Who loses the connection has a few seconds to come back to the ship, and is known by a token.
//   - The round trip is measured by a message that comes straight back.
//
// game_world.go has the rules, game_scene.go the format of the messages, web/game.js the page.

import (
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

const (
	gameTopic    = "game"
	gameInterval = time.Second / 20
	gameQueue    = 20 // messages may wait for a page: a second
)

// game is the room.
type game struct {
	hub hub.Hub

	mu      sync.Mutex
	world   *world
	tick    uint64
	shown   *scene // at that tick
	running bool   // a goroutine makes the steps
}

func newGame() room {
	g := &game{world: newWorld(rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())))}
	g.shown = g.world.scene()
	g.hub = hub.Hub{MaxQueue: gameQueue, Full: hub.DropOldest, Gap: g.gap}
	return room{
		Path:  "game",
		Title: "Game",
		About: "Collect stars and bump into others. The server moves everything 20 times a second and sends what has changed; the page makes that smooth.",
		File:  "game.go",
		serve: g.serve,
		hubs:  map[string]*hub.Hub{"game": &g.hub},
	}
}

// serve is a page, which watches and may play.
func (g *game) serve(ctx context.Context, c *websocket.Conn) error {
	if _, err := g.hub.Subscriber(ctx, c).Join(ctx, gameTopic, longAgo); err != nil { // the whole game
		return err
	}
	var mine *ship
	defer func() { g.lose(mine) }()
	for m, err := range c.Messages(ctx) {
		if err != nil {
			return err
		}
		kind, course, err := parseGame(m.Data)
		switch {
		case err != nil:
			return c.Close(ctx, websocket.ClosePolicyViolation, err.Error())
		case kind == gameSteer:
			g.steer(mine, course)
		case kind == gameReturn:
			err = c.Write(ctx, websocket.Binary, m.Data)
		default:
			mine = g.enter(mine, string(m.Data[1:1+tokenSize]), string(m.Data[1+tokenSize:]))
			err = c.Write(ctx, websocket.Binary, binary.AppendUvarint([]byte{gameYou}, mine.number()))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

var errGame = errors.New("not a message of the game")

// parseGame checks a message of a page. The course is that of one that steers.
func parseGame(data []byte) (kind byte, course int, err error) {
	if len(data) == 0 || len(data) > 100 {
		return 0, 0, errGame
	}
	r := byteReader{left: data[1:]}
	switch data[0] {
	case gameSteer:
		course = int(r.uvarint(noCourse))
		r.bad = r.bad || len(r.left) > 0
	case gameHello:
		r.bad = len(r.left) < tokenSize
	case gameReturn:
	default:
		r.bad = true
	}
	if r.bad {
		return 0, 0, errGame
	}
	return data[0], course, nil
}

// enter returns the ship that a page has, that of who knows its token, or a new one. It returns nil if there is no room.
func (g *game) enter(mine *ship, token, name string) *ship {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, s := range g.world.ships {
		if s != nil && (s == mine || s.token == token) {
			s.idle = 0
			return s
		}
	}
	mine = g.world.enter(tidy(strings.ToValidUTF8(name, ""), "Somebody"), false)
	if mine == nil {
		return nil
	}
	mine.token = token
	if !g.running {
		g.running = true
		go g.run()
	}
	return mine
}

// lose has a ship drift, and soon be out, whose page has gone.
func (g *game) lose(mine *ship) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if mine != nil {
		mine.course, mine.idle = noCourse, drowsiness-absence
	}
}

func (g *game) steer(mine *ship, course int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if mine != nil {
		mine.course, mine.idle = course, 0
	}
}

// number is what pages know a ship by, 0 for none.
func (s *ship) number() uint64 {
	if s == nil {
		return 0
	}
	return s.id
}

// run makes steps until nobody plays any more.
func (g *game) run() {
	ticks := time.NewTicker(gameInterval)
	defer ticks.Stop()
	for {
		<-ticks.C
		g.hub.Publish(context.Background(), gameTopic, hub.Message{Type: websocket.Binary, Data: g.step()})
		if g.rests() {
			return
		}
	}
}

// step makes a step and returns what has changed.
func (g *game) step() []byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.world.step()
	before := g.shown
	g.shown = g.world.scene()
	g.tick++
	return appendScene(nil, gameTick, g.tick, before, g.shown)
}

// rests reports whether there is nothing to do until somebody comes.
func (g *game) rests() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	players, bots := g.world.count()
	g.running = players+bots > 0
	return !g.running
}

// gap returns the whole scene.
func (g *game) gap(*hub.Subscriber, string) *websocket.PreparedMessage {
	g.mu.Lock()
	defer g.mu.Unlock()
	p, _ := websocket.Prepare(websocket.Binary, appendScene(nil, gameWhole, g.tick, new(scene), g.shown))
	return p
}
