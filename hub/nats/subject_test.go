package nats

import (
	"errors"
	"strings"
	"testing"
)

func TestSubjects(t *testing.T) {
	s, err := newSubjects("")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ topic, subject string }{
		{"", "hub.%"},
		{"prices", "hub.prices"},
		{"room:1/a@b", "hub.room:1/a@b"},
		{"a.b", "hub.a%2Eb"},
		{"*", "hub.%2A"},
		{"a.>", "hub.a%2E%3E"},
		{"%", "hub.%25"},
		{"%2E", "hub.%252E"},
		{" \t\r\n\x00\x7f", "hub.%20%09%0D%0A%00%7F"},
		{"ä", "hub.%C3%A4"},
		{"\xff", "hub.%FF"},
	} {
		subject, err := s.of(x.topic)
		if err != nil || subject != x.subject {
			t.Errorf("the subject of %q is %q, %v, want %q", x.topic, subject, err, x.subject)
		}
		if topic, ok := s.topic(x.subject); !ok || topic != x.topic {
			t.Errorf("the topic of %q is %q, %v, want %q", x.subject, topic, ok, x.topic)
		}
	}
}

// Each topic has one subject: others are none.
func TestNoSubjects(t *testing.T) {
	s := subjects("hub.")
	for _, subject := range []string{"", "hub", "hub.", "other.a", "hub.a.b", "hub.%2", "hub.%2e", "hub.%41", "hub.%ZZ", "hub.a%", "hub.%%", "hub.ä"} {
		if topic, ok := s.topic(subject); ok {
			t.Errorf("%q is the subject of %q", subject, topic)
		}
	}
}

func TestSubjectTooLong(t *testing.T) {
	s := subjects("hub.")
	if _, err := s.of(strings.Repeat("x", maxSubject-len(s))); err != nil {
		t.Error(err)
	}
	for _, topic := range []string{strings.Repeat("x", maxSubject-len(s)+1), strings.Repeat(".", maxSubject/2)} {
		if _, err := s.of(topic); !errors.Is(err, errSubject) {
			t.Errorf("a topic of %d bytes: %v", len(topic), err)
		}
	}
}

func TestPrefix(t *testing.T) {
	for _, prefix := range []string{"a", "a.b", "chat-1.rooms"} {
		if s, err := newSubjects(prefix); err != nil || s.all() != prefix+".*" {
			t.Errorf("Prefix %q: %q, %v", prefix, s.all(), err)
		}
	}
	for _, prefix := range []string{".", "a.", ".a", "a..b", "*", "a.>", "a b", "%", "ä", strings.Repeat("x", maxSubject)} {
		if _, err := newSubjects(prefix); !errors.Is(err, errPrefix) {
			t.Errorf("Prefix %.20q: %v", prefix, err)
		}
	}
}
