package protocol

import "testing"

// Who closes TCP, and when: in every state, by both roles.
//
//rfc:6455-7.1.1-1 6455-7.1.1-4 6455-7.1.1-5 6455-7.1.7-1
func TestTransport(t *testing.T) {
	for s, want := range [states]map[Role]Duty{
		Open:          {Server: KeepTransport, Client: KeepTransport},
		AwaitingClose: {Server: KeepTransport, Client: KeepTransport},
		OwingClose:    {Server: KeepTransport, Client: KeepTransport},
		Completed:     {Server: EndTransport, Client: AwaitEnd},
		Failed:        {Server: EndTransport, Client: EndTransport},
		Closed:        {Server: KeepTransport, Client: KeepTransport}, // there is none
	} {
		for role, want := range want {
			e := inState(role, State(s)).e
			if got := e.State(); got != State(s) {
				t.Fatalf("%v in state %v, want %v", role, got, State(s))
			}
			if got := e.Transport(); got != want {
				t.Errorf("%v, %v: duty %d, want %d", role, State(s), got, want)
			}
		}
	}
}
