package load

import (
	"math/rand/v2"
	"strconv"
)

// contents is a circle of messages that are sent in turn, so that an answer to
// another message is found out. They are ASCII of the kind that servers have to
// report, which compresses as well as such things do, and the same in each run.
type contents struct {
	text  []byte
	size  int
	count int
}

const (
	// circleSize is how many messages there are, and circleBytes how many bytes
	// they have together, unless the two that there are at least have more.
	circleSize  = 64
	circleBytes = 4 << 20
)

func newContents(size int) contents {
	c := contents{size: size, count: min(circleSize, max(2, circleBytes/max(size, 1)))}
	c.text = readings(size * c.count)
	return c
}

// at returns message n. It is nobody's to change.
func (c *contents) at(n int64) []byte {
	begin := int(n%int64(c.count)) * c.size
	return c.text[begin : begin+c.size]
}

// readings returns size bytes of JSON.
func readings(size int) []byte {
	random := rand.New(rand.NewPCG(1, 1))
	places := []string{"Lisbon", "Zurich", "Reykjavik", "Nairobi", "Kyoto", "Montreal", "Wellington", "Quito"}
	b := make([]byte, 0, size+200)
	for id := uint64(70_000); len(b) < size; id++ {
		b = append(b, `{"id":`...)
		b = strconv.AppendUint(b, id, 10)
		b = append(b, `,"place":"`...)
		b = append(b, places[random.IntN(len(places))]...)
		b = append(b, `","celsius":`...)
		b = strconv.AppendFloat(b, random.Float64()*60-20, 'f', 1, 64)
		b = append(b, `,"pressure":`...)
		b = strconv.AppendInt(b, 980+int64(random.IntN(60)), 10)
		b = append(b, `,"raining":`...)
		b = strconv.AppendBool(b, random.IntN(3) == 0)
		b = append(b, "}\n"...)
	}
	return b[:size]
}
