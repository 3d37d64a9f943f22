package demo

// The world of the game: ships that thrust and drift, stars to collect, walls and each other to bump into. It knows no
// time but its steps and no chance but its random source, so a test can replay it.
//
// Who bumps into another ship hard knocks a star out of the slower one. Bots see to it that one or two have company.

import (
	"math"
	"math/rand/v2"
)

// Lengths are in units of the arena, speeds in units a step.
const (
	arenaWidth, arenaHeight = 1200.0, 900.0
	shipRadius, starRadius  = 30.0, 16.0

	thrust   = 1.5  // is added to the speed with each step under power
	drag     = 0.93 // is left of the speed with each step
	bounce   = 0.7  // is left of the speed at a wall
	hardBump = 8.0  // is the speed against each other from which a bump costs a star

	maxShips   = 12
	maxStars   = 16
	someStars  = 8       // are always there; the others have been knocked out of ships
	someShips  = 3       // with bots, as long as somebody plays
	drowsiness = 60 * 20 // steps without steering until a player is out
	absence    = 3 * 20  // steps until who has lost the connection is

	noCourse = 256 // as a course, for drifting; other courses are 256ths of a turn, 0 to the right, 64 down
)

type vector struct{ x, y float64 }

func (v vector) plus(w vector, factor float64) vector {
	return vector{v.x + factor*w.x, v.y + factor*w.y}
}
func (v vector) times(w vector) float64 { return v.x*w.x + v.y*w.y }
func (v vector) length() float64        { return math.Hypot(v.x, v.y) }

// ship is a player's, or a bot.
type ship struct {
	id        uint64
	token     string // who knows it has the ship
	name      string
	bot       bool
	at, speed vector
	course    int
	score     int
	idle      int // steps without steering
}

// star is one to collect. No id, no star.
type star struct {
	id uint64
	at vector
}

type world struct {
	random *rand.Rand
	lastID uint64
	ships  [maxShips]*ship
	stars  [maxStars]star
}

func newWorld(random *rand.Rand) *world {
	w := &world{random: random}
	w.shine()
	return w
}

// enter puts a new ship into the world. It returns nil if there is no room: a bot makes room, a player does not.
func (w *world) enter(name string, bot bool) *ship {
	for i, other := range w.ships {
		if other == nil || other.bot && !bot {
			w.leave(other)
			w.ships[i] = &ship{id: w.nextID(), name: name, bot: bot, at: w.somewhere(shipRadius), course: noCourse}
			return w.ships[i]
		}
	}
	return nil
}

// leave takes a ship out, if it is in.
func (w *world) leave(s *ship) {
	for i, other := range w.ships {
		if s != nil && other == s {
			w.ships[i] = nil
		}
	}
}

// count returns how many players there are, and how many bots.
func (w *world) count() (players, bots int) {
	for _, s := range w.ships {
		switch {
		case s == nil:
		case s.bot:
			bots++
		default:
			players++
		}
	}
	return players, bots
}

// step is a tick of the world.
func (w *world) step() {
	w.fill()
	for i, s := range w.ships {
		if s == nil {
			continue
		}
		if s.bot {
			w.think(s)
		}
		s.move()
		for _, other := range w.ships[:i] {
			if other != nil {
				w.bump(s, other)
			}
		}
		w.collect(s)
		if s.idle++; s.idle > drowsiness {
			w.leave(s)
		}
	}
	w.shine()
}

// fill has as many bots as are needed.
func (w *world) fill() {
	players, bots := w.count()
	wanted := max(0, someShips-players)
	if players == 0 {
		wanted = 0
	}
	for ; bots < wanted; bots++ {
		w.enter([]string{"Robo Ada", "Robo Bob", "Robo Cy"}[bots], true)
	}
	for _, s := range w.ships {
		if s != nil && s.bot && bots > wanted {
			w.leave(s)
			bots--
		}
	}
}

// think has a bot steer for the nearest star, not too well.
func (w *world) think(s *ship) {
	s.idle = 0
	if s.course = noCourse; w.random.IntN(10) < 4 {
		return
	}
	nearest := math.Inf(1)
	for _, star := range w.stars {
		way := star.at.plus(s.at, -1).plus(s.speed, -5)
		if d := way.length(); star.id != 0 && d < nearest {
			nearest = d
			s.course = int(math.Round(math.Atan2(way.y, way.x)/(2*math.Pi)*256)) & 255
		}
	}
}

// move moves a ship by a step. web/game.js does the same, to show one's own ship without delay.
func (s *ship) move() {
	if s.course != noCourse {
		sin, cos := math.Sincos(float64(s.course) / 256 * 2 * math.Pi)
		s.speed = s.speed.plus(vector{cos, sin}, thrust)
	}
	s.speed = vector{s.speed.x * drag, s.speed.y * drag}
	s.at = s.at.plus(s.speed, 1)
	s.keepIn()
}

// keepIn has a ship bounce off the walls.
func (s *ship) keepIn() {
	if in := min(max(s.at.x, shipRadius), arenaWidth-shipRadius); in != s.at.x {
		s.at.x, s.speed.x = in, -bounce*s.speed.x
	}
	if in := min(max(s.at.y, shipRadius), arenaHeight-shipRadius); in != s.at.y {
		s.at.y, s.speed.y = in, -bounce*s.speed.y
	}
}

// bump has two ships that meet swap their speeds along the line between them.
func (w *world) bump(a, b *ship) {
	way := b.at.plus(a.at, -1)
	distance := way.length()
	if distance >= 2*shipRadius {
		return
	}
	apart := (2*shipRadius - distance) / 2
	if distance == 0 {
		way, distance = vector{1, 0}, 1
	}
	way = vector{way.x / distance, way.y / distance}
	a.at, b.at = a.at.plus(way, -apart), b.at.plus(way, apart)
	closing := a.speed.plus(b.speed, -1).times(way)
	if closing > 0 {
		if closing > hardBump {
			w.knock(a, b)
		}
		a.speed, b.speed = a.speed.plus(way, -closing), b.speed.plus(way, closing)
	}
	a.keepIn()
	b.keepIn()
}

// knock knocks a star out of the slower one of two ships. It comes down somewhere near.
func (w *world) knock(a, b *ship) {
	if a.speed.length() < b.speed.length() {
		a, b = b, a
	}
	for i := range w.stars {
		if b.score > 0 && w.stars[i].id == 0 {
			b.score--
			angle := w.random.Float64() * 2 * math.Pi
			at := b.at.plus(vector{math.Cos(angle), math.Sin(angle)}, 5*shipRadius)
			w.stars[i] = star{w.nextID(), vector{
				min(max(at.x, starRadius), arenaWidth-starRadius),
				min(max(at.y, starRadius), arenaHeight-starRadius),
			}}
			return
		}
	}
}

// collect has a ship collect the stars where it is.
func (w *world) collect(s *ship) {
	for i, star := range w.stars {
		if star.id != 0 && star.at.plus(s.at, -1).length() < shipRadius+starRadius {
			w.stars[i].id = 0
			s.score++
		}
	}
}

// shine has new stars come where some are missing.
func (w *world) shine() {
	for i := range someStars {
		if w.stars[i].id == 0 {
			w.stars[i] = star{w.nextID(), w.somewhere(4 * starRadius)}
		}
	}
}

// somewhere returns a place that is not too near to the walls.
func (w *world) somewhere(margin float64) vector {
	return vector{
		margin + w.random.Float64()*(arenaWidth-2*margin),
		margin + w.random.Float64()*(arenaHeight-2*margin),
	}
}

func (w *world) nextID() uint64 {
	w.lastID++
	return w.lastID
}
