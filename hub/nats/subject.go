package nats

import (
	"fmt"
	"strings"

	"github.com/seed372fb791/rfc6455/hub"
)

// defaultPrefix is before topics, and the stream's name.
const defaultPrefix = "hub"

// maxSubject is the most bytes of a subject: with the other fields of its line it has to fit into the 4096 that servers
// read. One that is longer would cost the connection.
const maxSubject = 3072

var (
	errPrefix  = &hub.Error{Text: "it is no subject of NATS, or too long", Option: "Prefix"}
	errSubject = &hub.Error{Text: fmt.Sprintf("the topic is too long: its subject has more than %d bytes", maxSubject), Option: "max_control_line of NATS"}
)

// subjects is the subjects of topics, which begin with it.
type subjects string

// newSubjects returns those below prefix.
func newSubjects(prefix string) (subjects, error) {
	if prefix == "" {
		prefix = defaultPrefix
	}
	for token := range strings.SplitSeq(prefix, ".") {
		if token == "" || escape(token) != token || len(prefix) > maxSubject/2 {
			return "", errPrefix
		}
	}
	return subjects(prefix + "."), nil
}

// all is the subject of all topics.
func (s subjects) all() string { return string(s) + "*" }

// of returns the subject of a topic.
func (s subjects) of(topic string) (string, error) {
	subject := string(s) + token(topic)
	if len(subject) > maxSubject {
		return "", errSubject
	}
	return subject, nil
}

// topic returns the topic of a subject.
func (s subjects) topic(subject string) (topic string, ok bool) {
	t, found := strings.CutPrefix(subject, string(s))
	if !found {
		return "", false
	}
	if t == emptyToken {
		return "", true
	}
	topic, ok = unescape(t)
	return topic, ok && topic != "" && escape(topic) == t
}

// emptyToken is that of the topic "": a token is not empty.
const emptyToken = "%"

func token(topic string) string {
	if topic == "" {
		return emptyToken
	}
	return escape(topic)
}

const upperHex = "0123456789ABCDEF"

// plain says whether b stands for itself: what is printable, besides what has a meaning.
func plain(b byte) bool { return b > ' ' && b < 0x7f && b != '.' && b != '*' && b != '>' && b != '%' }

// escape returns s with each byte that is not plain as % and two digits.
func escape(s string) string {
	special := 0
	for i := range len(s) {
		if !plain(s[i]) {
			special++
		}
	}
	if special == 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 2*special)
	for i := range len(s) {
		if c := s[i]; plain(c) {
			b.WriteByte(c)
		} else {
			b.WriteString("%" + upperHex[c>>4:c>>4+1] + upperHex[c&15:c&15+1])
		}
	}
	return b.String()
}

// unescape undoes escape.
func unescape(s string) (string, bool) {
	if !strings.Contains(s, "%") {
		return s, true
	}
	var b strings.Builder
	for s != "" {
		c := s[0]
		s = s[1:]
		if c == '%' {
			if len(s) < 2 {
				return "", false
			}
			high, low := strings.IndexByte(upperHex, s[0]), strings.IndexByte(upperHex, s[1])
			if high < 0 || low < 0 {
				return "", false
			}
			c, s = byte(high<<4|low), s[2:]
		}
		b.WriteByte(c)
	}
	return b.String(), true
}
