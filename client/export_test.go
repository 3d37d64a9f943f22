package client

// Wanted returns how many dials have or wait for the turn of host.
func Wanted(host string) int {
	connecting.mu.Lock()
	defer connecting.mu.Unlock()
	if own := connecting.hosts[host]; own != nil {
		return own.wanted
	}
	return 0
}

// Hosts returns how many hosts anybody has or waits for the turn of.
func Hosts() int {
	connecting.mu.Lock()
	defer connecting.mu.Unlock()
	return len(connecting.hosts)
}

// NewReconnectingBy is NewReconnecting with a source of random durations.
var NewReconnectingBy = newReconnecting
