package inspect

import (
	"encoding/json"
	"io"
	"time"

	"github.com/seed372fb791/rfc6455/cmd/ws/dissect"
	"github.com/seed372fb791/rfc6455/protocol"
)

// jsonReport prints a JSON object a line. Those of parts are package dissect's
// with two more names.
type jsonReport struct{ w io.Writer }

// jsonPlace says where something was found.
type jsonPlace struct {
	Connection int      `json:"connection"`
	At         *float64 `json:"at,omitempty"` // in seconds
}

type jsonConnection struct {
	Kind string `json:"kind"` // "connection"
	jsonPlace
	Began  *time.Time `json:"began,omitempty"`
	Client string     `json:"client,omitempty"` // the addresses
	Server string     `json:"server,omitempty"`
	About  []string   `json:"about,omitempty"`
}

type jsonNote struct {
	Kind string `json:"kind"` // "note"
	jsonPlace
	From string `json:"from"`
	Text string `json:"text"`
}

// place returns the place of something in c.
func place(c *inspected, at time.Duration) jsonPlace {
	p := jsonPlace{Connection: c.number}
	if seconds := at.Seconds(); c.timed {
		p.At = &seconds
	}
	return p
}

func (r *jsonReport) open(c *inspected) error {
	j := jsonConnection{Kind: "connection", jsonPlace: jsonPlace{Connection: c.number}, About: c.title, Client: c.addrs[protocol.Client], Server: c.addrs[protocol.Server]}
	if !c.began.IsZero() {
		j.Began = &c.began
	}
	return r.print(j)
}

func (r *jsonReport) step(c *inspected, s dissect.Step) error {
	at, err := json.Marshal(place(c, s.At))
	if err != nil {
		return err
	}
	part, err := json.Marshal(s.Part)
	if err != nil {
		return err
	}
	at[len(at)-1] = ',' // its brace
	_, err = r.w.Write(append(append(at, part[1:]...), '\n'))
	return err
}

func (r *jsonReport) note(c *inspected, at time.Duration, from protocol.Role, text string) error {
	return r.print(jsonNote{"note", place(c, at), from.String(), text})
}

func (r *jsonReport) print(value any) error {
	line, err := json.Marshal(value)
	if err == nil {
		_, err = r.w.Write(append(line, '\n'))
	}
	return err
}
