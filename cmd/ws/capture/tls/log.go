package tls

import (
	"encoding/hex"
	"strings"
)

// The labels of the secrets that are used.
const (
	masterSecret    = "CLIENT_RANDOM" // of TLS 1.2
	clientHandshake = "CLIENT_HANDSHAKE_TRAFFIC_SECRET"
	serverHandshake = "SERVER_HANDSHAKE_TRAFFIC_SECRET"
	clientTraffic   = "CLIENT_TRAFFIC_SECRET_0"
	serverTraffic   = "SERVER_TRAFFIC_SECRET_0"
)

// Log is the secrets of a key log, by the label and the client's random bytes.
type Log map[string][]byte

// Add adds the secrets of text, and returns how many there are. Other lines do
// not matter.
func (l Log) Add(text string) (n int) {
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) != 3 {
			continue
		}
		random, err := hex.DecodeString(words[1])
		secret, bad := hex.DecodeString(words[2])
		if err == nil && bad == nil && len(random) == randomSize && len(secret) > 0 {
			l[words[0]+string(random)] = secret
			n++
		}
	}
	return n
}

// secret returns one of a connection, nil if it is not there.
func (l Log) secret(label string, random []byte) []byte { return l[label+string(random)] }
