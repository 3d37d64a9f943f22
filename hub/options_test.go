package hub_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/seed372fb791/rfc6455/hub"
	"github.com/seed372fb791/rfc6455/websocket"
)

// An option that means nothing is named by the first call, and nothing else happens.
func TestHubOptions(t *testing.T) {
	for option, h := range map[string]*hub.Hub{
		"Hub.MaxQueue":              {MaxQueue: -1},
		"Hub.MaxQueueBytes":         {MaxQueueBytes: -1},
		"Hub.Full":                  {Full: hub.Block + 1},
		"Hub.Patience":              {Patience: -1},
		"Hub.History":               {History: -1},
		"Hub.MaxHistoryBytes":       {MaxHistoryBytes: -1},
		"Hub.Linger":                {Linger: -1},
		"Hub.MaxTopics":             {MaxTopics: -1},
		"Hub.MaxJoined":             {MaxJoined: -1},
		"MemoryBackplane.Keep":      {Backplane: &hub.MemoryBackplane{Keep: -1}},
		"MemoryBackplane.KeepBytes": {Backplane: &hub.MemoryBackplane{KeepBytes: -1}},
		"MemoryBackplane.KeepFor":   {Backplane: &hub.MemoryBackplane{KeepFor: -1}},
	} {
		t.Run(option, func(t *testing.T) {
			s, _ := connectTo(t, h)
			_, published := h.Publish(t.Context(), "a", hub.Message{Type: websocket.Text})
			_, joined := s.Join(t.Context(), "a", hub.NoHistory)
			for _, err := range []error{published, joined} {
				if wrong := (*hub.Error)(nil); !errors.As(err, &wrong) || wrong.Option != option {
					t.Errorf("%v", err)
				}
			}
			if n := h.Stats().Topics; n != 0 {
				t.Errorf("%d topics", n)
			}
		})
	}
}

// A message that means nothing is refused with whatever backplane, with Prepare and without.
func TestHubChecksMessages(t *testing.T) {
	for field, m := range map[string]hub.Message{
		"Message.Type": {Type: websocket.Text | websocket.Binary | websocket.Plain},
		"Message.ID":   {Type: websocket.Text, ID: strings.Repeat("i", 65)},
		"Message.Key":  {Type: websocket.Text, Key: strings.Repeat("k", 1025)},
	} {
		for _, h := range []*hub.Hub{{}, numbered(&hub.Hub{}), {Backplane: new(hub.MemoryBackplane)}} {
			_, err := h.Publish(t.Context(), "a", hub.Message{Type: websocket.Binary}, m)
			if wrong := (*hub.Error)(nil); !errors.As(err, &wrong) || wrong.Option != field {
				t.Errorf("%s: %v", field, err)
			}
		}
	}
	most := hub.Message{Type: websocket.Text | websocket.Plain, ID: strings.Repeat("i", 64), Key: strings.Repeat("k", 1024)}
	if _, err := new(hub.Hub).Publish(t.Context(), "a", most); err != nil {
		t.Error(err)
	}
}
